"""« (Re)Notifier par feuilles »: the number and the consequence first, then the print, then what must wait."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.services import notify
from app.services.desk import Desk
from app.services.notify import DistributionNotice, NotifyDone, NotifyPlan
from app.ui.guardians.printing import FolderField, PrintingDialog, default_folder
from app.ui.pieces import add_band, many, words
from app.ui.work import Job

KEEP = (
    "Ne distribuez rien avant la prochaine synchronisation\u00a0: le serveur doit connaître ces feuilles. "
    "Préau synchronise seul dès que le réseau le permet."
)


class NotifyDialog(PrintingDialog):
    """Confirms a plan and carries it out. The default button cancels where a password would be ended."""

    def __init__(self, desk: Desk, plan: NotifyPlan, *, folder: Path | None, parent: QWidget | None = None) -> None:
        super().__init__("(Re)Notifier les comptes", f"Imprimer {many(len(plan.sheets), 'feuille')}", parent)
        self._desk, self._plan = desk, plan
        self._notice: DistributionNotice | None = None
        self.folder = FolderField(folder or default_folder())
        files = words(f"Un fichier PDF par classe\u00a0: {group_words(plan)}.", role="muted")
        self.ask(plan.sentence, files, words("Dossier", role="strong"), self.folder, warnings=plan.warnings)
        self.need_folder(self.folder)
        self.prefer(self.leave if plan.reset else self.confirm)

    def on_confirm(self) -> None:
        folder = self.folder.folder
        if folder is None:
            return
        self.run(lambda job: self._print(job, folder))

    def _print(self, job: Job, folder: Path) -> NotifyDone:
        """On the job's thread: print, then look at what must wait."""
        done = notify.print_sheets(
            self._desk, plan=self._plan, folder=folder, progress=job.progress, cancelled=job.cancelled
        )
        self._notice = notify.distribution_notice(self._desk, school_id=self._plan.school_id)
        return done

    def show_result(self, result: NotifyDone) -> None:
        notice = self._notice
        if notice is not None and notice.waiting_sentence:
            add_band(self.outcome, f"{notice.waiting_sentence}. {KEEP}")
        if notice is not None and notice.withheld_sentence:
            add_band(self.outcome, notice.withheld_sentence)
        super().show_result(result)


def group_words(plan: NotifyPlan) -> str:
    """« CE2B (12 feuilles), Envoi postal (3 feuilles) »."""
    groups = Counter(sheet.group for sheet in plan.sheets)
    return ", ".join(f"{group} ({many(count, 'feuille')})" for group, count in groups.items())

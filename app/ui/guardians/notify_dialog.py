"""« (Re)Notifier par feuilles »: the number and the consequence first, then the print, then what must wait."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services import notify
from app.services.desk import Desk
from app.services.notify import DistributionNotice, NotifyDone, NotifyPlan
from app.ui.guardians.printing import FolderField, PrintingDialog, button_row, default_folder
from app.ui.pieces import Band, button, many, words
from app.ui.work import Job

KEEP = (
    "Ne distribuez rien avant la prochaine synchronisation\u00a0: le serveur doit connaître ces feuilles. "
    "Préau synchronise seul dès que le réseau le permet."
)


class NotifyDialog(PrintingDialog):
    """Confirms a plan and carries it out. The default button cancels where a password would be ended."""

    def __init__(self, desk: Desk, plan: NotifyPlan, *, folder: Path | None, parent: QWidget | None = None) -> None:
        super().__init__("(Re)Notifier les comptes", parent)
        self._desk, self._plan = desk, plan
        self._notice: DistributionNotice | None = None
        self.folder = FolderField(folder or default_folder())
        self.confirm = button(f"Imprimer {many(len(plan.sheets), 'feuille')}", self._on_confirm, role="primary")
        self.leave = button("Ne rien faire", self.reject)
        self.folder.changed.connect(lambda: self.confirm.setEnabled(self.folder.folder is not None))
        self._lay_out()
        dangerous = plan.reset
        self.leave.setDefault(dangerous)
        self.confirm.setDefault(not dangerous)
        (self.leave if dangerous else self.confirm).setFocus()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self.question)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(words(self._plan.sentence, role="heading"))
        for warning in self._plan.warnings:
            band = Band()
            layout.addWidget(band)
            band.say(warning, tone="orange")
        layout.addWidget(words(f"Un fichier PDF par classe\u00a0: {group_words(self._plan)}.", role="muted"))
        layout.addWidget(words("Dossier", role="strong"))
        layout.addWidget(self.folder)
        layout.addStretch(1)
        layout.addLayout(button_row(self.leave, self.confirm))

    def _on_confirm(self) -> None:
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
            self._warn(f"{notice.waiting_sentence}. {KEEP}")
        if notice is not None and notice.withheld_sentence:
            self._warn(notice.withheld_sentence)
        super().show_result(result)

    def _warn(self, sentence: str) -> None:
        band = Band()
        self.outcome.addWidget(band)
        band.say(sentence, tone="orange")


def group_words(plan: NotifyPlan) -> str:
    """« CE2B (12 feuilles), Envoi postal (3 feuilles) »."""
    groups = Counter(sheet.group for sheet in plan.sheets)
    return ", ".join(f"{group} ({many(count, 'feuille')})" for group, count in groups.items())

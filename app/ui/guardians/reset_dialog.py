"""« Réinitialiser le(s) mot(s) de passe »: the number and the consequence first, then what the old passwords still open."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.services import resets
from app.services.desk import Desk
from app.services.resets import ResetDone, ResetPlan
from app.services.sheets import DistributionNotice, distribution_notice
from app.ui.guardians.printing import PrintingDialog
from app.ui.pieces import add_band, words
from app.ui.work import Job

CANCELLED = "Annulé\u00a0: aucun mot de passe n’a été réinitialisé."
SYNC = "Préau synchronise seul dès que le réseau le permet."
WHERE_TO_READ = (
    "Chaque nouveau mot de passe se lit dans le panneau du compte. Pour le donner sur papier\u00a0: (Re)Notifier les "
    "comptes, puis Réimprimer."
)


class ResetDialog(PrintingDialog):
    """Confirms a plan and carries it out. The default button never ends a password."""

    cancelled_words = CANCELLED
    help_name = "RESET"
    unit = "Mot de passe"

    def __init__(self, desk: Desk, plan: ResetPlan, *, parent: QWidget | None = None) -> None:
        super().__init__("Réinitialiser les mots de passe", "Réinitialiser", parent, role="danger")
        self._desk, self._plan = desk, plan
        self._notice: DistributionNotice | None = None
        self.ask(plan.sentence, words(WHERE_TO_READ, role="muted"), warnings=plan.warnings)
        self.prefer(self.leave)

    def on_confirm(self) -> None:
        self.run(self._reset)

    def _reset(self, job: Job) -> ResetDone:
        """On the job's thread: reset, then look at what the server does not know yet."""
        done = resets.carry_out(self._desk, plan=self._plan, progress=job.progress, cancelled=job.cancelled)
        self._notice = distribution_notice(self._desk, school_id=self._plan.school_id)
        return done

    def show_result(self, result: ResetDone) -> None:
        if self._notice is not None and self._notice.reset_sentence:
            add_band(self.outcome, f"{self._notice.reset_sentence}. {SYNC}")
        super().show_result(result)

    def result_lines(self, result: ResetDone) -> list[str]:
        return [WHERE_TO_READ]

"""From the menus to mails: the plan is made elsewhere, a dialog asks, the act is written, the line is woken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.ui.asking import Ask, ask
from app.ui.guardians.asker import Asker
from app.ui.shell.page import Shell

if TYPE_CHECKING:
    from app.services.notify_mail import MailPlan


GIVE_UP = "Les mails qui attendent ne partiront pas\u00a0: il faudra imprimer ces feuilles, ou notifier de nouveau."


class Mailing(Asker):
    """Mails that notify, and what becomes of them."""

    sheets_asked = Signal(object, bool)
    """The accounts whose sheets are to be printed, with or without a reset."""

    def __init__(self, shell: Shell, window: QWidget, parent: QObject, *, confirm: Ask = ask) -> None:
        super().__init__(shell, window, parent)
        self._confirm = confirm

    def ask(self, account_ids: Sequence[str], *, reset: bool) -> None:
        """Work out who would get which mail; then ask, or say why nobody would."""
        from app.services import notify_mail

        if self._free:
            self._start(notify_mail.plan, self._on_planned, account_ids=list(account_ids), reset=reset)

    def _on_planned(self, plan: MailPlan) -> None:
        from app.ui.guardians.mail_dialogs import MailDialog

        dialog = MailDialog(self._shell.desk, plan, self._window)
        dialog.sent.connect(self._on_written)
        dialog.sheets_asked.connect(lambda accounts: self.sheets_asked.emit(accounts, plan.reset))
        self._open(dialog)

    def ask_resend(self, account_id: str, address: str) -> None:
        """Show where the activation mail went; then have it sent again."""
        from app.ui.guardians.mail_dialogs import ResendDialog

        if self.dialog is None:
            dialog = ResendDialog(address, self._window)
            dialog.accepted.connect(lambda: self._resend(account_id, dialog.address))
            self._open(dialog)

    def _resend(self, account_id: str, address: str) -> None:
        from app.services import notify_mail

        self._start(notify_mail.resend, self._on_written, account_id=account_id, address=address)

    def go_on(self, run_ids: Sequence[str], *, go_on: bool) -> None:
        """Let paused runs go on, or give up what has not left, if that is confirmed."""
        from app.services import notify_mail

        if not go_on and not self._confirm(self._window, GIVE_UP, "Abandonner l’envoi"):
            return
        desk, school_id, runs = self._shell.desk, self._shell.school_id, list(run_ids)
        self.jobs.start(
            lambda job: [notify_mail.go_on(desk, school_id=school_id, run_id=run, go_on=go_on) for run in runs],
            done=self._on_written,
            failed=self.refused.emit,
        )

"""From the menus to sheets, resets and lists: the plan is made elsewhere, then a dialog asks, works and tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.errors import PreauError
from app.services.schools import one_school
from app.ui.guardians.reading import make_plan, make_reset_plan
from app.ui.shell.page import Shell
from app.ui.work import Jobs

if TYPE_CHECKING:
    from app.services.accounts import AccountRow
    from app.services.lists import ListDone
    from app.services.notify import NotifyDone, NotifyPlan
    from app.services.resets import ResetDone, ResetPlan
    from app.services.sheets import BatchSummary
    from app.ui.guardians.printing import PrintingDialog


class Notifier(QObject):
    """Holds the dialog while it is open and remembers the folders for the next one."""

    refused = Signal(PreauError)
    closed = Signal()

    def __init__(self, shell: Shell, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self._window = shell, window
        self._folders: dict[str, Path] = {}
        self.jobs = Jobs(self)
        self.dialog: PrintingDialog | None = None

    def ask(self, account_ids: Sequence[str], *, reset: bool) -> None:
        """Work out who would get which sheet; then ask, or say why nobody would."""
        desk, school_id, chosen = self._shell.desk, self._shell.school_id, list(account_ids)
        if not self.jobs.busy and self.dialog is None:
            self.jobs.start(
                lambda job: make_plan(desk, school_id, chosen, reset=reset),
                done=self._on_planned,
                failed=self.refused.emit,
            )

    def _on_planned(self, plan: NotifyPlan) -> None:
        from app.ui.guardians.notify_dialog import NotifyDialog

        self._open(NotifyDialog(self._shell.desk, plan, folder=self._folders.get("sheets"), parent=self._window))

    def ask_reprint(self, batches: Sequence[BatchSummary]) -> None:
        """Ask which sheets to print again."""
        from app.ui.guardians.reprint_dialog import ReprintDialog

        school = one_school(self._shell.desk, school_id=self._shell.school_id)
        self._open(
            ReprintDialog(
                self._shell.desk,
                school_id=school.school_id,
                batches=batches,
                zone=school.timezone,
                folder=self._folders.get("sheets"),
                parent=self._window,
            )
        )

    def ask_reset(self, account_ids: Sequence[str]) -> None:
        """Work out whose password can be reset; then ask, or say why nobody's can."""
        desk, school_id, chosen = self._shell.desk, self._shell.school_id, list(account_ids)
        if not self.jobs.busy and self.dialog is None:
            self.jobs.start(
                lambda job: make_reset_plan(desk, school_id, chosen),
                done=self._on_reset_planned,
                failed=self.refused.emit,
            )

    def _on_reset_planned(self, plan: ResetPlan) -> None:
        from app.ui.guardians.reset_dialog import ResetDialog

        self._open(ResetDialog(self._shell.desk, plan, parent=self._window))

    def ask_list(self, rows: Sequence[AccountRow], wanted: str, *, ticked: bool) -> None:
        """Ask where to write the list of some lines, and with what."""
        from app.ui.guardians.list_dialog import NOBODY, ListDialog

        if not rows:
            self.refused.emit(NOBODY)
        elif self.dialog is None:
            self._open(
                ListDialog(
                    self._shell.desk,
                    school_id=self._shell.school_id,
                    rows=rows,
                    wanted=wanted,
                    ticked=ticked,
                    folder=self._folders.get("lists"),
                    parent=self._window,
                )
            )

    def _open(self, dialog: PrintingDialog) -> None:
        """Show a dialog without stopping the window's own life."""
        self.dialog = dialog
        dialog.printed.connect(self._on_printed)
        dialog.finished.connect(lambda _result: self._on_closed(dialog))
        dialog.open()

    def _on_printed(self, result: NotifyDone | ListDone | ResetDone) -> None:
        if result.files and self.dialog is not None:
            self._folders[self.dialog.makes] = result.files[0].parent
        if result.act_id is not None:
            self._shell.records_changed()
            self._shell.synchronise()

    def _on_closed(self, dialog: PrintingDialog) -> None:
        self.dialog = None
        dialog.deleteLater()
        self.closed.emit()

    def close(self) -> None:
        """End what runs; a print under way is cancelled, and has then notified nobody."""
        if self.dialog is not None:
            self.dialog.close()
        self.jobs.close()

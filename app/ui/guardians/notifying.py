"""From « (Re)Notifier » to printed sheets: the plan is made elsewhere, then a dialog asks, prints and tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.errors import PreauError
from app.services.schools import one_school
from app.ui.guardians.reading import make_plan
from app.ui.shell.page import Shell
from app.ui.work import Jobs

if TYPE_CHECKING:
    from app.services.notify import NotifyDone, NotifyPlan
    from app.services.sheets import BatchSummary
    from app.ui.guardians.printing import PrintingDialog


class Notifier(QObject):
    """Holds the dialog while it is open and remembers the folder for the next one."""

    refused = Signal(PreauError)
    closed = Signal()

    def __init__(self, shell: Shell, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self._window = shell, window
        self._folder: Path | None = None
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

        self._open(NotifyDialog(self._shell.desk, plan, folder=self._folder, parent=self._window))

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
                folder=self._folder,
                parent=self._window,
            )
        )

    def _open(self, dialog: PrintingDialog) -> None:
        """Show a dialog without stopping the window's own life."""
        self.dialog = dialog
        dialog.printed.connect(self._on_printed)
        dialog.finished.connect(lambda _result: self._on_closed(dialog))
        dialog.open()

    def _on_printed(self, result: NotifyDone) -> None:
        self._folder = result.files[0].parent if result.files else self._folder
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

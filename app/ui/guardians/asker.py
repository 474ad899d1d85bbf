"""What leads from a menu to an act: one dialog at a time, work off the window's thread, the line woken afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from app.models.errors import PreauError
from app.ui.shell.page import Shell
from app.ui.work import Jobs


class Asker(QObject):
    """Holds the dialog while it is open, over ``window``."""

    refused = Signal(PreauError)
    closed = Signal()
    """The dialog has gone: the keyboard is the page's again."""

    def __init__(self, shell: Shell, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self._window = shell, window
        self.jobs = Jobs(self)
        self.dialog: QDialog | None = None

    @property
    def _free(self) -> bool:
        """Whether a question can be asked now."""
        return not self.jobs.busy and self.dialog is None

    def _start(self, service: Callable[..., Any], done: Callable[[Any], None], **arguments: Any) -> None:
        """Call a service on the school in the background; what it refuses is told by ``refused``."""
        desk, school_id = self._shell.desk, self._shell.school_id
        self.jobs.start(
            lambda job: service(desk, school_id=school_id, **arguments), done=done, failed=self.refused.emit
        )

    def _open(self, dialog: QDialog) -> None:
        """Show a dialog without stopping the window's own life."""
        self.dialog = dialog
        dialog.finished.connect(lambda _result: self._on_closed(dialog))
        dialog.open()

    def _on_closed(self, dialog: QDialog) -> None:
        self.dialog = None
        dialog.deleteLater()
        self.closed.emit()

    def _on_written(self, _act: object = None) -> None:
        self._shell.records_changed()
        self._shell.synchronise()

    def close(self) -> None:
        """End what runs; a print under way is cancelled, and has then notified nobody."""
        if self.dialog is not None:
            self.dialog.close()
        self.jobs.close()

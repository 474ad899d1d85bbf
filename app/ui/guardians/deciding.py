"""From the panel's small menus to acts: a dialog asks, the act is written off the window's thread, the line is woken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.errors import PreauError
from app.models.states import Access, Wish
from app.ui.shell.page import Shell
from app.ui.work import Jobs

if TYPE_CHECKING:
    from app.services.corrections import Person, Table
    from app.services.desk import Desk
    from app.services.rights import AccountRights, ChildRights
    from app.ui.guardians.rights_dialogs import RightsDialog


class Decider(QObject):
    """Holds the dialog while it is open."""

    refused = Signal(PreauError)

    def __init__(self, shell: Shell, window: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self._window = shell, window
        self.jobs = Jobs(self)
        self.dialog: RightsDialog | None = None

    def ask_access(self, rights: AccountRights, child: ChildRights, access: Access) -> None:
        """Ask before an access is closed or given back."""
        from app.services.rights import set_access
        from app.ui.guardians.rights_dialogs import AccessDialog

        if access is child.access is Access.FULL:
            return
        dialog = AccessDialog(rights, child, access, self._window)
        ids = {"guardian_id": rights.guardian_id, "pupil_id": child.pupil_id}
        self._open(dialog, lambda: self._do(set_access, **ids, access=access, reason=dialog.reason))

    def ask_protection(self, child: ChildRights) -> None:
        """Ask from whom a pupil's school is hidden."""
        from app.services.rights import protect
        from app.ui.guardians.rights_dialogs import ProtectDialog

        dialog = ProtectDialog(child, self._window)
        self._open(dialog, lambda: self._do(protect, pupil_id=child.pupil_id, knows=dialog.knows))

    def note_wish(self, rights: AccountRights, wish: Wish | None) -> None:
        """No question: it is undone by the same menu, and sends nothing."""
        from app.services.rights import set_wish

        self._do(set_wish, guardian_id=rights.guardian_id, wish=wish)

    def note_language(self, rights: AccountRights, code: str) -> None:
        """No question either."""
        self._do(_set_language, guardian_id=rights.guardian_id, code=code)

    def ask_correction(self, table: Table, record_id: str) -> None:
        """Read the record, then show it beside ONDE's values."""
        from app.services.corrections import read_person

        desk, school_id = self._shell.desk, self._shell.school_id
        self.jobs.start(
            lambda job: read_person(desk, school_id=school_id, table=table, record_id=record_id),
            done=self._on_person, failed=self.refused.emit,
        )  # fmt: skip

    def _on_person(self, person: Person) -> None:
        from app.services.corrections import correct
        from app.ui.guardians.rights_dialogs import CorrectDialog

        dialog = CorrectDialog(person, self._window)
        ids = {"table": person.table, "record_id": person.record_id}
        self._open(dialog, lambda: self._do(correct, **ids, values=dialog.values))

    def _open(self, dialog: RightsDialog, accepted: Callable[[], None]) -> None:
        if self.dialog is not None:
            return
        self.dialog = dialog
        dialog.accepted.connect(accepted)
        dialog.finished.connect(lambda _result: self._on_closed(dialog))
        dialog.open()

    def _on_closed(self, dialog: RightsDialog) -> None:
        self.dialog = None
        dialog.deleteLater()

    def _do(self, service: Callable[..., Any], **arguments: Any) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self.jobs.start(
            lambda job: service(desk, school_id=school_id, **arguments), done=self._on_done, failed=self.refused.emit
        )

    def _on_done(self, act: object) -> None:
        if act is not None:
            self._shell.records_changed()
            self._shell.synchronise()

    def close(self) -> None:
        """End what runs."""
        if self.dialog is not None:
            self.dialog.reject()
        self.jobs.close()


def _set_language(desk: Desk, **arguments: str) -> object:
    """Imported here, off the window's thread: it brings the drawing of sheets with it."""
    from app.services.family_language import set_family_language

    return set_family_language(desk, **arguments)

"""From the panel's small menus to acts: a dialog asks, the act is written off the window's thread, the line is woken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from app.models.states import Access, Wish
from app.ui.guardians.asker import Asker

if TYPE_CHECKING:
    from app.models.acts_erasure import PersonTable
    from app.services.corrections import Person, Table
    from app.services.desk import Desk
    from app.services.erasing import Preview
    from app.services.rights import AccountRights, ChildRights
    from app.ui.guardians.rights_dialogs import RightsDialog


class Decider(Asker):
    """Who may see, what a guardian wishes, what is corrected here, who is limited or erased."""

    erased = Signal()
    """Somebody is gone: nothing of hers can stay open."""

    def ask_access(self, rights: AccountRights, child: ChildRights, access: Access) -> None:
        """Ask before an access is closed or given back."""
        from app.services.rights import set_access
        from app.ui.guardians.rights_dialogs import AccessDialog

        if access is child.access is Access.FULL:
            return
        dialog = AccessDialog(rights, child, access, self._window)
        ids = {"guardian_id": rights.guardian_id, "pupil_id": child.pupil_id}
        self._decide(dialog, lambda: self._do(set_access, **ids, access=access, reason=dialog.reason))

    def ask_protection(self, child: ChildRights) -> None:
        """Ask from whom a pupil's school is hidden."""
        from app.services.rights import protect
        from app.ui.guardians.rights_dialogs import ProtectDialog

        dialog = ProtectDialog(child, self._window)
        self._decide(dialog, lambda: self._do(protect, pupil_id=child.pupil_id, knows=dialog.knows))

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

        self._start(read_person, self._on_person, table=table, record_id=record_id)

    def _on_person(self, person: Person) -> None:
        from app.services.corrections import correct
        from app.ui.guardians.rights_dialogs import CorrectDialog

        dialog = CorrectDialog(person, self._window)
        ids = {"table": person.table, "record_id": person.record_id}
        self._decide(dialog, lambda: self._do(correct, **ids, values=dialog.values))

    def ask_erasure(self, table: PersonTable, record_id: str) -> None:
        """Count what would be emptied, then ask for the name."""
        from app.services.erasing import preview

        self._start(preview, self._on_preview, table=table, record_id=record_id)

    def _on_preview(self, found: Preview) -> None:
        from app.ui.guardians.erase_dialog import EraseDialog

        self._decide(EraseDialog(found, self._window), lambda: self._start(_erase, self._on_erased, preview=found))

    def _on_erased(self, act: object) -> None:
        self.erased.emit()
        self._on_done(act)

    def ask_limit(self, table: PersonTable, record_id: str, name: str, limited: bool) -> None:
        """Ask before a limit; its end needs no question, since the next menu limits again."""
        from app.services.limiting import limit
        from app.ui.guardians.erase_dialog import LimitDialog

        ids = {"table": table, "record_id": record_id, "limited": limited}
        if limited:
            dialog = LimitDialog(name, self._window)
            self._decide(dialog, lambda: self._do(limit, **ids, reason=dialog.reason))
        else:
            self._do(limit, **ids)

    def _decide(self, dialog: RightsDialog, accepted: Callable[[], None]) -> None:
        if self.dialog is None:
            dialog.accepted.connect(accepted)
            self._open(dialog)

    def _do(self, service: Callable[..., Any], **arguments: Any) -> None:
        self._start(service, self._on_done, **arguments)

    def _on_done(self, act: object) -> None:
        if act is not None:
            self._on_written()


def _erase(desk: Desk, *, school_id: str, preview: Preview) -> object:
    """A preview knows its school."""
    from app.services.erasing import erase

    return erase(desk, preview=preview)


def _set_language(desk: Desk, **arguments: str) -> object:
    """Imported here, off the window's thread: it brings the drawing of sheets with it."""
    from app.services.family_language import set_family_language

    return set_family_language(desk, **arguments)

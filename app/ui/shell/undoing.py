"""Undo in the window: the bar right after an act of this PC, and Ctrl+Z, which names what it undoes before it does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app.models.errors import PreauError
from app.services import undoing
from app.services.undoing import Offer
from app.ui import work
from app.ui.asking import Ask, ask
from app.ui.reading import Reader
from app.ui.shell.page import Shell
from app.ui.shell.undo_bar import UndoBar

NOTHING = "Aucune des dernières actions de ce poste ne peut être annulée. Le journal dit pourquoi."


class Undoing(QObject):
    """Watches what this PC does. ``look`` is called when records changed, ``leave`` when the bar has had its time."""

    def __init__(self, shell: Shell, window: QWidget, *, confirm: Ask = ask) -> None:
        super().__init__(window)
        self._shell, self._window, self._confirm = shell, window, confirm
        self.bar = UndoBar()
        self._offer: Offer | None = None
        self._known: str | None = None
        self._settled = False
        self._reader = Reader(self, self._read, self._on_read, lambda _error: None)
        self._jobs = work.Jobs(self)
        self.bar.undo_asked.connect(self._on_bar)
        self.bar.left.connect(self.leave)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), window).activated.connect(self._on_key)

    @property
    def busy(self) -> bool:
        """Whether something goes on in the background."""
        return self._reader.busy or self._jobs.busy

    def begin(self) -> None:
        """Take what was done so far, here or in another school, as known: it is not offered again."""
        self._settled = False
        self.leave()
        self.look()

    def look(self) -> None:
        """Offer what this PC did last, where it is new; withdraw what cannot be undone any more."""
        self._reader.again()

    def leave(self) -> None:
        """Offer nothing any more."""
        self._offer = None
        self.bar.hide()

    def close(self) -> None:
        """End what runs in the background."""
        self._reader.wait()
        self._jobs.close()

    def _read(self, job: work.Job) -> tuple[str, Offer | None]:
        school_id = self._shell.school_id
        return school_id, undoing.latest(self._shell.desk, school_id=school_id)

    def _on_read(self, read: tuple[str, Offer | None]) -> None:
        school_id, found = read
        if school_id != self._shell.school_id:
            return
        act_id = found.act_id if found else None
        fresh, self._known = self._settled and act_id != self._known, act_id
        self._settled = True
        if fresh and found is not None and found.possible:
            self._offer = found
            self.bar.offer(found)
        elif fresh or (self._offer is not None and (found is None or not found.possible)):
            self.leave()

    def _on_bar(self) -> None:
        offer = self._offer
        if offer is not None and (not offer.far_reaching or self._agrees(offer)):
            self._undo(offer)

    def _on_key(self) -> None:
        if self.busy:
            return
        desk, school_id = self._shell.desk, self._shell.school_id
        self._start(lambda: undoing.last_undoable(desk, school_id=school_id), self._on_found)

    def _on_found(self, found: Offer | None) -> None:
        if found is None:
            self.bar.tell(NOTHING)
        elif self._agrees(found):
            self._undo(found)

    def _agrees(self, offer: Offer) -> bool:
        return self._confirm(self._window, offer.question, offer.do_it)

    def _undo(self, offer: Offer) -> None:
        if self._jobs.busy:
            return
        desk, school_id = self._shell.desk, self._shell.school_id
        self._start(
            lambda: undoing.undo(desk, school_id=school_id, act_id=offer.act_id), lambda _act: self._on_undone()
        )

    def _on_undone(self) -> None:
        self._shell.records_changed()
        self._shell.synchronise()

    def _on_failed(self, error: PreauError) -> None:
        self._offer = None
        self.bar.refuse(error)

    def _start(self, call: Callable[[], object], done: Callable[..., None]) -> None:
        self._jobs.start(lambda _job: call(), done=done, failed=self._on_failed)

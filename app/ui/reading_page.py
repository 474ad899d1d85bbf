"""What most pages are: one picture of the records, read and changed off the window's thread, and shown.

An act is quick, but the vault has one writer: it may have to wait until an import or an exchange has written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PySide6.QtWidgets import QWidget

from app.models.errors import PreauError
from app.ui import work
from app.ui.pieces import Band
from app.ui.reading import Reader
from app.ui.shell.page import Shell

View = TypeVar("View", bound=QWidget)


class ReadingPage(ABC, Generic[View]):
    """A page of the shell. ``band`` is where its view says what was refused."""

    def __init__(self, shell: Shell, view: View, band: Band) -> None:
        self._shell, self.view, self._band = shell, view, band
        self._reader = Reader(view, self._read, self._show, self._on_failed)
        self._acts = work.Jobs(view)

    @property
    def widget(self) -> QWidget:
        return self.view

    @property
    def busy(self) -> bool:
        """Whether something goes on in the background."""
        return self._reader.busy or self._acts.busy

    def refresh(self) -> None:
        self._reader.again()

    def close(self) -> None:
        self._acts.close()
        self._reader.wait()

    @abstractmethod
    def _read(self, job: work.Job) -> Any:
        """What is to be shown; runs on another thread. Raises PreauError."""

    @abstractmethod
    def _show(self, picture: Any) -> None:
        """Put what was read on the screen."""

    def _on_failed(self, error: PreauError) -> None:
        self._band.refuse(error)

    def _do(self, act: Callable[[], Any], done: Callable[[Any], None] = lambda _: None) -> None:
        """Carry out an act on the records, one at a time; ``done`` gets what it returned, the band says a refusal."""

        def finish(result: Any) -> None:
            self._shell.records_changed()
            self._shell.synchronise()
            done(result)

        if not self._acts.busy:
            self._acts.start(lambda job: act(), done=finish, failed=self._on_failed)

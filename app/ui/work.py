"""Work off the window's thread: what may be slow runs here, with progress and cancel; what it says comes back as signals."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.models.errors import PreauError

log = logging.getLogger(__name__)


class Work(QObject):
    """One piece of work. Signals arrive on the window's thread, one of ``done`` and ``failed`` exactly once."""

    done = Signal(object)
    """What the work returned."""
    failed = Signal(object)
    """The PreauError that ended it."""
    progressed = Signal(int, int)
    """(done, total)."""

    def __init__(self, parent: QObject | None, function: Callable[[Work], Any]) -> None:
        super().__init__(parent)
        self._function = function
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="preau-work", daemon=True)

    def start(self) -> Work:
        """Begin."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Ask the work to end; it does so at its next step."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        """For the work itself: whether it should end."""
        return self._cancelled.is_set()

    def progress(self, done: int, total: int) -> None:
        """For the work itself: how far it is."""
        self.progressed.emit(done, total)

    def wait(self, timeout_s: float = 60.0) -> None:
        """Until the thread has ended, so that the vault may close."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            result = self._function(self)
        except PreauError as error:
            self.failed.emit(error)
        except Exception as error:
            log.exception("work failed")
            sentence = "Une erreur inattendue s’est produite ; rien n’a été enregistré. Réessayez."
            self.failed.emit(PreauError("unexpected", sentence, reason=type(error).__name__))
        else:
            self.done.emit(result)


class Crew(QObject):
    """The works of one window: started here, awaited at its end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._works: list[Work] = []

    def start(
        self,
        function: Callable[[Work], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[PreauError], None],
        progressed: Callable[[int, int], None] | None = None,
    ) -> Work:
        """Run ``function(work)`` off the window's thread; the callables are called on it."""
        work = Work(self, function)
        work.done.connect(done)
        work.failed.connect(failed)
        if progressed is not None:
            work.progressed.connect(progressed)
        work.done.connect(lambda _result: self._forget(work))
        work.failed.connect(lambda _error: self._forget(work))
        self._works.append(work)
        return work.start()

    def end(self) -> None:
        """Cancel what runs and wait for it."""
        for work in list(self._works):
            work.cancel()
            work.wait()

    def _forget(self, work: Work) -> None:
        if work in self._works:
            self._works.remove(work)
            work.deleteLater()

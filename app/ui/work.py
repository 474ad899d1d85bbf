"""Slow work off the window's thread: one call, its progress, its end, and a way to ask it to stop."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from shiboken6 import isValid

from app.models.errors import PreauError

log = logging.getLogger(__name__)

UNEXPECTED = (
    "Une erreur inattendue s’est produite\u00a0: rien d’autre n’a été fait. "
    "Réessayez\u202f; si elle revient, signalez-la avec le journal de Préau."
)


class _Side:
    """What the working thread holds of a job: nothing of Qt.

    Callables, results and errors refer to pages and windows. They are dropped by the window's thread only: an object of
    Qt that dies on another thread takes the program with it.
    """

    def __init__(self, number: int, call: Callable[[Any], Any] | None) -> None:
        self.number = number
        self.call = call
        self.outcome: tuple[object, BaseException | None] | None = None
        self.finished = threading.Event()
        self.asked_to_stop = threading.Event()

    def cancelled(self) -> bool:
        """As ``Job.cancelled``."""
        return self.asked_to_stop.is_set()

    def progress(self, done: int, total: int) -> None:
        """As ``Job.progress``."""
        _bridge().moved.emit(self.number, done, total)

    def run(self) -> None:
        """On the working thread."""
        assert self.call is not None
        try:
            self.outcome = self.call(self), None
        except BaseException as caught:  # noqa: BLE001 - told in the window's thread
            self.outcome = None, caught
        self.finished.set()
        _bridge().ended.emit(self.number)

    def take(self) -> tuple[object, BaseException | None]:
        """What came out; the call and its outcome are let go, on this thread."""
        outcome, self.outcome, self.call = self.outcome, None, None
        return outcome or (None, None)


class _Bridge(QObject):
    """Carries news from the working threads. Lives as long as the program, on the window's thread."""

    ended = Signal(int)
    moved = Signal(int, int, int)

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[int, Job] = {}
        self.ended.connect(self._on_ended)
        self.moved.connect(self._on_moved)

    @Slot(int)
    def _on_ended(self, number: int) -> None:
        job = self.jobs.pop(number)
        result, error = job.side.take()
        if isValid(job.owner):
            job.end(result, error)

    @Slot(int, int, int)
    def _on_moved(self, number: int, done: int, total: int) -> None:
        job = self.jobs.get(number)
        if job is not None and isValid(job.owner):
            job.progressed.emit(done, total)


@cache
def _bridge() -> _Bridge:
    return _Bridge()


_numbers = itertools.count()


class Job(QObject):
    """A call under way. Every signal is emitted in the thread where the job was made; exactly one of the last three ends it.

    The work receives the job, as far as its own thread may use it: it calls ``job.progress(done, total)`` and looks at
    ``job.cancelled()``.
    """

    progressed = Signal(int, int)
    done = Signal(object)
    failed = Signal(PreauError)
    stopped = Signal()
    """The work raised one of ``stops``, its own word for « cancelled »."""

    def __init__(self, owner: QObject, stops: tuple[type[BaseException], ...] = ()) -> None:
        super().__init__()  # no parent: a child with a deferred deletion crashed when Python let its parent go first
        self.owner = owner
        self.side = _Side(next(_numbers), None)
        self._stops = stops

    def cancel(self) -> None:
        """Ask the work to stop at its next look; it may still end well."""
        self.side.asked_to_stop.set()

    def cancelled(self) -> bool:
        """Whether ``cancel`` was called; asked by the work, from its thread."""
        return self.side.cancelled()

    def progress(self, done: int, total: int) -> None:
        """Tell how far the work is; called by the work, from its thread."""
        self.side.progress(done, total)

    def wait(self, timeout_s: float = 60.0) -> bool:
        """Block until the work has ended, for a window that closes. Signals come later."""
        return self.side.finished.wait(timeout_s)

    def run(self, work: Callable[[Job], Any]) -> None:
        """Begin, on a thread of the pool."""
        self.side.call = work
        _bridge().jobs[self.side.number] = self
        QThreadPool.globalInstance().start(_Call(self.side))

    def end(self, result: object, error: BaseException | None) -> None:
        """Tell the outcome; called once, by the bridge."""
        if error is None:
            self.done.emit(result)
        elif isinstance(error, self._stops):
            self.stopped.emit()
        else:
            self.failed.emit(_as_preau_error(error))


def start(
    work: Callable[[Job], Any],
    *,
    parent: QObject,
    done: Callable[[Any], None] | None = None,
    failed: Callable[[PreauError], None] | None = None,
    stops: tuple[type[BaseException], ...] = (),
) -> Job:
    """Run ``work(job)`` on a thread of the pool. ``done`` gets its result, ``failed`` a PreauError, both on this thread."""
    job = Job(parent, stops)
    if done is not None:
        job.done.connect(done)
    if failed is not None:
        job.failed.connect(failed)
    job.run(work)
    return job


class Jobs(QObject):
    """The jobs of one page: started here, and all ended before the page goes."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._running: list[Job] = []

    @property
    def busy(self) -> bool:
        """Whether something runs."""
        return bool(self._running)

    def start(
        self,
        work: Callable[[Job], Any],
        *,
        done: Callable[[Any], None],
        failed: Callable[[PreauError], None],
    ) -> Job:
        """Like the function of this name; the job counts as ended before ``done`` or ``failed`` is called."""
        job = Job(self)
        self._running.append(job)
        job.done.connect(lambda result: self._end(job, done, result))
        job.failed.connect(lambda error: self._end(job, failed, error))
        job.run(work)
        return job

    def _end(self, job: Job, tell: Callable[[Any], None], what: Any) -> None:
        self._running.remove(job)
        tell(what)

    def close(self) -> None:
        """Ask everything to stop and wait for it; nothing is told any more."""
        for job in self._running:
            job.blockSignals(True)
            job.cancel()
            job.wait()
        self._running.clear()


class _Call(QRunnable):
    def __init__(self, side: _Side) -> None:
        super().__init__()
        self._side = side

    def run(self) -> None:
        self._side.run()


def _as_preau_error(error: BaseException) -> PreauError:
    if isinstance(error, PreauError):
        return error
    log.error("unexpected error in the background", exc_info=error)
    return PreauError("unexpected", UNEXPECTED, reason=type(error).__name__)

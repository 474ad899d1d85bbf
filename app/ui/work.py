"""Slow work off the window's thread: one call, its progress, its end, and a way to ask it to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from app.models.errors import PreauError

log = logging.getLogger(__name__)

UNEXPECTED = (
    "Une erreur inattendue s’est produite\u00a0: rien d’autre n’a été fait. "
    "Réessayez\u202f; si elle revient, signalez-la avec le journal de Préau."
)


class Job(QObject):
    """A call under way. Every signal is emitted in the thread where the job was made; exactly one of the last three ends it.

    The work receives the job: it calls ``job.progress(done, total)`` and looks at ``job.cancelled()``.
    """

    progressed = Signal(int, int)
    done = Signal(object)
    failed = Signal(PreauError)
    stopped = Signal()
    """The work raised one of ``stops``, its own word for « cancelled »."""

    _ended = Signal(object, object)
    _moved = Signal(int, int)

    def __init__(self, parent: QObject, stops: tuple[type[BaseException], ...] = ()) -> None:
        super().__init__(parent)
        self._cancel = threading.Event()
        self._finished = threading.Event()
        self._stops = stops
        self._ended.connect(self._on_ended)
        self._moved.connect(self._on_moved)

    def cancel(self) -> None:
        """Ask the work to stop at its next look; it may still end well."""
        self._cancel.set()

    def cancelled(self) -> bool:
        """Whether ``cancel`` was called; asked by the work, from its thread."""
        return self._cancel.is_set()

    def progress(self, done: int, total: int) -> None:
        """Tell how far the work is; called by the work, from its thread."""
        self._moved.emit(done, total)

    def wait(self, timeout_s: float = 60.0) -> bool:
        """Block until the work has ended, for a window that closes. Signals come later."""
        return self._finished.wait(timeout_s)

    def _run(self, work: Callable[[Job], Any]) -> None:
        try:
            result, error = work(self), None
        except BaseException as caught:  # noqa: BLE001 - told in the window's thread
            result, error = None, caught
        self._finished.set()
        try:
            self._ended.emit(result, error)
        except RuntimeError:
            log.info("a job ended after its window")

    @Slot(int, int)
    def _on_moved(self, done: int, total: int) -> None:
        self.progressed.emit(done, total)

    @Slot(object, object)
    def _on_ended(self, result: object, error: BaseException | None) -> None:
        if error is None:
            self.done.emit(result)
        elif isinstance(error, self._stops):
            self.stopped.emit()
        else:
            self.failed.emit(_as_preau_error(error))
        self.deleteLater()


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
    QThreadPool.globalInstance().start(_Call(job, work))
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
        QThreadPool.globalInstance().start(_Call(job, work))
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
    def __init__(self, job: Job, work: Callable[[Job], Any]) -> None:
        super().__init__()
        self._job, self._work = job, work

    def run(self) -> None:
        self._job._run(self._work)


def _as_preau_error(error: BaseException) -> PreauError:
    if isinstance(error, PreauError):
        return error
    log.error("unexpected error in the background", exc_info=error)
    return PreauError("unexpected", UNEXPECTED, reason=type(error).__name__)

"""Synchronisation by itself: at once after an act, else from time to time, with growing waits while the line is down.

One thread, no Qt. The window starts it, wakes it after each act and stops it before the vault closes; what it does is
told through a callback, called on that thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.models.errors import PreauError, TransportError
from app.services.sync.engine import SyncEngine, SyncReport

log = logging.getLogger(__name__)

IDLE_WAIT_S = 120.0
FIRST_RETRY_S = 5.0
LONGEST_RETRY_S = 900.0


@dataclass(frozen=True, slots=True)
class Tick:
    """One attempt for one school: a report, or the error that ended it."""

    school_id: str
    report: SyncReport | None
    error: PreauError | None


def next_wait(failures: int) -> float:
    """Seconds until the next attempt: the idle pace, or twice as long after each failure, up to a quarter of an hour."""
    if failures == 0:
        return IDLE_WAIT_S
    return min(FIRST_RETRY_S * 2.0 ** (failures - 1), LONGEST_RETRY_S)


class SyncLoop:
    """The background thread. ``schools`` is asked at each turn, so that a school enrolled meanwhile is not forgotten."""

    def __init__(
        self, *, engine: SyncEngine, schools: Callable[[], Sequence[str]], told: Callable[[Tick], None]
    ) -> None:
        self._engine = engine
        self._schools = schools
        self._told = told
        self._wake = threading.Event()
        self._stopping = False
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name="preau-sync", daemon=True)

    def start(self) -> None:
        """Begin with an attempt at once."""
        self._thread.start()

    def wake(self) -> None:
        """Try now: an act was done, the button was pressed, the line is back."""
        self._wake.set()

    def stop(self, *, timeout_s: float = 90.0) -> None:
        """End the thread; returns when the exchange under way has ended, so that the vault may close."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                self._turn()
            except Exception:
                log.exception("a turn of the synchronisation failed")
                self._failures += 1
            if not self._stopping:  # ``stop`` may have woken us before the event was cleared
                self._wake.wait(next_wait(self._failures))

    def _turn(self) -> None:
        failed = False
        for school_id in self._schools():
            if self._stopping:
                return
            tick = self._attempt(school_id)
            failed = failed or isinstance(tick.error, TransportError)
            if self._stopping:
                return  # whoever is told may be gone
            self._told(tick)
        self._failures = self._failures + 1 if failed else 0

    def _attempt(self, school_id: str) -> Tick:
        try:
            return Tick(school_id, self._engine.run_once(school_id), None)
        except PreauError as error:
            return Tick(school_id, None, error)
        except Exception as error:
            log.exception("synchronisation failed")
            sentence = "La synchronisation a échoué pour une raison inattendue. Nouvel essai automatique."
            told = TransportError("unexpected", sentence, reason=type(error).__name__)
            with suppress(PreauError):
                self._engine.note_failure(school_id, told)
            return Tick(school_id, None, told)

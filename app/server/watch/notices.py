"""The operator's banner, on every page of the portal: read from the base now and then, never while a page waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.server.database import BUSY, Database
from app.server.operating.admin import BANNER
from app.server.sync import heads

FRESH_S = 20.0


class Notices:
    """``text`` is what the pages show; it is at most ``fresh_s`` seconds and one page late."""

    def __init__(
        self, database: Database, *, fresh_s: float = FRESH_S, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self._fresh_s, self._seconds = database, fresh_s, seconds
        self._reading = threading.Lock()
        self._text, self._read_at = "", seconds()
        self._read()

    def text(self) -> str:
        """Empty for nothing. An old one is read again beside, for the pages after this one."""
        if self._seconds() - self._read_at > self._fresh_s and self._reading.acquire(blocking=False):
            self._read_at = self._seconds()
            threading.Thread(target=self._read_beside, name="preau-banner", daemon=True).start()
        return self._text

    def _read_beside(self) -> None:
        try:
            self._read()
        finally:
            self._reading.release()

    def _read(self) -> None:
        try:
            with self._database.read() as connection:
                self._text = heads.state(connection, BANNER) or ""
        except BUSY:
            pass  # what was said stays

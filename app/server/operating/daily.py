"""What the server does on its own: a thread that looks from time to time whether the day has changed, or mails are due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from sqlalchemy.exc import SQLAlchemyError

from app.server.operating import keeping
from app.server.sync.exchange import SyncService

log = logging.getLogger(__name__)
LOOK_EVERY_S = 60.0


class Daily:
    """The first look comes after ``every_s`` seconds: a server that starts has more urgent things to do."""

    def __init__(
        self,
        service: SyncService,
        *,
        every_s: float = LOOK_EVERY_S,
        also: Sequence[Callable[[], object]] = (),
    ) -> None:
        self._service, self._every_s, self._also = service, every_s, also
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="preau-daily", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the thread lives."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End after the work under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _loop(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                keeping.purge_once_a_day(self._service)
            except SQLAlchemyError as error:
                log.warning("what is past its time could not be purged: %s", type(error).__name__)
            for work in self._also:
                try:
                    work()
                except SQLAlchemyError as error:
                    log.warning("mails could not be queued: %s", type(error).__name__)

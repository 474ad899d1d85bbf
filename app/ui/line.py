"""The synchronisation behind the window: its loop on a thread of its own, its news as signals on the window's thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal

from app.services.desk import Desk
from app.services.schools import linked_schools
from app.services.support.copies import is_officer
from app.services.support.officers import close_refused, with_refresh
from app.services.sync.loop import SyncLoop, Tick
from app.services.sync.seat import officer_token, seated_engine
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import SecretStore


class Line(QObject):
    """``ticked`` at each attempt for a school, with its Tick; ``carried`` after each parcel of documents, with what is Left."""

    ticked = Signal(object)
    carried = Signal(object)
    counted = Signal()
    """On an officer's PC: her schools were asked about."""

    def __init__(self, desk: Desk, secrets: SecretStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stopping = threading.Event()
        self._transport = HttpTransport(given_up=self._stopping.is_set)
        engine = seated_engine(desk, transport=self._transport, secrets=secrets, told=self.carried.emit)
        self._desk = desk
        self._refresh = with_refresh(desk, line=self._transport, token_of=lambda: officer_token(secrets))
        self._loop = SyncLoop(engine=engine, schools=self._schools, told=self._tell)

    def start(self) -> None:
        """Begin, with an attempt at once."""
        self._loop.start()

    def wake(self) -> None:
        """Try now."""
        self._loop.wake()

    def stop(self) -> None:
        """End. A server that is waited for is waited for no longer; what its reply brings is written whole, or not."""
        self._stopping.set()
        self._loop.stop()
        self._transport.close()

    def _schools(self) -> tuple[str, ...]:
        """On an officer's PC, which are open to her is asked first."""
        if is_officer(self._desk):
            self._refresh()
            self.counted.emit()
        return linked_schools(self._desk)

    def _tell(self, tick: Tick) -> None:
        close_refused(self._desk, school_id=tick.school_id, error=tick.error)
        self.ticked.emit(tick)

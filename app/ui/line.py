"""The synchronisation behind the window: its loop on a thread of its own, its news as signals on the window's thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.services.desk import Desk
from app.services.devices import settle_keys
from app.services.schools import linked_schools
from app.services.sync.engine import SyncEngine
from app.services.sync.enrolment import token_name
from app.services.sync.loop import SyncLoop, Tick
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import SecretStore


class Line(QObject):
    """``ticked`` at each attempt for a school, with its Tick."""

    ticked = Signal(object)

    def __init__(self, desk: Desk, secrets: SecretStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._transport = HttpTransport()
        engine = SyncEngine(
            desk,
            self._transport,
            lambda school_id: secrets.fetch(token_name(school_id)) or "",
            settled=lambda school_id: settle_keys(desk, school_id=school_id, secrets=secrets),
        )
        self._loop = SyncLoop(engine=engine, schools=lambda: linked_schools(desk), told=self._tell)

    def start(self) -> None:
        """Begin, with an attempt at once."""
        self._loop.start()

    def wake(self) -> None:
        """Try now."""
        self._loop.wake()

    def stop(self) -> None:
        """End; returns once the exchange under way has ended."""
        self._loop.stop()
        self._transport.close()

    def _tell(self, tick: Tick) -> None:
        self.ticked.emit(tick)

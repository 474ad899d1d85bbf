"""Several pages before a log-in: what was typed so far waits here, encrypted, behind a short cookie."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, insert, select, update

from app.models.clock import Clock, instant, is_within
from app.models.ids import RandomBytes
from app.models.secrets import token_hash
from app.server.tables import journeys

LIFE = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Journey:
    """One way through some pages; ``data`` is JSON-native."""

    id_hash: str
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Journeys:
    """Begins, reads, goes on and ends."""

    clock: Clock
    random_bytes: RandomBytes
    cipher: Fernet | MultiFernet

    def begin(self, connection: Connection, *, kind: str, data: dict[str, Any]) -> str:
        """A new journey; returns the cookie's value (256 bits)."""
        value = self.random_bytes(32).hex()
        row = {"id_hash": token_hash(value), "kind": kind, "data": self._sealed(data), "created_at": self._now()}
        connection.execute(insert(journeys).values(**row))
        return value

    def find(self, connection: Connection, *, kind: str, value: str | None) -> Journey | None:
        """The living journey of that kind, locked until the transaction ends; None for anything else."""
        if not value:
            return None
        statement = select(journeys).where(journeys.c.id_hash == token_hash(value), journeys.c.kind == kind)
        found = connection.execute(statement.with_for_update()).mappings().first()
        if found is None or found["ended_at"] is not None:
            return None
        if not is_within(found["created_at"], self.clock(), LIFE):
            return None
        try:
            data = json.loads(self.cipher.decrypt(found["data"].encode()))
        except InvalidToken:  # the server's secret was changed: the parent begins again
            return None
        return Journey(found["id_hash"], kind, data)

    def go_on(self, connection: Connection, journey: Journey, **values: Any) -> Journey:
        """The journey with some values more."""
        data = {**journey.data, **values}
        connection.execute(
            update(journeys).where(journeys.c.id_hash == journey.id_hash).values(data=self._sealed(data))
        )
        return Journey(journey.id_hash, journey.kind, data)

    def end(self, connection: Connection, journey: Journey) -> None:
        """It leads nowhere any more, and keeps nothing of what was typed."""
        values = {"ended_at": self._now(), "data": self._sealed({})}
        connection.execute(update(journeys).where(journeys.c.id_hash == journey.id_hash).values(**values))

    def _sealed(self, data: dict[str, Any]) -> str:
        return self.cipher.encrypt(json.dumps(data).encode()).decode()

    def _now(self) -> str:
        return instant(self.clock())

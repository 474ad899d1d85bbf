"""The outbox table: enqueue in the transaction of the cause, lease, settle (DESIGN, « The server is a library »)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import Fernet
from sqlalchemy import Connection, insert, or_, select, update

from app.models.clock import Clock, instant, later
from app.server.tables import outbox

QUEUED, ACCEPTED, FAILED, UNCERTAIN = "queued", "accepted", "failed", "uncertain"
LEASE = timedelta(minutes=5)
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""After as many failures as there are waits, the message is a dead letter, and the school sees it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person, the owner of the portal account ``account_id``; ``params`` may be secret."""

    id: str
    school_id: str | None
    account_id: str | None
    channel: str
    recipient: str
    template: str
    params: dict[str, str]
    attempts: int


@dataclass(frozen=True, slots=True)
class Queue:
    """The outbox of one server; ``cipher`` keeps the parameters unreadable in the base."""

    cipher: Fernet
    clock: Clock

    def enqueue(
        self,
        connection: Connection,
        *,
        new_id: Callable[[], str],
        recipient: str,
        template: str,
        params: dict[str, str],
        channel: str = "mail",
        school_id: str | None = None,
        account_id: str | None = None,
    ) -> str:
        """Add a message, in the transaction of its cause; returns its id."""
        message_id, now = new_id(), instant(self.clock())
        connection.execute(
            insert(outbox).values(
                id=message_id, school_id=school_id, account_id=account_id, channel=channel, recipient=recipient,
                template=template, params=self.cipher.encrypt(json.dumps(params).encode()).decode(), state=QUEUED,
                attempts=0, created_at=now, next_at=now,
            )
        )  # fmt: skip
        return message_id

    def lease(self, connection: Connection, *, limit: int = 20) -> list[Message]:
        """Take some due messages for a while; another worker passes over them."""
        now = instant(self.clock())
        statement = (
            select(outbox)
            .where(
                outbox.c.state == QUEUED,
                outbox.c.next_at <= now,
                or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
            )
            .order_by(outbox.c.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = connection.execute(statement).mappings().all()
        if rows:
            connection.execute(
                update(outbox).where(outbox.c.id.in_([row["id"] for row in rows])).values(lease_until=later(now, LEASE))
            )
        return [
            Message(
                row["id"], row["school_id"], row["account_id"], row["channel"], row["recipient"], row["template"],
                json.loads(self.cipher.decrypt(row["params"].encode())), row["attempts"],
            )
            for row in rows
        ]  # fmt: skip

    def accepted(self, connection: Connection, message: Message) -> None:
        """The next server has taken the message: its secrets are blanked."""
        connection.execute(
            update(outbox)
            .where(outbox.c.id == message.id)
            .values(state=ACCEPTED, params=None, lease_until=None, done_at=instant(self.clock()))
        )

    def failed(self, connection: Connection, message: Message, *, reason: str, for_good: bool) -> bool:
        """It did not leave: try later, or never again; returns whether it never will."""
        over = for_good or message.attempts >= len(WAITS)
        now = instant(self.clock())
        values: dict[str, object] = {"attempts": message.attempts + 1, "last_error": reason[:200], "lease_until": None}
        if over:
            values |= {"state": FAILED, "params": None, "done_at": now}
        else:
            values["next_at"] = later(now, WAITS[message.attempts])
        connection.execute(update(outbox).where(outbox.c.id == message.id).values(**values))
        return over

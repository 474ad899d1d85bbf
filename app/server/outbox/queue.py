"""The outbox table: enqueue in the transaction of the cause, lease, settle (DESIGN, « The server is a library »)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, func, insert, or_, select, update

from app.models.clock import Clock, instant, later
from app.models.deliveries import DeliveryState
from app.models.tables import Row
from app.server.tables import outbox

log = logging.getLogger(__name__)
UNREADABLE = "unreadable"
QUEUED, FAILED = DeliveryState.QUEUED.value, DeliveryState.FAILED.value
LEASE = timedelta(minutes=15)
BATCH = 250
MINUTE, DAY = timedelta(seconds=60), timedelta(days=1)
LEASE_LOCK = 0x5072E962
"""PostgreSQL's advisory lock around a lease: two workers count the same minute one after the other."""
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""After as many failures as there are waits, the message is a dead letter, and the school sees it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person, the owner of the portal account ``account_id``; ``params`` may be secret.

    ``school_id`` is the school that sends it; None where the portal does, then every school of the account hears of it.
    """

    id: str
    school_id: str | None
    account_id: str | None
    channel: str
    recipient: str
    template: str
    params: dict[str, str]
    attempts: int
    run_id: str | None = None
    not_before: str | None = None
    """The instant before which it does not leave; at once where there is none."""

    def leaving(self, not_before: str | None) -> Message:
        """The same message, to leave later."""
        return replace(self, not_before=not_before)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one try. QUEUED means « try later »; ``line_down`` that nobody would have taken any mail."""

    state: DeliveryState
    reason: str = ""
    line_down: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """A message whose state is known now, for the schools that wait for it."""

    message: Message
    state: DeliveryState
    reason: str


@dataclass(frozen=True, slots=True)
class Queue:
    """The outbox of one server; ``cipher`` keeps the parameters unreadable in the base."""

    cipher: Fernet | MultiFernet
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
        message = Message(new_id(), school_id, account_id, channel, recipient, template, params, 0)
        self.enqueue_all(connection, [message])
        return message.id

    def enqueue_all(self, connection: Connection, messages: Sequence[Message]) -> None:
        """Add messages, in the transaction of their cause."""
        now = instant(self.clock())
        rows = [
            {
                "id": one.id, "school_id": one.school_id, "account_id": one.account_id, "channel": one.channel,
                "recipient": one.recipient, "template": one.template, "params": self._sealed(one.params),
                "state": QUEUED, "run_id": one.run_id, "attempts": one.attempts, "created_at": now,
                "next_at": one.not_before or now,
            }
            for one in messages
        ]  # fmt: skip
        if rows:
            connection.execute(insert(outbox), rows)

    def lease(
        self, connection: Connection, *, channel: str = "mail", limit: int = BATCH, per_minute: int = 0
    ) -> list[Message]:
        """Take some due messages of a channel for a while, no more than ``per_minute`` a minute (0: as many as there are).

        Another worker passes over them; one that died leaves them to another.
        """
        now = instant(self.clock())
        if per_minute:
            limit = min(limit, per_minute - self._tried_within_a_minute(connection, channel, now))
        if limit <= 0:
            return []
        statement = (
            select(outbox)
            .where(
                outbox.c.state == QUEUED,
                outbox.c.channel == channel,
                outbox.c.next_at <= now,
                or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
            )
            .order_by(outbox.c.next_at, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = connection.execute(statement).mappings().all()
        if rows:
            connection.execute(
                update(outbox)
                .where(outbox.c.id.in_([row["id"] for row in rows]))
                .values(lease_until=later(now, LEASE), tried_at=now)
            )
        return [self._message(dict(row)) for row in rows]

    def _message(self, row: Row) -> Message:
        """A row as a message; one that nobody can read, since the server's secret was changed, has no template."""
        try:
            return message_of(row, self.opened(row["params"]))
        except InvalidToken:
            log.error("a message of kind %s was written with another secret: it will not leave", row["template"])
            return message_of({**row, "template": UNREADABLE}, {})

    def _tried_within_a_minute(self, connection: Connection, channel: str, now: str) -> int:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LEASE_LOCK)))
        recent = (outbox.c.channel == channel, outbox.c.tried_at > later(now, -MINUTE))
        return int(connection.execute(select(func.count()).select_from(outbox).where(*recent)).scalar_one())

    def give_back(self, connection: Connection, messages: Sequence[Message]) -> None:
        """Leave leased messages that were not tried to whoever comes next."""
        ids = [message.id for message in messages]
        if ids:
            connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(lease_until=None, tried_at=None))

    def settle(self, connection: Connection, results: Sequence[tuple[Message, Delivery]]) -> list[News]:
        """Write what became of leased messages; returns those whose state is now known. Their secrets are blanked.

        A message that was withdrawn while it was on its way stays withdrawn.
        """
        now = instant(self.clock())
        alike: dict[tuple[tuple[str, object], ...], list[str]] = {}
        news = []
        for message, delivery in results:
            state = self._final(message, delivery)
            values: Row = {"attempts": message.attempts + 1, "last_error": delivery.reason[:200] or None}
            if state is None:
                values["next_at"] = later(now, WAITS[message.attempts])
            else:
                values |= {"state": state.value, "done_at": now, "params": None}
                news.append(News(message, state, delivery.reason))
            alike.setdefault(tuple(values.items()), []).append(message.id)
        for written, ids in alike.items():
            here = (outbox.c.id.in_(ids), outbox.c.state == QUEUED)
            connection.execute(update(outbox).where(*here).values(lease_until=None, **dict(written)))
        return news

    def _final(self, message: Message, delivery: Delivery) -> DeliveryState | None:
        """The state in which a message ends; None where it is tried again later."""
        if delivery.state is not DeliveryState.QUEUED:
            return delivery.state
        return DeliveryState.FAILED if message.attempts >= len(WAITS) else None

    def _sealed(self, params: dict[str, str]) -> str:
        return self.cipher.encrypt(json.dumps(params).encode()).decode()

    def opened(self, params: str | None) -> dict[str, str]:
        """The parameters of a message; nothing once they are blanked."""
        found: dict[str, str] = json.loads(self.cipher.decrypt(params.encode())) if params else {}
        return found


def message_of(row: Row, params: dict[str, str]) -> Message:
    """A row of the outbox as a message."""
    return Message(
        row["id"], row["school_id"], row["account_id"], row["channel"], row["recipient"], row["template"], params,
        row["attempts"], row["run_id"],
    )  # fmt: skip

"""Codes of six digits, by SMS or mail (identity.md, « Secrets »).

Kept as keyed hashes: six digits alone would be found again in a moment. A code for a number that nobody knows is only
pretended: it has a row like any other, so that limits, answers and time are the same, and nothing leaves.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, func, insert, select, update

from app.models.clock import Clock, instant, later
from app.models.ids import RandomBytes
from app.server.accounts import limits
from app.server.database import one_at_a_time
from app.server.outbox.queue import Queue
from app.server.tables import codes

TRIES = 5
SCOPE = "code"
HOURLY, DAILY = 3, 10
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a code goes. ``school`` is named in the text; ``school_id`` bears the cost; None where the server does."""

    channel: str  # sms | mail
    contact: str
    school: str
    school_id: str | None = None
    account_id: str | None = None
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Codes:
    """Sends and checks them."""

    clock: Clock
    random_bytes: RandomBytes
    new_id: Callable[[], str]
    key: bytes
    queue: Queue
    life: timedelta
    host: str
    """Of the portal: the last line of the text lets phones fill the code in."""

    def send(self, connection: Connection, to: Recipient, *, really: bool) -> str | None:
        """Make a code and queue it; ``really`` is False for a contact that nobody knows.

        Returns the code's id, the same either way, or None where this contact has had its share (3 an hour, 10 a day).
        """
        now, contact = instant(self.clock()), self._keyed(f"{to.channel}:{to.contact}")
        one_at_a_time(connection, f"{codes.name}:{contact}")  # asked for ten times at once, it is counted ten times
        if self._sent(connection, contact, now, HOUR) >= HOURLY or self._sent(connection, contact, now, DAY) >= DAILY:
            return None
        code_id, digits = self.new_id(), f"{int.from_bytes(self.random_bytes(8)) % 1_000_000:06d}"
        connection.execute(
            insert(codes).values(
                id=code_id, contact_hash=contact, code_hash=self._keyed(f"{code_id}:{digits}") if really else None,
                school_id=to.school_id, channel=to.channel, created_at=now, expires_at=later(now, self.life),
            )
        )  # fmt: skip
        if really:
            minutes = str(int(self.life.total_seconds() // 60))
            params = {
                "code": digits,
                "school": to.school,
                "host": self.host,
                "minutes": minutes,
                "language": to.language,
            }
            self.queue.enqueue(
                connection, new_id=self.new_id, recipient=to.contact, template=f"code_{to.channel}", params=params,
                channel=to.channel, school_id=to.school_id, account_id=to.account_id,
            )  # fmt: skip
        return code_id

    def may_be_tried(self, connection: Connection, code_ids: Sequence[str], *, network: str) -> bool:
        """Whether codes may be tried from a network: each network has a growing wait, begun anew each hour.

        The first try of a code never waits, so that nobody who shares the network keeps its owner out.
        """
        untouched = (codes.c.id.in_(code_ids), codes.c.tries == 0, codes.c.used_at.is_(None))
        first = connection.execute(select(codes.c.id).where(*untouched)).first() is not None
        wait = limits.wait_left(connection, scope=SCOPE, subject=self._hourly(network), clock=self.clock)
        return first or wait <= timedelta(0)

    def note_wrong(self, connection: Connection, *, network: str) -> None:
        """Count a wrong code against the network that it came from."""
        limits.note_failure(connection, scope=SCOPE, subject=self._hourly(network), clock=self.clock)

    def _hourly(self, network: str) -> str:
        return f"{network}|{instant(self.clock())[:13]}"

    def check(self, connection: Connection, *, code_id: str, typed: str) -> bool:
        """Whether these digits are the code; used up by it, and dead after five wrong tries."""
        statement = select(codes).where(codes.c.id == code_id).with_for_update()
        found = connection.execute(statement).mappings().first()
        now = instant(self.clock())
        if found is None or found["used_at"] or found["expires_at"] < now or found["tries"] >= TRIES:
            return False
        digits = "".join(character for character in typed if character.isdigit())
        right = hmac.compare_digest(found["code_hash"] or "", self._keyed(f"{code_id}:{digits}"))
        values = {"used_at": now} if right else {"tries": found["tries"] + 1}
        connection.execute(update(codes).where(codes.c.id == code_id).values(**values))
        return right

    def _sent(self, connection: Connection, contact: str, now: str, within: timedelta) -> int:
        recent = (codes.c.contact_hash == contact, codes.c.created_at > later(now, -within))
        return int(connection.execute(select(func.count()).select_from(codes).where(*recent)).scalar_one())

    def _keyed(self, text: str) -> str:
        return hmac.new(self.key, text.encode(), "sha256").hexdigest()

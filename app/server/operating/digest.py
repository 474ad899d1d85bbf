"""Once a day, a mail without names to the mailbox of each school where parents wait for an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from app.models.acts_requests import RequestKind, RequestStatus
from app.models.clock import Clock, instant, local_date
from app.models.contacts import is_mail
from app.models.tables import Row, schools
from app.server.accounts.guardian_index import GuardianIndex
from app.server.database import Database
from app.server.outbox.queue import Queue
from app.server.sync import heads, inbound
from app.server.sync.settle_requests import ripen
from app.services.records.rows import SchoolRows

SETTING = "help_digest"
"""School setting; on unless the school says no."""
FROM_HOUR = 6
"""In the morning, where the operator's server has its day (UTC)."""
SENT_ON = "digest_sent_on"


@dataclass(frozen=True, slots=True)
class Digest:
    """Counts what waits, school by school, each under its own lock: the inbox is folded in on the way."""

    database: Database
    clock: Clock
    new_id: Callable[[], str]
    queue: Queue
    index: GuardianIndex
    wake: Callable[[], None] = lambda: None

    def send_once_a_day(self) -> int:
        """Queue the mails of today, unless a process of this server has; returns how many there are."""
        now = self.clock()
        if now.hour < FROM_HOUR or not self._mine(instant(now)[:10]):
            return 0
        with self.database.read() as connection:
            school_ids = connection.execute(select(schools.c.id).order_by(schools.c.id)).scalars().all()
        count = sum(self._send_of(school_id) for school_id in school_ids)
        if count:
            self.wake()
        return count

    def _mine(self, today: str) -> bool:
        try:
            with self.database.write() as connection:
                return heads.claim(connection, SENT_ON, today)
        except IntegrityError:  # the very first day: another process has just said it
            return False

    def _send_of(self, school_id: str) -> bool:
        with self.database.write() as connection:
            head = heads.lock(connection, school_id)
            rows = SchoolRows(connection, school_id)
            now = instant(self.clock())
            inbound.fold(connection, rows, at=now)
            ripen(rows, at=now)
            sent = self._queue(connection, rows)
            self.index.follow(connection, rows)
            rows.flush(next_seq=head.next)
            heads.save(connection, head)
        return sent

    def _queue(self, connection: Connection, rows: SchoolRows) -> bool:
        school = rows.need("schools", rows.school_id)
        waiting = rows.where("requests", status=RequestStatus.OPEN.value)
        wanted = (school["settings"] or {}).get(SETTING, True)
        if not waiting or not wanted or not is_mail(school["email"] or ""):
            return False
        self.queue.enqueue(
            connection, new_id=self.new_id, recipient=school["email"].strip(), template="help_digest",
            params={**_counts(waiting), "school": school["name"], "days": self._days(school, waiting), "language": "fr"},
            school_id=rows.school_id,
        )  # fmt: skip
        return True

    def _days(self, school: Row, waiting: list[Row]) -> str:
        zone = school["timezone"] or "Europe/Paris"
        oldest = local_date(min(row["at"] for row in waiting), zone)
        days = (self.clock().astimezone(ZoneInfo(zone)).date() - oldest).days
        return "aujourd’hui" if days <= 0 else f"{days}\u00a0jour{'s' * (days > 1)}"


def _counts(waiting: list[Row]) -> dict[str, str]:
    return {kind.value: str(sum(row["kind"] == kind for row in waiting)) for kind in RequestKind}

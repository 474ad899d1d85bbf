"""Families are told when documents of the livret are there to read: one message for all that is new to one account.

By mail or SMS as the parent prefers, never at night, nothing in it of what the documents say. The work goes by small
transactions over accounts and holds no school's lock, so that a publication to thousands keeps nobody waiting.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, exists, insert, or_, select
from sqlalchemy.exc import IntegrityError

from app.models.clock import Clock, instant
from app.models.states import AccountState
from app.models.tables import Row, reports
from app.server.database import Database, one_at_a_time
from app.server.outbox.queue import Message, Queue
from app.server.portal import family
from app.server.portal.reports.books import Books, Entry
from app.server.sync import heads
from app.server.tables import noticed_reports, portal_accounts, portal_links, report_notices
from app.services.records.rows import SchoolRows
from app.services.reports.overview import NOTICES
from app.services.reports.quiet_hours import is_night

NEWS = timedelta(days=60)
"""A document that has been there longer is no news: a base that has forgotten who was told tells nobody again."""
AT_ONCE = 50
"""Accounts a transaction: a base of one file is held some hundredths of a second."""
LOOKED_AT = "report_notices_looked_at"
MAIL, SMS, NONE = "mail", "sms", "none"
Key = tuple[str, str, str]
"""School, report, document."""


@dataclass(frozen=True, slots=True)
class ReportNotices:
    """Looks for documents that became visible, and queues one message for each account."""

    database: Database
    clock: Clock
    new_id: Callable[[], str]
    queue: Queue
    books: Books
    public_url: str
    wake: Callable[[], None] = lambda: None
    go_on: Callable[[], bool] = lambda: True
    """Whether to go on after some accounts: a server that ends leaves the others to the next one."""

    pause: Callable[[float], None] = time.sleep
    """Called after each account with the seconds that it took: this thread leaves the others half of the processor."""

    def send_due(self) -> int:
        """Queue what is due now, unless another process has just looked; returns how many messages."""
        return self.send_now() if self._mine() else 0

    def send_now(self) -> int:
        """Queue what is due now; returns how many messages."""
        count = sum(self._send_of(school_id) for school_id in self._candidates())
        if count:
            self.wake()
        return count

    def _mine(self) -> bool:
        """Whether this process looks now: of several, one a minute."""
        try:
            with self.database.write() as connection:
                return heads.claim(connection, LOOKED_AT, instant(self.clock())[:16])
        except IntegrityError:  # the very first time: another process has just said it
            return False

    def _candidates(self) -> list[str]:
        """The schools with a document that may be visible and was never told."""
        latest = (self.clock() + timedelta(days=1)).date().isoformat()  # somewhere it is tomorrow already
        since = (self.clock() - NEWS).date().isoformat()
        told = exists().where(
            and_(
                noticed_reports.c.school_id == reports.c.school_id, noticed_reports.c.report_id == reports.c.id,
                noticed_reports.c.document == reports.c.document,
            )
        )  # fmt: skip
        statement = select(reports.c.school_id).distinct().where(
            reports.c.published_on <= latest, reports.c.locked_at.is_not(None), reports.c.removed_at.is_(None),
            reports.c.stored_at.is_not(None), or_(reports.c.published_on >= since, reports.c.imported_at >= since), ~told,
        )  # fmt: skip
        with self.database.read() as connection:
            return sorted(connection.execute(statement).scalars())

    def _send_of(self, school_id: str) -> int:
        with self.database.read() as connection:
            school = SchoolRows(connection, school_id).need("schools", school_id)
            keys = self._visible(connection, school)
            accounts = _accounts(connection, school_id)
        if not keys or is_night(self.clock(), school["timezone"]):
            return 0
        wanted = (school["settings"] or {}).get(NOTICES, True)
        count = 0
        for some in _slices(accounts if wanted else []):
            if not self.go_on():
                return count
            count += self._tell_some(some, school)
        with self.database.write() as connection:
            one_at_a_time(connection, LOOKED_AT)
            self._note_told(connection, school_id, keys)
        return count

    def _visible(self, connection: Connection, school: Row) -> list[Key]:
        """The documents of the school that families see today, told or not."""
        today = self.clock().astimezone(ZoneInfo(school["timezone"] or "Europe/Paris")).date().isoformat()
        rows = SchoolRows(connection, school["id"]).all("reports")
        return [
            (school["id"], row["id"], row["document"])
            for row in rows
            if row["locked_at"] and row["stored_at"] and not row["removed_at"] and (row["published_on"] or "9") <= today
        ]

    def _tell_some(self, portals: list[Row], school: Row) -> int:
        """What is new to each is looked for without holding the base, which a school's exchange may wait for."""
        ways = [(portal, way) for portal in portals if (way := way_of(portal)) is not None]
        found = []
        for portal, way in ways:
            began = time.monotonic()
            with self.database.read() as connection:
                fresh = self._fresh(connection, portal)
            found += [(portal, way, fresh)] if fresh else []
            self.pause(time.monotonic() - began)
        if not found:
            return 0
        with self.database.write() as connection:
            one_at_a_time(connection, LOOKED_AT)
            made = (self._message(connection, portal, way, fresh, school) for portal, way, fresh in found)
            messages = [one for one in made if one is not None]
            self.queue.enqueue_all(connection, messages)
        return len(messages)

    def _message(
        self, connection: Connection, portal: Row, way: str, found: list[Entry], school: Row
    ) -> Message | None:  # fmt: skip
        """One message for all that is new to an account, in all its schools; what it counts is not told again."""
        known = _told_of(connection, portal["id"])  # another process may have told it since
        fresh = [entry for entry in found if _key(entry) not in known]
        if not fresh:
            return None
        now = instant(self.clock())
        told = [
            {"portal_account_id": portal["id"], "school_id": entry.child.school_id, "report_id": entry.id,
             "document": entry.row["document"], "at": now}
            for entry in fresh
        ]  # fmt: skip
        connection.execute(insert(report_notices), told)
        named = "" if any(entry.child.hidden for entry in fresh) else school["name"]
        return message(
            self.new_id(), portal, way, template="report_notice", count=len(fresh), school=named,
            school_id=school["id"], public_url=self.public_url, language=family.language_of(connection, portal["id"]),
        )  # fmt: skip

    def _fresh(self, connection: Connection, portal: Row) -> list[Entry]:
        """What the account sees, has not read and was not told of."""
        told = _told_of(connection, portal["id"])
        entries = (entry for book in self.books.of(connection, portal["id"]) for entry in book.entries)
        return [entry for entry in entries if entry.read_at is None and _key(entry) not in told]

    def _note_told(self, connection: Connection, school_id: str, keys: Iterable[Key]) -> None:
        now = instant(self.clock())
        mine = select(noticed_reports).where(noticed_reports.c.school_id == school_id)
        known = {(row.school_id, row.report_id, row.document) for row in connection.execute(mine)}
        values = [
            {"school_id": key[0], "report_id": key[1], "document": key[2], "at": now}
            for key in keys
            if key not in known
        ]
        if values:
            connection.execute(insert(noticed_reports), values)


def _told_of(connection: Connection, portal_id: str) -> set[Key]:
    """The documents that an account was told of."""
    mine = select(report_notices).where(report_notices.c.portal_account_id == portal_id)
    return {(row.school_id, row.report_id, row.document) for row in connection.execute(mine)}


def _key(entry: Entry) -> Key:
    return entry.child.school_id, entry.id, entry.row["document"]


def way_of(portal: Row) -> str | None:
    """How an account is told: as its owner chose, where he has that contact; by mail, else SMS, where he chose nothing."""
    if portal["state"] != AccountState.ACTIVE or portal["prefers_paper"] or portal["notices"] == NONE:
        return None
    confirmed = {
        MAIL: portal["email"] and portal["email_verified_at"],
        SMS: portal["mobile"] and portal["mobile_verified_at"],
    }
    order = (SMS, MAIL) if portal["notices"] == SMS else (MAIL, SMS)
    return next((way for way in order if confirmed[way]), None)


def message(
    message_id: str, portal: Row, way: str, *, template: str, count: int, school: str, school_id: str, public_url: str,
    language: str,
) -> Message:  # fmt: skip
    """One message of the livret to the owner of an account; ``school`` is empty where he must not learn of it."""
    params = {
        "count": str(count), "portal": public_url, "login": portal["login"], "school": school,
        "host": urlsplit(public_url).hostname or "", "language": language,
    }  # fmt: skip
    recipient = portal["email"] if way == MAIL else portal["mobile"]
    suffix = "_mail" if way == MAIL else "_sms"
    return Message(message_id, school_id, portal["id"], way, recipient, template + suffix, params, 0)


def _accounts(connection: Connection, school_id: str) -> list[Row]:
    """The portal accounts of a school's guardians, each once."""
    mine = select(portal_links.c.portal_account_id).where(portal_links.c.school_id == school_id)
    statement = select(portal_accounts).where(portal_accounts.c.id.in_(mine)).order_by(portal_accounts.c.id)
    return [dict(found) for found in connection.execute(statement).mappings()]


def _slices(portals: list[Row]) -> Iterator[list[Row]]:
    return (portals[start : start + AT_ONCE] for start in range(0, len(portals), AT_ONCE))

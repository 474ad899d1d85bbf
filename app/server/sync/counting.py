"""What an officer reads of her schools without a grant: counts and dates, never a name (DESIGN, « Support »)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.models.acts_requests import LIVING
from app.models.clock import parse_instant
from app.models.contacts import read_mobile
from app.models.corrections import effective
from app.models.states import AccountState, ReportState
from app.models.support import SchoolCounts
from app.models.tables import devices, imports, requests
from app.server.database import Database
from app.server.tables import heads, school_counts
from app.services.duplicates.quick import doubtful_accounts
from app.services.records.rows import SchoolRows
from app.services.reports.overview import overview_in
from app.services.roll import read_roll


def counts_of(database: Database, school_id: str, *, now: str) -> SchoolCounts:
    """The counts of a school, counted again only where its records moved since, or the day: publications have a day."""
    with database.read() as connection:
        seq = int(connection.execute(select(heads.c.seq).where(heads.c.school_id == school_id)).scalar() or 0)
        kept = (
            connection.execute(select(school_counts).where(school_counts.c.school_id == school_id)).mappings().first()
        )
        if kept is not None and kept["seq"] == seq and kept["counted_at"][:10] == now[:10]:
            return SchoolCounts.model_validate(kept["counts"])
        found = count(connection, school_id, now=parse_instant(now))
    values = {"school_id": school_id, "seq": seq, "counted_at": now, "counts": found.model_dump(mode="json")}
    with suppress(IntegrityError), database.write() as connection:  # another officer may have asked at the same moment
        connection.execute(delete(school_counts).where(school_counts.c.school_id == school_id))
        connection.execute(insert(school_counts).values(values))
    return found


def count(connection: Connection, school_id: str, *, now: datetime) -> SchoolCounts:
    """Count a school by the rules of its own screens."""
    rows, roll = SchoolRows(connection, school_id), read_roll(connection, school_id=school_id)
    here = roll.states
    accounts = [row for row in rows.all("accounts") if row["id"] in here]
    followed = {row["guardian_id"] for row in accounts}
    guardians = {row["id"]: row for row in rows.all("guardians") if row["id"] in followed}
    mobiles = [row["mobile"] or effective(guardians[row["guardian_id"]], "mobile") for row in accounts]
    states = list(here.values())
    waiting, oldest = connection.execute(
        select(func.count(), func.min(requests.c.at)).where(
            requests.c.school_id == school_id, requests.c.status.in_(LIVING)
        )
    ).one()
    return SchoolCounts(
        guardians=len(states), activated=states.count(AccountState.ACTIVE),
        notified=len(states) - states.count(AccountState.NOT_NOTIFIED),
        no_mobile=sum(read_mobile(text, allow_fictional=True).e164 is None for text in mobiles),
        duplicates=len(doubtful_accounts(rows) & here.keys()), unread_reports=_unread(connection, school_id, now),
        requests=waiting, oldest_request_at=oldest,
        last_import_at=_latest(connection, school_id), last_sync_on=_seen_on(connection, school_id),
    )  # fmt: skip


def _unread(connection: Connection, school_id: str, now: datetime) -> int:
    """Documents that families may read on line, and that none has read."""
    found = overview_in(connection, school_id=school_id, now=now).rows
    shown = [row.readers for row in found if row.state is ReportState.PUBLISHED]
    return sum(bool(readers.expected) and not readers.by_one for readers in shown)


def _latest(connection: Connection, school_id: str) -> str | None:
    done = select(func.max(imports.c.at)).where(imports.c.school_id == school_id, imports.c.undone_at.is_(None))
    at: str | None = connection.execute(done).scalar()
    return at


def _seen_on(connection: Connection, school_id: str) -> str | None:
    day: str | None = connection.execute(
        select(func.max(devices.c.last_seen_on)).where(devices.c.school_id == school_id)
    ).scalar()
    return day

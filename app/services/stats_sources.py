"""What the statistics are counted from, read once: afterwards any choice of levels is answered from memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, func, select

from app.models.clock import local_date
from app.models.codes import NURSERY, school_year_start
from app.models.corrections import effective
from app.models.states import AccountOrigin
from app.models.tables import Row, accounts, events, guardians, schools
from app.services.activations import Facts
from app.services.desk import Desk
from app.services.reports.overview import ReportRow, read_overview
from app.services.roll import Roll, read_roll
from app.services.support.copies import is_copy

NURSERY_SETTING = "count_nursery"
"""School setting: rates and reminders count the years before CP too. Off by default: the report book begins there."""

NOTIFIED, ACTIVATED = "notified", "portal_active"
"""Kinds of events; every way of notifying begins with the former."""


@dataclass(frozen=True, slots=True)
class Sources:
    """A school at one moment. ``computed_at`` is a stored instant."""

    computed_at: str
    timezone: str
    today: date
    year_starts_on: date
    count_nursery: bool
    roll: Roll
    facts: dict[str, Facts]
    """By account, for every account of the roll."""
    reports: tuple[ReportRow, ...] = ()
    """The documents of the livrets, where they were asked for."""
    reports_hidden: bool = False
    """Whether this is an officer's copy: who reads is not hers to know."""


def read_sources(desk: Desk, *, school_id: str, with_reports: bool = False) -> Sources:
    """Read everything that the statistics of a school need; an unknown school has nobody.

    ``with_reports``: the livrets too, of a school that is there.
    """
    now, hidden = desk.now(), is_copy(desk, school_id=school_id)
    reports = read_overview(desk, school_id=school_id).rows if with_reports and not hidden else ()
    with desk.vault.read() as connection:
        school = connection.execute(
            select(schools.c.timezone, schools.c.settings).where(schools.c.school_id == school_id)
        ).first()
        zone = (school.timezone if school else None) or "Europe/Paris"
        today = local_date(now, zone)
        roll = read_roll(connection, school_id=school_id)
        return Sources(
            computed_at=now,
            timezone=zone,
            today=today,
            year_starts_on=roll.year_starts_on or school_year_start(today),
            count_nursery=counts_nursery(school.settings if school else None),
            roll=roll,
            facts=_facts(connection, school_id, ZoneInfo(zone), roll),
            reports=reports,
            reports_hidden=hidden,
        )


def reminded(roll: Roll, *, count_nursery: bool) -> frozenset[str]:
    """The accounts that rates and reminders are about: those that follow a pupil of CP and beyond, or all of them."""
    return frozenset(
        member.account_id
        for member in roll.members
        if count_nursery or roll.pupils[member.pupil_id].level not in NURSERY
    )


def counts_nursery(settings: Row | None) -> bool:
    """Whether a school's ``settings`` count the years before CP in rates and reminders."""
    return bool((settings or {}).get(NURSERY_SETTING))


def _facts(connection: Connection, school_id: str, zone: ZoneInfo, roll: Roll) -> dict[str, Facts]:
    happened = _first_events(connection, school_id, zone)
    columns = (guardians.c.email, guardians.c.mobile, guardians.c.corrections)
    own = (accounts.c.email.label("own_email"), accounts.c.mobile.label("own_mobile"))
    query = (
        select(accounts.c.id, accounts.c.origin, accounts.c.notified_on, *own, *columns)
        .join(guardians, (guardians.c.school_id == school_id) & (guardians.c.id == accounts.c.guardian_id))
        .where(accounts.c.school_id == school_id)
    )
    here = roll.states
    rows = connection.execute(query).mappings()
    return {row["id"]: _fact(row, happened) for row in rows if row["id"] in here}


def _fact(row: RowMapping, happened: dict[tuple[str, str], date]) -> Facts:
    """The day of notification in the row is that of the last one: it serves where no event tells the first."""
    stored = date.fromisoformat(row["notified_on"]) if row["notified_on"] else None
    guardian: Row = {"email": row["email"], "mobile": row["mobile"], "corrections": row["corrections"]}
    written = row["own_email"] or row["own_mobile"] or effective(guardian, "email") or effective(guardian, "mobile")
    return Facts(
        origin=AccountOrigin(row["origin"]),
        notified_on=happened.get((row["id"], NOTIFIED), stored),
        active_on=happened.get((row["id"], ACTIVATED)),
        can_be_written=bool(written),
    )


def _first_events(connection: Connection, school_id: str, zone: ZoneInfo) -> dict[tuple[str, str], date]:
    """The school's own day of the first notification and of the first activation, by (account, kind)."""
    found: dict[tuple[str, str], date] = {}
    for kind, wanted in ((NOTIFIED, events.c.kind.like(f"{NOTIFIED}%")), (ACTIVATED, events.c.kind == ACTIVATED)):
        query: Any = (
            select(events.c.account_id, func.min(events.c.at))
            .where(events.c.school_id == school_id, wanted)
            .group_by(events.c.account_id)
        )
        for account_id, at in connection.execute(query):
            found[account_id, kind] = datetime.fromisoformat(at).astimezone(zone).date()
    return found

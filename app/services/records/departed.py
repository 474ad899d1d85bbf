"""Who left a school so long ago that nothing of them is to be kept (durations: app/server/operating/keeping.py)."""

from __future__ import annotations

from app.models.acts_erasure import ErasedPerson
from app.models.tables import Row
from app.services.records.rows import SchoolRows

KEPT_DAYS = 4 * 365
"""How long former pupils and their guardians are kept."""


def past_time(rows: SchoolRows, before: str) -> tuple[ErasedPerson, ...]:
    """The pupils who left before that instant, and the guardians who have followed nobody since; not who is erased."""
    pupils = [row for row in rows.all("pupils") if row["last_name"] and (row["left_on"] or before) < before]
    guardians = [row for row in rows.all("guardians") if row["last_name"] and _is_over(rows, row, before)]
    found = [("pupils", row["id"]) for row in pupils] + [("guardians", row["id"]) for row in guardians]
    return tuple(ErasedPerson.model_validate({"table": table, "id": row_id}) for table, row_id in found)


def last_day(rows: SchoolRows, guardian: Row) -> str | None:
    """Until when a guardian followed a pupil of the school (a day); None where he does, or where it is not known."""
    rows.all("pupils")
    links = rows.where("responsibilities", guardian_id=guardian["id"])
    days = [_end(rows, guardian, link) for link in links] or [guardian["gone_on"]]
    return None if None in days else max(day for day in days if day is not None)


def _end(rows: SchoolRows, guardian: Row, link: Row) -> str | None:
    pupil = rows.get("pupils", link["pupil_id"])
    ends = (link["ended_on"], guardian["gone_on"], pupil["left_on"] if pupil else None)
    return min((day for day in ends if day), default=None)


def _is_over(rows: SchoolRows, guardian: Row, before: str) -> bool:
    rows.all("responsibilities")
    day = last_day(rows, guardian)
    return day is not None and day < before

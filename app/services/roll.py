"""Who is in a school today: the pupils of its year who have not left, and the accounts that follow them.

Statistics and what is left to do count on this one roll, whose rule is that of the list of guardians.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from app.models.codes import LEVELS
from app.models.names import fold
from app.models.states import Access, AccountState
from app.models.tables import Row, accounts, classrooms, enrolments, guardians, pupils, responsibilities
from app.services.records.grouped import Grouped
from app.services.records.rows import SchoolRows

NO_CLASS = "Sans classe"
NO_LEVEL = "Sans niveau"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pupil is this year; labels are « Sans classe » and « Sans niveau » where nothing is known."""

    classroom: str
    level: str


@dataclass(frozen=True, slots=True)
class Member:
    """A pupil and one account that follows her."""

    pupil_id: str
    guardian_id: str
    account_id: str
    state: AccountState


@dataclass(frozen=True, slots=True)
class Roll:
    """The school's year: its pupils by id, and every (pupil, account) pair that is expected on line.

    Who wished no account, or paper, and whose access was closed is left out of every count and rate.
    """

    year_label: str
    pupils: dict[str, Place]
    members: tuple[Member, ...]
    left_out: int = 0
    """Guardians of pupils of this year who are not expected on line."""
    year_starts_on: date | None = None

    @property
    def states(self) -> dict[str, AccountState]:
        """The state of each account of the school, once."""
        return {member.account_id: member.state for member in self.members}


def read_roll(connection: Connection, *, school_id: str) -> Roll:
    """The roll of the latest school year that was not undone; an empty one where nothing was imported.

    A pupil who has not left and has no place in that year yet stands « Sans classe ».
    """
    rows = SchoolRows(connection, school_id)
    year = present_year(rows)
    year_id = year["id"] if year else ""
    pupils_here = {row.pupil_id: _place(row) for row in connection.execute(_places(school_id, year_id))}
    pairs: list[Any] = [row for row in connection.execute(_pairs(school_id)) if row.pupil_id in pupils_here]
    if any(row.merged_into for row in pairs):
        pairs = _standing(pairs, Grouped.read(rows))
    members = tuple(
        Member(row.pupil_id, row.guardian_id, row.id, AccountState(row.state))
        for row in pairs
        if row.access == Access.FULL and row.wish is None
    )
    expected = {member.guardian_id for member in members}
    return Roll(
        year_label=year["label"] if year else "",
        pupils=pupils_here,
        members=members,
        left_out=len({row.guardian_id for row in pairs} - expected),
        year_starts_on=date.fromisoformat(year["starts_on"]) if year else None,
    )


class _Pair(NamedTuple):
    """A line of ``_pairs``, as an account that stands for another one changes it."""

    pupil_id: str
    guardian_id: str
    access: str
    wish: str | None
    id: str
    state: str
    merged_into: str | None


def _standing(pairs: Iterable[Any], grouped: Grouped) -> list[_Pair]:
    """The pairs of a school where some have grouped two accounts: the strictest access to each pupil stands."""
    found: dict[tuple[str, str], _Pair] = {}
    for pair in (_Pair(*row) for row in pairs):
        if (account := grouped.standing(pair.guardian_id)) is not None:
            pair = pair._replace(id=account["id"], guardian_id=account["guardian_id"])
        known = found.get((pair.pupil_id, pair.guardian_id), pair)
        access = Access(pair.access).stricter(Access(known.access))
        found[pair.pupil_id, pair.guardian_id] = pair._replace(access=access.value, wish=known.wish or pair.wish)
    return list(found.values())


def present_year(rows: SchoolRows) -> Row | None:
    """The latest school year that was not undone; None where nothing was imported."""
    years = rows.where("school_years", undone_at=None)
    return max(years, key=lambda row: str(row["starts_on"]), default=None)


def level_order(level: str) -> int:
    """Sorts levels as the school does; « Sans niveau » last."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def class_order(label: str, levels: Iterable[str]) -> tuple[bool, list[int], str]:
    """Sorts classes as the school does: by their levels, CP before CP-CE1, then by name; « Sans classe » last."""
    return label == NO_CLASS, sorted(map(level_order, levels)), fold(label)


def _place(row: Any) -> Place:
    return Place(row.label or NO_CLASS, row.level or NO_LEVEL)


def _places(school_id: str, year_id: str) -> Any:
    enrolled = (
        (enrolments.c.school_id == school_id)
        & (enrolments.c.pupil_id == pupils.c.id)
        & (enrolments.c.year_id == year_id)
        & enrolments.c.ended_on.is_(None)
    )
    room = (classrooms.c.school_id == school_id) & (classrooms.c.id == enrolments.c.classroom_id)
    return (
        select(pupils.c.id.label("pupil_id"), enrolments.c.level, classrooms.c.label)
        .join_from(pupils, enrolments, enrolled, isouter=True)
        .join(classrooms, room, isouter=True)
        .where(pupils.c.school_id == school_id, pupils.c.left_on.is_(None))
    )


def _pairs(school_id: str) -> Any:
    link, guardian = responsibilities.c, guardians.c
    return (
        select(
            link.pupil_id,
            link.guardian_id,
            link.access,
            guardian.wish,
            accounts.c.id,
            accounts.c.state,
            accounts.c.merged_into,
        )
        .join(guardians, (guardian.school_id == school_id) & (guardian.id == link.guardian_id))
        .join(accounts, (accounts.c.school_id == school_id) & (accounts.c.guardian_id == link.guardian_id))
        .where(link.school_id == school_id, link.ended_on.is_(None), guardian.gone_on.is_(None))
    )

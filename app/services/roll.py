"""Who is in a school today: the pupils of its year who have not left, and the accounts that follow them.

Statistics and what is left to do count on this one roll, whose rule is that of the list of guardians.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.models.codes import LEVELS
from app.models.names import fold
from app.models.states import Access, AccountState
from app.models.tables import accounts, classrooms, enrolments, guardians, pupils, responsibilities, school_years

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

    @property
    def states(self) -> dict[str, AccountState]:
        """The state of each account of the school, once."""
        return {member.account_id: member.state for member in self.members}


def read_roll(connection: Connection, *, school_id: str) -> Roll:
    """The roll of the latest school year that was not undone; an empty one where nothing was imported.

    A pupil who has not left and has no place in that year yet stands « Sans classe ».
    """
    year_id, year_label = _year(connection, school_id)
    pupils_here = {row.pupil_id: _place(row) for row in connection.execute(_places(school_id, year_id))}
    pairs = [row for row in connection.execute(_pairs(school_id)) if row.pupil_id in pupils_here]
    members = tuple(
        Member(row.pupil_id, row.guardian_id, row.id, AccountState(row.state))
        for row in pairs
        if row.access == Access.FULL and row.wish is None
    )
    expected = {member.guardian_id for member in members}
    return Roll(year_label, pupils_here, members, len({row.guardian_id for row in pairs} - expected))


def level_order(level: str) -> int:
    """Sorts levels as the school does; « Sans niveau » last."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def class_order(label: str, levels: Iterable[str]) -> tuple[bool, list[int], str]:
    """Sorts classes as the school does: by their levels, CP before CP-CE1, then by name; « Sans classe » last."""
    return label == NO_CLASS, sorted(map(level_order, levels)), fold(label)


def _year(connection: Connection, school_id: str) -> tuple[str, str]:
    found = connection.execute(
        select(school_years.c.id, school_years.c.label)
        .where(school_years.c.school_id == school_id, school_years.c.undone_at.is_(None))
        .order_by(school_years.c.starts_on.desc())
    ).first()
    return (found.id, found.label) if found else ("", "")


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
        select(link.pupil_id, link.guardian_id, link.access, guardian.wish, accounts.c.id, accounts.c.state)
        .join(guardians, (guardian.school_id == school_id) & (guardian.id == link.guardian_id))
        .join(accounts, (accounts.c.school_id == school_id) & (accounts.c.guardian_id == link.guardian_id))
        .where(link.school_id == school_id, link.ended_on.is_(None), guardian.gone_on.is_(None))
    )

"""The three tables of « Statistiques » (arena.md): the school, by class, by level.

A guardian of two pupils counts once for the school, and once in each of their classes and levels: the totals of the
last two tables exceed the number of accounts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.models.states import AccountState
from app.models.tables import schools
from app.services.desk import Desk
from app.services.roll import Place, Roll, class_order, level_order, read_roll


@dataclass(frozen=True, slots=True)
class Counts:
    """Accounts by state."""

    not_notified: int = 0
    notified: int = 0
    activating: int = 0
    active: int = 0

    @property
    def accounts(self) -> int:
        return self.not_notified + self.notified + self.activating + self.active

    @property
    def active_share(self) -> float:
        """Between 0 and 1; 0 where there is no account."""
        return self.active / self.accounts if self.accounts else 0.0

    def of(self, state: AccountState) -> int:
        """The count of one state."""
        count: int = getattr(self, state.value)
        return count

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.not_notified + other.not_notified,
            self.notified + other.notified,
            self.activating + other.activating,
            self.active + other.active,
        )


@dataclass(frozen=True, slots=True)
class StatLine:
    """One class or one level."""

    label: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class StatTable:
    """Lines in the order of the school, and their sum."""

    lines: tuple[StatLine, ...]
    total: Counts


@dataclass(frozen=True, slots=True)
class Statistics:
    """The whole page. ``computed_at`` is a stored instant, shown in ``timezone``."""

    computed_at: str
    timezone: str
    year_label: str
    school: Counts
    pupils: int
    pupils_reached: int
    """Pupils with at least one guardian whose account is activated."""
    by_class: StatTable
    by_level: StatTable

    @property
    def reached_share(self) -> float:
        """Between 0 and 1; 0 where there is no pupil."""
        return self.pupils_reached / self.pupils if self.pupils else 0.0


def compute(desk: Desk, *, school_id: str) -> Statistics:
    """The statistics of a school as its records stand."""
    with desk.vault.read() as connection:
        roll = read_roll(connection, school_id=school_id)
        zone = connection.execute(select(schools.c.timezone).where(schools.c.school_id == school_id)).scalar()
    reached = {member.pupil_id for member in roll.members if member.state is AccountState.ACTIVE}
    return Statistics(
        computed_at=desk.now(),
        timezone=zone or "Europe/Paris",
        year_label=roll.year_label,
        school=_counts(roll.states.values()),
        pupils=len(roll.pupils),
        pupils_reached=len(reached),
        by_class=_by_class(roll),
        by_level=_by_level(roll),
    )


def percent(share: float) -> str:
    """A share in French, two decimals at most: « 0,84 % », « 4 % »."""
    text = f"{100 * share:.2f}".rstrip("0").rstrip(".")
    return f"{text.replace('.', ',')}\u00a0%"


def _counts(states: Iterable[AccountState]) -> Counts:
    found = Counter(state.value for state in states)
    return Counts(**found)


def _by_class(roll: Roll) -> StatTable:
    levels: dict[str, set[str]] = {}
    for place in roll.pupils.values():
        levels.setdefault(place.classroom, set()).add(place.level)
    ordered = sorted(levels, key=lambda label: class_order(label, levels[label]))
    return _table(roll, ordered, lambda place: place.classroom)


def _by_level(roll: Roll) -> StatTable:
    ordered = sorted({place.level for place in roll.pupils.values()}, key=level_order)
    return _table(roll, ordered, lambda place: place.level)


def _table(roll: Roll, labels: list[str], label_of: Callable[[Place], str]) -> StatTable:
    groups: dict[str, dict[str, AccountState]] = {label: {} for label in labels}
    for member in roll.members:
        groups[label_of(roll.pupils[member.pupil_id])][member.account_id] = member.state
    lines = tuple(StatLine(label, _counts(group.values())) for label, group in groups.items())
    return StatTable(lines, sum((line.counts for line in lines), Counts()))

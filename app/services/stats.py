"""« Statistiques »: Arena's three tables, and beside them the curve of activations, the delays and what is missing.

A guardian of two pupils counts once for the school, and once in each of their classes and levels: the totals of the
tables by class and by level exceed the number of accounts. Counts are of all the levels chosen; rates count from CP,
where the report book begins, unless the school decides otherwise (``count_nursery``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.models.codes import NURSERY
from app.models.states import AccountState
from app.services.activations import Curve, Delays, draw_curve, measure_delays
from app.services.desk import Desk
from app.services.roll import Member, Place, class_order, level_order
from app.services.stats_reports import ReportsTable, count_reports
from app.services.stats_sources import Sources, read_sources


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
    """One class or one level; ``rated`` are those of its accounts that count in the rates."""

    label: str
    counts: Counts
    rated: Counts


@dataclass(frozen=True, slots=True)
class StatTable:
    """Lines in the order of the school, and their sum."""

    lines: tuple[StatLine, ...]
    total: Counts = Counts()
    rated: Counts = Counts()


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands between the school and a full house: how many, in words, and whose accounts.

    ``pupil_ids`` where pupils are counted: the accounts follow their brothers and sisters too.
    """

    key: str
    count: int
    words: str
    account_ids: frozenset[str]
    pupil_ids: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The whole page. ``computed_at`` is a stored instant, shown in ``timezone``."""

    computed_at: str
    timezone: str
    year_label: str
    levels: frozenset[str] | None
    """The levels that are counted; None is all of them."""
    offered: tuple[str, ...]
    """Every level of the school, in its order."""
    count_nursery: bool
    school: Counts
    rated: Counts
    """The accounts that count in the rates."""
    pupils: int
    pupils_reached: int
    """Pupils with at least one guardian whose account is activated."""
    rated_pupils: int
    rated_reached: int
    by_class: StatTable
    by_level: StatTable
    curve: Curve
    delays: Delays
    missing: tuple[Missing, ...]
    reports: ReportsTable
    """This year's livrets; empty where they were not asked for."""

    @property
    def reached_share(self) -> float:
        """Between 0 and 1, of the pupils that count in the rates; 0 where there is no pupil."""
        return self.rated_reached / self.rated_pupils if self.rated_pupils else 0.0

    @property
    def from_cp(self) -> bool:
        """Whether somebody who is counted does not count in the rates, which must then be said."""
        return self.rated_pupils < self.pupils


def compute(
    desk: Desk, *, school_id: str, levels: frozenset[str] | None = None, with_reports: bool = False
) -> Statistics:  # fmt: skip
    """The statistics of a school as its records stand, of the pupils of some ``levels`` (None: all)."""
    return count(read_sources(desk, school_id=school_id, with_reports=with_reports), levels=levels)


def count(sources: Sources, *, levels: frozenset[str] | None = None) -> Statistics:
    """The same from what was read before: milliseconds, whatever the size of the school."""
    roll = sources.roll
    pupils = {pupil: place for pupil, place in roll.pupils.items() if levels is None or place.level in levels}
    members = [member for member in roll.members if member.pupil_id in pupils]
    rated_pupils = pupils.keys() if sources.count_nursery else {p for p in pupils if pupils[p].level not in NURSERY}
    rated = members if len(rated_pupils) == len(pupils) else [m for m in members if m.pupil_id in rated_pupils]
    reached = {member.pupil_id for member in members if member.state is AccountState.ACTIVE}
    states = {member.account_id: member.state for member in members}
    active = {account: sources.facts[account] for account, state in states.items() if state is AccountState.ACTIVE}
    rooms = {pupil: place.classroom for pupil, place in pupils.items()}
    levels_of = {pupil: place.level for pupil, place in pupils.items()}
    in_class, in_level = _Grouping(_classes(pupils), rooms), _Grouping(_levels(pupils), levels_of)
    classes = in_class.group(members)
    return Statistics(
        computed_at=sources.computed_at,
        timezone=sources.timezone,
        year_label=roll.year_label,
        levels=levels,
        offered=_levels(roll.pupils),
        count_nursery=sources.count_nursery,
        school=_counts(states.values()),
        rated=_counts({member.account_id: member.state for member in rated}.values()),
        pupils=len(pupils),
        pupils_reached=len(reached),
        rated_pupils=len(rated_pupils),
        rated_reached=sum(pupil in rated_pupils for pupil in reached),
        by_class=_table(classes, in_class.group(rated)),
        by_level=_table(in_level.group(members), in_level.group(rated)),
        curve=draw_curve(active, classes, starts_on=sources.year_starts_on, until=sources.today),
        delays=measure_delays(active, classes),
        missing=_missing(sources, rated, rated_pupils, reached),
        reports=count_reports(sources.reports, year=sources.year_starts_on.year, levels=levels),
    )


def percent(share: float) -> str:
    """A share in French, two decimals at most: « 0,84 % », « 4 % »."""
    text = f"{100 * share:.2f}".rstrip("0").rstrip(".")
    return f"{text.replace('.', ',')}\u00a0%"


def _counts(states: Iterable[AccountState]) -> Counts:
    found = Counter(states)
    return Counts(**{state.value: number for state, number in found.items()})


_Groups = dict[str, dict[str, AccountState]]
"""The accounts of each class or level, with their states."""


@dataclass(frozen=True, slots=True)
class _Grouping:
    """The classes or the levels of a school in its order, and which one each pupil is in."""

    labels: tuple[str, ...]
    label_of: dict[str, str]

    def group(self, members: Iterable[Member]) -> _Groups:
        """Each account once in every group where it follows a pupil."""
        groups: _Groups = {label: {} for label in self.labels}
        group_of = {pupil: groups[label] for pupil, label in self.label_of.items()}
        for member in members:
            group_of[member.pupil_id][member.account_id] = member.state
        return groups


def _classes(pupils: Mapping[str, Place]) -> tuple[str, ...]:
    levels: dict[str, set[str]] = {}
    for place in pupils.values():
        levels.setdefault(place.classroom, set()).add(place.level)
    return tuple(sorted(levels, key=lambda label: class_order(label, levels[label])))


def _levels(pupils: Mapping[str, Place]) -> tuple[str, ...]:
    return tuple(sorted({place.level for place in pupils.values()}, key=level_order))


def _table(groups: _Groups, rated: _Groups) -> StatTable:
    lines = tuple(
        StatLine(label, _counts(group.values()), _counts(rated[label].values())) for label, group in groups.items()
    )
    total = sum((line.counts for line in lines), Counts())
    return StatTable(lines, total, sum((line.rated for line in lines), Counts()))


_MISSING = {
    "pupils": ("élève n’a aucun responsable activé", "élèves n’ont aucun responsable activé"),
    "untold": (
        "élève n’a aucun responsable notifié ni activé", "élèves n’ont aucun responsable notifié ni activé",
    ),
    "not_notified": ("responsable n’est pas notifié", "responsables ne sont pas notifiés"),
    "notified": ("responsable notifié n’a pas encore activé", "responsables notifiés n’ont pas encore activé"),
    "activating": ("activation n’est pas terminée", "activations ne sont pas terminées"),
    "unwritable": (
        "de ceux qui ne sont pas activés n’a ni mail ni portable",
        "de ceux qui ne sont pas activés n’ont ni mail ni portable",
    ),
}  # fmt: skip
"""Words for one and for several."""


def _missing(
    sources: Sources, members: Sequence[Member], pupils: Iterable[str], reached: set[str]
) -> tuple[Missing, ...]:
    """What is missing among those who count in the rates, the pupils first."""
    states: dict[str, AccountState] = {member.account_id: member.state for member in members}
    told = {member.pupil_id for member in members if member.state is not AccountState.NOT_NOTIFIED}
    unreached = set(pupils) - reached
    found = [_pupils_missing("pupils", unreached, members), _pupils_missing("untold", unreached - told, members)]
    found += [
        _accounts_missing(state.value, (account for account, known in states.items() if known is state))
        for state in AccountState
        if state is not AccountState.ACTIVE
    ]
    waiting = (a for a, state in states.items() if state is not AccountState.ACTIVE)
    found.append(_accounts_missing("unwritable", (a for a in waiting if not sources.facts[a].can_be_written)))
    return tuple(line for line in found if line.count)


def _pupils_missing(key: str, pupils: set[str], members: Iterable[Member]) -> Missing:
    accounts = frozenset(member.account_id for member in members if member.pupil_id in pupils)
    return Missing(key, len(pupils), _MISSING[key][len(pupils) > 1], accounts, frozenset(pupils))


def _accounts_missing(key: str, account_ids: Iterable[str]) -> Missing:
    accounts = frozenset(account_ids)
    return Missing(key, len(accounts), _MISSING[key][len(accounts) > 1], accounts)

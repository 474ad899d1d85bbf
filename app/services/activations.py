"""When accounts became active, and how long after their notification: the curve and the delays of « Statistiques ».

Days are those of the school. An account that is active without a dated activation (a restored server, an account that
came from another school) has no place on the curve: it is counted apart, never guessed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import quantiles

from app.models.states import AccountOrigin

MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one account beside its state."""

    origin: AccountOrigin
    notified_on: date | None
    """Its first notification."""
    active_on: date | None
    """Its first activation; None where it is not active, or nobody knows when."""
    can_be_written: bool
    """Whether a mail address or a mobile number is known."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the curve: how many accounts were active, day by day."""

    label: str
    before: int
    """Already active when the school year began."""
    days: tuple[date, ...]
    """The days on which something happened, in order."""
    counts: tuple[int, ...]
    """How many were active at the end of each of these days, those from before included."""

    @property
    def total(self) -> int:
        return self.counts[-1] if self.counts else self.before

    def at(self, day: date) -> int:
        """How many were active at the end of ``day``."""
        place = bisect_right(self.days, day)
        return self.counts[place - 1] if place else self.before


@dataclass(frozen=True, slots=True)
class Curve:
    """Activations from the beginning of the school year to today."""

    starts_on: date
    until: date
    everybody: Series
    by_origin: tuple[Series, ...]
    by_class: tuple[Series, ...]
    undated: int
    """Active accounts whose day of activation is not known."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Days from the first notification to the activation, over ``count`` accounts: quartiles, and the longest."""

    label: str
    count: int
    first: float
    median: float
    third: float
    longest: int


@dataclass(frozen=True, slots=True)
class Delays:
    """The delays of the school and of each class where there is one. ``unnotified``: active without a notification."""

    everybody: Delay | None
    by_class: tuple[Delay, ...]
    unnotified: int


def draw_curve(
    active: Mapping[str, Facts], classes: Mapping[str, Iterable[str]], *, starts_on: date, until: date
) -> Curve:
    """The curve of the ``active`` accounts (by id); ``classes`` are the accounts of each class, in its order."""
    dated = {account: facts.active_on for account, facts in active.items() if facts.active_on is not None}
    origins: dict[AccountOrigin, list[date]] = {}
    for account, day in dated.items():
        origins.setdefault(active[account].origin, []).append(day)
    return Curve(
        starts_on=starts_on,
        until=until,
        everybody=_series("Toute l’école", dated.values(), starts_on),
        by_origin=tuple(
            _series(origin.label, origins[origin], starts_on) for origin in AccountOrigin if origin in origins
        ),
        by_class=tuple(
            _series(label, [dated[account] for account in accounts if account in dated], starts_on)
            for label, accounts in classes.items()
        ),
        undated=len(active) - len(dated),
    )


def _series(label: str, days: Iterable[date], starts_on: date) -> Series:
    counted = Counter(days)
    before = sum(count for day, count in counted.items() if day < starts_on)
    known = sorted(day for day in counted if day >= starts_on)
    counts, total = [], before
    for day in known:
        total += counted[day]
        counts.append(total)
    return Series(label, before, tuple(known), tuple(counts))


def measure_delays(active: Mapping[str, Facts], classes: Mapping[str, Iterable[str]]) -> Delays:
    """How long the ``active`` accounts took from their first notification on; activations before it do not count."""
    days: dict[str, int] = {}
    for account, facts in active.items():
        if facts.active_on is not None and facts.notified_on is not None and facts.active_on >= facts.notified_on:
            days[account] = (facts.active_on - facts.notified_on).days
    by_class = (
        _delay(label, [days[account] for account in accounts if account in days]) for label, accounts in classes.items()
    )
    return Delays(
        everybody=_delay("Toute l’école", list(days.values())),
        by_class=tuple(delay for delay in by_class if delay is not None),
        unnotified=sum(facts.notified_on is None for facts in active.values()),
    )


def _delay(label: str, days: Sequence[int]) -> Delay | None:
    if not days:
        return None
    first, median, third = quantiles(days, n=4, method="inclusive") if len(days) > 1 else (float(days[0]),) * 3
    return Delay(label, len(days), first, median, third, max(days))


def month_starts(first: date, last: date) -> Iterator[date]:
    """Every first of a month between two days, both included."""
    year, month = (first.year, first.month) if first.day == 1 else _next(first.year, first.month)
    while (day := date(year, month, 1)) <= last:
        yield day
        year, month = _next(year, month)


def _next(year: int, month: int) -> tuple[int, int]:
    return (year, month + 1) if month < 12 else (year + 1, 1)


def steps(line: Series, curve: Curve) -> tuple[list[int], list[int]]:
    """The corners of a staircase from the beginning of the year to today: days as ordinals, and counts."""
    xs, ys = [curve.starts_on.toordinal()], [line.before]
    for day, count in zip(line.days, line.counts, strict=True):
        xs += [day.toordinal()] * 2
        ys += [ys[-1], count]
    return [*xs, max(curve.until, curve.starts_on).toordinal()], [*ys, ys[-1]]


def figures(curve: Curve, lines: Sequence[Series]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The curve in figures: headings and rows, one a line. How many were active at the end of each month, and today."""
    firsts = list(month_starts(curve.starts_on + timedelta(days=1), curve.until))
    ends = [first - timedelta(days=1) for first in firsts]
    headings = ("Avant la\nrentrée", *(f"fin\n{MONTHS[day.month - 1]}" for day in ends), f"{curve.until:%d-%m-%Y}")
    rows = [
        (line.label, *(str(number) for number in (line.before, *(line.at(day) for day in ends), line.total)))
        for line in lines
    ]
    return headings, rows


def spread_apart(wanted: Sequence[float], gap: float, lowest: float) -> list[float]:
    """Heights in decreasing order, at least ``gap`` apart and none under ``lowest``, as near as possible to ``wanted``."""
    found: list[float] = []
    for height in wanted:
        found.append(min(height, found[-1] - gap) if found else height)
    floor = lowest
    for place in reversed(range(len(found))):
        found[place] = max(found[place], floor)
        floor = found[place] + gap
    return found

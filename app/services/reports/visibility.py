"""Which documents of a livret a guardian may see: the rules of LSU, from the rows alone (lsu.md, « What a guardian may see »).

Whether somebody may see the child at all is decided before (app.services.rights); what is shown where the school is
secret is decided after. « Today » is the day where the school is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.models.codes import cycle_of, read_level
from app.models.report_content import ReportKind
from app.models.tables import Row

FIRST_OF_CYCLE = {"PS": 1, "CP": 2, "CM1": 3}
_ENDS = {1: ("PS", "GS"), 2: ("CP", "CE2"), 3: ("CM1", "6E")}
"""First and last level of each cycle; cycle 3 ends in collège."""
_YEARS_TO_3E = {
    "TPS": 12, "PS": 11, "MS": 10, "GS": 9, "CP": 8, "CE1": 7, "CE2": 6, "CM1": 5, "CM2": 4, "6E": 3,
}  # fmt: skip
YEAR_ENDS = (8, 31)
WARNED_DAYS = 60
"""How long before it disappears a family is told so."""


@dataclass(frozen=True, slots=True)
class Schooling:
    """Where a child is: the cycle, and whether this is its first year. None where the level tells no cycle."""

    cycle: int | None
    first_year: bool = False


def schooling(level: str | None) -> Schooling:
    """The schooling of a level as ONDE writes it, « CP », « COURS PREPARATOIRE »."""
    known = read_level(level or "")
    cycle = cycle_of(known)
    return Schooling(int(cycle) if cycle else None, known in FIRST_OF_CYCLE)


def visible(rows: Iterable[Row], *, child: Schooling, today: date) -> list[Row]:
    """The reports that families see today, the latest year and period first.

    Locked, published, in the livret; periodic reports of the present cycle only, and of the one before in a cycle's first
    year; reports of an end of cycle and certificates always. A child whose level tells no cycle is taken to be where his
    latest report was.
    """
    shown = [row for row in rows if is_open(row, today=today) and not is_over(row, today=today)]
    here = child if child.cycle is not None else _by_latest(shown)
    return sorted((row for row in shown if _of_cycle(row, here)), key=_latest_first, reverse=True)


def is_open(row: Row, *, today: date) -> bool:
    """Whether the school shows a document: locked, its day of publication reached, not taken out."""
    published = row["published_on"] is not None and row["published_on"] <= today.isoformat()
    return row["locked_at"] is not None and published and row["removed_at"] is None


def kept_until(row: Row) -> date:
    """The last day on which a document is kept (lsu.md; DESIGN, « Keeping »).

    A periodic report until a year after its cycle, the others until the year after 3e.
    """
    years = _YEARS_TO_3E[_level(row)]
    if row["kind"] == ReportKind.PERIODIC:
        years -= _YEARS_TO_3E[_ENDS[row["cycle"] or 3][1]]
    return _end_of_year(row["year"] + years + 1)


def is_over(row: Row, *, today: date) -> bool:
    """Whether a document is past its time: nobody sees it, and it is about to go."""
    return kept_until(row) < today


def disappears_soon(row: Row, *, today: date) -> bool:
    """Whether a family is to be told that a document will be gone."""
    return kept_until(row) - today <= timedelta(days=WARNED_DAYS)


def _level(row: Row) -> str:
    """The level of a document: where it says none, the first of its cycle; the last for a report of its end."""
    first, last = _ENDS[row["cycle"] or 2]
    if row["kind"] == ReportKind.CYCLE:
        return last
    known = read_level(row["level"] or "") or ""
    cycle = cycle_of(known)
    fits = cycle is not None and row["cycle"] in (None, int(cycle))
    return known if fits else first


def _end_of_year(year: int) -> date:
    """The last day of the school year that began in ``year``."""
    return date(year + 1, *YEAR_ENDS)


def _of_cycle(row: Row, child: Schooling) -> bool:
    if row["kind"] != ReportKind.PERIODIC or row["cycle"] is None or child.cycle is None:
        return True
    return row["cycle"] == child.cycle or (child.first_year and row["cycle"] == child.cycle - 1)


def _by_latest(rows: list[Row]) -> Schooling:
    latest = max((row for row in rows if row["cycle"] is not None), key=_latest_first, default=None)
    return Schooling(latest["cycle"] if latest else None, first_year=True)


def _latest_first(row: Row) -> tuple[int, int, str]:
    return row["year"], row["period_index"] or 99, row["id"]

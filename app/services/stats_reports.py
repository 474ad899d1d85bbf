"""What has become of this year's livrets, class by class: published, read by somebody, read by each who reads on line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.models.states import ReportState
from app.services.reports.overview import ReportRow


@dataclass(frozen=True, slots=True)
class ReportsRead:
    """Published documents, and those of them that were read."""

    published: int = 0
    by_one: int = 0
    """By at least one guardian."""
    by_each: int = 0
    """By every guardian who reads on line."""

    @property
    def one_share(self) -> float:
        """Between 0 and 1; 0 where nothing is published."""
        return self.by_one / self.published if self.published else 0.0

    @property
    def each_share(self) -> float:
        """Between 0 and 1; 0 where nothing is published."""
        return self.by_each / self.published if self.published else 0.0


@dataclass(frozen=True, slots=True)
class ReportsTable:
    """A line a class that has published something, in the order of the school, and the whole."""

    lines: tuple[tuple[str, ReportsRead], ...] = ()
    total: ReportsRead = ReportsRead()


def count_reports(rows: Iterable[ReportRow], *, year: int, levels: frozenset[str] | None) -> ReportsTable:
    """The published documents of a school year, of the pupils of some ``levels`` (None: all)."""
    wanted = [
        row
        for row in rows
        if row.state is ReportState.PUBLISHED and row.year == year and (levels is None or row.level in levels)
    ]
    published = Counter(row.classroom for row in wanted)
    by_one = Counter(row.classroom for row in wanted if row.readers.by_one)
    by_each = Counter(row.classroom for row in wanted if row.readers.by_each)
    lines = tuple((label, ReportsRead(published[label], by_one[label], by_each[label])) for label in published)
    return ReportsTable(lines, ReportsRead(published.total(), by_one.total(), by_each.total()))

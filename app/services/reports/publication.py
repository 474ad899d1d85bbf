"""One day of publication for the whole school: what families would see of a period, what stays back and why.

Only what is complete and locked goes out by this gesture. A document in which a postal address can be read waits until
somebody has looked at it: both parents get the same file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.models.errors import NotFound, Refused
from app.models.report_content import ReportKind
from app.models.states import ReportState
from app.services.desk import Desk
from app.services.reports.decisions import Decided, publish
from app.services.reports.overview import Overview, ReportFilter, ReportRow
from app.services.reports.quiet_hours import first_told

NOTHING = "Rien à publier\u00a0: aucun autre de ces bilans n’est complet, verrouillé et à montrer."


class Reason(StrEnum):
    """Why a document is left out."""

    UNLOCKED = "unlocked"
    INCOMPLETE = "incomplete"
    FLAGGED = "flagged"

    @property
    def label(self) -> str:
        return _REASONS[self]


_REASONS = {
    Reason.UNLOCKED: "à verrouiller d’abord", Reason.INCOMPLETE: "incomplet",
    Reason.FLAGGED: "une adresse postale s’y lit",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is published at one time: a period of a year, the end of a cycle, or the certificates of a year."""

    kind: ReportKind
    year: int
    period: int | None
    period_count: int | None
    title: str

    @classmethod
    def of(cls, row: ReportRow) -> Occasion:
        _, kind, year, period, count = row.group
        return cls(kind, year, period, count, "Attestations" if kind is ReportKind.CERTIFICATE else row.title)

    def holds(self, row: ReportRow) -> bool:
        return row.group[1:] == (self.kind, self.year, self.period, self.period_count)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A document that families would not see."""

    row: ReportRow
    reason: Reason


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing an occasion for the school comes to."""

    occasion: Occasion
    shown: tuple[ReportRow, ...]
    left_out: tuple[LeftOut, ...]
    already: int
    """Documents that families see already: they keep their day."""
    lacking: int
    """Pupils of the school who have no such document yet; 0 where not everybody gets one."""
    told: bool
    """Whether the school wants families to be told."""

    @property
    def pupils(self) -> int:
        return len({row.pupil_id for row in self.shown})

    @property
    def readers(self) -> int:
        """Guardians who would see them on line."""
        return len(frozenset[str]().union(*(row.readers.expected for row in self.shown)))

    @property
    def classrooms(self) -> int:
        return len({row.classroom for row in self.shown})

    def count(self, reason: Reason) -> int:
        """How many are left out for that reason."""
        return sum(one.reason is reason for one in self.left_out)


def occasions(overview: Overview, wanted: ReportFilter | None = None) -> tuple[Occasion, ...]:
    """What there is to publish, the latest first."""
    rows = overview.find(wanted) if wanted else overview.rows
    latest = sorted(rows, key=lambda row: (row.year, row.imported_at), reverse=True)
    return tuple(dict.fromkeys(Occasion.of(row) for row in latest))


def only_occasion(overview: Overview, wanted: ReportFilter) -> Occasion:
    """The one that a filter means. Raises NotFound for none, Refused for several."""
    found = occasions(overview, wanted)
    if not found:
        raise NotFound("no_report", "Aucun bilan ne correspond : vérifiez la période et l’année.")
    if len(found) > 1:
        named = " ; ".join(one.title for one in found)
        raise Refused("several_periods", f"Une date vaut pour une période : précisez --period et --year ({named}).")
    return found[0]


def plan(overview: Overview, *, occasion: Occasion, with_flagged: bool = False) -> Publication:
    """What would be seen and what not. ``with_flagged``: somebody has looked at those that show an address."""
    rows = [row for row in overview.rows if occasion.holds(row)]
    waiting = [row for row in rows if row.state is not ReportState.PUBLISHED]
    reasons = {row.report_id: _reason(row, with_flagged) for row in waiting}
    left_out = (LeftOut(row, reason) for row in waiting if (reason := reasons[row.report_id]) is not None)
    shown = tuple(row for row in waiting if reasons[row.report_id] is None)
    already, lacking = len(rows) - len(waiting), _lacking(overview, occasion, rows)
    return Publication(occasion, shown, tuple(left_out), already, lacking, overview.told)


def carry_out(desk: Desk, *, school_id: str, publication: Publication, on: str) -> Decided:
    """Publish what is to be seen from the day ``on``, in one act. Raises Refused where there is nothing, InputError."""
    if not publication.shown:
        raise Refused("nothing_to_publish", NOTHING)
    return publish(desk, school_id=school_id, reports=publication.shown, on=on)


def told_from(desk: Desk, *, on: str, zone: str) -> datetime:
    """When families would hear of it at the earliest, where the school is."""
    return first_told(date.fromisoformat(on), desk.clock(), zone)


def _reason(row: ReportRow, with_flagged: bool) -> Reason | None:
    if row.state is ReportState.UNLOCKED:
        return Reason.UNLOCKED
    if not row.complete:
        return Reason.INCOMPLETE
    return Reason.FLAGGED if row.flags and not with_flagged else None


def _lacking(overview: Overview, occasion: Occasion, rows: Iterable[ReportRow]) -> int:
    if occasion.kind is not ReportKind.PERIODIC:
        return 0
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.classroom].add(row.pupil_id)
    sizes = ((label, size) for (label, year), size in overview.elementary.items() if year == occasion.year)
    return sum(max(size - len(found[label]), 0) for label, size in sizes)

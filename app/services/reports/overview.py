"""« Livrets »: the documents of a school one by one, and their counts by class and period. Reads only.

A document is published once it is locked and its day has come in the school's own zone (DESIGN, « Documents »). Receipts
count for the version that a guardian has read: a replaced bilan is to be read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from app.models.codes import NURSERY
from app.models.names import fold
from app.models.report_content import DocumentFormat, ReportKind
from app.models.states import Access, ReceiptKind, ReportState
from app.models.tables import Row, accounts, guardians, receipts, responsibilities
from app.services.desk import Desk
from app.services.records.grouped import Grouped
from app.services.records.rows import SchoolRows
from app.services.reports.plan import row_title
from app.services.reports.roster import Roster
from app.services.roll import NO_CLASS, class_order

OPENINGS = "report_openings"
"""School setting: whether it is told that a document was opened or downloaded; off unless the school says yes."""
NOTICES = "report_notices"
"""School setting: whether families are told of what is published; on unless the school says no."""


@dataclass(frozen=True, slots=True)
class Readers:
    """The guardians of one child, by id: those who read on line, those who have read this version, those on paper."""

    expected: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()
    paper: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()
    """Those who opened this version; nobody where the school does not want to know. Likewise ``downloaded``."""
    downloaded: frozenset[str] = frozenset()

    @property
    def by_one(self) -> bool:
        """At least one of them has read it."""
        return bool(self.read)

    @property
    def by_each(self) -> bool:
        """Everybody who reads on line has read it; never so where nobody does."""
        return bool(self.expected) and self.expected <= self.read


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One document of one child. ``imported_at`` and ``locked_at`` are stored instants, ``published_on`` a day."""

    report_id: str
    pupil_id: str
    pupil: str
    classroom: str
    level: str | None
    kind: ReportKind
    title: str
    year: int
    period_index: int | None
    period_count: int | None
    cycle: int | None
    complete: bool
    state: ReportState
    flags: tuple[str, ...]
    format: DocumentFormat
    size: int
    version: int
    document: str
    imported_at: str
    author: str | None
    locked_at: str | None
    published_on: str | None
    readers: Readers

    @property
    def group(self) -> tuple[str, ReportKind, int, int | None, int | None]:
        """What it is counted with: class, kind, year, and the period (the cycle, at its end)."""
        periods = {ReportKind.PERIODIC: self.period_index, ReportKind.CYCLE: self.cycle, ReportKind.CERTIFICATE: None}
        period = periods[self.kind]
        return self.classroom, self.kind, self.year, period, self.period_count


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which documents are meant; an empty criterion leaves everything through."""

    classrooms: frozenset[str] = frozenset()
    period_index: int | None = None
    period_count: int | None = None
    year: int | None = None
    kinds: frozenset[ReportKind] = frozenset()
    states: frozenset[ReportState] = frozenset()
    report_ids: frozenset[str] = frozenset()

    def keeps(self, row: ReportRow) -> bool:
        return (
            (not self.classrooms or fold(row.classroom) in {fold(label) for label in self.classrooms})
            and self.period_index in (None, row.period_index)
            and self.period_count in (None, row.period_count)
            and self.year in (None, row.year)
            and (not self.kinds or row.kind in self.kinds)
            and (not self.states or row.state in self.states)
            and (not self.report_ids or row.report_id in self.report_ids)
        )


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """One line of « Livrets »: a class and a period (or the end of a cycle, or its certificates)."""

    classroom: str
    kind: ReportKind
    year: int
    period_index: int | None
    period_count: int | None
    title: str
    pupils: int
    """Of the class in that year, those who have not left."""
    imported: int
    complete: int
    locked: int
    published: int
    scheduled: int
    read_by_one: int
    read_by_each: int
    on_paper: int
    flagged: int
    opened: int
    """Documents that at least one guardian opened; 0 where the school does not want to know. Likewise ``downloaded``."""
    downloaded: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that « Livrets » shows, in the order of the school; ``day`` is today in its zone."""

    rows: tuple[ReportRow, ...] = ()
    day: str = ""
    classrooms: tuple[str, ...] = ()
    sizes: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """Pupils of a class in a year who have not left."""
    elementary: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """Those of them whose level has a livret."""
    zone: str = "Europe/Paris"
    told: bool = True
    """Whether families are told of what is published."""
    openings: bool = False
    """Whether the school wants to know who opened or downloaded what."""

    def find(self, wanted: ReportFilter) -> tuple[ReportRow, ...]:
        """The documents that a filter keeps."""
        return tuple(row for row in self.rows if wanted.keeps(row))

    def counted(self, wanted: ReportFilter | None = None) -> tuple[ReportCounts, ...]:
        """The counts of the documents that a filter keeps, a line a class and a period."""
        return tuple(_counts(self.find(wanted) if wanted else self.rows, self.sizes))


def read_overview(desk: Desk, *, school_id: str) -> Overview:
    """The livrets of a school."""
    with desk.vault.read() as connection:
        return overview_in(connection, school_id=school_id, now=desk.clock())


def overview_in(connection: Connection, *, school_id: str, now: datetime) -> Overview:
    """Like ``read_overview``, on the rows of a server as well."""
    rows = SchoolRows(connection, school_id)
    school = rows.need("schools", school_id)
    zone, settings = school["timezone"] or "Europe/Paris", school["settings"] or {}
    today = now.astimezone(ZoneInfo(zone)).date()
    openings = bool(settings.get(OPENINGS, False))
    standing = [row for row in rows.all("reports") if row["removed_at"] is None]
    roster = Roster.read(rows) if standing else Roster()
    people = _People.of(connection, rows, openings=openings)
    found = [_row(row, roster, people, today) for row in standing if row["pupil_id"] in roster.pupils]
    levels: dict[str, set[str]] = defaultdict(set)
    for one in found:
        levels[one.classroom].add(one.level or "")
    found.sort(
        key=lambda row: (-row.year, class_order(row.classroom, levels[row.classroom]), fold(row.pupil), _order(row))
    )
    classrooms = tuple(sorted(levels, key=lambda label: class_order(label, levels[label])))
    return Overview(
        tuple(found), today.isoformat(), classrooms, _class_sizes(roster), _class_sizes(roster, elementary=True), zone=zone,
        told=bool(settings.get(NOTICES, True)), openings=openings,
    )  # fmt: skip


def _row(row: Row, roster: Roster, people: _People, today: date) -> ReportRow:
    pupil = roster.pupils[row["pupil_id"]]
    seat = pupil.seat(row["year"])
    return ReportRow(
        report_id=row["id"], pupil_id=row["pupil_id"], pupil=pupil.name,
        classroom=seat.label or row["classroom"] or NO_CLASS, level=seat.level or row["level"],
        kind=ReportKind(row["kind"]), title=row_title(row), year=row["year"], period_index=row["period_index"],
        period_count=row["period_count"], cycle=row["cycle"], complete=bool(row["complete"]),
        state=_state(row, today), flags=tuple(row["flags"] or ()), format=DocumentFormat(row["format"]), size=row["size"],
        version=row["version"], document=row["document"], imported_at=row["imported_at"], author=row["author"],
        locked_at=row["locked_at"], published_on=row["published_on"], readers=people.readers(row),
    )  # fmt: skip


def _state(row: Row, today: date) -> ReportState:
    if row["locked_at"] is None:
        return ReportState.UNLOCKED
    if row["published_on"] is None:
        return ReportState.LOCKED
    return ReportState.PUBLISHED if row["published_on"] <= today.isoformat() else ReportState.SCHEDULED


def _order(row: ReportRow) -> tuple[str, int]:
    return row.kind.value, row.period_index or 0


@dataclass(slots=True)
class _People:
    """Who reads what, by pupil; two records of one guardian are one reader, whose strictest access stands."""

    online: dict[str, set[str]]
    paper: dict[str, set[str]]
    told: dict[str, dict[tuple[str, str], set[str]]]
    """What receipts say, by their kind."""

    @classmethod
    def of(cls, connection: Connection, rows: SchoolRows, *, openings: bool) -> _People:
        people = cls(defaultdict(set), defaultdict(set), {kind.value: defaultdict(set) for kind in ReceiptKind})
        grouped = Grouped.read(rows)
        ways: dict[tuple[str, str], Access] = {}
        for pair in connection.execute(_pairs(rows.school_id)):
            key = (pair.pupil_id, grouped.guardian(pair.guardian_id))
            ways[key] = _way(pair).stricter(ways.get(key, Access.FULL))
        for (pupil, guardian), way in ways.items():
            if way is not Access.NONE:
                (people.paper if way is Access.PAPER else people.online)[pupil].add(guardian)
        kinds = list(ReceiptKind) if openings else [ReceiptKind.READ]
        for receipt in connection.execute(_receipts(rows.school_id, kinds)):
            version = receipt.report_id, receipt.document
            people.told[receipt.kind][version].add(grouped.guardian(receipt.guardian_id))
        return people

    def readers(self, row: Row) -> Readers:
        pupil, version = row["pupil_id"], (row["id"], row["document"])
        read, opened, downloaded = (self.told[kind].get(version, ()) for kind in ReceiptKind)
        return Readers(*(frozenset(found) for found in (
            self.online.get(pupil, ()), read, self.paper.get(pupil, ()), opened, downloaded)
        ))  # fmt: skip


def _way(pair: Any) -> Access:
    """On line, on paper (by the school's word, or by the guardian's own wish), or not at all."""
    access = Access(pair.access)
    return access.stricter(Access.PAPER) if pair.wish is not None or pair.prefers_paper else access


def _pairs(school_id: str) -> Any:
    link, guardian = responsibilities.c, guardians.c
    return (
        select(link.pupil_id, link.guardian_id, link.access, guardian.wish, accounts.c.prefers_paper)
        .join(guardians, (guardian.school_id == school_id) & (guardian.id == link.guardian_id))
        .join(
            accounts, (accounts.c.school_id == school_id) & (accounts.c.guardian_id == link.guardian_id), isouter=True
        )
        .where(link.school_id == school_id, link.ended_on.is_(None), guardian.gone_on.is_(None))
    )


def _receipts(school_id: str, kinds: list[ReceiptKind]) -> Any:
    found = receipts.c
    return select(found.report_id, found.document, found.guardian_id, found.kind).where(
        found.school_id == school_id, found.kind.in_([kind.value for kind in kinds])
    )


def _class_sizes(roster: Roster, *, elementary: bool = False) -> dict[tuple[str, int], int]:
    sizes: dict[tuple[str, int], int] = defaultdict(int)
    for pupil in roster.pupils.values():
        for year, seat in pupil.seats.items():
            sizes[seat.label or NO_CLASS, year] += pupil.here and not (elementary and seat.level in NURSERY)
    return sizes


def _counts(found: Iterable[ReportRow], sizes: Mapping[tuple[str, int], int]) -> Iterator[ReportCounts]:
    groups: dict[tuple[object, ...], list[ReportRow]] = defaultdict(list)
    for row in found:
        groups[row.group].append(row)
    for rows in groups.values():
        first = rows[0]
        states = [row.state for row in rows]
        yield ReportCounts(
            classroom=first.classroom, kind=first.kind, year=first.year, period_index=first.period_index,
            period_count=first.period_count, title=_group_title(first), pupils=sizes.get((first.classroom, first.year), 0),
            imported=len(rows), complete=sum(row.complete for row in rows),
            locked=len(states) - states.count(ReportState.UNLOCKED), published=states.count(ReportState.PUBLISHED),
            scheduled=states.count(ReportState.SCHEDULED), read_by_one=sum(row.readers.by_one for row in rows),
            read_by_each=sum(row.readers.by_each for row in rows), on_paper=sum(bool(row.readers.paper) for row in rows),
            flagged=sum(bool(row.flags) for row in rows),
            opened=sum(bool(row.readers.opened) for row in rows),
            downloaded=sum(bool(row.readers.downloaded) for row in rows),
        )  # fmt: skip


def _group_title(row: ReportRow) -> str:
    return "Attestations" if row.kind is ReportKind.CERTIFICATE else row.title

"""The livrets of an account: for each child the documents that its schools show, by cycle (lsu.md, DESIGN « Documents »).

A child who changed schools is one child here, by INE, else by name and birth date; each school decides on its own
documents. Where the guardian must not learn of a school, a content is shown without what names it, and a PDF, in which
nothing can be left out, is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from app.models.clock import Clock
from app.models.report_content import DocumentFormat
from app.models.states import ReceiptKind
from app.models.tables import Row
from app.server import inbox
from app.server.documents.stores import Documents
from app.server.portal import family
from app.server.portal.family import Child
from app.services.records.rows import SchoolRows
from app.services.reports.visibility import Schooling, disappears_soon, kept_until, schooling, visible

READ = "report_read"
"""What the portal tells a school of a document: read, opened, downloaded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One document as a guardian sees it; ``read_at`` is an instant, his own."""

    child: Child
    row: Row
    zone: str
    read_at: str | None
    until: str | None
    """The last day on which it is here, where that day is near."""

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def is_content(self) -> bool:
        return bool(self.row["format"] == DocumentFormat.CONTENT)

    @property
    def is_on_paper_only(self) -> bool:
        """Whether nothing can be shown without naming the school that he must not learn of."""
        return self.child.hidden and not self.is_content


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents of one cycle; None for those of none (certificates)."""

    cycle: int | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The livret of one child."""

    child: Child
    """As the child is today: where he is, else where he was last."""
    shelves: tuple[Shelf, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for shelf in self.shelves for entry in shelf.entries)

    @property
    def mark(self) -> str:
        """What names the child in an address: an id, nothing that says who he is."""
        return self.child.pupil_id


@dataclass(frozen=True, slots=True)
class Books:
    """Reads the livrets of an account."""

    documents: Documents
    clock: Clock

    def of(self, connection: Connection, portal_id: str) -> list[Book]:
        """The livrets of every child who is here, or who left documents behind; the youngest first."""
        people = _people(family.children_of(connection, portal_id, with_left=True))
        books = [self._book(connection, records) for records in people]
        return [book for book in books if not book.child.left or book.shelves]

    def find(self, connection: Connection, portal_id: str, report_id: str) -> Entry | None:
        """A document that this account may see now, or None: also for one that exists."""
        entries = (entry for book in self.of(connection, portal_id) for entry in book.entries)
        return next((entry for entry in entries if entry.id == report_id), None)

    def content(self, entry: Entry) -> bytes:
        """The bytes of a document. Raises NotFound, PreauError."""
        return self.documents.of(entry.child.school_id).get(entry.row["document"])

    def _book(self, connection: Connection, records: list[Child]) -> Book:
        now = next((child for child in records if not child.left), records[0])
        level = schooling(_level(connection, now))
        entries = [entry for child in records for entry in self._entries(connection, child, level)]
        cycles = sorted({entry.row["cycle"] for entry in entries}, key=lambda cycle: -(cycle or 0))
        shelves = tuple(Shelf(c, tuple(entry for entry in entries if entry.row["cycle"] == c)) for c in cycles)
        return Book(now, shelves)

    def _entries(self, connection: Connection, child: Child, level: Schooling) -> Iterator[Entry]:
        rows, store = SchoolRows(connection, child.school_id), self.documents.of(child.school_id)
        zone = (rows.need("schools", child.school_id)["timezone"]) or "Europe/Paris"
        today = self.clock().astimezone(ZoneInfo(zone)).date()
        read = _read_by(connection, rows, child)
        for row in visible(rows.where("reports", pupil_id=child.pupil_id), child=level, today=today):
            if store.has(row["document"]):
                until = kept_until(row).isoformat() if disappears_soon(row, today=today) else None
                yield Entry(child, row, zone, read.get((row["id"], row["document"])), until)


def _people(children: Iterable[Child]) -> list[list[Child]]:
    """The records of each child, in their order."""
    people: list[list[Child]] = []
    for child in children:
        known = next((records for records in people if any(_same(child, other) for other in records)), None)
        if known is None:
            people.append([child])
        else:
            known.append(child)
    return people


def _same(one: Child, other: Child) -> bool:
    if one.ine and other.ine:
        return one.ine == other.ine
    return (one.folded_name, one.birth_date) == (other.folded_name, other.birth_date)


def _level(connection: Connection, child: Child) -> str | None:
    """The level where the child is: of the enrolment that goes on, else of the last one."""
    enrolments = SchoolRows(connection, child.school_id).where("enrolments", pupil_id=child.pupil_id)
    latest = max(enrolments, key=lambda row: (row["ended_on"] is None, row["ended_on"] or "", row["id"]), default=None)
    return latest["level"] if latest else None


def _read_by(connection: Connection, rows: SchoolRows, child: Child) -> dict[tuple[str, str], str]:
    """When this guardian read which document of which report, also where the school has not been told yet."""
    account = rows.get("accounts", child.account_id)
    mine = rows.where("receipts", guardian_id=account["guardian_id"], kind=ReceiptKind.READ.value) if account else []
    found = {(row["report_id"], row["document"]): row["at"] for row in mine}
    for item in inbox.untold(connection, school_id=child.school_id, account_id=child.account_id, kind=READ):
        told = item.payload
        if told["kind"] == ReceiptKind.READ:
            found.setdefault((told["report_id"], told["document"]), item.at)
    return found

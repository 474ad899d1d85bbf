"""Who has read what, guardian by guardian, and the list that a teacher carries to those who have not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from app.models.clock import local_date
from app.models.errors import Refused
from app.models.names import fold
from app.models.states import AccountState, ReceiptKind, ReportState
from app.models.tables import Row, receipts
from app.services.accounts import listed_name
from app.services.desk import Desk
from app.services.letters.files import plain_name
from app.services.records.grouped import Grouped, standing_account
from app.services.records.rows import SchoolRows
from app.services.reports.overview import ReportRow
from app.services.reports.rendering.class_paper import CoverLine, Paper, draw_paper
from app.services.schools import one_school
from app.services.writing import write_whole

LIST_TITLE = "Bilans pas encore lus — {classroom}"
LIST_ADVICE = (
    "Ces familles lisent en ligne et n’ont pas encore dit avoir lu. Cochez celles à qui vous en avez parlé. Qui n’a ni mail ni "
    "portable confirmé ne reçoit aucun rappel\u00a0: c’est marqué."
)
LIST_HEADS = ("", "N°", "Élève", "Responsable", "À lire")
NO_REMINDER = "ni mail ni portable"
EVERYBODY_READ = (
    "Personne à relancer\u00a0: ces bilans ne sont pas publiés, ou chacun de ceux qui les lisent en ligne les a lus."
)


class Way(StrEnum):
    """How a reminder reaches a guardian; the list is what is left where nothing was confirmed on the portal."""

    MAIL = "mail"
    SMS = "sms"
    EITHER = "either"
    LIST = "list"

    @property
    def label(self) -> str:
        return _WAYS[self]


_WAYS = {Way.MAIL: "mail", Way.SMS: "SMS", Way.EITHER: "mail ou SMS", Way.LIST: "liste imprimée"}


@dataclass(frozen=True, slots=True)
class ReaderLine:
    """One guardian and one published document. Days are where the school is; the last two only where it wants to know."""

    row: ReportRow
    guardian_id: str
    guardian: str
    way: Way
    read_on: str | None
    opened_on: str | None
    downloaded_on: str | None


def read_readers(desk: Desk, *, school_id: str, reports: Sequence[ReportRow], zone: str) -> tuple[ReaderLine, ...]:
    """Those who read these documents on line, by document; who has not read comes first."""
    published = [row for row in reports if row.state is ReportState.PUBLISHED]
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        people = {row["id"]: row for row in rows.all("guardians")}
        accounts = {one["guardian_id"]: standing_account(rows, one) for one in rows.all("accounts")}
        told = _told(connection, rows, zone) if published else {}
    lines = [
        ReaderLine(row, one, listed_name(people[one]), _way(accounts.get(one)), *_days(told, row, one))
        for row in published
        for one in row.readers.expected
        if one in people
    ]
    place = {row.report_id: number for number, row in enumerate(published)}
    return tuple(sorted(lines, key=lambda one: (one.read_on is not None, place[one.row.report_id], fold(one.guardian))))


def print_unread(desk: Desk, *, school_id: str, readers: Sequence[ReaderLine], folder: Path) -> tuple[Path, ...]:
    """Write the teachers' lists, a PDF a class. Raises Refused where everybody has read, PreauError for the folder."""
    classes: dict[str, list[ReaderLine]] = defaultdict(list)
    for line in readers:
        if line.read_on is None:
            classes[line.row.classroom].append(line)
    if not classes:
        raise Refused("nobody_to_remind", EVERYBODY_READ)
    school = one_school(desk, school_id=school_id)
    now = desk.clock().astimezone(ZoneInfo(school.timezone))
    made, taken = [], set[str]()
    for classroom, lines in classes.items():
        paper = _paper(classroom, lines, f"{school.name} · {now:%d-%m-%Y}")
        name = _file_name(classroom, now, taken)
        made.append(write_whole(folder / name, draw_paper(paper, two_sided=False)))
    return tuple(made)


def _paper(classroom: str, lines: Sequence[ReaderLine], subtitle: str) -> Paper:
    """A line a guardian and a child, with all that he has not read of that child."""
    groups: dict[tuple[str, str], list[ReaderLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda one: (fold(one.row.pupil), fold(one.guardian))):
        groups[line.row.pupil_id, line.guardian_id].append(line)
    covers = tuple(
        CoverLine(number, some[0].row.pupil, some[0].guardian, _note(some))
        for number, some in enumerate(groups.values(), 1)
    )
    return Paper(LIST_TITLE.format(classroom=classroom), subtitle, LIST_ADVICE, LIST_HEADS, (), covers, ())


def _note(lines: Sequence[ReaderLine]) -> str:
    titles = [line.row.title for line in lines]
    return ", ".join([*titles, *([NO_REMINDER] if lines[0].way is Way.LIST else [])])


def _file_name(classroom: str, now: datetime, taken: set[str]) -> str:
    """« Preau-Pas-lus-CE2-B-20261121140231.pdf », all different, with nothing personal in them."""
    base = f"Preau-Pas-lus-{plain_name(classroom)}-{now:%Y%m%d%H%M%S}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return f"{name}.pdf"


def _way(account: Row | None) -> Way:
    """What the parent confirmed on the portal; the server chooses between two as he asked."""
    if account is None or account["state"] != AccountState.ACTIVE:
        return Way.LIST
    match bool(account["email"]), bool(account["mobile"]):
        case True, True:
            return Way.EITHER
        case True, False:
            return Way.MAIL
        case False, True:
            return Way.SMS
    return Way.LIST


_Told = Mapping[tuple[str, str, str, str], str]
"""The day of the first receipt, by report, document, guardian and kind."""


def _told(connection: Connection, rows: SchoolRows, zone: str) -> _Told:
    grouped, found = Grouped.read(rows), dict[tuple[str, str, str, str], str]()
    held = receipts.c
    statement = select(held.report_id, held.document, held.guardian_id, held.kind, held.at)
    for one in connection.execute(statement.where(held.school_id == rows.school_id).order_by(held.at)):
        key = (one.report_id, one.document, grouped.guardian(one.guardian_id), one.kind)
        found.setdefault(key, local_date(one.at, zone).isoformat())
    return found


def _days(told: _Told, row: ReportRow, guardian_id: str) -> tuple[str | None, str | None, str | None]:
    known = {ReceiptKind.READ: row.readers.read, ReceiptKind.OPENED: row.readers.opened,
             ReceiptKind.DOWNLOADED: row.readers.downloaded}  # fmt: skip
    read, opened, downloaded = (
        told.get((row.report_id, row.document, guardian_id, kind.value)) if guardian_id in those else None
        for kind, those in known.items()
    )
    return read, opened, downloaded

"""« Circonscription »: the counts of an officer's schools, without names, as the server last told them; sorted, PDF, XLSX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.models.clock import local_date, parse_instant
from app.models.errors import Refused
from app.models.names import fold
from app.models.support import By, SchoolCounts
from app.models.tables import Row
from app.services.desk import Desk
from app.services.spreadsheets import xlsx_bytes
from app.services.support.copies import server_now
from app.services.vault.tables import officer, officer_schools
from app.services.writing import write_whole

ZONE = "Europe/Paris"
TITLE = "Circonscription"
NONE_YET = "Aucune école encore\u00a0: synchronisez, ou demandez à l’académie lesquelles vous suivez."


HEADINGS: dict[By, str] = {
    By.UAI: "UAI", By.NAME: "École", By.GUARDIANS: "Comptes", By.ACTIVATED: "Activés", By.NO_MOBILE: "Sans mobile",
    By.DUPLICATES: "Doublons possibles", By.UNREAD: "Bilans non lus", By.REQUESTS: "Demandes",
    By.OLDEST: "Âge (jours)", By.LAST_IMPORT: "Dernier import", By.LAST_SYNC: "Dernier échange",
}  # fmt: skip
ACCESS_HEADING = "Ouverte jusqu’au"


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school. ``oldest_days``: how long the oldest request waits; ``granted_until`` a stored instant where it is open."""

    school_id: str
    uai: str
    name: str
    town: str
    counts: SchoolCounts | None
    oldest_days: int | None
    granted_until: str | None

    @property
    def share(self) -> float:
        """Of its guardians, who has activated an account; 0 where there is nobody."""
        return self.counts.activated / self.counts.guardians if self.counts and self.counts.guardians else 0.0

    def cells(self) -> tuple[str, ...]:
        """As the list shows it, in the order of HEADINGS, then the access."""
        found = self.counts
        until = _day(self.granted_until)
        if found is None:
            return self.uai, self.name, *[""] * (len(HEADINGS) - 2), until
        return (
            self.uai, self.name, str(found.guardians), f"{found.activated} ({round(100 * self.share)}\u202f%)",
            str(found.no_mobile), str(found.duplicates), str(found.unread_reports), str(found.requests),
            "" if self.oldest_days is None else str(self.oldest_days), _day(found.last_import_at),
            _plain_day(found.last_sync_on), until,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Circonscription:
    """An officer's schools. ``told_at``: when the server said so, a stored instant; None for never."""

    officer: str
    told_at: str | None
    error: str | None
    lines: tuple[SchoolLine, ...]

    @property
    def told(self) -> str:
        """« Nombres du 12-10-2026 »."""
        return f"Nombres du {_day(self.told_at)}" if self.told_at else "Nombres pas encore reçus"


def read_circonscription(desk: Desk, *, by: By = By.NAME, descending: bool = False) -> Circonscription:
    """The officer's schools, sorted. Raises Refused on a PC that is not an officer's."""
    with desk.vault.read() as connection:
        me = connection.execute(select(officer)).mappings().first()
        rows = connection.execute(select(officer_schools)).mappings().all()
    if me is None:
        raise Refused("not_an_officer", "Ce poste n’est pas celui d’une personne de l’assistance.")
    now = server_now(dict(me), desk.now())
    lines = [_line(dict(row), now) for row in rows]
    return Circonscription(me["name"], me["last_success_at"], me["last_error"], sort_lines(lines, by, descending))


def sort_lines(lines: Sequence[SchoolLine], by: By, descending: bool) -> tuple[SchoolLine, ...]:
    """By what a heading says, then by name; a school without it comes last in both directions."""
    key = _KEYS[by]
    known = [line for line in lines if key(line) is not None]
    unknown = [line for line in lines if key(line) is None]
    by_name = sorted(known, key=lambda line: (fold(line.name), line.uai))
    return (*sorted(by_name, key=key, reverse=descending), *sorted(unknown, key=lambda line: fold(line.name)))


def write_xlsx(found: Circonscription, *, path: Path) -> Path:
    """The list for a spreadsheet. Raises Refused where there is no school, PreauError where the file cannot be written."""
    _check(found)
    header = (*HEADINGS.values(), ACCESS_HEADING)
    return write_whole(path, xlsx_bytes(header, [line.cells() for line in found.lines], title=TITLE))


def write_pdf(found: Circonscription, *, path: Path) -> Path:
    """The list on paper. Raises like ``write_xlsx``."""
    from app.services.letters.circonscription import draw_circonscription  # reportlab is slow to import

    _check(found)
    header = (*HEADINGS.values(), ACCESS_HEADING)
    pdf = draw_circonscription(
        title=TITLE, under=f"{found.officer} · {found.told}", header=header,
        rows=[line.cells() for line in found.lines], widths=WIDTHS,
    )  # fmt: skip
    return write_whole(path, pdf)


WIDTHS = (8, 21, 9, 9, 7, 8, 7, 7, 8, 8, 8, 10)
"""Of the columns on paper, in parts of their sum."""


def as_json(found: Circonscription) -> list[dict[str, Any]]:
    """Each school as an object."""
    return [
        {
            "uai": line.uai, "name": line.name, "town": line.town, "oldest_request_days": line.oldest_days,
            "granted_until": line.granted_until,
            "counts": line.counts.model_dump(mode="json") if line.counts else None,
        }
        for line in found.lines
    ]  # fmt: skip


def _check(found: Circonscription) -> None:
    if not found.lines:
        raise Refused("no_school", NONE_YET)


def _line(row: Row, now: str) -> SchoolLine:
    counts = SchoolCounts.model_validate(row["counts"]) if row["counts"] else None
    oldest = counts.oldest_request_at if counts else None
    open_until = row["granted_until"] if row["granted_until"] and now < row["granted_until"] else None
    return SchoolLine(
        school_id=row["school_id"], uai=row["uai"] or "", name=row["name"], town=row["town"] or "", counts=counts,
        oldest_days=(parse_instant(now) - parse_instant(oldest)).days if oldest else None, granted_until=open_until,
    )  # fmt: skip


def _day(at: str | None) -> str:
    return f"{local_date(at, ZONE):%d-%m-%y}" if at else ""


def _plain_day(day: str | None) -> str:
    return f"{date.fromisoformat(day):%d-%m-%y}" if day else ""


def _count(name: str) -> Callable[[SchoolLine], Any]:
    return lambda line: getattr(line.counts, name) if line.counts else None


_KEYS: dict[By, Callable[[SchoolLine], Any]] = {
    By.NAME: lambda line: fold(line.name), By.UAI: lambda line: line.uai, By.GUARDIANS: _count("guardians"),
    By.ACTIVATED: lambda line: line.share if line.counts else None, By.NO_MOBILE: _count("no_mobile"),
    By.DUPLICATES: _count("duplicates"), By.UNREAD: _count("unread_reports"), By.REQUESTS: _count("requests"),
    By.OLDEST: lambda line: line.oldest_days, By.LAST_IMPORT: _count("last_import_at"),
    By.LAST_SYNC: _count("last_sync_on"),
}  # fmt: skip

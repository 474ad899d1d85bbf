"""« Anciens élèves »: who left the school, kept with where they last were; out of every list and count (DESIGN)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.corrections import effective
from app.models.names import fold
from app.models.tables import Row
from app.services.accounts import NO_CLASS, listed_name
from app.services.desk import Desk
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class FormerPupil:
    """One pupil who left. ``birth_date`` is None where it is not known; ``key`` is what a search looks into."""

    pupil_id: str
    name: str
    birth_date: date | None
    classroom: str
    year: str
    left_on: date
    guardians: tuple[str, ...]
    key: str


def list_former(desk: Desk, *, school_id: str) -> tuple[FormerPupil, ...]:
    """Those who left and were not erased since, the latest departures first, then by name."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        gone = [row for row in rows.all("pupils") if row["left_on"] is not None and row["last_name"]]
        places, guardians = _last_places(rows), _guardians(rows)
    found = [_former(row, places.get(row["id"], (NO_CLASS, "")), guardians.get(row["id"], [])) for row in gone]
    found.sort(key=lambda pupil: pupil.key)
    return tuple(sorted(found, key=lambda pupil: pupil.left_on, reverse=True))


def _former(row: Row, place: tuple[str, str], guardians: list[str]) -> FormerPupil:
    born = effective(row, "birth_date")
    name = listed_name(row)
    return FormerPupil(
        pupil_id=row["id"],
        name=name,
        birth_date=date.fromisoformat(born) if born else None,
        classroom=place[0],
        year=place[1],
        left_on=date.fromisoformat(row["left_on"][:10]),
        guardians=tuple(sorted(guardians, key=fold)),
        key=fold(" ".join((name, *guardians))),
    )


def _last_places(rows: SchoolRows) -> dict[str, tuple[str, str]]:
    """The (class, year) of each pupil's latest enrolment, ended ones included."""
    years = {row["id"]: row for row in rows.all("school_years") if row["undone_at"] is None}
    rooms = {row["id"]: row["label"] for row in rows.all("classrooms")}
    placed = [row for row in rows.all("enrolments") if row["year_id"] in years]
    placed.sort(key=lambda row: str(years[row["year_id"]]["starts_on"]))
    return {
        row["pupil_id"]: (rooms.get(row["classroom_id"], NO_CLASS), years[row["year_id"]]["label"]) for row in placed
    }


def _guardians(rows: SchoolRows) -> dict[str, list[str]]:
    people = {row["id"]: row for row in rows.all("guardians")}
    found: dict[str, list[str]] = {}
    for link in rows.all("responsibilities"):
        if link["guardian_id"] in people and people[link["guardian_id"]]["last_name"]:
            found.setdefault(link["pupil_id"], []).append(listed_name(people[link["guardian_id"]]))
    return found

"""The school as it stands before an import: the current year, its classes, who is where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.codes import school_year_label, school_year_start
from app.models.tables import Row
from app.services.records.extractions import known_extractions
from app.services.records.people import PeopleIndex
from app.services.records.rows import SchoolRows


@dataclass(slots=True)
class Present:
    """``year`` is the row of the year that an import of ``today`` goes into, None where it opens a new one."""

    people: PeopleIndex
    year: Row | None
    year_label: str
    year_start: date
    previous: Row | None
    classrooms: dict[str, Row]
    """Of the year, by label, those that are gone left out."""
    labels: dict[str, str]
    enrolments: dict[str, Row]
    """By pupil, in the year."""
    former: dict[str, Row]
    """By pupil, in the latest year before."""
    pupils: dict[str, Row]
    guardians: dict[str, Row]
    links: dict[tuple[str, str], Row]
    """(pupil, guardian), those that ended left out."""
    accounts: set[str]
    undone: set[str]
    """Pupils and guardians whom only an undone import had entered: to the director they are new."""
    extractions: dict[str, str]
    """The day or instant of the latest file of each kind that was imported."""

    def present_pupils(self) -> list[Row]:
        """Pupils who have not left: of the year, and of the year before while only some classes of the year are known."""
        enrolled = self.enrolments.keys() | self.former.keys()
        return [row for row in self.pupils.values() if row["left_on"] is None and row["id"] in enrolled]

    def present_guardians(self) -> int:
        """How many guardians have not gone and have a child here."""
        here = {row["id"] for row in self.present_pupils()}
        return len({guardian for pupil, guardian in self.links if pupil in here and self._stays(guardian)})

    def _stays(self, guardian_id: str) -> bool:
        row = self.guardians.get(guardian_id)
        return row is not None and row["gone_on"] is None

    def class_of(self, pupil_id: str) -> str | None:
        """The label of a pupil's class in the latest known year."""
        enrolment = self.enrolments.get(pupil_id) or self.former.get(pupil_id)
        return self.labels.get(enrolment["classroom_id"] or "") if enrolment else None


def read_present(rows: SchoolRows, *, today: date) -> Present:
    """Read a school's records for an import of ``today``."""
    start = school_year_start(today)
    years = sorted(
        (row for row in rows.all("school_years") if row["undone_at"] is None), key=lambda row: row["starts_on"]
    )
    year = next((row for row in years if row["starts_on"] == start.isoformat()), None)
    before = [row for row in years if row["starts_on"] < start.isoformat()]
    previous = before[-1] if before else None
    classrooms = rows.all("classrooms")
    pupils = {row["id"]: row for row in rows.all("pupils")}
    guardians = {row["id"]: row for row in rows.all("guardians")}
    links = {(r["pupil_id"], r["guardian_id"]): r for r in rows.all("responsibilities") if r["ended_on"] is None}
    return Present(
        people=PeopleIndex.of(rows),
        year=year,
        year_label=school_year_label(start),
        year_start=start,
        previous=previous,
        classrooms={c["label"]: c for c in classrooms if year and c["year_id"] == year["id"] and c["gone_on"] is None},
        labels={c["id"]: c["label"] for c in classrooms},
        enrolments=_enrolments(rows, year),
        former=_enrolments(rows, previous),
        pupils=pupils,
        guardians=guardians,
        links=links,
        accounts={row["guardian_id"] for row in rows.all("accounts")},
        undone=_undone(rows, pupils, guardians, links),
        extractions=known_extractions(rows),
    )


def _enrolments(rows: SchoolRows, year: Row | None) -> dict[str, Row]:
    if year is None:
        return {}
    return {
        row["pupil_id"]: row
        for row in rows.all("enrolments")
        if row["year_id"] == year["id"] and row["ended_on"] is None
    }


def _undone(
    rows: SchoolRows, pupils: dict[str, Row], guardians: dict[str, Row], links: dict[tuple[str, str], Row]
) -> set[str]:
    """Those who left without a place in any year, or without a child: what an undone import leaves."""
    placed = {row["pupil_id"] for row in rows.all("enrolments") if row["ended_on"] is None}
    linked = {guardian for _, guardian in links}
    left = {row["id"] for row in pupils.values() if row["left_on"] is not None}
    gone = {row["id"] for row in guardians.values() if row["gone_on"] is not None}
    return (left - placed) | (gone - linked)

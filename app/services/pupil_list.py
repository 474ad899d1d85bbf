"""« Élèves »: the pupils of this year, one line each, with what ONDE has to complete; those without guardians too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.models.corrections import effective
from app.models.names import fold
from app.models.tables import Row
from app.services.accounts import listed_name
from app.services.desk import Desk
from app.services.records.grouped import Grouped
from app.services.records.rows import SchoolRows
from app.services.roll import read_roll


@dataclass(frozen=True, slots=True)
class ListedPupil:
    """One pupil. ``ine`` and ``birth_date`` are None where nothing is known; ``key`` is what a search looks into."""

    pupil_id: str
    name: str
    birth_date: date | None
    classroom: str
    level: str
    ine: str | None
    guardians: tuple[str, ...]
    key: str


def list_pupils(desk: Desk, *, school_id: str) -> tuple[ListedPupil, ...]:
    """Everybody who is in the school, by name."""
    with desk.vault.read() as connection:
        rows, roll = SchoolRows(connection, school_id), read_roll(connection, school_id=school_id)
        guardians = _guardians(rows)
        pupils = [row for row in rows.all("pupils") if row["id"] in roll.pupils]
    found = [_listed(row, roll.pupils[row["id"]].classroom, roll.pupils[row["id"]].level, guardians) for row in pupils]
    return tuple(sorted(found, key=lambda pupil: (fold(pupil.name), pupil.pupil_id)))


def _listed(row: Row, classroom: str, level: str, guardians: Mapping[str, list[str]]) -> ListedPupil:
    born, name = effective(row, "birth_date"), listed_name(row)
    names = tuple(sorted(guardians.get(row["id"], ()), key=fold))
    return ListedPupil(
        pupil_id=row["id"],
        name=name,
        birth_date=date.fromisoformat(born) if born else None,
        classroom=classroom,
        level=level,
        ine=effective(row, "ine") or None,
        guardians=names,
        key=fold(" ".join((name, *names))),
    )


def _guardians(rows: SchoolRows) -> dict[str, list[str]]:
    """The names of each pupil's present guardians; who stands twice and has grouped the accounts is one."""
    people = {row["id"]: row for row in rows.all("guardians") if row["gone_on"] is None}
    grouped = Grouped.read(rows)
    pairs = {
        (link["pupil_id"], grouped.guardian(link["guardian_id"]))
        for link in rows.all("responsibilities")
        if link["ended_on"] is None and link["guardian_id"] in people
    }
    found: dict[str, list[str]] = {}
    for pupil_id, guardian_id in pairs:
        if guardian_id in people:
            found.setdefault(pupil_id, []).append(listed_name(people[guardian_id]))
    return found

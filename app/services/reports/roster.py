"""The pupils of the records, as files of bilans name them: by INE, by birth date, by any of their names, by class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.models.corrections import effective
from app.models.names import first_name_keys, fold, surname_key
from app.models.tables import Row
from app.services.onde.dates import shown_date
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a pupil was in one school year."""

    label: str | None
    level: str | None
    onde_id: str | None = None


@dataclass(frozen=True, slots=True)
class RosterPupil:
    """One pupil; ``surnames`` and ``first_names`` are folded, ONDE's and those that were corrected here."""

    pupil_id: str
    ine: str | None
    last_name: str
    first_name: str
    birth_date: str | None
    surnames: frozenset[str]
    first_names: frozenset[str]
    seats: dict[int, Seat]
    """By the year (millésime)."""
    here: bool

    @property
    def name(self) -> str:
        """« NOM Prénom »."""
        return f"{self.last_name.upper()} {self.first_name}"

    @property
    def latest(self) -> Seat | None:
        """The latest class known."""
        return self.seats[max(self.seats)] if self.seats else None

    @property
    def words(self) -> str:
        """What tells a pupil from others in a list of answers."""
        seat = self.latest
        born = shown_date(self.birth_date) or "?"
        return f"{self.name}, né(e) le {born}, {(seat.label if seat else None) or 'sans classe'}"

    def seat(self, year: int) -> Seat:
        """The place in that year, empty where nothing is known."""
        return self.seats.get(year, Seat(None, None))


@dataclass(slots=True)
class Roster:
    """Every pupil of a school, those who left included: their bilans may come later."""

    pupils: dict[str, RosterPupil] = field(default_factory=dict)
    by_ine: dict[str, RosterPupil] = field(default_factory=dict)
    by_birth: dict[str, list[RosterPupil]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[tuple[str, str], list[RosterPupil]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, rows: SchoolRows) -> Roster:
        seats = _seats(rows)
        return cls.of(_pupil(row, seats.get(row["id"], {})) for row in rows.all("pupils"))

    @classmethod
    def of(cls, pupils: Iterable[RosterPupil]) -> Roster:
        roster = cls()
        for one in pupils:
            roster._enter(one)
        return roster

    def named(self, last_name: str | None, first_name: str | None) -> list[RosterPupil]:
        """Those of that name; of several first names the first alone is enough."""
        last = surname_key(last_name)
        found: dict[str, RosterPupil] = {}
        for first in first_name_keys(first_name):
            found |= {one.pupil_id: one for one in self.by_name.get((last, first), ())} if first else {}
        return list(found.values())

    def _enter(self, one: RosterPupil) -> None:
        self.pupils[one.pupil_id] = one
        if one.ine:
            self.by_ine[one.ine] = one
        if one.birth_date:
            self.by_birth[one.birth_date].append(one)
        for last in one.surnames:
            for first in {key for name in one.first_names for key in first_name_keys(name)}:
                self.by_name[(surname_key(last), first)].append(one)


def _pupil(row: Row, seats: dict[int, Seat]) -> RosterPupil:
    last = {fold(name) for name in (row["last_name"], row["usage_name"], effective(row, "last_name")) if name}
    first = {fold(name) for name in (row["first_name"], effective(row, "first_name")) if name}
    return RosterPupil(
        pupil_id=row["id"], ine=row["ine"], last_name=effective(row, "last_name") or "",
        first_name=effective(row, "first_name") or "", birth_date=effective(row, "birth_date"),
        surnames=frozenset(last - {""}), first_names=frozenset(first - {""}), seats=seats, here=row["left_on"] is None,
    )  # fmt: skip


def _seats(rows: SchoolRows) -> dict[str, dict[int, Seat]]:
    years = {row["id"]: int(row["starts_on"][:4]) for row in rows.all("school_years") if row["undone_at"] is None}
    rooms = {row["id"]: row for row in rows.all("classrooms")}
    found: dict[str, dict[int, Seat]] = defaultdict(dict)
    for row in rows.all("enrolments"):
        if row["ended_on"] is None and row["year_id"] in years:
            room = rooms.get(row["classroom_id"])
            seat = Seat(room["label"] if room else None, row["level"], room["onde_id"] if room else None)
            found[row["pupil_id"]][years[row["year_id"]]] = seat
    return found

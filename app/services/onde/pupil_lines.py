"""The lines of the « Élèves » extraction."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import lru_cache

from app.models.codes import ine_problem, read_level
from app.models.names import fold
from app.services.onde.dates import read_date
from app.services.onde.decode import Cells
from app.services.onde.header import Header, cell
from app.services.onde.parsed import PUPIL_FIELDS, ParsedFile, ParsedPupil
from app.services.onde.problems import ProblemList
from app.services.records.people import pupil_name

OLDEST = date(1990, 1, 1)
NO_DATE = "Élève sans date de naissance\u00a0: ses parents ne pourront pas la confirmer. À compléter dans ONDE."


class PupilLines:
    """Reads pupils into ``file``, what is wrong with them into ``problems``."""

    def __init__(self, header: Header, problems: ProblemList, file: ParsedFile, today: date) -> None:
        self._header = header
        self._problems = problems
        self._file = file
        self._today = today
        self._level = lru_cache(maxsize=1000)(read_level)

    def read(self, cells: Cells) -> bool:
        """One line: a pupil, or an error; always somebody."""
        header = self._header
        values = header.fields(cells, PUPIL_FIELDS)
        if not named(values, cells, header, self._problems, self._file) or not self._birth_date(cells, values):
            return True
        self._ine(cells, values)
        classroom = cell(cells, header.columns.get("classroom"))
        if "classroom" in header.columns and not classroom:
            self._problems.warning(cells.line, header.title("classroom"), "Élève sans classe.")
        level = cell(cells, header.columns.get("level"))
        onde_id = cell(cells, header.columns.get("classroom_onde_id"))
        found = self._level(level or "") or self._level(classroom or "")
        self._file.pupils.append(ParsedPupil(cells.line, values, classroom, onde_id, found))
        return True

    def _birth_date(self, cells: Cells, values: dict[str, str | None]) -> bool:
        text = values.get("birth_date")
        if text is None:
            if "birth_date" in values:
                self._problems.warning(cells.line, self._header.title("birth_date"), NO_DATE)
            return True
        born = read_date(text)
        if born is None or not OLDEST <= born <= self._today:
            self._problems.error(
                cells.line, self._header.title("birth_date"),
                f"«\u00a0{text}\u00a0» n’est pas une date de naissance possible\u00a0: corrigez-la dans ONDE. "
                "Ligne laissée de côté.",
            )  # fmt: skip
            self._file.rejected.add(pupil_name(values))
            return False
        values["birth_date"] = born.isoformat()
        return True

    def _ine(self, cells: Cells, values: dict[str, str | None]) -> None:
        if "ine" not in values:
            return
        ine = values["ine"]
        if ine is None:
            self._problems.warning(
                cells.line, self._header.title("ine"), "Élève sans INE\u00a0: à compléter dans ONDE."
            )
            return
        values["ine"] = ine = ine.replace(" ", "").upper()
        trouble = ine_problem(ine)
        if trouble is not None:
            self._problems.warning(cells.line, self._header.title("ine"), trouble)

    def finish(self) -> None:
        """The same pupil on two levels is one pupil; one INE for two different pupils is an error on those lines."""
        kept = self._once(self._file.pupils)
        by_ine: dict[str, list[ParsedPupil]] = defaultdict(list)
        for pupil in kept:
            if ine := pupil.values.get("ine"):
                by_ine[ine].append(pupil)
        wrong: set[int] = set()
        for ine, pupils in by_ine.items():
            if len(pupils) > 1:
                wrong |= {pupil.line for pupil in pupils}
                self._repeated_ine(ine, pupils)
        self._file.pupils = [pupil for pupil in kept if pupil.line not in wrong]

    def _once(self, pupils: list[ParsedPupil]) -> list[ParsedPupil]:
        by_key: dict[tuple[str | None, ...], list[ParsedPupil]] = defaultdict(list)
        for pupil in pupils:
            twin = next((other for other in by_key[_key(pupil)] if _one_ine(other, pupil)), None)
            if twin is None:
                by_key[_key(pupil)].append(pupil)
            elif twin.classroom != pupil.classroom:
                self._problems.warning(
                    pupil.line, self._header.title("classroom"),
                    f"Élève déjà lu à la ligne {twin.line}, dans une autre classe\u00a0: la première est gardée.",
                )  # fmt: skip
        return sorted((pupil for kept in by_key.values() for pupil in kept), key=lambda pupil: pupil.line)

    def _repeated_ine(self, ine: str, pupils: list[ParsedPupil]) -> None:
        lines = ", ".join(str(pupil.line) for pupil in pupils)
        for pupil in pupils:
            self._file.rejected.add(pupil_name(pupil.values))
            self._problems.error(
                pupil.line, self._header.title("ine"),
                f"L’INE {ine} est porté par plusieurs élèves (lignes {lines})\u00a0: lignes laissées de côté.",
            )  # fmt: skip


def _key(pupil: ParsedPupil) -> tuple[str | None, ...]:
    """Same name and birth date; where the date is not known, also the class, since homonyms are common."""
    born = pupil.values.get("birth_date")
    return (*pupil_name(pupil.values), born, None if born else fold(pupil.classroom or ""))


def _one_ine(one: ParsedPupil, other: ParsedPupil) -> bool:
    ines = {one.values.get("ine"), other.values.get("ine")} - {None}
    return len(ines) <= 1


def named(values: dict[str, str | None], cells: Cells, header: Header, problems: ProblemList, file: ParsedFile) -> bool:
    """Whether a line has a family name and a first name; if not, that is an error, and nobody of that name is gone."""
    for field, label in (("last_name", "nom"), ("first_name", "prénom")):
        if not values.get(field):
            problems.error(cells.line, header.title(field), f"Le {label} manque\u00a0: ligne laissée de côté.")
            file.rejected.add(pupil_name(values))
            return False
    return True

"""Which pupil of the records each line of a pupils' file means: the surest lines first, so that none takes another's record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.models.tables import Row
from app.services.onde.dates import shown_date
from app.services.onde.parsed import ParsedFile, ParsedPupil
from app.services.onde.plan import Choice, Question, full_name
from app.services.onde.present import Present

if TYPE_CHECKING:
    from app.services.onde.planner import Planner


@dataclass(slots=True)
class PupilLine:
    """One line and who it may be (``found``); ``row`` is None for a newcomer, ``aside`` where only a person can say."""

    file: ParsedFile
    pupil: ParsedPupil
    found: list[Row]
    row: Row | None = None
    decided: bool = False
    aside: bool = False

    def means(self, row: Row | None) -> None:
        """Settle the line."""
        self.row, self.decided = row, True

    @property
    def apart(self) -> tuple[str, ...]:
        """Records that look like a newcomer and are known to be somebody else."""
        return tuple(row["id"] for row in self.found) if self.row is None else ()


@dataclass(slots=True)
class PupilMatcher:
    """``claimed`` are records that a line means, ``doubtful`` those that a line left aside may mean: never gone."""

    planner: Planner
    claimed: set[str] = field(default_factory=set)
    doubtful: set[str] = field(default_factory=set)

    def match(self, files: Iterable[ParsedFile]) -> list[PupilLine]:
        """Every line of the files, in their order, each settled or left aside."""
        present = self.planner.present
        lines = [PupilLine(file, p, present.people.pupils_like(p.values)) for file in files for p in file.pupils]
        waiting = [line for line in lines if line.found]
        for rule in (_same_ine, _same_birth, _same_class(present), _anything):
            waiting = self._settle(waiting, rule)
        for line in waiting:
            self._ask(line)
        for line in lines:
            if not line.decided and not line.found:
                line.means(self._renumbered(line.pupil))
        return lines

    def _settle(self, lines: Sequence[PupilLine], rule: Callable[[PupilLine, Row], bool]) -> list[PupilLine]:
        """Settle those lines that mean exactly one free record by ``rule``; returns the others."""
        for line in lines:
            free = self._free(line)
            found = [row for row in free if rule(line, row)]
            if len(found) == 1:
                self._claim(line, found[0])
            elif not free:
                line.means(None)
        return [line for line in lines if not line.decided]

    def _free(self, line: PupilLine) -> list[Row]:
        return [row for row in line.found if row["id"] not in self.claimed]

    def _claim(self, line: PupilLine, row: Row) -> None:
        line.means(row)
        self.claimed.add(row["id"])

    def _renumbered(self, pupil: ParsedPupil) -> Row | None:
        """The pupil whose INE changed: same name, same birth date, and whose former INE is on no line."""
        free = [row for row in self.planner.present.people.renumbered(pupil.values) if row["id"] not in self.claimed]
        if len(free) != 1:
            return None
        self.claimed.add(free[0]["id"])
        return free[0]

    def _ask(self, line: PupilLine) -> None:
        free = self._free(line)
        if not free:
            line.means(None)
            return
        answer = self.planner.ask(_which_pupil(line, free, self.planner.present))
        chosen = next((row for row in free if row["id"] == answer), None)
        if chosen is not None:
            self._claim(line, chosen)
        elif answer == "new":
            line.means(None)
        else:
            line.decided = line.aside = True
            self.doubtful |= {row["id"] for row in free}


def _same_ine(line: PupilLine, row: Row) -> bool:
    return bool(row["ine"]) and row["ine"] == line.pupil.values.get("ine")


def _same_birth(line: PupilLine, row: Row) -> bool:
    return bool(row["birth_date"]) and row["birth_date"] == line.pupil.values.get("birth_date")


def _same_class(present: Present) -> Callable[[PupilLine, Row], bool]:
    return lambda line, row: bool(line.pupil.classroom) and present.class_of(row["id"]) == line.pupil.classroom


def _anything(line: PupilLine, row: Row) -> bool:
    return True


def _which_pupil(line: PupilLine, found: Sequence[Row], present: Present) -> Question:
    choices = [
        Choice(
            row["id"],
            f"{full_name(row)}, né(e) le {shown_date(row['birth_date']) or '?'}, "
            f"{present.class_of(row['id']) or 'sans classe'}",
        )
        for row in found
    ]
    return Question(
        id=f"pupil:{line.file.name}:{line.pupil.line}",
        file=line.file.name,
        line=line.pupil.line,
        sentence=f"Plusieurs élèves s’appellent {full_name(line.pupil.values)}. De qui s’agit-il\u202f?",
        choices=(
            *choices,
            Choice("new", "Quelqu’un d’autre\u00a0: nouvel élève"),
            Choice("skip", "Laisser cette ligne de côté"),
        ),
    )

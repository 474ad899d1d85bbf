"""What a file of the livret says, document by document, before it is compared with anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.models.errors import InputError
from app.models.report_content import CycleReport, PeriodicReport
from app.models.typography import typeset

Level = Literal["error", "warning"]
Tick = Callable[[int, int], None]
"""Called with (done, whole) while a file is read; it may raise to stop the reading."""

MOST_OF_A_LEVEL = 500


def no_tick(done: int, whole: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: ``line`` of an XML file, ``page`` of a PDF, both from 1; None for the whole file."""

    level: Level
    file: str
    message: str
    line: int | None = None
    page: int | None = None

    def as_json(self) -> dict[str, str | int | None]:
        """The form of the command line's JSON."""
        return {"file": self.file, "line": self.line, "page": self.page, "message": self.message}


@dataclass(slots=True)
class ProblemList:
    """The problems of one file, as many of each level as a person can read; each sentence about a line once."""

    file: str
    found: list[Problem] = field(default_factory=list)
    _counts: dict[Level, int] = field(default_factory=lambda: {"error": 0, "warning": 0})
    _said: set[Problem] = field(default_factory=set)

    def error(self, message: str, *, line: int | None = None, page: int | None = None) -> None:
        """Something that leaves a document out."""
        self._add(Problem("error", self.file, typeset(message), line, page))

    def warning(self, message: str, *, line: int | None = None, page: int | None = None) -> None:
        """Something to know; the document counts."""
        self._add(Problem("warning", self.file, typeset(message), line, page))

    def closed(self) -> tuple[Problem, ...]:
        """Everything, with a last word on what was only counted."""
        words: dict[Level, str] = {"error": "autres erreurs", "warning": "autres avertissements"}
        rest = [
            Problem(level, self.file, f"Et {count - MOST_OF_A_LEVEL} {words[level]}.")
            for level, count in self._counts.items()
            if count > MOST_OF_A_LEVEL
        ]
        return (*self.found, *rest)

    def _add(self, problem: Problem) -> None:
        if problem in self._said:
            return
        self._counts[problem.level] += 1
        if self._counts[problem.level] <= MOST_OF_A_LEVEL:
            self.found.append(problem)
            self._said.add(problem)


@dataclass(frozen=True, slots=True)
class PupilRef:
    """A child as a file names it; ``key`` is the same at each reading of the file, and names the question about it."""

    key: str
    ine: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    birth_date: str | None = None
    classroom: str | None = None
    classroom_onde_id: str | None = None

    @property
    def words(self) -> str:
        """« NOM Prénom », else the number, else nothing that a person could read."""
        name = f"{(self.last_name or '').upper()} {self.first_name or ''}".strip()
        return name or (f"INE {self.ine}" if self.ine else "élève sans nom")


@dataclass(frozen=True, slots=True)
class FoundBilan:
    """A bilan of an XML file. Its content has the names of the file, until the records give theirs.

    ``locked`` is naive where the file gave no zone: it is then the school's.
    """

    line: int
    who: PupilRef
    content: PeriodicReport | CycleReport
    locked: datetime | None


@dataclass(frozen=True, slots=True)
class FoundXml:
    """A whole XML file of the first degree."""

    name: str
    uai: str
    bilans: tuple[FoundBilan, ...]
    problems: tuple[Problem, ...]


def refusal(code: str, name: str, what: str) -> InputError:
    """A file that cannot be read at all: « Le fichier « … » ``what`` »."""
    return InputError(f"reports_{code}", f"Le fichier «\u00a0{name}\u00a0» {what}", file=name)

"""What is wrong in a file, said with its place: file, line, column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.models.typography import typeset

Level = Literal["error", "warning"]
MOST_OF_A_LEVEL = 500
"""Problems of one level that are kept for one file; the others are only counted."""

MOST_LINES_NAMED = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """``line`` counts from 1 (the header is line 1), ``column`` is the header's own words; None for the whole file."""

    level: Level
    file: str
    line: int | None
    column: str | None
    message: str

    def as_json(self) -> dict[str, str | int | None]:
        """The form of the command line's JSON."""
        return {"file": self.file, "line": self.line, "column": self.column, "message": self.message}


def some_lines(lines: Sequence[int]) -> str:
    """« lignes 4, 7, 12… »: the first lines of many, each once."""
    once = sorted(set(lines))
    numbers = ", ".join(str(line) for line in once[:MOST_LINES_NAMED])
    more = "…" if len(once) > MOST_LINES_NAMED else ""
    return f"{'lignes' if len(once) > 1 else 'ligne'} {numbers}{more}"


@dataclass(slots=True)
class ProblemList:
    """The problems of one file, in the order of its lines, as many of each level as a person can read."""

    file: str
    found: list[Problem] = field(default_factory=list)
    _counts: dict[Level, int] = field(default_factory=lambda: {"error": 0, "warning": 0})

    def error(self, line: int | None, column: str | None, message: str) -> None:
        """Something that leaves a line out."""
        self._add("error", line, column, message)

    def warning(self, line: int | None, column: str | None, message: str) -> None:
        """Something to know; the line counts."""
        self._add("warning", line, column, message)

    def closed(self) -> list[Problem]:
        """Everything, with a last word on what was only counted."""
        words: dict[Level, str] = {"error": "autres lignes en erreur", "warning": "autres avertissements"}
        rest = [
            Problem(level, self.file, None, None, f"Et {count - MOST_OF_A_LEVEL} {words[level]}.")
            for level, count in self._counts.items()
            if count > MOST_OF_A_LEVEL
        ]
        return sorted(self.found, key=lambda problem: problem.line or 0) + rest

    def _add(self, level: Level, line: int | None, column: str | None, message: str) -> None:
        self._counts[level] += 1
        if self._counts[level] <= MOST_OF_A_LEVEL:
            self.found.append(Problem(level, self.file, line, column, typeset(message)))

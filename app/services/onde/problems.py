"""What is wrong in a file, said with its place: file, line, column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """``line`` counts from 1 (the header is line 1), ``column`` is the header's own words; None for the whole file."""

    level: Literal["error", "warning"]
    file: str
    line: int | None
    column: str | None
    message: str

    def as_json(self) -> dict[str, str | int | None]:
        """The form of the command line's JSON."""
        return {"file": self.file, "line": self.line, "column": self.column, "message": self.message}

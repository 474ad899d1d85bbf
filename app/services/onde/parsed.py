"""What a file says, line by line, before it is compared with anything."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.services.onde.header import FileKind
from app.services.onde.problems import Problem

PUPIL_FIELDS = ("last_name", "usage_name", "first_name", "birth_date", "sex", "ine", "address", "postal_code", "town")
GUARDIAN_FIELDS = (
    "civility", "last_name", "usage_name", "first_name", "address", "postal_code", "town", "country", "email",
    "phone_home", "phone_work", "mobile",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ParsedPupil:
    """``values`` holds only the columns that the file has; an empty cell is None."""

    line: int
    values: dict[str, str | None]
    classroom: str | None
    classroom_onde_id: str | None
    level: str | None


@dataclass(frozen=True, slots=True)
class ChildRef:
    """A child as a guardian's line names it."""

    last_name: str
    usage_name: str | None
    first_name: str
    classroom: str | None
    birth_date: str | None


@dataclass(frozen=True, slots=True)
class ParsedGuardian:
    """A guardian and the children that his line names."""

    line: int
    values: dict[str, str | None]
    children: tuple[ChildRef, ...]


@dataclass(slots=True)
class ParsedFile:
    """One file: its kind, its people, what is wrong in it."""

    name: str
    kind: FileKind
    columns: frozenset[str]
    pupils: list[ParsedPupil] = field(default_factory=list)
    guardians: list[ParsedGuardian] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rejected: set[tuple[str, str]] = field(default_factory=set)
    """Folded names on lines with an error: left out above, but not "gone" either."""
    as_of: str | None = None
    """The day that the file says it was extracted, else the instant when it was written; None where nobody knows."""

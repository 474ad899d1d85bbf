"""What an import of bilans would do, in words: shown whole before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.models.acts_reports import ReportLine, ReportSource
from app.models.report_content import CertificateKind, DocumentFormat, ReportKind, year_label
from app.models.tables import Row
from app.services.onde.plan import Choice, FieldChange
from app.services.reports.found import Problem
from app.services.reports.roster import RosterPupil

SKIP = "skip"
"""The answer that leaves a child's documents aside."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says of PDFs that do not say it themselves."""

    kind: ReportKind | None = None
    certificate: CertificateKind | None = None
    year: int | None = None
    period_index: int | None = None
    period_count: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document of a known pupil, ready to be compared with the records. ``title`` is what a person calls it."""

    pupil: RosterPupil
    file: str
    document: bytes
    kind: ReportKind
    format: DocumentFormat
    year: int
    certificate: CertificateKind | None = None
    cycle: int | None = None
    level: str | None = None
    classroom: str | None = None
    period_index: int | None = None
    period_count: int | None = None
    starts_on: str | None = None
    ends_on: str | None = None
    complete: bool = False
    flags: tuple[str, ...] = ()
    locked_at: str | None = None
    line: int | None = None
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """One document and what it changes (nothing, for a new one or one that stays as it is)."""

    line: ReportLine
    pupil: str
    title: str
    file: str
    at_line: int | None
    pages: tuple[int, ...]
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A child of a file whom nothing tells. The answer is a pupil's id, any of the school's, or SKIP."""

    id: str
    file: str
    line: int | None
    pages: tuple[int, ...]
    who: str
    sentence: str
    choices: tuple[Choice, ...]
    documents: int = 1

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "file": self.file, "line": self.line, "pages": list(self.pages), "pupil": self.who,
            "documents": self.documents, "message": self.sentence,
            "choices": [{"answer": one.answer, "words": one.words} for one in self.choices],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SplitLine:
    """Some pages of a PDF and whose they are; ``pupil`` is None where they are asked, ``question`` the id of that."""

    file: str
    pages: tuple[int, ...]
    pupil: str | None
    title: str
    question: str | None = None


@dataclass(slots=True)
class Plan:
    """What would be written, and the documents that go into the store first."""

    source: ReportSource
    new: list[PlannedReport] = field(default_factory=list)
    replaced: list[PlannedReport] = field(default_factory=list)
    unchanged: list[PlannedReport] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    split: list[SplitLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    """What PDFs do not say and a person must: ``kind``, ``year``, ``period``, ``cycle``."""
    documents: dict[str, bytes] = field(default_factory=dict)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "warning"]

    @property
    def written(self) -> list[PlannedReport]:
        """What carrying out would write."""
        return [*self.new, *self.replaced]

    @property
    def flagged(self) -> list[PlannedReport]:
        """What must be looked at before publication."""
        return [one for one in self.written if one.line.flags]

    def as_json(self) -> dict[str, Any]:
        """The command line's object."""
        counts = {"new": len(self.new), "replaced": len(self.replaced), "unchanged": len(self.unchanged)}
        return {
            "reports": counts,
            "unmatched": [one.as_json() for one in self.unmatched],
            "errors": [problem.as_json() for problem in self.errors],
            "warnings": [problem.as_json() for problem in self.warnings],
        }


def title_of(
    kind: ReportKind, year: int | None, *, period: int | None = None, count: int | None = None, cycle: int | None = None,
    certificate: CertificateKind | None = None,
) -> str:  # fmt: skip
    """« Bilan périodique, période 1 sur 3 (2026-2027) »."""
    match kind:
        case ReportKind.PERIODIC:
            words = f"{kind.label}, période {period if period is not None else '?'}"
            words += f" sur {count}" if count else ""
        case ReportKind.CYCLE:
            words = f"{kind.label} {cycle or ''}".rstrip()
        case ReportKind.CERTIFICATE:
            words = certificate.label if certificate else kind.label
    return f"{words} ({year_label(year)})" if year else words


def row_title(row: Row) -> str:
    """The title of a stored document."""
    certificate = CertificateKind(row["certificate"]) if row["certificate"] else None
    return title_of(
        ReportKind(row["kind"]), row["year"], period=row["period_index"], count=row["period_count"], cycle=row["cycle"],
        certificate=certificate,
    )  # fmt: skip


def choices(candidates: Sequence[RosterPupil]) -> tuple[Choice, ...]:
    """The likely answers, and leaving aside."""
    return (*(Choice(one.pupil_id, one.words) for one in candidates), Choice(SKIP, "Laisser de côté"))

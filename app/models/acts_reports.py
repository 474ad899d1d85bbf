"""The payloads of what happens to the livret: documents imported, locked, published, taken out, families reminded.

A document never travels in an act: its SHA-256 does, and the document follows by its own way.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.models.acts import ActFields
from app.models.report_content import CertificateKind, DocumentFormat, ReportKind

Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Label = Annotated[str, Field(max_length=200)]
ReportIds = Annotated[tuple[str, ...], Field(min_length=1)]


class ReportSource(StrEnum):
    """Where a document came from."""

    CLASS_PDF = "class_pdf"
    PDF = "pdf"
    XML = "xml"


class Removal(StrEnum):
    """Why a document is in no livret any more."""

    UNDONE = "undone"
    KEPT_LONG_ENOUGH = "kept_long_enough"
    BY_HAND = "by_hand"


class ReportLine(BaseModel):
    """One document of one pupil. ``seen`` is the document that it replaces, as it was on this PC; None for a new one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    report_id: str
    pupil_id: str
    kind: ReportKind
    certificate: CertificateKind | None = None
    year: Annotated[int, Field(ge=2000, le=2100)]
    cycle: Annotated[int, Field(ge=1, le=4)] | None = None
    level: Label | None = None
    classroom: Label | None = None
    period_index: int | None = None
    period_count: int | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    format: DocumentFormat
    document: Sha256
    size: Annotated[int, Field(ge=1)]
    complete: bool = False
    flags: tuple[Label, ...] = ()
    locked_at: str | None = None
    """The instant of LSU's lock; a PDF has none and arrives unlocked."""
    seen: Sha256 | None = None

    @property
    def place(self) -> tuple[object, ...]:
        """What it is in the pupil's livret: a second document of the same place replaces the first."""
        match self.kind:
            case ReportKind.PERIODIC:
                return self.pupil_id, self.kind.value, self.year, self.period_index, self.period_count
            case ReportKind.CYCLE:
                return self.pupil_id, self.kind.value, self.cycle
            case ReportKind.CERTIFICATE:
                return self.pupil_id, self.kind.value, self.certificate


class ImportReportsFields(ActFields):
    """``bilan.importer``: documents of pupils, all or none."""

    source: ReportSource
    reports: Annotated[tuple[ReportLine, ...], Field(min_length=1)]


class LockReportsFields(ActFields):
    """``bilan.verrouiller``: what is locked may be shown to families; what is not is hidden from them."""

    report_ids: ReportIds
    locked: bool


class PublishReportsFields(ActFields):
    """``bilan.publier``: families see them from that day on, where the school is; None: not (or no longer) published."""

    report_ids: ReportIds
    on: Day | None


class RemoveReportsFields(ActFields):
    """``bilan.retirer``: in no livret any more; the documents themselves go thirty days later."""

    report_ids: ReportIds
    why: Removal


class RemindLine(BaseModel):
    """One guardian to be reminded of one document."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    report_id: str
    account_id: str


class RemindFields(ActFields):
    """``bilan.relancer``: guardians who have not read are written to, each once, by mail or SMS as they prefer."""

    reminders: Annotated[tuple[RemindLine, ...], Field(min_length=1)]

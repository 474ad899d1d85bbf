"""What a bilan says: the canonical content, made from LSU's XML, from which a page, a PDF and a print are drawn alike.

Only what families are shown is kept: no address, no guardian, no identifier of another software. ``canonical`` gives the
bytes that are stored and whose SHA-256 names the document: the same content is the same document.
"""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Position = Annotated[int, Field(ge=1, le=4)]
"""Objectifs d’apprentissage: 1 non atteints, 2 partiellement atteints, 3 atteints, 4 dépassés."""

Mastery = Annotated[int, Field(ge=0, le=4)]
"""Socle commun: 0 dispensé, 1 maîtrise insuffisante, 2 fragile, 3 satisfaisante, 4 très bonne maîtrise."""

COMPLETE_DOMAINS = 3


class Content(BaseModel):
    """Base: unknown fields are refused, values are never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SchoolOfReport(Content):
    """The school that wrote the report, as it was then."""

    uai: str
    name: str


class PupilOfReport(Content):
    """The child, as the records of the school have him; ``birth_date`` is ``YYYY-MM-DD``."""

    last_name: str
    first_name: str
    birth_date: str | None = None


class Period(Content):
    """« Période ``index`` sur ``count`` », from and to ``YYYY-MM-DD``."""

    index: int
    count: int
    starts_on: str
    ends_on: str


class SubDomain(Content):
    """A part of a domain (« Lecture et compréhension de l’écrit »); an unknown code is shown as it is."""

    code: str
    items: tuple[str, ...] = ()
    position: Position | None = None
    not_evaluated: bool = False


class Domain(Content):
    """One line of « Suivi des acquis scolaires »: code (``FRA-RAC``), programme items, appreciation, position."""

    code: str
    items: tuple[str, ...] = ()
    appreciation: str | None = None
    position: Position | None = None
    not_evaluated: bool = False
    parts: tuple[SubDomain, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Whether it says something of the child: a position somewhere, or an appreciation."""
        return bool(self.appreciation) or self.position is not None or any(part.position for part in self.parts)


class Journey(Content):
    """A parcours éducatif (``PAR_CIT`` citoyen, ``PAR_ART`` artistique et culturel, ``PAR_SAN`` santé)."""

    code: str
    text: str


class Support(Content):
    """A modalité d’accompagnement (``PAP``, ``PAI``, ``PPRE``…) and its complement, if any."""

    code: str
    complement: str | None = None


class SocleDomain(Content):
    """One of the eight domains of the socle commun (``CPD_FRA``…); no mastery where it is not said yet."""

    code: str
    mastery: Mastery | None = None


class _Report(Content):
    school: SchoolOfReport
    pupil: PupilOfReport
    year: Annotated[int, Field(ge=2000, le=2100)]
    """Millésime: 2018 is the school year 2018-2019."""
    cycle: int | None = None
    level: str | None = None
    classroom: str | None = None
    teachers: tuple[str, ...] = ()
    director: str | None = None
    created_on: str | None = None
    socle: tuple[SocleDomain, ...] = ()


class PeriodicReport(_Report):
    """Bilan périodique."""

    kind: Literal["periodic"] = "periodic"
    period: Period
    schooled_on: str | None = None
    domains: tuple[Domain, ...] = ()
    journeys: tuple[Journey, ...] = ()
    supports: tuple[Support, ...] = ()
    general: str = ""
    """Appréciation générale; line breaks are kept."""

    @property
    def is_complete(self) -> bool:
        """At least three domains that say something, and a general appreciation."""
        return bool(self.general.strip()) and sum(domain.is_judged for domain in self.domains) >= COMPLETE_DOMAINS


class CycleReport(_Report):
    """Bilan de fin de cycle: eight domains of the socle and a synthesis."""

    kind: Literal["cycle"] = "cycle"
    synthesis: str = ""

    @property
    def is_complete(self) -> bool:
        """Every domain of the socle has its mastery, and there is a synthesis."""
        return bool(self.synthesis.strip()) and bool(self.socle) and all(one.mastery is not None for one in self.socle)


ReportContent = Annotated[PeriodicReport | CycleReport, Field(discriminator="kind")]


class _Stored(Content):
    """The form in which a content is stored; ``version`` grows when a field changes its meaning."""

    version: Literal[1] = 1
    report: ReportContent


class ReportKind(StrEnum):
    """What a document of the livret is."""

    PERIODIC = "periodic"
    CYCLE = "cycle"
    CERTIFICATE = "certificate"

    @property
    def label(self) -> str:
        return {"periodic": "Bilan périodique", "cycle": "Bilan de fin de cycle", "certificate": "Attestation"}[self]


class CertificateKind(StrEnum):
    """What an attestation certifies."""

    APER = "aper"
    SWIMMING = "swimming"
    ASSR1 = "assr1"
    ASSR2 = "assr2"
    PSC1 = "psc1"

    @property
    def label(self) -> str:
        return _CERTIFICATES[self]


_CERTIFICATES = {
    CertificateKind.APER: "Première éducation à la route (APER)",
    CertificateKind.SWIMMING: "Savoir nager",
    CertificateKind.ASSR1: "Sécurité routière, premier niveau (ASSR1)",
    CertificateKind.ASSR2: "Sécurité routière, second niveau (ASSR2)",
    CertificateKind.PSC1: "Premiers secours (PSC1)",
}


class DocumentFormat(StrEnum):
    """What the stored document is."""

    CONTENT = "content"  # canonical JSON
    PDF = "pdf"


def canonical(report: PeriodicReport | CycleReport) -> bytes:
    """The bytes that are stored: JSON, keys sorted, nothing that is empty; the same content gives the same bytes."""
    data = _Stored(report=report).model_dump(mode="json", exclude_defaults=True)
    data["version"], data["report"]["kind"] = 1, report.kind
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def read_content(document: bytes) -> PeriodicReport | CycleReport:
    """The content in stored bytes. Raises pydantic.ValidationError where it is not one (or is of a newer version)."""
    return _Stored.model_validate_json(document).report


def document_id(document: bytes) -> str:
    """The name of a document: SHA-256 of its bytes, in hexadecimal."""
    return hashlib.sha256(document).hexdigest()


def year_label(year: int) -> str:
    """2018 gives « 2018-2019 »."""
    return f"{year}-{year + 1}"

"""What the words of a page say: which document it opens, of which year, period and child; all of it optional."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from app.models.codes import school_year_start, uai_problem
from app.models.names import fold
from app.models.report_content import CertificateKind, ReportKind

TOP = 700
"""Folded characters within which a page says what it is: below, somebody may only mention it."""

_MONTHS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
           "decembre")  # fmt: skip
_DATE = re.compile(rf"\b(\d{{1,2}})(?: ?er)? (\d{{1,2}}|{'|'.join(_MONTHS)}) (\d{{4}})\b")
_ISO = re.compile(r"\b((?:19|20)\d\d) (\d\d) (\d\d)\b")
_BIRTH = re.compile(r"\b(?:nee?(?: e)? le|date de naissance)(?: de l eleve)? ")
_INE = re.compile(r"\b(\d{10}[a-z]|\d{9}[a-z]{2})\b")
_UAI = re.compile(r"\b\d{7}[a-z]\b")
_YEAR = re.compile(r"\b(20\d\d) (20\d\d)\b")
_CYCLE = re.compile(r"\bcycle ([234])\b")
_COUNTED = re.compile(r"p[ée]riode\s*(?:n°\s*)?(\d{1,2})\s*(?:/|sur)\s*(\d{1,2})\b(?!\s*/)", re.IGNORECASE)
_PERIOD = re.compile(r"\bperiode (?:n )?(\d)\b(?! \d{1,2} \d{4})")
_PART = re.compile(
    r"\b(?:([123]) ?(?:ere?|re|e|eme|nde?)? ?(trimestre|semestre)|(trimestre|semestre) (?:n )?([123])|(premier|deuxieme|"
    r"second|troisieme) (trimestre|semestre))\b"
)
_ORDINALS = {"premier": 1, "deuxieme": 2, "second": 2, "troisieme": 3}
_COUNTS = {"trimestre": 3, "semestre": 2}
_SPAN = re.compile(r"\bdu (\d{1,2}) (\d{1,2}) (\d{4}) au (\d{1,2}) (\d{1,2}) (\d{4})\b")
_NUMBERED = re.compile(r"\bpage (\d{1,4}) (?:sur |de )?(\d{1,4})\b")
_NAMED = re.compile(r"\b(?:nom (?:et |de l eleve|de famille|prenom)|prenom (?:de l eleve )?\w|eleve nom)")
_LABEL = re.compile(r"^\s*(?:nom|pr[ée]nom|[ée]l[èe]ve|enfant)s?\b[^\n:]{0,24}:", re.IGNORECASE | re.MULTILINE)
_KINDS = (
    (ReportKind.CYCLE, re.compile(r"bilan de fin (?:de|du) cycle|en fin de cycle \d")),
    (ReportKind.CERTIFICATE, re.compile(r"\battestation\b|\bcertificat\b")),
    (ReportKind.PERIODIC, re.compile(r"bilan (?:des acquis scolaires|periodique|de la periode)|suivi des acquis scolaires")),
)  # fmt: skip
_CERTIFICATES = (
    (CertificateKind.APER, re.compile(r"premiere education a la route|\baper\b")),
    (CertificateKind.SWIMMING, re.compile(r"savoir nager|aisance aquatique")),
    (CertificateKind.ASSR2, re.compile(r"\bassr ?2\b|securite routiere (?:de )?(?:deuxieme|second|2e|2eme|2nd) niveau")),
    (CertificateKind.ASSR1, re.compile(r"\bassr ?1\b|securite routiere (?:de )?(?:premier|1er) niveau")),
    (CertificateKind.PSC1, re.compile(r"\bpsc ?1\b|prevention et secours civiques")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What one page, or the pages of one child, say. ``births`` are dates that are said to be of a birth."""

    kind: ReportKind | None = None
    certificate: CertificateKind | None = None
    year: int | None = None
    cycle: int | None = None
    period_index: int | None = None
    period_count: int | None = None
    starts_on: str | None = None
    ends_on: str | None = None
    dates: frozenset[str] = frozenset()
    births: frozenset[str] = frozenset()
    ines: frozenset[str] = frozenset()
    uais: frozenset[str] = frozenset()
    opens: bool = False
    """Whether the page begins like the first page of a document, or names somebody."""
    page: tuple[int, int] | None = None
    """« page 2 sur 3 »."""

    def with_rest(self, other: Facts) -> Facts:
        """What is silent here is taken from the pages that follow; what tells the child too."""
        told = {name: getattr(self, name) for name in _PLACE}
        filled = {name: getattr(other, name) for name, value in told.items() if value is None}
        return replace(self, **filled, dates=self.dates | other.dates, uais=self.uais | other.uais)

    def is_elsewhere(self, other: Facts) -> bool:
        """Whether another page says that it is of another document of the livret."""
        pairs = (
            (getattr(self, name), getattr(other, name)) for name in ("kind", "certificate", "year", "period_index")
        )
        return other.opens and any(one is not None and two is not None and one != two for one, two in pairs)


_PLACE = ("kind", "certificate", "year", "cycle", "period_index", "period_count", "starts_on", "ends_on")


def folded(text: str) -> str:
    """A page as it is searched; not remembered, as names are."""
    return fold.__wrapped__(text)


def read_facts(text: str) -> Facts:
    """Everything that the words of a page say."""
    plain = folded(text)
    top = plain[:TOP]
    kind, certificate = _kind(top, plain)
    index, count = _period(text, plain)
    starts, ends = _span(plain)
    births = frozenset(_births(plain))
    numbered = _NUMBERED.search(plain)
    cycle = _CYCLE.search(top) or _CYCLE.search(plain)
    return Facts(
        kind=kind, certificate=certificate, year=_year(plain, starts), cycle=int(cycle[1]) if cycle else None,
        period_index=index, period_count=count, starts_on=starts, ends_on=ends, dates=frozenset(_dates(plain)) | births,
        births=births, ines=frozenset(one.upper() for one in _INE.findall(plain)),
        uais=frozenset(one.upper() for one in _UAI.findall(plain) if uai_problem(one.upper()) is None),
        opens=kind is not None or _NAMED.search(top) is not None or _LABEL.search(text[:TOP]) is not None,
        page=(int(numbered[1]), int(numbered[2])) if numbered else None,
    )  # fmt: skip


def _kind(top: str, plain: str) -> tuple[ReportKind | None, CertificateKind | None]:
    """The title that comes first."""
    found = [(match.start(), kind) for kind, pattern in _KINDS if (match := pattern.search(top))]
    kind = min(found)[1] if found else None
    if kind is not ReportKind.CERTIFICATE:
        return kind, None
    return kind, next((one for one, pattern in _CERTIFICATES if pattern.search(plain)), None)


def _period(text: str, plain: str) -> tuple[int | None, int | None]:
    if counted := _COUNTED.search(text):
        index, count = int(counted[1]), int(counted[2])
        if 1 <= index <= count:
            return index, count
    if part := _PART.search(plain):
        word = part[2] or part[3] or part[6]
        index = int(part[1] or part[4] or _ORDINALS[part[5] or "premier"])
        return index, _COUNTS[word]
    named = _PERIOD.search(plain)
    return (int(named[1]), None) if named else (None, None)


def _year(plain: str, starts: str | None) -> int | None:
    for first, second in _YEAR.findall(plain):
        if int(second) == int(first) + 1:
            return int(first)
    return school_year_start(date.fromisoformat(starts)).year if starts else None


def _span(plain: str) -> tuple[str | None, str | None]:
    if found := _SPAN.search(plain):
        starts, ends = _day(*found.group(3, 2, 1)), _day(*found.group(6, 5, 4))
        if starts and ends:
            return starts, ends
    return None, None


def _births(plain: str) -> Iterator[str]:
    for found in _BIRTH.finditer(plain):
        yield from list(_dates(plain[found.end() : found.end() + 24]))[:1]


def _dates(plain: str) -> Iterable[str]:
    for day, month, year in _DATE.findall(plain):
        number = str(_MONTHS.index(month) + 1) if month in _MONTHS else month
        if found := _day(year, number, day):
            yield found
    for year, month, day in _ISO.findall(plain):
        if found := _day(year, month, day):
            yield found


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None

"""From PDFs to drafts: pages child by child, what they are by their own words, else by what the person said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.models.codes import cycle_of, school_year_start
from app.models.report_content import DocumentFormat, ReportKind
from app.services.reports.addresses import FLAG, Addresses, letterhead
from app.services.reports.found import ProblemList
from app.services.reports.pdf_pages import FoundPdf
from app.services.reports.pdf_split import PdfGroup, split
from app.services.reports.pdf_words import Facts
from app.services.reports.pdf_write import write_groups
from app.services.reports.plan import SKIP, Draft, Options, Plan, SplitLine, Unmatched, choices, title_of
from app.services.reports.roster import Roster, RosterPupil

_ASKED = {
    "kind": "ce que c’est (bilan périodique, bilan de fin de cycle ou attestation)",
    "certificate": "de quelle attestation il s’agit (--certificate)",
    "year": "l’année scolaire (--year 2026)",
    "period": "la période et leur nombre dans l’année (--period 1/3)",
    "cycle": "de quel cycle il est la fin",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """What a group of pages is, once everything has been asked; ``missing`` is what nobody has said."""

    facts: Facts
    missing: tuple[str, ...] = ()


@dataclass(slots=True)
class PdfDrafter:
    """``known_counts`` are how many periods the records know for a year. ``cache`` keeps documents that were written.

    ``letterhead`` are the lines that every file of the import has.
    """

    roster: Roster
    addresses: Addresses
    answers: Mapping[str, str]
    options: Options
    known_counts: Mapping[int, int]
    today: date
    go_on: Callable[[], None]
    cache: dict[tuple[str, tuple[int, ...]], bytes]
    letterhead: frozenset[str] = frozenset()

    def drafts(self, pdf: FoundPdf, plan: Plan) -> Iterator[Draft]:
        """A draft for each document of a known pupil; what is asked, split and wrong goes into ``plan``."""
        said = ProblemList(pdf.name)
        groups = [self._answered(group) for group in split(pdf, self.roster)]
        whole = _agreed([group.facts for group in groups])
        ready: dict[tuple[object, ...], tuple[PdfGroup, _Place]] = {}
        for group in groups:
            self.go_on()
            place = self._place(group, whole)
            self._show(group, place, plan)
            if group.pupil is None:
                continue
            if place.missing:
                plan.missing |= set(place.missing)
                words = ", ".join(_ASKED[one] for one in place.missing)
                said.error(f"Ce PDF ne dit pas {words} : précisez-le.", page=group.pages[0])
                continue
            self._join(ready, group, place)
        yield from self._written(pdf, list(ready.values()), said)
        plan.problems += said.closed()

    def _answered(self, group: PdfGroup) -> PdfGroup:
        chosen = self.roster.pupils.get(self.answers.get(group.key, ""))
        return replace(group, pupil=chosen) if chosen else group

    def _show(self, group: PdfGroup, place: _Place, plan: Plan) -> None:
        facts = place.facts
        title = title_of(
            facts.kind, facts.year, period=facts.period_index, count=facts.period_count, cycle=facts.cycle,
            certificate=facts.certificate,
        ) if facts.kind else "Document"  # fmt: skip
        asked = group.pupil is None and self.answers.get(group.key) != SKIP
        name = group.pupil.name if group.pupil else None
        plan.split.append(SplitLine(group.file, group.pages, name, title, group.key if asked else None))
        if asked:
            plan.unmatched.append(
                Unmatched(
                    id=group.key, file=group.file, line=None, pages=group.pages, who=pages_words(group.pages),
                    sentence=group.why, choices=choices(group.candidates),
                )
            )  # fmt: skip

    def _join(self, ready: dict[tuple[object, ...], tuple[PdfGroup, _Place]], group: PdfGroup, place: _Place) -> None:
        """Pages of one child and one place are one document, wherever they stand in the file."""
        facts = place.facts
        key = (
            group.pupil.pupil_id if group.pupil else None,
            facts.kind,
            facts.certificate,
            facts.year,
            facts.period_index,
            facts.cycle,
        )
        if key in ready:
            group = replace(ready[key][0], pages=(*ready[key][0].pages, *group.pages))
        ready[key] = (group, place)

    def _place(self, group: PdfGroup, whole: Facts) -> _Place:
        """By the words of the pages, else of the whole file, else of the person."""
        facts = group.facts.with_rest(whole)
        options = self.options
        kind = ReportKind.CERTIFICATE if options.certificate else facts.kind or options.kind
        if kind is None and facts.period_index is not None:
            kind = ReportKind.PERIODIC
        index = facts.period_index if facts.period_index is not None else options.period_index
        year = facts.year or options.year
        same = facts.period_index in (None, options.period_index)
        count = facts.period_count or (options.period_count if same else None) or self.known_counts.get(year or 0)
        level = group.pupil.seat(year).level if group.pupil and year else None
        cycle = facts.cycle or int(cycle_of(level) or 0) or None
        if kind is ReportKind.CERTIFICATE and year is None:
            year = self._year_of_certificate(facts)
        facts = replace(
            facts, kind=kind, certificate=options.certificate or facts.certificate, year=year, period_index=index,
            period_count=count, cycle=cycle,
        )  # fmt: skip
        return _Place(facts, tuple(_missing(facts)))

    def _year_of_certificate(self, facts: Facts) -> int:
        """The school year of the latest day on it, else of today."""
        days = [date.fromisoformat(day) for day in facts.dates - facts.births]
        return school_year_start(max((day for day in days if day <= self.today), default=self.today)).year

    def _written(
        self, pdf: FoundPdf, ready: Sequence[tuple[PdfGroup, _Place]], said: ProblemList
    ) -> Iterator[Draft]:  # fmt: skip
        wanted = [group.pages for group, _ in ready if (pdf.name, group.pages) not in self.cache]
        for pages, document in zip(wanted, write_groups(pdf.name, pdf.content, wanted, self.go_on), strict=True):
            self.cache[(pdf.name, pages)] = document
        texts = ["\n".join(pdf.texts[number - 1] for number in group.pages) for group, _ in ready]
        own = letterhead(texts) | self.letterhead
        for (group, place), text in zip(ready, texts, strict=True):
            self._judge(place.facts, said, group)
            flags = (FLAG,) if self.addresses.shown(text, own) else ()
            yield self._draft(group, place.facts, self.cache[(pdf.name, group.pages)], flags)

    def _judge(self, facts: Facts, said: ProblemList, group: PdfGroup) -> None:
        for name, wanted in (("year", self.options.year), ("period_index", self.options.period_index)):
            own = getattr(group.facts, name)
            if wanted is not None and own is not None and own != wanted:
                words = "l’année" if name == "year" else "la période"
                said.warning(
                    f"Ce PDF dit {words} {own}, et non {wanted} : c’est ce qu’il dit qui compte.", page=group.pages[0]
                )

    def _draft(self, group: PdfGroup, facts: Facts, document: bytes, flags: tuple[str, ...]) -> Draft:
        pupil = group.pupil
        assert isinstance(pupil, RosterPupil) and facts.kind is not None and facts.year is not None
        seat = pupil.seat(facts.year)
        periodic = facts.kind is ReportKind.PERIODIC
        return Draft(
            pupil=pupil, file=group.file, pages=group.pages, document=document, kind=facts.kind,
            certificate=facts.certificate if facts.kind is ReportKind.CERTIFICATE else None,
            format=DocumentFormat.PDF, year=facts.year, cycle=facts.cycle, level=seat.level, classroom=seat.label,
            period_index=facts.period_index if periodic else None, period_count=facts.period_count if periodic else None,
            starts_on=facts.starts_on if periodic else None, ends_on=facts.ends_on if periodic else None,
            # Nobody can count domains in a PDF, and LSU prints a bilan only once it is filled in.
            complete=True, flags=flags,
        )  # fmt: skip


def _missing(facts: Facts) -> Iterator[str]:
    """What the place of a document lacks."""
    match facts.kind:
        case None:
            yield "kind"
        case ReportKind.PERIODIC if facts.period_index is None or facts.period_count is None:
            yield "period"
        case ReportKind.CYCLE if facts.cycle is None:
            yield "cycle"
        case ReportKind.CERTIFICATE if facts.certificate is None:
            yield "certificate"
    if facts.year is None:
        yield "year"


def _agreed(found: Sequence[Facts]) -> Facts:
    """What the pages of a file say without contradiction; never a cycle or dates, which may be one child's."""

    def agreed(name: str) -> Any:
        said = {getattr(facts, name) for facts in found} - {None}
        return said.pop() if len(said) == 1 else None

    return Facts(
        kind=agreed("kind"), year=agreed("year"), period_index=agreed("period_index"), period_count=agreed("period_count")
    )  # fmt: skip


def pages_words(pages: Sequence[int]) -> str:
    """« page 3 » or « pages 3 à 5 »."""
    if len(pages) == 1:
        return f"page {pages[0]}"
    together = pages[-1] - pages[0] == len(pages) - 1
    return f"pages {pages[0]} à {pages[-1]}" if together else "pages " + ", ".join(map(str, pages))

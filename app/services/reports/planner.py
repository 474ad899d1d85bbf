"""Compares documents with the livrets of the records: new, replaced, unchanged. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from app.models.acts_reports import ReportLine, ReportSource
from app.models.errors import InputError
from app.models.report_content import DocumentFormat, document_id
from app.models.tables import Row
from app.models.typography import typeset
from app.services.documents.store import DocumentStore
from app.services.records.apply_reports import place_of
from app.services.records.rows import SchoolRows
from app.services.reports.addresses import Addresses, letterhead
from app.services.reports.changes import changes_of
from app.services.reports.found import FoundXml, Level, Problem
from app.services.reports.pdf_drafts import PdfDrafter
from app.services.reports.pdf_pages import FoundPdf
from app.services.reports.pdf_words import read_facts
from app.services.reports.plan import Draft, Options, Plan, PlannedReport, title_of
from app.services.reports.roster import Roster
from app.services.reports.xml_drafts import XmlDrafter

MOST_OF_A_DOCUMENT = 4 * 1024 * 1024
"""A bilan of LSU has at most some 20 kB of text."""
LOCK_LOST = (
    "Un PDF remplace un bilan qui était verrouillé : il arrive déverrouillé, et reste caché aux familles d’ici là."
)

SCHOOL_HOME_UNKNOWN = (
    "Une adresse postale se lit, et Préau ne sait pas celle de l’école. Si c’est elle, donnez-la dans « Mon école », puis "
    "recommencez."
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of the files of an import, once; plans are made of it again with each answer."""

    xml: tuple[FoundXml, ...] = ()
    pdfs: tuple[FoundPdf, ...] = ()
    problems: tuple[Problem, ...] = ()
    written: dict[tuple[str, tuple[int, ...]], bytes] = field(default_factory=dict)
    """PDFs that were cut out of the files already."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks of a plan: her answers, what PDFs do not say, the day and who stops it."""

    answers: Mapping[str, str]
    options: Options
    today: date
    new_id: Callable[[], str]
    go_on: Callable[[], None]


def make_plan(rows: SchoolRows, reading: Reading, request: Request, store: DocumentStore) -> Plan:
    """The plan of an import. Raises InputError for another school's files."""
    return _Planner(rows, reading, request, store).run()


class _Planner:
    def __init__(self, rows: SchoolRows, reading: Reading, request: Request, store: DocumentStore) -> None:
        self._rows, self._reading, self._request, self._store = rows, reading, request, store
        self._school = rows.need("schools", rows.school_id)
        self._standing = {place_of(row): row for row in rows.all("reports") if row["removed_at"] is None}
        self._ids = {place_of(row): row["id"] for row in rows.all("reports")}
        self._plan = Plan(ReportSource.XML if reading.xml else ReportSource.PDF, problems=list(reading.problems))

    def run(self) -> Plan:
        self._judge_schools()
        drafts = _latest(chain(self._xml_drafts(), self._pdf_drafts()), self._plan)
        for place, draft in drafts.items():
            self._add(place, draft)
        self._explain_flags()
        shown = {(line.file, line.pupil) for line in self._plan.split if line.pupil}
        if len(shown) > len({file for file, _ in shown}):
            self._plan.source = ReportSource.CLASS_PDF
        return self._plan

    def _judge_schools(self) -> None:
        """Files of another school are refused whole; where the school has no number yet, it is only told."""
        former = (entry["uai"] for entry in self._school["uai_history"] or ())
        known = {self._school["uai"] or "", *former} - {""}
        for file, found in self._uais():
            if known and found and not found & known:
                raise InputError(
                    "reports_other_school",
                    f"Le fichier « {file} » est celui de l’école {min(found)}, et non de {min(known)} : choisissez l’autre "
                    "école, ou l’export de celle-ci.", file=file,
                )  # fmt: skip
            if found and not known:
                said = f"L’école n’a pas encore son UAI dans Préau : vérifiez que {min(found)} est bien la vôtre."
                self._plan.problems.append(Problem("warning", file, typeset(said)))

    def _explain_flags(self) -> None:
        """Who has not said where the school is gets its own address flagged, in a PDF that comes alone."""
        flagged = next(iter(self._plan.flagged), None)
        if flagged is not None and not self._school["address"]:
            self._plan.problems.append(Problem("warning", flagged.file, typeset(SCHOOL_HOME_UNKNOWN)))

    def _uais(self) -> list[tuple[str, frozenset[str]]]:
        """The numbers of schools that each file shows."""
        xml = [(file.name, frozenset({file.uai} - {""})) for file in self._reading.xml]
        pages = [(pdf.name, [read_facts(text).uais for text in pdf.texts]) for pdf in self._reading.pdfs]
        return xml + [(name, frozenset(chain.from_iterable(found))) for name, found in pages]

    def _roster(self) -> Roster:
        return Roster.read(self._rows)

    def _xml_drafts(self) -> list[Draft]:
        if not self._reading.xml:
            return []
        drafter = XmlDrafter(
            self._roster(), self._request.answers, self._school["name"] or "", self._school["timezone"] or "Europe/Paris",
            self._request.go_on,
        )  # fmt: skip
        for file in self._reading.xml:
            self._plan.problems += file.problems
        return [draft for file in self._reading.xml for draft in drafter.drafts(file, self._plan.unmatched)]

    def _pdf_drafts(self) -> list[Draft]:
        if not self._reading.pdfs:
            return []
        drafter = PdfDrafter(
            self._roster(), Addresses.read(self._rows), self._request.answers, self._request.options, self._counts(),
            self._request.today, self._request.go_on, self._reading.written,
            letterhead(["\n".join(pdf.texts) for pdf in self._reading.pdfs]),
        )  # fmt: skip
        return [draft for pdf in self._reading.pdfs for draft in drafter.drafts(pdf, self._plan)]

    def _counts(self) -> dict[int, int]:
        """How many periods a year has, where the records agree on it."""
        found: dict[int, set[int]] = defaultdict(set)
        for row in self._standing.values():
            if row["period_count"]:
                found[row["year"]].add(row["period_count"])
        return {year: counts.pop() for year, counts in found.items() if len(counts) == 1}

    def _add(self, place: tuple[object, ...], draft: Draft) -> None:
        if len(draft.document) > MOST_OF_A_DOCUMENT and draft.format is DocumentFormat.CONTENT:
            self._say("error", draft, f"Le bilan de {draft.pupil.name} est démesuré : laissé de côté.")
            return
        present = self._standing.get(place)
        line = self._line(place, draft, present)
        planned = self._planned(line, draft)
        if present is None:
            self._plan.new.append(planned)
        elif line.document == present["document"] and (line.locked_at or "") <= (present["locked_at"] or ""):
            self._plan.unchanged.append(planned)
            return
        elif line.locked_at and present["locked_at"] and line.locked_at < present["locked_at"]:
            self._say(
                "warning", draft,
                f"Le bilan de {draft.pupil.name} est plus ancien que celui qui est dans Préau : celui de Préau est gardé.",
            )  # fmt: skip
            self._plan.unchanged.append(planned)
            return
        else:
            if present["locked_at"] and not line.locked_at:
                self._say("warning", draft, LOCK_LOST)
            self._plan.replaced.append(self._planned(line, draft, present))
        self._plan.documents[line.document] = draft.document

    def _line(self, place: tuple[object, ...], draft: Draft, present: Row | None) -> ReportLine:
        return ReportLine(
            report_id=self._ids.get(place) or self._request.new_id(), pupil_id=draft.pupil.pupil_id, kind=draft.kind,
            certificate=draft.certificate, year=draft.year, cycle=draft.cycle, level=draft.level,
            classroom=draft.classroom, period_index=draft.period_index, period_count=draft.period_count,
            starts_on=draft.starts_on, ends_on=draft.ends_on, format=draft.format, document=document_id(draft.document),
            size=len(draft.document), complete=draft.complete, flags=draft.flags, locked_at=draft.locked_at,
            seen=present["document"] if present else None,
        )  # fmt: skip

    def _planned(self, line: ReportLine, draft: Draft, present: Row | None = None) -> PlannedReport:
        title = title_of(
            line.kind, line.year, period=line.period_index, count=line.period_count, cycle=line.cycle,
            certificate=line.certificate,
        )  # fmt: skip
        changes = changes_of(draft, present, self._store) if present else ()
        return PlannedReport(line, draft.pupil.name, title, draft.file, draft.line, draft.pages, changes)

    def _say(self, level: Level, draft: Draft, message: str) -> None:
        self._plan.problems.append(_problem(level, draft, message))


def _problem(level: Level, draft: Draft, message: str) -> Problem:
    return Problem(level, draft.file, typeset(message), draft.line, draft.pages[0] if draft.pages else None)


def _latest(drafts: Iterable[Draft], plan: Plan) -> dict[tuple[object, ...], Draft]:
    """One draft a place: of two, the one that was locked later, else the last of the files."""
    kept: dict[tuple[object, ...], Draft] = {}
    for draft in drafts:
        place = draft_place(draft)
        other = kept.get(place)
        if other is not None and other.document != draft.document:
            words = f"{draft.pupil.name} a deux fois le même bilan dans ces fichiers : le plus récent est gardé."
            plan.problems.append(_problem("warning", draft, words))
        if other is None or (draft.locked_at or "") >= (other.locked_at or ""):
            kept[place] = draft
    return kept


def draft_place(draft: Draft) -> tuple[object, ...]:
    """The place of a draft in its pupil's livret, as the records have it."""
    return place_of(
        {"pupil_id": draft.pupil.pupil_id, "kind": draft.kind, "year": draft.year, "period_index": draft.period_index,
         "period_count": draft.period_count, "cycle": draft.cycle, "certificate": draft.certificate}
    )  # fmt: skip

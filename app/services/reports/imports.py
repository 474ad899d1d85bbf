"""Importing bilans: files read, a preview, then documents into the store and one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.models.acts_reports import ImportReportsFields
from app.models.errors import InputError
from app.models.tables import schools
from app.services.cancelling import Cancellation, Cancelled
from app.services.desk import Desk
from app.services.documents.vault_store import VaultStore
from app.services.imports import without_collector
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.reports.found import Problem, Tick, no_tick
from app.services.reports.lsu_xml import read_xml
from app.services.reports.pdf_pages import FoundPdf, read_pdf
from app.services.reports.plan import Options, Plan
from app.services.reports.planner import Reading, Request, make_plan
from app.services.reports.sources import ReportFile, unpacked

CANCELLED = "Import annulé : rien n’a été changé."
MIXED = "Importez les fichiers XML et les PDF séparément."


@dataclass(frozen=True, slots=True)
class Preview:
    """What files of bilans would do; nothing is written."""

    school_id: str
    reading: Reading
    plan: Plan
    options: Options = field(default_factory=Options)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportsImported:
    """An import that is durable. ``act_id`` is None where there was nothing to write."""

    act_id: str | None
    new: int
    replaced: int
    unchanged: int


def preview(
    desk: Desk,
    *,
    school_id: str,
    files: Sequence[Path | ReportFile],
    options: Options | None = None,
    answers: Mapping[str, str] | None = None,
    progress: Tick = no_tick,
    cancelled: Cancelled = lambda: False,
) -> Preview:
    """Read the files and compare them with the livrets. Raises InputError for files that cannot be taken, Cancellation.

    ``progress`` is called with what has been read and the whole, in bytes. ``answers`` are pupils' ids by question.
    """
    chosen = [one if isinstance(one, ReportFile) else ReportFile.read(one) for one in files]
    if not chosen:
        raise InputError("no_file", "Choisissez au moins un fichier : XML de LSU, PDF, ou ZIP de PDF.")
    reading = _read(chosen, progress, _until(cancelled))
    return _preview(desk, school_id, reading, options or Options(), answers or {}, _until(cancelled))


def answered(
    desk: Desk,
    *,
    preview: Preview,
    answers: Mapping[str, str],
    options: Options | None = None,
    cancelled: Cancelled = lambda: False,
) -> Preview:
    """The same files with a person's answers. Raises Cancellation."""
    said = options or preview.options
    return _preview(desk, preview.school_id, preview.reading, said, answers, _until(cancelled))


def carry_out(desk: Desk, *, preview: Preview) -> ReportsImported:
    """Write a preview: the documents first, so that no row names what is nowhere, then one act.

    Raises Refused, and VaultError for a full disk. What fails between the two leaves documents that nothing shows.
    """
    plan = preview.plan
    lines = tuple(one.line for one in plan.written)
    act_id = None
    if lines:
        with without_collector():
            wanted = dict.fromkeys(line.document for line in lines)
            VaultStore(desk.vault, desk.clock).put_all(plan.documents[one] for one in wanted)
            fields = ImportReportsFields(source=plan.source, reports=lines)
            act_id = submit(desk, school_id=preview.school_id, kind="bilan.importer", fields=fields).act_id
    return ReportsImported(act_id, len(plan.new), len(plan.replaced), len(plan.unchanged))


def _read(chosen: Sequence[ReportFile], progress: Tick, go_on: Callable[[], None]) -> Reading:
    files, problems = unpacked(chosen)
    kinds = {file.kind for file in files}
    if len(kinds) > 1:
        raise InputError("reports_mixed", MIXED)
    watch = _Watch(files, progress, go_on)
    with without_collector():  # not for PDFs, whose readers leave cycles behind, page after page
        found = [read_xml(one.name, one.content, tick=watch.of(one)) for one in files if one.kind == "xml"]
    pdfs: list[FoundPdf] = []
    for one in (file for file in files if file.kind == "pdf"):
        try:
            pdfs.append(read_pdf(one.name, one.content, tick=watch.of(one)))
        except InputError as error:
            if not one.zipped:
                raise
            problems.append(Problem("error", one.name, error.sentence))
    return Reading(tuple(found), tuple(pdfs), tuple(problems))


class _Watch:
    """Progress over several files, by their bytes, and the way to stop."""

    def __init__(self, files: Sequence[ReportFile], progress: Tick, go_on: Callable[[], None]) -> None:
        self._progress, self._go_on = progress, go_on
        self._whole = sum(len(file.content) for file in files)
        self._before, total = dict[str, int](), 0
        for file in files:
            self._before[file.name] = total
            total += len(file.content)

    def of(self, file: ReportFile) -> Tick:
        def tick(done: int, whole: int) -> None:
            self._go_on()
            self._progress(self._before[file.name] + len(file.content) * done // max(whole, 1), self._whole)

        return tick


def _preview(
    desk: Desk, school_id: str, reading: Reading, options: Options,
    answers: Mapping[str, str], go_on: Callable[[], None],
) -> Preview:  # fmt: skip
    request = Request(answers, options, _today(desk, school_id), desk.new_id, go_on)
    hold = nullcontext() if reading.pdfs else without_collector()
    with hold, desk.vault.read() as connection:
        plan = make_plan(SchoolRows(connection, school_id), reading, request, VaultStore(desk.vault, desk.clock))
    return Preview(school_id, reading, plan, options, answers)


def _until(cancelled: Cancelled) -> Callable[[], None]:
    def go_on() -> None:
        if cancelled():
            raise Cancellation(CANCELLED)

    return go_on


def _today(desk: Desk, school_id: str) -> date:
    """The day in the school's own zone."""
    with desk.vault.read() as connection:
        zone = connection.execute(select(schools.c.timezone).where(schools.c.id == school_id)).scalar()
    return desk.clock().astimezone(ZoneInfo(zone or "Europe/Paris")).date()

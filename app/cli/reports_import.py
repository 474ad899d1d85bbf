"""``preau reports import``: preview, confirmation, one write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.cli.asking import confirm
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.cli.reports_answers import Answer, answer_all
from app.models.errors import PreauError, Refused
from app.services.desk import Desk
from app.services.reports import imports
from app.services.reports.found import Problem
from app.services.reports.pdf_drafts import pages_words
from app.services.reports.plan import Options, Plan, PlannedReport

MOST_SHOWN = 20
FLAGGED = "on y lit une adresse postale, que les deux parents verraient. Vérifiez avant de publier."


def run(
    *, files: Sequence[Path], uai: str | None, options: Options, answers: Sequence[Answer], dry_run: bool, yes: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Import, and show the report whatever happens."""
    report: dict[str, Json] = {}

    def work() -> Json:
        with opened(write=not dry_run) as found:
            school_id = the_school(found.desk, uai).school_id
            read = imports.preview(found.desk, school_id=school_id, files=files, options=options)
            report.update(read.plan.as_json())
            preview = answer_all(found.desk, read, answers, ask=not yes)
            report.update(preview.plan.as_json())
            _tell(preview.plan)
            if not dry_run:
                _commit(found.desk, preview, yes)
        return report

    carry_out(work, as_json=as_json, refused=lambda error: _refused(error, files, report))


def _commit(desk: Desk, preview: imports.Preview, yes: bool) -> None:
    if preview.plan.errors and not (preview.plan.written or preview.plan.unchanged):
        raise Refused("nothing_to_import", f"Rien n’a été importé : {preview.plan.errors[0].message}")
    if not preview.plan.written:
        say("Rien n’est à écrire : ces bilans sont déjà importés, ou aucun élève n’est reconnu.")
        return
    confirm("Importer ?", yes=yes)
    done = imports.carry_out(desk, preview=preview)
    say(f"Import enregistré : {done.new} nouveaux, {done.replaced} remplacés.")


def _tell(plan: Plan) -> None:
    counts = plan.as_json()["reports"]
    say(f"Bilans : {counts['new']} nouveaux, {counts['replaced']} remplacés, {counts['unchanged']} inchangés.")
    for part in plan.split:
        say(f"{part.file}, {pages_words(part.pages)} : {part.pupil or 'à préciser'}, {part.title}.")
    for planned in plan.replaced[:MOST_SHOWN]:
        say(f"Remplacé, {planned.pupil}, {planned.title} : {_changes(planned)}")
    if len(plan.replaced) > MOST_SHOWN:
        say(f"Et {len(plan.replaced) - MOST_SHOWN} autres bilans remplacés.")
    for asked in plan.unmatched:
        place = f" ligne {asked.line}" if asked.line else f", {asked.who}"
        say(f"À préciser, {asked.file}{place} : {asked.sentence}")
    for planned in plan.flagged:
        say(f"Attention, {planned.file}, {planned.pupil} : {FLAGGED}")
    for problem in (*plan.errors, *plan.warnings):
        say(_where(problem))


def _changes(planned: PlannedReport) -> str:
    """On one line, without a mark at its end: a text that changes has its own."""
    said = (f"{one.label}, {one.old or 'rien'} → {one.new or 'rien'}" for one in planned.changes)
    return " ".join(" ; ".join(said).split()) or "autre document"


def _where(problem: Problem) -> str:
    kind = "Erreur" if problem.level == "error" else "Attention"
    line = f" ligne {problem.line}" if problem.line else ""
    page = f", page {problem.page}" if problem.page else ""
    return f"{kind}, {problem.file}{line}{page} : {problem.message}"


def _refused(error: PreauError, files: Sequence[Path], report: dict[str, Json]) -> Json:
    """The same object as for an import, with the refusal among its errors."""
    named = str(error.details.get("file") or (files[0].name if files else ""))
    entry = {"file": named, "line": None, "page": None, "message": error.sentence}
    empty: dict[str, Json] = {
        "reports": {"new": 0, "replaced": 0, "unchanged": 0}, "unmatched": [], "errors": [], "warnings": [],
    }  # fmt: skip
    found = {**empty, **report}
    found["errors"] = [*found["errors"], entry]
    return {**found, "error": {"code": error.code, "sentence": error.sentence}}

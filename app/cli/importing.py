"""``preau import``: preview, confirmation, one write."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.cli.asking import confirm
from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.clock import system_clock
from app.models.errors import PreauError
from app.services import imports
from app.services.desk import Desk
from app.services.onde.plan import OF_LAST_YEAR
from app.services.onde.problems import Problem
from app.services.schools import begin_unnamed, by_uai, list_schools
from app.services.vault.keys import vault_path
from app.services.vault.vault import create_vault

NOTHING = {"new": 0, "changed": 0, "gone": 0, "unchanged": 0}


def run(*, files: Sequence[Path], uai: str | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Import, and show the report whatever happens."""
    report: dict[str, Json] = {}

    def work() -> Json:
        with _desk(dry_run) as desk:
            preview = imports.preview(desk, school_id=_school_id(desk, uai), files=files, allow_fictional=_fictional())
            report.update(preview.as_json())
            _tell(preview)
            if not dry_run:
                _commit(desk, preview, yes)
        return report

    carry_out(work, as_json=as_json, refused=lambda error: _refused(error, files, report))


def _commit(desk: Desk, preview: imports.Preview, yes: bool) -> None:
    plan = preview.plan
    if plan.changes_nothing:
        say("Rien ne change : ces fichiers sont déjà importés.")
        return
    confirm("Importer ?", yes=yes)
    if plan.of_last_year:
        confirm(f"{OF_LAST_YEAR} L’importer quand même\u202f?", yes=yes)
    if plan.needs_gone_confirmation:
        confirm(f"{plan.gone_words} seront marqués comme partis. Continuer\u202f?", yes=yes)
    imports.commit(desk, preview=preview, confirm_gone=True)
    say("Import enregistré.")


@contextmanager
def _desk(dry_run: bool) -> Iterator[Desk]:
    """The vault, made if needed; where there is none yet, a dry run uses one that vanishes."""
    if not dry_run or vault_path(os.environ).exists():
        with opened(write=not dry_run, create=not dry_run) as found:
            yield found.desk
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        create_vault(Path(folder) / "essai.preau", key=os.urandom(32)) as vault,
    ):
        yield Desk(vault, system_clock, os.urandom)


def _school_id(desk: Desk, uai: str | None) -> str:
    """The school named, the only one, or a new one: without a number where none was given, until a server says it."""
    missing = by_uai(desk, uai=uai) is None if uai is not None else not list_schools(desk)
    if missing and not desk.vault.read_only:
        return begin_unnamed(desk, uai=uai).school_id
    return the_school(desk, uai).school_id


def _fictional() -> bool:
    return os.environ.get("PREAU_FICTIONAL_NUMBERS", "") not in ("", "0")


def _tell(preview: imports.Preview) -> None:
    plan = preview.plan
    for words, section in (("Élèves", plan.pupils), ("Responsables", plan.guardians), ("Classes", plan.classes)):
        counts = section.counts()
        say(
            f"{words} : {counts['new']} nouveaux, {counts['changed']} modifiés, {counts['gone']} partis, "
            f"{counts['unchanged']} inchangés."
        )
    for question in plan.questions:
        say(f"À préciser, {question.file} ligne {question.line} : {question.sentence}")
    for problem in (*plan.errors, *plan.warnings):
        say(_where(problem))


def _where(problem: Problem) -> str:
    kind = "Erreur" if problem.level == "error" else "Attention"
    line = f" ligne {problem.line}" if problem.line else ""
    column = f", colonne « {problem.column} »" if problem.column else ""
    return f"{kind}, {problem.file}{line}{column} : {problem.message}"


def _refused(error: PreauError, files: Sequence[Path], report: dict[str, Json]) -> Json:
    """The same object as for an import, with the refusal among its errors."""
    named = next((file.name for file in files if file.name in error.sentence), files[0].name if files else "")
    entry = {"file": named, "line": None, "column": None, "message": error.sentence}
    empty: dict[str, Json] = {
        "pupils": NOTHING, "guardians": NOTHING, "classes": NOTHING, "ambiguous": [], "errors": [], "warnings": [],
    }  # fmt: skip
    found = {**empty, **report}
    found["errors"] = [*found["errors"], entry]
    return {**found, "error": {"code": error.code, "sentence": error.sentence}}

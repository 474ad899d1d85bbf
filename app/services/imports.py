"""Importing ONDE's files: preview, then one transaction, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.models.acts_import import UndoImportFields
from app.models.errors import InputError, Refused
from app.models.tables import imports as imports_table
from app.models.tables import schools
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.onde.parsed import ParsedFile
from app.services.onde.plan import Plan
from app.services.onde.planner import make_plan
from app.services.onde.reader import read_file
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class Preview:
    """What the files would do; nothing is written."""

    school_id: str
    files: tuple[ParsedFile, ...]
    plan: Plan
    complete: bool | None

    def as_json(self) -> dict[str, Any]:
        """The command line's object."""
        return self.plan.as_json()


@dataclass(frozen=True, slots=True)
class ImportDone:
    """An import that is durable. ``import_id`` is None where there was nothing to write."""

    import_id: str | None
    summary: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class PastImport:
    """One import of the school's history."""

    import_id: str
    at: str
    author: str | None
    summary: dict[str, dict[str, int]]
    undone_at: str | None


def preview(
    desk: Desk,
    *,
    school_id: str,
    files: Sequence[Path | SourceFile],
    complete: bool | None = None,
    answers: Mapping[str, str] | None = None,
    allow_fictional: bool = False,
) -> Preview:
    """Read the files and compare them with the records. Raises InputError for a file that is none of ONDE's.

    ``complete`` is the director's word that files which lack some classes hold the whole school.
    """
    today = desk.clock().astimezone(ZoneInfo(_zone(desk, school_id))).date()
    sources = [file if isinstance(file, SourceFile) else SourceFile.read(file) for file in files]
    parsed = tuple(read_file(source, today=today, allow_fictional=allow_fictional) for source in sources)
    if not parsed:
        raise InputError("no_file", "Choisissez au moins un fichier d’ONDE.")
    if len({file.kind for file in parsed}) < len(parsed):
        raise InputError("same_kind_twice", "Deux fichiers de la même sorte ont été choisis : gardez le plus récent.")
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        plan = make_plan(rows, parsed, today=today, new_id=desk.new_id, complete=complete, answers=answers)
    return Preview(school_id, parsed, plan, complete)


def answered(desk: Desk, *, preview: Preview, answers: Mapping[str, str], complete: bool | None = None) -> Preview:
    """The same files with the director's answers."""
    today = desk.clock().astimezone(ZoneInfo(_zone(desk, preview.school_id))).date()
    word = preview.complete if complete is None else complete
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, preview.school_id)
        plan = make_plan(rows, preview.files, today=today, new_id=desk.new_id, complete=word, answers=answers)
    return Preview(preview.school_id, preview.files, plan, word)


def commit(desk: Desk, *, preview: Preview, confirm_gone: bool = False) -> ImportDone:
    """Write a preview, in one transaction. Raises Refused where a tenth of the school would be gone, unconfirmed."""
    plan = preview.plan
    if plan.needs_gone_confirmation and not confirm_gone:
        raise Refused(
            "gone_unconfirmed",
            f"{len(plan.pupils.gone)} élèves sur {plan.pupils_before} seraient marqués comme partis : confirmez d’abord.",
        )
    if plan.changes_nothing:
        return ImportDone(None, plan.fields.summary)
    submit(desk, school_id=preview.school_id, kind="import.appliquer", fields=plan.fields)
    return ImportDone(plan.fields.import_id, plan.fields.summary)


def undo(desk: Desk, *, school_id: str, import_id: str) -> None:
    """Put back what an import changed. Raises Refused where it is undone already, NotFound for an unknown import."""
    submit(desk, school_id=school_id, kind="import.annuler", fields=UndoImportFields(import_id=import_id))


def history(desk: Desk, *, school_id: str) -> tuple[PastImport, ...]:
    """The imports of a school, the latest first."""
    statement = select(imports_table).where(imports_table.c.school_id == school_id).order_by(imports_table.c.at.desc())
    with desk.vault.read() as connection:
        return tuple(
            PastImport(row["id"], row["at"], row["author"], row["summary"] or {}, row["undone_at"])
            for row in connection.execute(statement).mappings()
        )


def _zone(desk: Desk, school_id: str) -> str:
    with desk.vault.read() as connection:
        return (
            connection.execute(select(schools.c.timezone).where(schools.c.id == school_id)).scalar() or "Europe/Paris"
        )

"""Importing ONDE's files: preview, then one transaction, and the way back."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.models.acts_import import UndoImportFields
from app.models.errors import InputError, Refused
from app.models.tables import imports as imports_table
from app.models.tables import schools
from app.services.cancelling import Cancellation, Cancelled
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.onde.parsed import ParsedFile
from app.services.onde.plan import Plan
from app.services.onde.planner import make_plan
from app.services.onde.reader import read_file
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows

CANCELLED = "Lecture annulée\u00a0: rien n’a été changé."


@contextmanager
def without_collector() -> Iterator[None]:
    """Hold Python's cycle collector: it would look again and again at hundreds of thousands of rows that all live.

    Measured on 15,000 pupils: two fifths of the time of an import.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
    cancelled: Cancelled = lambda: False,
) -> Preview:
    """Read the files and compare them with the records. Raises InputError for a file that is none of ONDE's, Cancellation.

    ``complete`` is the director's word that files which lack some classes hold the whole school.
    """
    today = _today(desk, school_id)
    go_on = _until(cancelled)
    sources = [file if isinstance(file, SourceFile) else SourceFile.read(file) for file in files]
    with without_collector():
        parsed = tuple(
            read_file(source, today=today, allow_fictional=allow_fictional, go_on=go_on) for source in sources
        )
    if not parsed:
        raise InputError("no_file", "Choisissez au moins un fichier d’ONDE.")
    if len({file.kind for file in parsed}) < len(parsed):
        raise InputError(
            "same_kind_twice", "Deux fichiers de la même sorte ont été choisis\u00a0: gardez le plus récent."
        )
    return _preview(desk, school_id, parsed, complete, answers, go_on)


def answered(
    desk: Desk,
    *,
    preview: Preview,
    answers: Mapping[str, str],
    complete: bool | None = None,
    cancelled: Cancelled = lambda: False,
) -> Preview:
    """The same files with the director's answers. Raises Cancellation."""
    word = preview.complete if complete is None else complete
    return _preview(desk, preview.school_id, preview.files, word, answers, _until(cancelled))


def _until(cancelled: Cancelled) -> Callable[[], None]:
    """What each line read and each record compared calls: it raises once the person has asked to stop."""

    def go_on() -> None:
        if cancelled():
            raise Cancellation(CANCELLED)

    return go_on


def _preview(
    desk: Desk,
    school_id: str,
    files: tuple[ParsedFile, ...],
    complete: bool | None,
    answers: Mapping[str, str] | None,
    go_on: Callable[[], None],
) -> Preview:
    def new_id() -> str:
        go_on()
        return desk.new_id()

    today = _today(desk, school_id)
    go_on()
    with without_collector(), desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        plan = make_plan(rows, files, today=today, new_id=new_id, complete=complete, answers=answers)
    return Preview(school_id, files, plan, complete)


def commit(desk: Desk, *, preview: Preview, confirm_gone: bool = False) -> ImportDone:
    """Write a preview, in one transaction. Raises Refused where a tenth of the school would be gone, unconfirmed."""
    plan = preview.plan
    if plan.needs_gone_confirmation and not confirm_gone:
        raise Refused(
            "gone_unconfirmed",
            f"{plan.gone_words} seraient marqués comme partis\u00a0: confirmez d’abord.",
        )
    if plan.changes_nothing:
        return ImportDone(None, plan.fields.summary)
    with without_collector():
        submit(desk, school_id=preview.school_id, kind="import.appliquer", fields=plan.fields)
    return ImportDone(plan.fields.import_id, plan.fields.summary)


def undo(desk: Desk, *, school_id: str, import_id: str) -> None:
    """Put back what an import changed. Raises Refused where it is undone already, NotFound for an unknown import."""
    with without_collector():
        submit(desk, school_id=school_id, kind="import.annuler", fields=UndoImportFields(import_id=import_id))


def history(desk: Desk, *, school_id: str) -> tuple[PastImport, ...]:
    """The imports of a school, the latest first."""
    held = imports_table.c  # not « before », which holds every row that an import touched
    statement = (
        select(held.id, held.at, held.author, held.summary, held.undone_at)
        .where(held.school_id == school_id)
        .order_by(held.at.desc())
    )
    with desk.vault.read() as connection:
        return tuple(
            PastImport(row["id"], row["at"], row["author"], row["summary"] or {}, row["undone_at"])
            for row in connection.execute(statement).mappings()
        )


def _today(desk: Desk, school_id: str) -> date:
    """The day in the school's own zone."""
    with desk.vault.read() as connection:
        zone = connection.execute(select(schools.c.timezone).where(schools.c.id == school_id)).scalar()
    return desk.clock().astimezone(ZoneInfo(zone or "Europe/Paris")).date()

"""``preau worklist``: what is to be corrected in ONDE, and what was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.cli.desks import opened, the_school
from app.cli.output import Json, carry_out, cell_text, say
from app.services.lists import ListFormat
from app.services.onde_worklist.lines import Line
from app.services.onde_worklist.worklist import Worklist, line_of, tick, worklist
from app.services.onde_worklist.writing import write_worklist


def run(
    *, uai: str | None, pdf: Path | None, xlsx: Path | None, csv: Path | None, done: Sequence[str],
    not_done: Sequence[str], as_json: bool,
) -> None:  # fmt: skip
    """Tick what is named, list, and write the files that are wanted."""

    def work() -> Json:
        with opened(write=bool(done or not_done)) as desks:
            school_id = the_school(desks.desk, uai).school_id
            found = worklist(desks.desk, school_id=school_id)
            for code, word in (*((code, True) for code in done), *((code, False) for code in not_done)):
                tick(desks.desk, school_id=school_id, line=line_of(found, code), done=word)
            if done or not_done:
                found = worklist(desks.desk, school_id=school_id)
            for wanted, file in ((ListFormat.PDF, pdf), (ListFormat.XLSX, xlsx), (ListFormat.CSV, csv)):
                if file is not None:
                    path = write_worklist(desks.desk, school_id=school_id, lines=found.lines, wanted=wanted, file=file)
                    say(f"Liste écrite : {path}")
        if not as_json:
            _print(found)
        return {"left": len(found.left), "lines": [_json(line) for line in found.lines]}

    carry_out(work, as_json=as_json)


def _json(line: Line) -> Json:
    def said(day: object) -> str | None:
        return str(day) if day is not None else None

    return {
        "code": line.code, "state": line.state.value, "class": line.place.classroom, "pupil": line.place.pupil,
        "kind": line.kind, "who": line.who, "field": line.field, "onde": line.onde, "right": line.right, "why": line.why,
        "more": line.more, "known": line.known, "since": said(line.since), "where": line.where,
        "ticked_on": said(line.ticked_on), "doubted_on": said(line.doubted_on), "done_on": said(line.done_on),
    }  # fmt: skip


def _print(found: Worklist) -> None:
    table = Table("Classe", "Élève", "Fiche", "Colonne", "Dans ONDE", "À écrire", "Pourquoi", "État", "Code", box=None)
    for line in found.lines:
        cells = (
            line.place.classroom, line.place.pupil, line.who, line.field, line.onde, line.right, line.why,
            line.state_words, line.code,
        )  # fmt: skip
        table.add_row(*map(cell_text, cells))
    console = Console()
    (console if console.is_terminal else Console(width=10_000)).print(table)

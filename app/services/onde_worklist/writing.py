"""« À corriger dans ONDE » as a file: PDF to tick by hand, XLSX or CSV to sort."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.models.clock import local_date
from app.models.errors import Refused
from app.services.desk import Desk
from app.services.letters.onde_worklist import TITLE, Paper, PaperLine, worklist_pdf
from app.services.lists import ListFormat
from app.services.onde_worklist.lines import Line, State
from app.services.schools import one_school
from app.services.spreadsheets import csv_bytes, xlsx_bytes
from app.services.writing import write_whole

HEADER = (
    "Classe", "Élève", "Fiche", "Nom", "Colonne d’ONDE", "Dans ONDE", "À écrire", "Pourquoi", "Depuis", "Où dans ONDE",
    "État",
)  # fmt: skip
NOBODY = "Rien à corriger dans ONDE\u00a0: aucun fichier n’a été écrit."


def write_worklist(desk: Desk, *, school_id: str, lines: Sequence[Line], wanted: ListFormat, file: Path) -> Path:
    """Write these lines in their order. Raises Refused where there is none, PreauError where it cannot be written."""
    if not lines:
        raise Refused("nothing_to_correct", NOBODY)
    if wanted is ListFormat.PDF:
        school = one_school(desk, school_id=school_id)
        today = local_date(desk.now(), school.timezone)
        content = worklist_pdf(Paper(school.line, today, [_on_paper(line) for line in lines]))
    else:
        cells = [_cells(line) for line in lines]
        content = csv_bytes(HEADER, cells) if wanted is ListFormat.CSV else xlsx_bytes(HEADER, cells, title=TITLE)
    return write_whole(file, content)


def format_of(file: Path) -> ListFormat:
    """By the end of its name; a PDF where it tells nothing."""
    found = file.suffix.lower().removeprefix(".")
    return ListFormat(found) if found in set(ListFormat) else ListFormat.PDF


def _on_paper(line: Line) -> PaperLine:
    ticked = line.state in (State.TICKED, State.DONE)
    return PaperLine(line.place.words, (line.who, line.field, line.onde, line.right, line.why), ticked)


def _cells(line: Line) -> tuple[str, ...]:
    since = f"{line.since:%d-%m-%Y}" if line.since else ""
    return (
        line.place.classroom, line.place.pupil, line.kind, line.who, line.field, line.onde, line.right,
        " — ".join(filter(None, (line.why, line.more))), since, line.where, line.state_words,
    )  # fmt: skip

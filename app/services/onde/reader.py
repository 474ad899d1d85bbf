"""Reads one extraction: every line becomes a person, or a problem with its line and column. Content never raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain, islice

from app.models.errors import InputError
from app.models.names import fold
from app.services.onde.dates import find_date
from app.services.onde.decode import Cells, SourceFile, read_cells
from app.services.onde.guardian_lines import GuardianLines
from app.services.onde.header import Header, read_header
from app.services.onde.parsed import ParsedFile
from app.services.onde.problems import ProblemList
from app.services.onde.pupil_lines import PupilLines

LINES_BEFORE_HEADER = 5
_FOOTER = re.compile(r"(\d|(total|nombre|nb|effectif|extraction|edite|edition|genere|date|fin|le \d+)\b)")
"""How a line that is not data begins, once folded: a count, a date."""
_DIGIT = re.compile(r"\d")
_FOOTER_CELLS = 2


def read_file(
    source: SourceFile,
    *,
    today: date,
    allow_fictional: bool = False,
    go_on: Callable[[], None] = lambda: None,
) -> ParsedFile:
    """The people of a file. Raises InputError where the file as a whole is none of ONDE's.

    ``go_on`` is called before each line, and may raise.
    """
    lines = read_cells(source)
    header, place, rest, above = _find_header(lines, source.name)
    file = ParsedFile(source.name, header.kind, frozenset(header.columns))
    problems = ProblemList(source.name)
    _judge_header(header, place, problems)
    reader: PupilLines | GuardianLines
    if header.kind == "pupils":
        reader = PupilLines(header, problems, file, today)
    else:
        reader = GuardianLines(header, problems, file, allow_fictional)
    below = _read_lines(rest, header, problems, reader, go_on)
    reader.finish()
    file.as_of = _day_said((*above, *below), today) or _until(source.written_at, today)
    if not (file.pupils or file.guardians or file.rejected):
        who = "élève" if header.kind == "pupils" else "responsable"
        problems.error(None, None, f"Ce fichier ne contient aucun {who}\u00a0: relancez l’extraction dans ONDE.")
    file.problems = problems.closed()
    return file


def _day_said(lines: Iterable[Cells], today: date) -> str | None:
    """The latest day that a title or a footer tells, « Extraction du 12/09/2026 »."""
    found = [day for cells in lines for text in cells.values if (day := find_date(text)) and day <= today]
    return max(found).isoformat() if found else None


def _until(written_at: str | None, today: date) -> str | None:
    """Nothing where a wrong clock wrote the file: every later one would seem older."""
    return written_at if written_at and written_at[:10] <= today.isoformat() else None


def _find_header(lines: Iterator[Cells], name: str) -> tuple[Header, int, Iterable[Cells], list[Cells]]:
    """The header, its line, the lines below it and those above. A title or a date may stand above it."""
    first = list(islice(lines, LINES_BEFORE_HEADER))
    refusal = InputError("onde_empty", f"Le fichier «\u00a0{name}\u00a0» est vide. Relancez l’extraction dans ONDE.")
    for place, cells in enumerate(first):
        try:
            return read_header(cells.values, file=name), cells.line, chain(first[place + 1 :], lines), first[:place]
        except InputError as error:
            refusal = refusal if place else error
    raise refusal


def _judge_header(header: Header, line: int, problems: ProblemList) -> None:
    if header.unknown:
        names = ", ".join(f"«\u00a0{title}\u00a0»" for title in header.unknown[:8])
        problems.warning(line, None, f"Colonnes inconnues, laissées de côté\u00a0: {names}.")
    if header.kind == "pupils" and "birth_date" not in header.columns:
        problems.warning(
            line, None, "Ce fichier n’a pas les dates de naissance\u00a0: les parents ne pourront pas les confirmer."
        )
    if header.kind == "pupils" and "ine" not in header.columns:
        problems.warning(line, "INE", "Ce fichier n’a pas de colonne INE\u00a0: tous les élèves sont pris en compte.")


def _read_lines(
    lines: Iterable[Cells],
    header: Header,
    problems: ProblemList,
    reader: PupilLines | GuardianLines,
    go_on: Callable[[], None],
) -> list[Cells]:
    """Read the lines of a table; returns those that are no data."""
    footers = []
    for cells in lines:
        go_on()
        if _is_footer(cells.values):
            footers.append(cells)
        elif reader.read(cells):
            _judge_line(cells, header, problems)
    return footers


def _judge_line(cells: Cells, header: Header, problems: ProblemList) -> None:
    if cells.damaged:
        problems.warning(cells.line, None, "Guillemet jamais refermé\u00a0: ligne à vérifier.")
    count = len(cells.values)
    if count < header.least_cells:
        problems.warning(
            cells.line, None, f"Ligne plus courte que l’en-tête ({count} cellules sur {len(header.titles)})."
        )
    if any(cells.values[len(header.titles) :]):
        problems.warning(cells.line, None, "Ligne plus longue que l’en-tête\u00a0: la fin est laissée de côté.")
    if any("\ufffd" in value for value in cells.values):
        problems.warning(cells.line, None, "Des lettres accentuées ont été perdues avant l’import\u00a0: à vérifier.")


def _is_footer(values: list[str]) -> bool:
    """A few words alone on a line; beside a second cell only with a figure, since somebody may be named Nombre."""
    if values.count("") < len(values) - _FOOTER_CELLS:
        return False
    filled = [value for value in values if value]
    return _FOOTER.match(fold(filled[0])) is not None and (len(filled) == 1 or _DIGIT.search(filled[1]) is not None)

"""« Liste des responsables » on paper: A4 across, the header on every page, numbered pages (arena.md, Lists)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.services.letters.fonts import BOLD, MONO, REGULAR, load_fonts
from app.services.letters.layout import draw_fitted, draw_right, forget_layouts

PAGE_WIDTH, PAGE_HEIGHT = landscape(A4)
LEFT, RIGHT = 12 * mm, PAGE_WIDTH - 12 * mm
TOP, BOTTOM = PAGE_HEIGHT - 14 * mm, 16 * mm
ROW = 6.4 * mm
HEAD_HEIGHT = 26 * mm
"""What the first page needs above the table."""
GAP = 2 * mm
CELL_SIZE = 9.0
COLUMNS: tuple[tuple[str, float], ...] = (
    ("Nom élève", 42), ("Prénom élève", 34), ("Niveau", 15), ("Classe", 38), ("Nom", 42), ("Prénom", 34),
    ("Identifiant", 36), ("Mot de passe *", 32),
)  # fmt: skip
"""Titles and widths in millimetres."""
FOOTNOTE = "* Seuls les mots de passe provisoires sont affichés."
WITHOUT_PASSWORDS = f"{FOOTNOTE} Ils n’ont pas été demandés pour cette liste."


@dataclass(frozen=True, slots=True)
class Roster:
    """What the paper says. ``created_on`` is « 21/11/2026 »; each line has a cell a column."""

    created_on: str
    uai: str
    school: str
    lines: Sequence[Sequence[str]]
    with_passwords: bool


def roster_pdf(roster: Roster, tick: Callable[[int], None] = lambda lines: None) -> bytes:
    """The PDF. ``tick`` is told how many lines more were drawn after each page, and may raise."""
    load_fonts()
    memory = BytesIO()
    canvas = Canvas(memory, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), lang="fr-FR", initialFontName=REGULAR)  # type: ignore[arg-type]
    canvas.setTitle("Liste des responsables")
    canvas.setAuthor(roster.school)
    canvas.setCreator("Préau")
    try:
        draw_roster(canvas, roster, tick)
    finally:
        forget_layouts()
    canvas.save()
    return memory.getvalue()


def draw_roster(canvas: Canvas, roster: Roster, tick: Callable[[int], None] = lambda lines: None) -> None:
    """Draw every page; ``tick`` as for ``roster_pdf``."""
    pages = _pages(roster.lines)
    for number, lines in enumerate(pages, start=1):
        top = TOP - HEAD_HEIGHT if number == 1 else TOP
        if number == 1:
            _draw_head(canvas, roster)
        _draw_table(canvas, lines, top)
        _draw_foot(canvas, roster, number, len(pages))
        canvas.showPage()
        tick(len(lines))


def _pages(lines: Sequence[Sequence[str]]) -> list[Sequence[Sequence[str]]]:
    """The lines of each page; the header of the table takes the place of one."""
    first, following = int((TOP - HEAD_HEIGHT - BOTTOM) / ROW) - 1, int((TOP - BOTTOM) / ROW) - 1
    rest = range(first, len(lines), following)
    return [lines[:first], *(lines[start : start + following] for start in rest)]


def _draw_head(canvas: Canvas, roster: Roster) -> None:
    width = RIGHT - LEFT
    school = " - ".join(part for part in (roster.uai, roster.school) if part)
    lines = (
        (f"Date de création\u00a0: {roster.created_on}", REGULAR, 10.0),
        (f"Ecole\u00a0: {school}", REGULAR, 10.0),  # Arena's own spelling, as in the header of the CSV
        ("Liste des responsables\u00a0:", BOLD, 13.0),
    )
    baseline = TOP - 3 * mm
    for text, font, size in lines:
        draw_fitted(canvas, text, x=LEFT, y=baseline, width=width, font=font, size=size)
        baseline -= 7 * mm


def _draw_table(canvas: Canvas, lines: Sequence[Sequence[str]], top: float) -> None:
    _draw_row(canvas, [title for title, _ in COLUMNS], top - ROW, header=True)
    canvas.setLineWidth(0.8)
    canvas.line(LEFT, top - ROW, RIGHT, top - ROW)
    canvas.setLineWidth(0.25)
    for index, line in enumerate(lines, start=2):
        bottom = top - index * ROW
        _draw_row(canvas, line, bottom, header=False)
        canvas.line(LEFT, bottom, RIGHT, bottom)


def _draw_row(canvas: Canvas, cells: Sequence[str], bottom: float, *, header: bool) -> None:
    x = LEFT
    for column, ((_, width), cell) in enumerate(zip(COLUMNS, cells, strict=True)):
        font = BOLD if header else MONO if column == len(COLUMNS) - 1 else REGULAR
        if cell:
            draw_fitted(
                canvas, cell, x=x + GAP / 2, y=bottom + 2 * mm, width=width * mm - GAP, font=font, size=CELL_SIZE
            )
        x += width * mm


def _draw_foot(canvas: Canvas, roster: Roster, page: int, pages: int) -> None:
    note = FOOTNOTE if roster.with_passwords else WITHOUT_PASSWORDS
    draw_fitted(canvas, note, x=LEFT, y=9 * mm, width=(RIGHT - LEFT) * 0.75, font=REGULAR, size=8)
    where = f"Page {page} sur {pages}"
    draw_right(canvas, where, x=RIGHT, y=9 * mm, width=(RIGHT - LEFT) * 0.2, font=REGULAR, size=8)

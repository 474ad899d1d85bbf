"""« À corriger dans ONDE » on paper: A4 across, a pupil's record after the other, a box to tick before each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.services.letters.fonts import BOLD, REGULAR
from app.services.letters.layout import draw_fitted, draw_right, forget_layouts
from app.services.letters.papers import draw_paper

PAGE = PAGE_WIDTH, PAGE_HEIGHT = landscape(A4)
LEFT, RIGHT = 12 * mm, PAGE_WIDTH - 12 * mm
TOP, BOTTOM = PAGE_HEIGHT - 14 * mm, 16 * mm
ROW, GAP, SIZE = 6.2 * mm, 2 * mm, 8.5
BOX = 3 * mm
TITLE = "À corriger dans ONDE"
COLUMNS: tuple[tuple[str, float], ...] = (
    ("Fiche", 50), ("Colonne d’ONDE", 38), ("Dans ONDE", 48), ("À écrire", 50), ("Pourquoi", 80),
)  # fmt: skip
"""Titles and widths in millimetres, after the box."""
FOOTNOTE = "Données personnelles\u00a0: à détruire une fois ONDE corrigé."


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line: the heading under which it stands, its cells, and whether its box is ticked."""

    heading: str
    cells: tuple[str, ...]
    ticked: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """What the paper says."""

    school: str
    day: date
    lines: Sequence[PaperLine]


def worklist_pdf(paper: Paper) -> bytes:
    """The PDF."""
    try:
        return draw_paper(lambda canvas: _draw(canvas, paper), size=PAGE, title=TITLE, author=paper.school)
    finally:
        forget_layouts()


def _draw(canvas: Canvas, paper: Paper) -> None:
    pages = list(_pages(paper.lines))
    for number, page in enumerate(pages, start=1):
        _draw_head(canvas, paper, number, len(pages))
        y = TOP - 12 * mm
        _draw_cells(canvas, [title for title, _ in COLUMNS], y, font=BOLD)
        for item in page:
            y -= ROW
            if isinstance(item, str):
                draw_fitted(canvas, item, x=LEFT, y=y, width=RIGHT - LEFT, font=BOLD, size=9.5)
            else:
                _draw_line(canvas, item, y)
        draw_fitted(canvas, FOOTNOTE, x=LEFT, y=9 * mm, width=RIGHT - LEFT, font=REGULAR, size=8)
        canvas.showPage()


def _pages(lines: Sequence[PaperLine]) -> Iterator[list[str | PaperLine]]:
    """Headings and lines of each page; a heading comes again on the next page, and never stands alone at the end."""
    most, heading = int((TOP - 12 * mm - BOTTOM) / ROW), ""
    page: list[str | PaperLine] = []
    for line in lines:
        needed = 1 + (line.heading != heading)
        if len(page) + needed > most:
            yield page
            page, heading = [], ""
        if line.heading != heading:
            page.append(line.heading)
            heading = line.heading
        page.append(line)
    yield page


def _draw_head(canvas: Canvas, paper: Paper, page: int, pages: int) -> None:
    draw_fitted(canvas, TITLE, x=LEFT, y=TOP, width=150 * mm, font=BOLD, size=13)
    where = f"{paper.day:%d-%m-%Y} · page {page} sur {pages}"
    draw_right(canvas, where, x=RIGHT, y=TOP, width=80 * mm, font=REGULAR, size=9)
    draw_fitted(canvas, paper.school, x=LEFT, y=TOP - 5 * mm, width=RIGHT - LEFT, font=REGULAR, size=9)


def _draw_line(canvas: Canvas, line: PaperLine, y: float) -> None:
    canvas.setLineWidth(0.6)
    canvas.rect(LEFT + 1 * mm, y - 0.3 * mm, BOX, BOX)
    if line.ticked:
        canvas.line(LEFT + 1 * mm, y - 0.3 * mm, LEFT + 1 * mm + BOX, y - 0.3 * mm + BOX)
        canvas.line(LEFT + 1 * mm, y - 0.3 * mm + BOX, LEFT + 1 * mm + BOX, y - 0.3 * mm)
    _draw_cells(canvas, line.cells, y, font=REGULAR)
    canvas.setLineWidth(0.25)
    canvas.line(LEFT, y - 2 * mm, RIGHT, y - 2 * mm)


def _draw_cells(canvas: Canvas, cells: Sequence[str], y: float, *, font: str) -> None:
    x = LEFT + BOX + 3 * mm
    for (_, width), cell in zip(COLUMNS, cells, strict=True):
        if cell:
            draw_fitted(canvas, cell, x=x, y=y, width=width * mm - GAP, font=font, size=SIZE)
        x += width * mm

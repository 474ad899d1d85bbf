"""« Circonscription » on paper: A4 across, a line a school, numbered pages."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.services.letters.fonts import BOLD, REGULAR
from app.services.letters.layout import draw_fitted, draw_right, forget_layouts
from app.services.letters.papers import draw_paper

PAGE_WIDTH, PAGE_HEIGHT = SIZE = landscape(A4)
LEFT, RIGHT = 12 * mm, PAGE_WIDTH - 12 * mm
TOP, BOTTOM = PAGE_HEIGHT - 16 * mm, 16 * mm
HEAD, ROW, GAP = 14 * mm, 6.4 * mm, 2 * mm
Cells = Sequence[str]


def draw_circonscription(
    *, title: str, under: str, header: Cells, rows: Sequence[Cells], widths: Sequence[float]
) -> bytes:
    """The PDF. ``widths`` of the columns are parts of their sum; ``under`` stands below the title."""
    room = int((TOP - HEAD - BOTTOM) / ROW) - 1
    pages = [rows[start : start + room] for start in range(0, len(rows), room)] or [rows]
    parts = [width / sum(widths) * (RIGHT - LEFT) for width in widths]

    def draw(canvas: Canvas) -> None:
        for number, lines in enumerate(pages, start=1):
            draw_fitted(canvas, title, x=LEFT, y=TOP, width=RIGHT - LEFT, font=BOLD, size=13)
            draw_fitted(canvas, under, x=LEFT, y=TOP - 6 * mm, width=RIGHT - LEFT, font=REGULAR, size=9)
            for place, cells in enumerate((header, *lines), start=1):
                _row(canvas, cells, parts, TOP - HEAD - place * ROW, head=place == 1)
            where = f"Page {number} sur {len(pages)}"
            draw_right(canvas, where, x=RIGHT, y=9 * mm, width=60 * mm, font=REGULAR, size=8)
            canvas.showPage()

    try:
        return draw_paper(draw, size=SIZE, title=title, author="Préau")
    finally:
        forget_layouts()


def _row(canvas: Canvas, cells: Cells, parts: Sequence[float], bottom: float, *, head: bool) -> None:
    x = LEFT
    for cell, width in zip(cells, parts, strict=True):
        if cell:
            draw_fitted(
                canvas,
                cell,
                x=x + GAP / 2,
                y=bottom + 2 * mm,
                width=width - GAP,
                font=BOLD if head else REGULAR,
                size=9,
            )
        x += width
    canvas.setLineWidth(0.8 if head else 0.25)
    canvas.line(LEFT, bottom, RIGHT, bottom)

"""The page that goes before the sheets of a class: who gets which sheet, with a box to tick for each."""

from __future__ import annotations

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.services.letters import texts
from app.services.letters.content import Booklet, CoverLine, SchoolHead
from app.services.letters.fonts import BOLD, REGULAR, text_width
from app.services.letters.layout import draw_fitted, draw_lines, draw_right, fill, plain, wrap

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, RIGHT = 18 * mm, PAGE_WIDTH - 18 * mm
WIDTH = RIGHT - LEFT
ROW = 7.2 * mm
FIRST_TABLE_TOP, NEXT_TABLE_TOP, TABLE_BOTTOM = 72 * mm, 38 * mm, 20 * mm
COLUMNS = (LEFT + 8 * mm, LEFT + 24 * mm, LEFT + 72 * mm, LEFT + 120 * mm, RIGHT + 2 * mm)
"""Left edges of number, pupil, guardian, remark, then the right edge."""
NOTE_SIZE = 7


def draw_cover(canvas: Canvas, head: SchoolHead, booklet: Booklet) -> None:
    """Draw the cover of one booklet, as many pages as its list needs."""
    pages = _pages(booklet.lines)
    for number, lines in enumerate(pages, start=1):
        _draw_title(canvas, head, booklet, number, len(pages))
        top = FIRST_TABLE_TOP if number == 1 else NEXT_TABLE_TOP
        if number == 1:
            _draw_advice(canvas, booklet)
        _draw_table(canvas, lines, PAGE_HEIGHT - top)
        canvas.showPage()


def _pages(lines: tuple[CoverLine, ...]) -> list[tuple[CoverLine, ...]]:
    first = int((PAGE_HEIGHT - FIRST_TABLE_TOP - TABLE_BOTTOM) / ROW)
    following = int((PAGE_HEIGHT - NEXT_TABLE_TOP - TABLE_BOTTOM) / ROW)
    rest = range(first, len(lines), following)
    return [lines[:first], *(lines[start : start + following] for start in rest)]


def _draw_title(canvas: Canvas, head: SchoolHead, booklet: Booklet, page: int, pages: int) -> None:
    title = texts.COVER_POST if booklet.by_post else texts.COVER_CLASS
    text = title.format(group=booklet.group)
    draw_fitted(canvas, text, x=LEFT, y=PAGE_HEIGHT - 22 * mm, width=WIDTH * 0.68, font=BOLD, size=16)
    draw_right(canvas, booklet.dated, x=RIGHT, y=PAGE_HEIGHT - 22 * mm, width=WIDTH * 0.3, font=REGULAR, size=9)
    # Counted on the list: a large booklet is drawn in parts, and its cover goes with the first of them.
    count = sum(line.number is not None for line in booklet.lines)
    parts = (
        head.name,
        texts.COVER_COUNT[count > 1].format(count=count),
        texts.BATCH.format(number=booklet.batch),
    )
    draw_fitted(canvas, " · ".join(parts), x=LEFT, y=PAGE_HEIGHT - 28.5 * mm, width=WIDTH * 0.68, font=REGULAR, size=10)
    if pages > 1:
        where = texts.COVER_PAGE.format(group=booklet.group, page=page, pages=pages)
        draw_right(canvas, where, x=RIGHT, y=PAGE_HEIGHT - 28.5 * mm, width=WIDTH * 0.3, font=REGULAR, size=9)


def _draw_advice(canvas: Canvas, booklet: Booklet) -> None:
    top, height = PAGE_HEIGHT - 34 * mm, 15 * mm
    canvas.setLineWidth(1.2)
    canvas.roundRect(LEFT, top - height, WIDTH, height, 1.5 * mm)
    warning = wrap(fill(texts.COVER_WAIT, number=plain(booklet.batch)), 10, WIDTH - 8 * mm)
    draw_lines(canvas, warning, x=LEFT + 4 * mm, y=top - 6 * mm, size=10, leading=14)
    how = wrap(plain(texts.COVER_POST_HOW if booklet.by_post else texts.COVER_CLASS_HOW), 9, WIDTH)
    draw_lines(canvas, how, x=LEFT, y=top - height - 5.5 * mm, size=9, leading=12)


def _draw_table(canvas: Canvas, lines: tuple[CoverLine, ...], top: float) -> None:
    canvas.setLineWidth(0.8)
    canvas.line(LEFT, top, RIGHT, top)
    for column, title in enumerate(texts.COVER_COLUMNS):
        _draw_cell(canvas, column, title, top + 2 * mm, BOLD)
    canvas.setLineWidth(0.3)
    for index, line in enumerate(lines):
        _draw_line(canvas, line, top - (index + 1) * ROW)


def _draw_line(canvas: Canvas, line: CoverLine, bottom: float) -> None:
    baseline = bottom + 2.3 * mm
    if line.number is not None:
        canvas.rect(LEFT + 1 * mm, bottom + 1.6 * mm, 4 * mm, 4 * mm)
    cells = ("—" if line.number is None else str(line.number), line.pupil, line.guardian)
    for column, text in enumerate(cells):
        if text:
            _draw_cell(canvas, column, text, baseline, BOLD if column == 0 else REGULAR)
    _draw_note(canvas, line.note, bottom)
    canvas.line(LEFT, bottom, RIGHT, bottom)


def _draw_note(canvas: Canvas, note: str, bottom: float) -> None:
    """The remark, in two lines where one would be too small to read."""
    column, width = len(COLUMNS) - 2, COLUMNS[-1] - COLUMNS[-2] - 2 * mm
    lines = wrap(plain(note), NOTE_SIZE, width)
    if len(lines) == 2 and text_width(note, REGULAR, 9) > width:
        draw_lines(canvas, lines, x=COLUMNS[column], y=bottom + 4.3 * mm, size=NOTE_SIZE, leading=8)
    elif note:
        _draw_cell(canvas, column, note, bottom + 2.3 * mm, REGULAR)


def _draw_cell(canvas: Canvas, column: int, text: str, y: float, font: str) -> None:
    width = COLUMNS[column + 1] - COLUMNS[column] - 2 * mm
    draw_fitted(canvas, text, x=COLUMNS[column], y=y, width=width, font=font, size=9)

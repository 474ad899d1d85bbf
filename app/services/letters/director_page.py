"""« Flyer directeur »: what families ask most, what helps, and whom to ask next. One A4 page, kept beside the phone."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.services.letters import flyer_texts as said
from app.services.letters.content import SchoolHead
from app.services.letters.fonts import BOLD, REGULAR
from app.services.letters.layout import draw_fitted, draw_lines, plain, wrap
from app.services.letters.qr import qr_operators

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, RIGHT = 18 * mm, PAGE_WIDTH - 18 * mm
WIDTH = RIGHT - LEFT
QR_SIDE = 30 * mm
QUESTION_WIDTH = 62 * mm
SIZE, LEADING = 10.0, 13.5


def draw_director_flyer(canvas: Canvas, head: SchoolHead, link: str) -> None:
    """Draw it on the current A4 page; the page is not ended. Without a portal yet (``link`` empty), no QR code."""
    draw_fitted(canvas, said.DIRECTOR_TITLE, x=LEFT, y=PAGE_HEIGHT - 24 * mm, width=WIDTH - 40 * mm, font=BOLD, size=22)
    for place, parts in enumerate(((head.uai, head.name), (head.phone, head.email))):
        y = PAGE_HEIGHT - (31 + 5 * place) * mm
        where = " · ".join(part for part in parts if part)
        draw_fitted(canvas, where, x=LEFT, y=y, width=WIDTH - 40 * mm, font=REGULAR, size=10)
    y = _text(canvas, said.DIRECTOR_INTRO, PAGE_HEIGHT - 43.5 * mm, width=WIDTH - 42 * mm)
    if link:
        top = PAGE_HEIGHT - 17 * mm
        canvas.addLiteral(qr_operators(link, x=RIGHT - QR_SIDE, y=top - QR_SIDE, side=QR_SIDE))
        y_portal = top - QR_SIDE - 5 * mm
        draw_fitted(canvas, head.portal, x=RIGHT - QR_SIDE, y=y_portal, width=QR_SIDE, font=REGULAR, size=9)
    y = _list(canvas, said.DIRECTOR_BEFORE_TITLE, said.DIRECTOR_BEFORE, min(y, PAGE_HEIGHT - 60 * mm) - 3 * mm)
    y = _table(canvas, y - 3 * mm)
    _list(canvas, said.DIRECTOR_AFTER_TITLE, (said.DIRECTOR_AFTER,), y - 9 * mm)


def _text(canvas: Canvas, text: str, y: float, *, x: float = LEFT, width: float = WIDTH) -> float:
    return draw_lines(canvas, wrap(plain(text), SIZE, width), x=x, y=y, size=SIZE, leading=LEADING)


def _list(canvas: Canvas, title: str, items: Sequence[str], y: float) -> float:
    draw_fitted(canvas, title, x=LEFT, y=y, width=WIDTH, font=BOLD, size=12)
    y -= 6 * mm
    for item in items:
        if len(items) > 1:
            canvas.rect(LEFT, y - 0.4 * mm, 3 * mm, 3 * mm)
        y = _text(canvas, item, y, x=LEFT + 6 * mm * (len(items) > 1), width=WIDTH - 6 * mm) - 1.5 * mm
    return y


def _table(canvas: Canvas, y: float) -> float:
    for x, title in ((LEFT, said.DIRECTOR_COLUMNS[0]), (LEFT + QUESTION_WIDTH + 5 * mm, said.DIRECTOR_COLUMNS[1])):
        draw_fitted(canvas, title, x=x, y=y, width=QUESTION_WIDTH, font=BOLD, size=12)
    y -= 2.5 * mm
    canvas.setLineWidth(0.9)
    canvas.line(LEFT, y, RIGHT, y)
    canvas.setLineWidth(0.3)
    for question, answer in said.DIRECTOR_ROWS:
        first = _text(canvas, question, y - 5 * mm, width=QUESTION_WIDTH)
        second = _text(
            canvas, answer, y - 5 * mm, x=LEFT + QUESTION_WIDTH + 5 * mm, width=WIDTH - QUESTION_WIDTH - 5 * mm
        )
        y = min(first, second) + LEADING - 2.8 * mm
        canvas.line(LEFT, y, RIGHT, y)
    return y

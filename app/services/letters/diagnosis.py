"""The report of a school for the academy's help desk: guardians by cause, then their names cause by cause.

Names, log-ins and what is to be done: no password, no number, no address, no birth date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.services.letters.fonts import BOLD, REGULAR
from app.services.letters.layout import draw_fitted, draw_lines, draw_right, forget_layouts, plain, wrap
from app.services.letters.papers import draw_paper

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, RIGHT = 18 * mm, PAGE_WIDTH - 18 * mm
WIDTH = RIGHT - LEFT
TOP, BOTTOM = PAGE_HEIGHT - 18 * mm, 18 * mm
ROW = 5.6 * mm
TITLE = "Pourquoi la connexion n’aboutit pas"


@dataclass(frozen=True, slots=True)
class CauseLines:
    """One cause: what to do, and (name, log-in, children) of each guardian whom it is about."""

    title: str
    advice: str
    people: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Report:
    """What the paper says; causes with nobody are left out before."""

    school: str
    day: date
    guardians: int
    causes: Sequence[CauseLines]


def diagnosis_pdf(report: Report) -> bytes:
    """The PDF."""
    try:
        return draw_paper(lambda canvas: _draw(canvas, report), size=A4, title=TITLE, author=report.school)
    finally:
        forget_layouts()


def _draw(canvas: Canvas, report: Report) -> None:
    page = _Page(canvas, report)
    page.text(f"{report.guardians} responsables suivis. Un responsable compte dans chaque cause qui le concerne.")
    for cause in report.causes:
        page.row((cause.title, "", f"{len(cause.people)}"), font=REGULAR)
    for cause in report.causes:
        page.heading(f"{cause.title} ({len(cause.people)})")
        page.text(cause.advice)
        for person in cause.people:
            page.row(person, font=REGULAR)
    page.end()


class _Page:
    """A pen that goes down the page and on to the next one."""

    def __init__(self, canvas: Canvas, report: Report) -> None:
        self._canvas, self._report, self._number = canvas, report, 0
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        where = f"{self._report.day:%d-%m-%Y} · page {self._number}"
        draw_fitted(self._canvas, TITLE, x=LEFT, y=TOP, width=WIDTH * 0.74, font=BOLD, size=13)
        draw_right(self._canvas, where, x=RIGHT, y=TOP, width=WIDTH * 0.25, font=REGULAR, size=9)
        draw_fitted(self._canvas, self._report.school, x=LEFT, y=TOP - 5.5 * mm, width=WIDTH, font=REGULAR, size=9)
        self._y = TOP - 14 * mm

    def end(self) -> None:
        """Finish the last page."""
        self._canvas.showPage()

    def _need(self, height: float) -> None:
        if self._y - height < BOTTOM:
            self._canvas.showPage()
            self._begin()

    def heading(self, title: str) -> None:
        """A title that stays with what it is about."""
        self._need(14 * mm + 4 * ROW)
        self._y -= 9 * mm
        draw_fitted(self._canvas, title, x=LEFT, y=self._y, width=WIDTH, font=BOLD, size=11)
        self._y -= 5 * mm

    def text(self, text: str) -> None:
        """A paragraph."""
        lines = wrap(plain(text), 9, WIDTH)
        self._need(len(lines) * 12)
        self._y = draw_lines(self._canvas, lines, x=LEFT, y=self._y, size=9, leading=12) - 2 * mm

    def row(self, cells: tuple[str, str, str], *, font: str) -> None:
        """Name, log-in, children (or what else stands at the right)."""
        self._need(ROW)
        self._y -= ROW
        y, name, login = self._y + 1.7 * mm, WIDTH * 0.45, WIDTH * 0.2
        draw_fitted(self._canvas, cells[0], x=LEFT, y=y, width=name - 4, font=font, size=8.5)
        draw_fitted(self._canvas, cells[1], x=LEFT + name, y=y, width=login - 4, font=font, size=8.5)
        draw_right(self._canvas, cells[2], x=RIGHT, y=y, width=WIDTH - name - login, font=font, size=8.5)
        self._canvas.setLineWidth(0.25)
        self._canvas.line(LEFT, self._y, RIGHT, self._y)

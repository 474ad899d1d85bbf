"""« Statistiques » on paper: the tables, the curves drawn as lines, the delays, what is missing. Never a screenshot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from app.models.clock import local_date
from app.services import stats_words as words
from app.services.activations import Curve, Series, figures
from app.services.desk import Desk
from app.services.letters.curve import Plot
from app.services.letters.fonts import BOLD, REGULAR
from app.services.letters.layout import draw_fitted, draw_lines, draw_right, forget_layouts, plain, wrap
from app.services.letters.papers import draw_paper
from app.services.schools import one_school
from app.services.stats import Statistics
from app.services.writing import write_whole

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT, RIGHT = 18 * mm, PAGE_WIDTH - 18 * mm
WIDTH = RIGHT - LEFT
TOP, BOTTOM = PAGE_HEIGHT - 18 * mm, 18 * mm
ROW, HEAD_LINE = 5.6 * mm, 3.5 * mm
CHART_HEIGHT, HIGHEST_CHART, NAME_ROW = 62 * mm, 215 * mm, 3.6 * mm


def write_statistics(desk: Desk, *, school_id: str, found: Statistics, path: Path) -> Path:
    """Print what is shown. Raises PreauError where the file cannot be written."""
    school = one_school(desk, school_id=school_id)
    when = local_date(found.computed_at, found.timezone)
    try:
        pdf = draw_paper(
            lambda canvas: draw_statistics(canvas, school.line, when, found),
            size=A4, title=f"Statistiques — {school.name}", author=school.name,
        )  # fmt: skip
    finally:
        forget_layouts()
    return write_whole(path, pdf)


def draw_statistics(canvas: Canvas, school: str, when: date, found: Statistics) -> None:
    """Draw as many pages as it takes."""
    page = _Page(canvas, school, when, found)
    heads = words.count_headers(from_cp=found.from_cp)
    reached = words.reached_header(from_cp=found.from_cp)
    page.table(words.SCHOOL_TITLE, (*heads, reached), [words.school_row(found)], first=0)
    page.text(words.curve_words(found.curve))
    curve = found.curve
    for title, lines in (("par origine", (curve.everybody, *curve.by_origin)), ("par classe", curve.by_class)):
        headings, rows = figures(curve, lines)
        if not rows or not curve.everybody.total:  # a line at zero says nothing that the sentence does not
            continue
        page.chart(f"{words.CURVE_TITLE}, {title}", curve, lines)
        page.table("", ("", *headings), rows, first=34 * mm)
    for title, first, table in (
        (words.CLASS_TITLE, "Classe", found.by_class), (words.LEVEL_TITLE, "Niveau", found.by_level),
    ):  # fmt: skip
        page.table(title, (first, *heads), words.table_rows(table), first=44 * mm, bold_last=True)
    page.text(words.NOTE)
    reports = words.report_rows(found.reports)
    page.table(words.REPORTS_TITLE, words.REPORTS_HEADERS, reports, first=44 * mm, bold_last=True)
    page.heading(words.DELAY_TITLE, 4 * ROW)
    page.text(words.delay_words(found.delays))
    page.table("", words.DELAY_HEADERS, words.delay_rows(found.delays), first=60 * mm)
    page.heading(words.MISSING_TITLE, ROW * (len(found.missing) + 1))
    page.text("\n".join((words.missing_words(found), *(f"{line.count} {line.words}" for line in found.missing))))
    page.end()


class _Page:
    """A pen that goes down the page and on to the next one."""

    def __init__(self, canvas: Canvas, school: str, when: date, found: Statistics) -> None:
        self._canvas, self._school, self._when = canvas, school, when
        levels = (
            f" — niveaux : {', '.join(level for level in found.offered if level in found.levels)}"
            if found.levels
            else ""
        )
        self._title = f"Statistiques des comptes responsables {found.year_label}{levels}"
        self._number = 0
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        draw_fitted(self._canvas, self._title, x=LEFT, y=TOP, width=WIDTH * 0.74, font=BOLD, size=13)
        where = f"{self._when:%d-%m-%Y} · page {self._number}"
        draw_right(self._canvas, where, x=RIGHT, y=TOP, width=WIDTH * 0.25, font=REGULAR, size=9)
        draw_fitted(self._canvas, self._school, x=LEFT, y=TOP - 5.5 * mm, width=WIDTH, font=REGULAR, size=9)
        self._y = TOP - 14 * mm

    def end(self) -> None:
        """Finish the last page."""
        self._canvas.showPage()

    def _need(self, height: float) -> bool:
        """Go on to the next page unless ``height`` still fits; says whether it did."""
        if self._y - height >= BOTTOM:
            return False
        self._canvas.showPage()
        self._begin()
        return True

    def heading(self, title: str, height: float) -> None:
        """A title that stays with at least ``height`` of what it is about."""
        self._need(height + 9 * mm)
        draw_fitted(self._canvas, title, x=LEFT, y=self._y, width=WIDTH, font=BOLD, size=11)
        self._y -= 5 * mm

    def text(self, text: str) -> None:
        """Sentences, a paragraph a line."""
        for paragraph in filter(None, text.split("\n")):
            lines = wrap(plain(paragraph), 9, WIDTH)
            self._need(len(lines) * 12)
            self._y = draw_lines(self._canvas, lines, x=LEFT, y=self._y, size=9, leading=12)
        self._y -= 5 * mm

    def table(
        self, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]], *, first: float, bold_last: bool = False
    ) -> None:  # fmt: skip
        """Rows under ``headings``, which come again on the next page; ``first`` is the width of the first column."""
        if not rows:
            return
        head_height = HEAD_LINE * max(heading.count("\n") + 1 for heading in headings)
        least = head_height + 3 * ROW
        if title:
            self.heading(title, least)
        else:
            self._need(least)
        self._head(headings, first, head_height)
        for place, row in enumerate(rows):
            if self._need(ROW):
                self._head(headings, first, head_height)
            self._y -= ROW
            self._row(row, first, BOLD if bold_last and place == len(rows) - 1 else REGULAR)
        self._y -= 9 * mm

    def _edges(self, count: int, first: float) -> list[float]:
        """The right edge of each column."""
        width = (WIDTH - first) / (count - bool(first))
        own = [LEFT + first] if first else []
        return own + [LEFT + first + width * (place + 1) for place in range(count - len(own))]

    def _head(self, headings: Sequence[str], first: float, height: float) -> None:
        for place, (heading, right) in enumerate(zip(headings, self._edges(len(headings), first), strict=True)):
            width = self._width(len(headings), first)
            for number, line in enumerate(reversed(heading.split("\n"))):
                y = self._y - height + number * HEAD_LINE
                if first and place == 0:
                    draw_fitted(self._canvas, line, x=LEFT, y=y, width=first - 2, font=BOLD, size=6.4)
                else:
                    draw_right(self._canvas, line, x=right - 2, y=y, width=width - 4, font=BOLD, size=6.4)
        self._y -= height + 1.6 * mm
        self._rule(0.8)

    def _width(self, count: int, first: float) -> float:
        return (WIDTH - first) / (count - bool(first))

    def _row(self, row: Sequence[str], first: float, font: str) -> None:
        width = self._width(len(row), first)
        for place, (cell, right) in enumerate(zip(row, self._edges(len(row), first), strict=True)):
            y = self._y + 1.7 * mm
            if first and place == 0:
                draw_fitted(self._canvas, cell, x=LEFT, y=y, width=first - 4, font=font, size=8.5)
            else:
                draw_right(self._canvas, cell, x=right - 2, y=y, width=width - 4, font=font, size=8.5)
        self._rule(0.25)

    def _rule(self, thickness: float) -> None:
        self._canvas.setLineWidth(thickness)
        self._canvas.line(LEFT, self._y, RIGHT, self._y)

    # The curve

    def chart(self, title: str, curve: Curve, lines: Sequence[Series]) -> None:
        """Axes with figures, a staircase a line, each with its name at its end."""
        height = min(max(CHART_HEIGHT, len(lines) * NAME_ROW), HIGHEST_CHART)
        self.heading(title, height + 10 * mm)
        self._y -= height
        plot = Plot(self._canvas, curve, lines, (LEFT, RIGHT), bottom=self._y, height=height)
        plot.axes()
        plot.draw()
        self._y -= 11 * mm

"""The curve of activations on paper: axes with figures, a staircase a line, each with its name at its end."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from app.services.activations import MONTHS, Curve, Series, month_starts, spread_apart, steps
from app.services.letters.fonts import REGULAR
from app.services.letters.layout import draw_fitted

NAMES_WIDTH = 46 * mm
GRAYS = (0.0, 0.35, 0.55)
DASHES: tuple[tuple[float, ...], ...] = ((), (5, 2), (1.5, 1.5), (6, 2, 1.5, 2))
"""Old lasers print no colour: lines differ in their dashes, then in their grey."""


class Plot:
    """The scales of one chart, and its marks."""

    def __init__(
        self, canvas: Canvas, curve: Curve, lines: Sequence[Series], edges: tuple[float, float], *, bottom: float,
        height: float,
    ) -> None:  # fmt: skip
        self._canvas, self._curve, self._lines = canvas, curve, lines
        self._left, self._bottom, self._height = edges[0] + 9 * mm, bottom, height
        self._right = edges[1] - NAMES_WIDTH
        self._first = curve.starts_on.toordinal()
        self._days = max(curve.until.toordinal() - self._first, 1)
        self._most = max((line.total for line in lines), default=0)
        self._step = nice_step(self._most)
        self._top = max(-(-self._most // self._step) * self._step, self._step)

    def _x(self, day: int) -> float:
        return self._left + (self._right - self._left) * (day - self._first) / self._days

    def _y(self, count: float) -> float:
        return self._bottom + self._height * count / self._top

    def axes(self) -> None:
        """Whole numbers at the left, the months below."""
        canvas = self._canvas
        canvas.setFont(REGULAR, 7.5)
        for count in range(0, self._top + 1, self._step):
            canvas.setLineWidth(0.6 if count == 0 else 0.2)
            canvas.line(self._left, self._y(count), self._right, self._y(count))
            canvas.drawRightString(self._left - 1.5 * mm, self._y(count) - 2.5, str(count))
        canvas.setLineWidth(0.6)
        canvas.line(self._left, self._bottom, self._left, self._bottom + self._height)
        for day in month_starts(self._curve.starts_on, self._curve.until):
            x = self._x(day.toordinal())
            canvas.line(x, self._bottom, x, self._bottom - 1.2 * mm)
            canvas.drawCentredString(x, self._bottom - 4.4 * mm, MONTHS[day.month - 1])

    def draw(self) -> None:
        """The staircases, and their names pushed apart."""
        ends = sorted(enumerate(self._lines), key=lambda end: -end[1].total)
        wanted = [self._y(line.total) for _, line in ends]
        gap = min(3.4 * mm, self._height / max(len(ends), 1))
        heights = spread_apart(wanted, gap, self._bottom + gap / 2)
        for (place, line), height in zip(ends, heights, strict=True):
            self._style(place)
            self._staircase(line)
            self._canvas.setDash()
            self._canvas.setLineWidth(0.25)
            self._canvas.line(self._right + 0.6 * mm, self._y(line.total), self._right + 3.4 * mm, height)
            name = f"{line.label}\u00a0: {line.total}"
            draw_fitted(
                self._canvas, name, x=self._right + 4 * mm, y=height - 2.5, width=NAMES_WIDTH - 5 * mm, font=REGULAR, size=7.5
            )  # fmt: skip
        self._canvas.setStrokeGray(0)

    def _style(self, place: int) -> None:
        self._canvas.setStrokeGray(GRAYS[place // len(DASHES) % len(GRAYS)])
        self._canvas.setLineWidth(1.4 if place == 0 else 1.0)
        self._canvas.setDash(list(DASHES[place % len(DASHES)]))

    def _staircase(self, line: Series) -> None:
        path = PDFPathObject()
        for place, (day, count) in enumerate(zip(*steps(line, self._curve), strict=True)):
            (path.lineTo if place else path.moveTo)(self._x(day), self._y(count))
        self._canvas.drawPath(path)


def nice_step(most: int) -> int:
    """1, 2 or 5 times a power of ten: at most eight of them make ``most``."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if most <= 8 * factor * step:
                return factor * step
        step *= 10

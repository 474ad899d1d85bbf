"""The curve of activations. Imported when « Statistiques » is shown: pyqtgraph and numpy take most of a second.

The colours are those of the theme, and nobody needs them: each line ends in its name, lines of one colour differ in their
dashes, and the table under the chart says the same in figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen, QWheelEvent

from app.services.activations import MONTHS, Curve, Series, month_starts, spread_apart, steps
from app.ui.theme import font, tokens

pg.setConfigOption("exitCleanup", False)

LABEL_SHARE = 0.30
"""The part of the width that the names at the ends of the lines take."""
LABEL_POINTS = 8.5
LABEL_GAP = 16
"""Pixels between two names."""
LONGEST_NAME = 26
LEAST_HEIGHT = 280
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)


class MonthAxis(pg.AxisItem):  # type: ignore[misc]
    """Ticks at the beginning of each month, as far as ``until``: beyond it there are only names."""

    until = date.max

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Any:  # noqa: N803 - pyqtgraph's names
        last = min(date.fromordinal(max(int(maxVal), 1)), self.until)
        days = month_starts(date.fromordinal(max(int(minVal), 1)), last)
        return [(30, [day.toordinal() for day in days])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [MONTHS[date.fromordinal(int(value)).month - 1] for value in values]


class CountAxis(pg.AxisItem):  # type: ignore[misc]
    """Whole numbers only: nobody is half active."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> Any:  # noqa: N803 - pyqtgraph's names
        spacing, offset = super().tickSpacing(minVal, maxVal, size)[0]
        return [(max(1.0, float(round(spacing))), offset)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [f"{round(value):,}".replace(",", "\u202f") for value in values]


class CurveChart(pg.PlotWidget):  # type: ignore[misc]
    """One staircase for each series; the one that is chosen is thick, the others step back."""

    def __init__(self) -> None:
        colours = tokens()
        super().__init__(
            background=colours.surface,
            axisItems={"bottom": MonthAxis("bottom"), "left": CountAxis("left")},
            enableMenu=False,
        )
        self._ends: list[tuple[Series, Any]] = []
        self._lines: list[tuple[Any, QPen]] = []
        self._curve: Curve | None = None
        self.setAccessibleName("Courbe des activations")
        self.setAccessibleDescription("Les mêmes chiffres sont dans le tableau qui suit.")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMinimumHeight(LEAST_HEIGHT)
        plot = self.getPlotItem()
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.showGrid(x=False, y=True, alpha=0.25)
        for side in ("bottom", "left"):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(colours.edge))
            axis.setTextPen(pg.mkPen(colours.ink))
            axis.setTickFont(font(points=LABEL_POINTS))
        plot.getViewBox().sigResized.connect(lambda *_: self._place_names())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The page scrolls, also while the mouse is over the chart."""
        event.ignore()

    def show_series(self, curve: Curve, lines: Sequence[Series], *, leading: bool, chosen: int | None = None) -> None:
        """Draw these lines; the first is the sum of the others where it is ``leading``, ``chosen`` is to be set forth."""
        plot = self.getPlotItem()
        plot.clear()
        self._curve, self._ends, self._lines = curve, [], []
        for place, line in enumerate(lines):
            pen = _pen(place, leading=leading)
            item = pg.PlotCurveItem(*steps(line, curve), pen=pen, antialias=True)
            name = pg.TextItem(color=pen.color(), anchor=(0, 0.5))
            name.setFont(font(points=LABEL_POINTS))
            name.setText(f"{shortened(line.label)}\u00a0{line.total}")
            for part in (item, name):
                plot.addItem(part, ignoreBounds=True)
            self._lines.append((item, pen))
            self._ends.append((line, name))
        self.setMinimumHeight(max(LEAST_HEIGHT, LABEL_GAP * len(lines) + 60))
        self._fit()
        self.choose(chosen)

    def choose(self, chosen: int | None) -> None:
        """Set one line forth, or none."""
        for place, (item, pen) in enumerate(self._lines):
            alone = chosen is None or chosen == place
            shown = QPen(pen)
            shown.setWidthF(3.5 if chosen == place else pen.widthF())
            colour = QColor(pen.color())
            colour.setAlphaF(1.0 if alone else 0.35)
            shown.setColor(colour)
            item.setPen(shown)
            item.setZValue(2 if chosen == place else 1)
            name = self._ends[place][1]
            name.setFont(font(points=LABEL_POINTS, bold=chosen == place))
            name.setColor(pen.color())

    def _fit(self) -> None:
        assert self._curve is not None
        first, last = self._curve.starts_on.toordinal(), max(self._curve.until, self._curve.starts_on).toordinal()
        width = max(last - first, 30)
        most = max((line.total for line, _ in self._ends), default=0)
        self.getPlotItem().getAxis("bottom").until = self._curve.until
        self.setXRange(first, last + width * LABEL_SHARE / (1 - LABEL_SHARE), padding=0.01)
        self.setYRange(0, max(most * 1.06, 4), padding=0.01)
        self._place_names()

    def _place_names(self) -> None:
        """Each name at the end of its line, pushed apart where several end at the same height."""
        if self._curve is None or not self._ends:
            return
        box = self.getPlotItem().getViewBox()
        (_, right), (low, high) = box.viewRange()
        per_pixel = (high - low) / max(box.height(), 1)
        last = max(self._curve.until, self._curve.starts_on).toordinal()
        ends = sorted(self._ends, key=lambda end: -end[0].total)
        heights = spread_apart([line.total for line, _ in ends], LABEL_GAP * per_pixel, low + LABEL_GAP * per_pixel / 2)
        for (_, name), height in zip(ends, heights, strict=True):
            name.setPos(last + (right - last) * 0.03, height)


def shortened(label: str) -> str:
    """A name that fits beside the curve; the table has it whole."""
    return label if len(label) <= LONGEST_NAME else label[: LONGEST_NAME - 1].rstrip() + "…"


def _pen(place: int, *, leading: bool) -> QPen:
    """Ink for the line that leads; then colours go round, and then the dashes change."""
    colours = tokens()
    if place == 0 and leading:
        return QPen(pg.mkPen(colours.ink, width=2.5))
    wheel = (colours.primary, colours.orange, colours.green, colours.red, colours.yellow, colours.muted)
    turn = place - leading
    style = DASHES[turn // len(wheel) % len(DASHES)]
    return QPen(pg.mkPen(wheel[turn % len(wheel)], width=2, style=style))

"""Where the school stands, as one bar: the share of each of the four states."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import tokens

HEIGHT = 22
RADIUS = 5
GAP = 1
LEAST_WIDTH = 4
"""Pixels of a state that has at least one account: nobody disappears."""


def spread(counts: Sequence[int], width: int) -> list[int]:
    """Pixels of each part: in proportion, at least LEAST_WIDTH where there is somebody, ``width`` in all."""
    total = sum(counts)
    if total == 0:
        return [0] * len(counts)
    parts = [max(round(width * count / total), LEAST_WIDTH) if count else 0 for count in counts]
    parts[parts.index(max(parts))] += width - sum(parts)
    return parts


class StateBar(QWidget):
    """Painted parts, in the order and colours given to ``show_parts``. The words beside it say the same."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: Sequence[tuple[int, QColor]] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: Sequence[tuple[int, QColor]]) -> None:
        """(count, colour) of each state."""
        self._parts = parts
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.setClipPath(outline)
        painter.fillPath(outline, self.palette().midlight())
        left, ground = 0, QColor(tokens().surface)
        for pixels, (_, colour) in zip(spread([c for c, _ in self._parts], self.width()), self._parts, strict=True):
            painter.fillRect(left, 0, pixels, self.height(), colour)
            if left and pixels:
                painter.fillRect(left, 0, GAP, self.height(), ground)  # told apart without their colours too
            left += pixels
        painter.end()

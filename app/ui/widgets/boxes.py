"""A box to tick, painted by hand where a table needs thousands: empty, ticked, or « some »."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from app.ui.theme import tokens
from app.ui.widgets.icons import icon_pixmap

BOX_SIZE = 16


def paint_box(painter: QPainter, rect: QRect, state: Qt.CheckState, ratio: float) -> None:
    """A box in the middle of ``rect``."""
    left = rect.left() + (rect.width() - BOX_SIZE) // 2
    painter.drawPixmap(left, rect.top() + (rect.height() - BOX_SIZE) // 2, box_pixmap(state, ratio))


def box_pixmap(state: Qt.CheckState, ratio: float) -> QPixmap:
    """The picture of a box, made once for each theme and screen."""
    colours = tokens()
    return _drawn(state, colours.surface, colours.edge, colours.primary, colours.on_primary, ratio)


@lru_cache(maxsize=32)
def _drawn(state: Qt.CheckState, surface: str, edge: str, primary: str, on_primary: str, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(BOX_SIZE * ratio), round(BOX_SIZE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    filled = state is not Qt.CheckState.Unchecked
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(primary if filled else edge), 1.4))
    painter.setBrush(QColor(primary if filled else surface))
    painter.drawRoundedRect(QRectF(1, 1, BOX_SIZE - 2, BOX_SIZE - 2), 3, 3)
    if filled:
        mark = "check" if state is Qt.CheckState.Checked else "dash"
        painter.drawPixmap(2, 2, icon_pixmap(mark, on_primary, BOX_SIZE - 4, ratio))
    painter.end()
    return pixmap

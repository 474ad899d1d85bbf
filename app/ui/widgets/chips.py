"""The state of an account as a tinted chip: shape, colour and words, so that nobody needs the colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.models.states import AccountState
from app.ui.theme import font, tokens
from app.ui.widgets.icons import STATE_ICONS, icon_pixmap

CHIP_HEIGHT = 22
ICON_SIZE = 13
_PADDING = 8
_GAP = 5
_POINTS = 9.5


def chip_size(state: AccountState) -> QSize:
    """What the chip of a state takes, in logical pixels."""
    words = QFontMetrics(font(points=_POINTS)).horizontalAdvance(state.label)
    return QSize(_PADDING + ICON_SIZE + _GAP + words + _PADDING, CHIP_HEIGHT)


def chip_pixmap(state: AccountState, ratio: float) -> QPixmap:
    """The chip of a state, drawn once for each theme and screen: a table of 400 lines shows four pictures."""
    text, tint = tokens().state(state)
    return _drawn(state, text, tint, ratio)


@lru_cache(maxsize=32)
def _drawn(state: AccountState, text: str, tint: str, ratio: float) -> QPixmap:
    size = chip_size(state)
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tint))
    painter.drawRoundedRect(QRectF(0, 0, size.width(), CHIP_HEIGHT), CHIP_HEIGHT / 2, CHIP_HEIGHT / 2)
    top = (CHIP_HEIGHT - ICON_SIZE) // 2
    painter.drawPixmap(_PADDING, top, icon_pixmap(STATE_ICONS[state], text, ICON_SIZE, ratio))
    painter.setPen(QColor(text))
    painter.setFont(font(points=_POINTS))
    left = _PADDING + ICON_SIZE + _GAP
    painter.drawText(QRect(left, 0, size.width() - left, CHIP_HEIGHT), Qt.AlignmentFlag.AlignVCenter, state.label)
    painter.end()
    return pixmap


class StateChip(QWidget):
    """The same chip as a widget."""

    def __init__(self, state: AccountState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_state(state)

    def show_state(self, state: AccountState) -> None:
        """Change what it says."""
        self._state = state
        self.setAccessibleName(state.label)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return chip_size(self._state)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawPixmap(0, 0, chip_pixmap(self._state, self.devicePixelRatioF()))
        painter.end()

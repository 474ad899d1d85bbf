"""Our drawn icons (``resources/icons``): one colour each, sharp at any size."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.models.states import AccountState
from app.ui.theme import ICON_FOLDER, tokens

STATE_ICONS = {
    AccountState.NOT_NOTIFIED: "state-not-notified",
    AccountState.NOTIFIED: "state-notified",
    AccountState.ACTIVATING: "state-activating",
    AccountState.ACTIVE: "state-active",
}


@lru_cache(maxsize=256)
def icon_pixmap(name: str, colour: str, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """An icon of ``size`` logical pixels in one colour; ``ratio`` is that of the screen. Raises FileNotFoundError."""
    drawing = (ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def icon(name: str, colour: str | None = None, *, disabled: str | None = None) -> QIcon:
    """An icon for a button or a menu; the theme's ink where no colour is given."""
    found = QIcon()
    for ratio in (1.0, 2.0):
        found.addPixmap(icon_pixmap(name, colour or tokens().ink, 16, ratio))
        found.addPixmap(icon_pixmap(name, disabled or tokens().muted, 16, ratio), QIcon.Mode.Disabled)
    return found

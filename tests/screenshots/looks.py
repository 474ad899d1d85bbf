"""How a picture is dressed: light, dark, or in the colours of a contrast theme of the system."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.contrast import contrast_tokens
from app.ui.theme import apply_theme, palette, style_sheet

LOOKS = ("light", "dark", "contrast")
_NIGHT_SKY = {
    QPalette.ColorRole.Window: "#000000", QPalette.ColorRole.WindowText: "#ffffff", QPalette.ColorRole.Link: "#8080ff",
}  # fmt: skip
"""« Ciel nocturne » of Windows 11."""


def wear(application: QApplication, look: str) -> None:
    """Dress the application. A machine without contrast themes has no such palette: it is put in the place of its own."""
    apply_theme(application, dark=look == "dark", contrast=False)
    if look == "contrast":
        system = QPalette()
        for role, colour in _NIGHT_SKY.items():
            system.setColor(role, QColor(colour))
        system.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, QColor("#a6a6a6"))
        colours = contrast_tokens(system)
        application.setProperty("preau_colours", colours)
        application.setPalette(palette(colours))
        application.setStyleSheet(style_sheet(colours))

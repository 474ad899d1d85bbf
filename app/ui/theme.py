"""The look: tokens, our font, one style sheet (LOOK.md). Widgets ask for a role; colours stand nowhere else.

Roles are the dynamic property ``role`` of a widget: QPushButton ``primary``, ``danger``, ``link``, ``band``; QFrame
``card``, ``band``, ``bar``, ``notice``, ``warning``, ``error``, ``done``; QLabel ``title``, ``heading``, ``muted``,
``figure``, ``strong``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app.models.states import AccountState

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
FONT_FAMILY = "DejaVu Sans"
FONT_SIZE_PT = 10
ROW_HEIGHT_PX = 32
STEP_PX = 4


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as ``#rrggbb``; the names are LOOK.md's."""

    ground: str
    surface: str
    line: str
    ink: str
    muted: str
    primary: str
    on_primary: str
    tint: str
    band: str
    on_band: str
    red: str
    orange: str
    yellow: str
    green: str
    red_tint: str
    orange_tint: str
    yellow_tint: str
    green_tint: str

    def state(self, state: AccountState) -> tuple[str, str]:
        """(text, tint) of an account state."""
        name = _STATE_NAMES[state]
        return getattr(self, name), getattr(self, f"{name}_tint")


_STATE_NAMES = {
    AccountState.NOT_NOTIFIED: "red",
    AccountState.NOTIFIED: "orange",
    AccountState.ACTIVATING: "yellow",
    AccountState.ACTIVE: "green",
}

LIGHT = Tokens(
    ground="#f3f5f8", surface="#ffffff", line="#d8dee6", ink="#1b2430", muted="#5a6675", primary="#1f5f9e",
    on_primary="#ffffff", tint="#e8f0f8", band="#1f5f9e", on_band="#ffffff", red="#b3261e", orange="#a85500",
    yellow="#7a6200", green="#1a7a3c", red_tint="#fbe9e7", orange_tint="#fdf0e0", yellow_tint="#fbf5d9",
    green_tint="#e4f5ea",
)  # fmt: skip
DARK = Tokens(
    ground="#14181d", surface="#1c2229", line="#2e3742", ink="#e6eaf0", muted="#9aa6b4", primary="#6cb0f2",
    on_primary="#10202f", tint="#1d3145", band="#1d3145", on_band="#e6eaf0", red="#ff8a80", orange="#ffb454",
    yellow="#e6cf5a", green="#6fd08c", red_tint="#3a1f1d", orange_tint="#38291a", yellow_tint="#35301a",
    green_tint="#1b3324",
)  # fmt: skip

_DARK_PROPERTY = "preau_dark"


def dress(app: QApplication, *, dark: bool | None = None) -> Tokens:
    """Give the application our font, palette and style sheet; ``dark`` None follows the system."""
    if dark is None:
        dark = app.styleHints().colorScheme() is Qt.ColorScheme.Dark
    app.setProperty(_DARK_PROPERTY, dark)
    tokens = tokens_of(app)
    app.setStyle("Fusion")
    for file in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / file))
    app.setFont(QFont(FONT_FAMILY, FONT_SIZE_PT))
    app.setPalette(_palette(tokens))
    app.setStyleSheet(style_sheet(tokens))
    return tokens


def tokens_of(app: QApplication | None = None) -> Tokens:
    """The tokens that the application wears."""
    wearing = app or cast("QApplication | None", QApplication.instance())
    return DARK if wearing is not None and wearing.property(_DARK_PROPERTY) else LIGHT


def give_role(widget: QWidget, role: str) -> None:
    """Change the role of a widget that may be on screen already."""
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: tokens.ground, QPalette.ColorRole.WindowText: tokens.ink,
        QPalette.ColorRole.Base: tokens.surface, QPalette.ColorRole.AlternateBase: tokens.ground,
        QPalette.ColorRole.Text: tokens.ink, QPalette.ColorRole.Button: tokens.surface,
        QPalette.ColorRole.ButtonText: tokens.ink, QPalette.ColorRole.Highlight: tokens.primary,
        QPalette.ColorRole.HighlightedText: tokens.on_primary, QPalette.ColorRole.ToolTipBase: tokens.surface,
        QPalette.ColorRole.ToolTipText: tokens.ink, QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Link: tokens.primary,
    }  # fmt: skip
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return palette


def style_sheet(tokens: Tokens) -> str:
    """The one style sheet, with the tokens in place."""
    text = (Path(__file__).parent / "theme.qss").read_text(encoding="utf-8")
    for name in sorted(Tokens.__dataclass_fields__, key=len, reverse=True):
        text = text.replace(f"@{name}", getattr(tokens, name))
    return text

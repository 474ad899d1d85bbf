"""High contrast: the colours that the person chose in the system, in the place of ours.

Nothing is told by a tint then: states keep their shapes and their words, bands and boxes their outlines. Only the lines
that are chosen get a ground of their own, between the system's two colours.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.theme import Tokens

_Role = QPalette.ColorRole
_SHARE_CHOSEN, _SHARE_CURRENT = 0.12, 0.24
"""How far the ground of a chosen line, and of the line where the keyboard is, go from the ground to the ink."""
_READABLE = 4.5
"""WCAG 2.2, 1.4.3."""


def system_tokens(application: QApplication) -> Tokens:
    """The tokens of the system's palette, whatever palette of ours is in use."""
    application.setStyleSheet("")
    application.setPalette(QPalette())
    return contrast_tokens(application.palette())


def contrast_tokens(palette: QPalette) -> Tokens:
    """Tokens of the system's window and text, and of its colours of links and of what is off, where they can be read."""
    ground, ink = palette.color(_Role.Window), palette.color(_Role.WindowText)
    link = palette.color(_Role.Link)
    primary = link if ratio(link, ground) >= _READABLE else ink
    grey = palette.color(QPalette.ColorGroup.Disabled, _Role.WindowText)
    muted = grey if ratio(grey, ground) >= _READABLE else ink
    chosen, current = _between(ground, ink, _SHARE_CHOSEN), _between(ground, ink, _SHARE_CURRENT)
    if ratio(primary, chosen) < _READABLE:
        primary = ink
    if ratio(muted, current) < _READABLE:
        muted = ink
    return Tokens(
        ground=ground.name(), surface=ground.name(), line=ink.name(), ink=ink.name(), muted=muted.name(),
        primary=primary.name(), on_primary=ground.name(), hover=primary.name(), tint=chosen.name(), current=current.name(),
        band=ground.name(), on_band=ink.name(), band_field=ground.name(), edge=ink.name(), red=ink.name(), orange=ink.name(),
        yellow=ink.name(), green=ink.name(), red_tint=ground.name(), orange_tint=ground.name(), yellow_tint=ground.name(),
        green_tint=ground.name(),
    )  # fmt: skip


def ratio(one: QColor, other: QColor) -> float:
    """The contrast of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _between(ground: QColor, ink: QColor, share: float) -> QColor:
    """``ground`` moved towards ``ink`` by ``share`` of the way."""
    mixed = (round(a + (b - a) * share) for a, b in zip(ground.getRgb()[:3], ink.getRgb()[:3], strict=True))  # type: ignore[index]
    return QColor(*mixed)

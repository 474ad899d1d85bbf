"""The colours of LOOK.md, in light and in dark: contrasts that hold for everybody."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.states import AccountState
from app.ui.pieces import words
from app.ui.theme import DARK, LIGHT, Tokens, apply_theme, style_sheet
from app.ui.widgets.chips import chip_pixmap
from app.ui.widgets.icons import ICON_FOLDER, STATE_ICONS, icon_pixmap

BOTH = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, 1.4.3)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@BOTH
def test_every_text_can_be_read(colours: Tokens) -> None:
    pairs = [
        (text, ground)
        for text in (colours.ink, colours.muted, colours.primary)
        for ground in (colours.surface, colours.ground, colours.tint)
    ]
    pairs += [
        (colours.ink, colours.current),
        (colours.on_primary, colours.primary),
        (colours.on_primary, colours.hover),
    ]
    pairs += [(colours.on_band, colours.band), (colours.on_band, colours.band_field), (colours.band, colours.on_band)]
    pairs += [colours.state(state) for state in AccountState]
    pairs += [(colours.state(state)[0], colours.surface) for state in AccountState]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


@BOTH
def test_boxes_and_focus_can_be_seen(colours: Tokens) -> None:
    assert contrast(colours.edge, colours.surface) >= 3 and contrast(colours.primary, colours.surface) >= 3


@BOTH
def test_the_style_sheet_is_complete(colours: Tokens) -> None:
    sheet = style_sheet(colours)
    assert "$" not in sheet and sheet.count("{") == sheet.count("}")
    marks = {part.split('"')[0] for part in sheet.split('url("')[1:]}
    assert marks and all(ICON_FOLDER in path.parents for path in map(type(ICON_FOLDER), marks))
    assert all(type(ICON_FOLDER)(mark).is_file() for mark in marks)


def test_states_differ_in_shape_not_only_in_colour(qapp: object) -> None:
    shapes = {bytes(icon_pixmap(name, "#000000", 13).toImage().constBits()) for name in STATE_ICONS.values()}
    assert len(shapes) == len(AccountState)
    assert all(not chip_pixmap(state, 2.0).isNull() for state in AccountState)


@pytest.mark.parametrize("role", ["title", "heading", "subheading", "strong", "body", "muted"])
def test_the_accent_of_a_capital_is_whole(qtbot: QtBot, qapp: QApplication, role: str) -> None:
    """A bold accent stands higher than the font says, and a label cuts what is above it."""
    apply_theme(qapp, dark=False)
    low, high = drawn(qtbot, role, more=0), drawn(qtbot, role, more=20)
    assert len(low) == len(high) > 0


def test_titles_and_texts_begin_on_one_line(qtbot: QtBot, qapp: QApplication) -> None:
    """A label that has a padding moves its words aside unless it is told not to."""
    apply_theme(qapp, dark=False)
    lefts = [min(x for x, _ in drawn(qtbot, role, more=0)) for role in ("body", "strong", "heading", "title")]
    assert max(lefts) - min(lefts) <= 1


def drawn(qtbot: QtBot, role: str, *, more: int) -> list[tuple[int, int]]:
    """The points of some words on a label as high as it asks, and ``more``."""
    label = words("Éîôà", role=role)
    qtbot.addWidget(label)
    label.setFixedSize(label.sizeHint().width(), label.sizeHint().height() + more)
    picture = label.grab().toImage()
    ground = picture.pixel(0, 0)
    points = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    return [point for point in points if picture.pixel(*point) != ground]

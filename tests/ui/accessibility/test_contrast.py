"""High contrast: the system's own colours, in every token, on every page; states told by shape and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from app.models.states import AccountState
from app.ui.contrast import contrast_tokens, ratio
from app.ui.theme import LIGHT, apply_theme, style_sheet, tokens, wants_contrast

AQUATIC = ("#202020", "#ffffff", "#75e9fc")
DESERT = ("#fffaef", "#3d3d3d", "#00639b")
NIGHT_SKY = ("#000000", "#ffffff", "#8080ff")
UNREADABLE_LINK = ("#000000", "#ffff00", "#1a1a60")
GREY = "#a6a6a6"
"""Window, text and link of contrast themes of Windows 10 and 11, and one with a link that nobody could read."""


def system(colours: tuple[str, str, str]) -> QPalette:
    palette = QPalette()
    roles = (QPalette.ColorRole.Window, QPalette.ColorRole.WindowText, QPalette.ColorRole.Link)
    for role, colour in zip(roles, colours, strict=True):
        palette.setColor(role, QColor(colour))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, QColor(GREY))
    return palette


@pytest.mark.parametrize("colours", [AQUATIC, DESERT, NIGHT_SKY, UNREADABLE_LINK])
def test_every_token_is_the_systems_and_can_be_read(colours: tuple[str, str, str]) -> None:
    found = contrast_tokens(system(colours))
    between = {found.tint, found.current}
    assert set(asdict(found).values()) - between <= {*colours, GREY}
    grounds = (found.ground, found.surface, found.tint, found.current)
    texts = [found.ink, found.muted, *(found.state(state)[0] for state in AccountState)]
    pairs = [(text, ground) for text in texts for ground in grounds]
    pairs += [(found.on_primary, found.primary), (found.on_band, found.band), (found.primary, found.tint)]
    assert [pair for pair in pairs if ratio(QColor(pair[0]), QColor(pair[1])) < 4.5] == []
    assert "$" not in style_sheet(found)


def test_the_marks_of_boxes_follow_the_ground() -> None:
    assert "tick-dark" in style_sheet(contrast_tokens(system(NIGHT_SKY)))
    assert "tick-light" in style_sheet(contrast_tokens(system(DESERT)))


@pytest.fixture
def contrasted(qapp: QApplication) -> Iterator[QApplication]:
    apply_theme(qapp, dark=False, contrast=True)
    yield qapp
    apply_theme(qapp, dark=False, contrast=False)
    assert tokens() is LIGHT


def test_the_application_wears_the_systems_colours(contrasted: QApplication) -> None:
    assert not wants_contrast(contrasted), "nobody asked this machine for it: the theme was told"
    assert contrasted.palette().color(QPalette.ColorRole.Window).name() == tokens().ground
    assert tokens() is not LIGHT and tokens().red == tokens().ink


def test_ours_come_back_when_high_contrast_ends(qapp: QApplication) -> None:
    apply_theme(qapp, dark=False, contrast=True)
    apply_theme(qapp, dark=False, contrast=False)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.ground

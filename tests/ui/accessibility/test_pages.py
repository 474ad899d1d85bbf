"""Every page of the real window: each control has a name and a role, and Tab comes to all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.services.todo import Page
from app.ui.guardians.page import GuardiansPage
from app.ui.shell.window import MainWindow
from tests.ui.accessibility.reading import nameless, roleless, tab_stops, unreached
from tests.ui.whole import EVERY_PAGE, settle, whole_window


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    with whole_window(tmp_path) as found:
        yield found


def test_every_control_of_every_page_has_a_name_and_a_role(window: MainWindow) -> None:
    for name in EVERY_PAGE:
        window.show_page(name)
        settle()
        assert not nameless(window), name
        assert not roleless(window), name


def test_tab_comes_to_every_control_of_every_page(window: MainWindow) -> None:
    for name in EVERY_PAGE:
        window.show_page(name)
        settle()
        assert len(tab_stops(window)) >= 3, name  # the tabs, the pill, the help
        assert not unreached(window), name


def test_an_opened_account_too(window: MainWindow) -> None:
    window.show_page(Page.GUARDIANS)
    settle()
    page = window.page(Page.GUARDIANS)
    assert isinstance(page, GuardiansPage)
    page.open_line(0)
    settle()
    assert page.view.panel.isVisible()
    assert not nameless(window) and not roleless(window) and not unreached(window)


def test_the_header_says_where_the_keyboard_is(qtbot: QtBot, window: MainWindow) -> None:
    window.show_page(Page.GUARDIANS)
    settle()
    page = window.page(Page.GUARDIANS)
    assert isinstance(page, GuardiansPage)
    header = page.view.table.header
    header.setFocus()
    said = header.accessibleDescription()
    assert said == "Élève, trié en ordre croissant"
    qtbot.keyClick(header, Qt.Key.Key_Right)
    assert header.accessibleDescription() == "Classe"
    for _ in range(2):
        qtbot.keyClick(header, Qt.Key.Key_Left)
    assert header.accessibleDescription() == "Tout cocher, non coché"


def test_the_reading_itself_sees_what_is_wrong(qtbot: QtBot) -> None:
    room = QWidget()
    layout = QVBoxLayout(room)
    trap, silent = Trap("Piège"), QWidget()
    silent.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    for widget in (QLineEdit(accessibleName="Nom"), QPushButton(), trap, silent):
        layout.addWidget(widget)
    qtbot.addWidget(room)
    room.show()
    assert len(nameless(room)) == 1 and len(roleless(room)) == 1
    (beyond,) = unreached(room)
    assert beyond.startswith("QWidget")


class Trap(QPushButton):
    """Keeps the keyboard: Tab does not leave it."""

    def focusNextPrevChild(self, next: bool) -> bool:
        return True

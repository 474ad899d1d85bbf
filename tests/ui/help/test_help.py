"""The help of each page: there for all of them, opened by F1 or « ? », read and closed by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.models.deliveries import DeliveryState
from app.models.states import AccountOrigin, AccountState, SheetStatus
from app.models.typography import typeset
from app.services.todo import WORDS, Page
from app.ui.help.dialog import HelpDialog, plain
from app.ui.help.meanings import DELIVERIES, ORIGINS, SHEET_STATUSES, STATES, TODO
from app.ui.help.topics import GENERAL, GUARDIANS, topic
from app.ui.shell.window import MainWindow
from app.ui.widgets.chips import StateChip
from tests.ui.whole import whole_window


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    with whole_window(tmp_path, page=Page.GUARDIANS) as found:
        yield found


def shown_help(window: MainWindow) -> HelpDialog:
    (found,) = (dialog for dialog in window.findChildren(HelpDialog) if dialog.isVisible())
    return found


def test_f1_opens_the_help_of_the_page_shown_and_escape_closes_it(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert shown_help(window).topic is GUARDIANS
    qtbot.keyClick(shown_help(window), Qt.Key.Key_Escape)
    assert not any(dialog.isVisible() for dialog in window.findChildren(HelpDialog))


def test_the_button_of_the_head_follows_the_page_and_keeps_one_help(qtbot: QtBot, window: MainWindow) -> None:
    for name in window.tabs.names:
        window.show_page(name)
        qtbot.keyClick(window.head.help, Qt.Key.Key_Space)
        assert shown_help(window).topic is topic(name)


def test_every_page_has_words_of_its_own(window: MainWindow) -> None:
    without = [name for name in window.tabs.names if topic(name) is GENERAL]
    assert not without, f"app/ui/help/topics.py says nothing of {without}"


def test_each_state_is_explained_beside_its_icon(qtbot: QtBot) -> None:
    dialog = HelpDialog(GUARDIANS)
    qtbot.addWidget(dialog)
    chips = dialog.findChildren(StateChip)
    assert [chip.accessibleName() for chip in chips] == [state.label for state in AccountState]
    said = {label.text() for label in dialog.findChildren(QLabel)}
    assert {typeset(meaning) for meaning in STATES.values()} <= said


def test_every_page_of_the_application_has_a_topic_of_its_own() -> None:
    pages = [page for page in Page if page is not Page.SYNC]
    topics = [topic(page) for page in pages]
    assert GENERAL not in topics and len({id(one) for one in topics}) == len(pages)


def test_each_origin_delivery_sheet_and_line_of_accueil_is_explained() -> None:
    assert set(STATES) == set(AccountState) and set(ORIGINS) == set(AccountOrigin)
    assert set(DELIVERIES) == set(DeliveryState) and set(SHEET_STATUSES) == set(SheetStatus)
    beginnings = {"import", "new_year", "school", "enrol", "never_synced"}  # the lines of list_todo that count nothing
    assert set(TODO) == {*WORDS, *beginnings}
    home, guardians, sheets = (plain(topic(page)) for page in (Page.HOME, Page.GUARDIANS, Page.SHEETS))
    assert all(typeset(f"{term} : {meaning}") in home for term, meaning in TODO.values())
    assert all(typeset(f"{term} : {meaning}") in sheets for term, meaning in SHEET_STATUSES.values())
    assert all(typeset(f"{origin.label} : {ORIGINS[origin]}") in guardians for origin in AccountOrigin)
    assert all(typeset(meaning) in guardians for meaning in DELIVERIES.values())


def test_the_arrows_scroll_a_help_that_is_longer_than_its_window(qtbot: QtBot) -> None:
    dialog = HelpDialog(GUARDIANS)
    qtbot.addWidget(dialog)
    dialog.resize(dialog.minimumSize())
    dialog.show()
    assert dialog.area.hasFocus() or dialog.focusWidget() is dialog.area
    bar = dialog.area.verticalScrollBar()
    assert bar.maximum() > 0
    qtbot.keyClick(dialog.area, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    assert dialog.area.horizontalScrollBar().maximum() == 0


def test_a_screen_reader_gets_the_whole_text() -> None:
    text = plain(GUARDIANS)
    assert "Réinitialiser\u00a0: donner" in text and "Activé\u00a0: Le parent" in text
    assert " :" not in text.replace("\u00a0:", "") and " ;" not in text.replace("\u202f;", "")

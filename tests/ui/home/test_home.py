from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.states import AccountState
from app.services.todo import Page
from app.ui.home.bar import LEAST_WIDTH, spread
from app.ui.home.page import HomePage
from app.ui.home.picture import import_words, line_words, read_home
from app.ui.home.view import TodoRow, rows_sheet
from app.ui.theme import tokens
from tests.ui.desk_stage import StandIn


@pytest.fixture
def page(qtbot: QtBot, stage: StandIn) -> HomePage:
    return _shown(qtbot, stage)


def _shown(qtbot: QtBot, stage: StandIn) -> HomePage:
    page = HomePage(stage, allow_fictional=True)
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.show()
    qtbot.waitUntil(lambda: bool(page.view.rows))
    return page


def _row(page: HomePage, key: str) -> TodoRow:
    return next(row for row in page.view.rows if row.item.key == key)


def test_each_line_has_its_count_and_leads_where_it_says(qtbot: QtBot, page: HomePage, stage: StandIn) -> None:
    row = _row(page, "not_notified")
    assert row.accessibleName() == row.item.sentence
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Space)
    (target,) = stage.went
    assert (target.page, target.states) == (Page.GUARDIANS, {AccountState.NOT_NOTIFIED})


def test_what_is_urgent_is_told_without_its_colour(page: HomePage) -> None:
    told = {row.item.urgent: row.accessibleDescription() for row in page.view.rows}
    assert told[True] == "À faire d’abord" and told[False] == ""
    plain = tokens()
    assert "font-weight: normal" in rows_sheet(plain)
    assert "font-weight: bold" in rows_sheet(replace(plain, red=plain.ink)), "high contrast: one colour of text"


def test_the_arrows_go_from_line_to_line(qtbot: QtBot, page: HomePage) -> None:
    page.widget.activateWindow()
    first, second = page.view.rows[:2]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    assert page.view.focusWidget() is second
    qtbot.keyClick(second, Qt.Key.Key_Up)
    assert page.view.focusWidget() is first


def test_where_the_school_stands_in_shapes_words_and_counts(page: HomePage) -> None:
    picture = read_home(page._shell.desk, school_id=page._shell.school_id, allow_fictional=True)
    assert page.view.school.title.text().startswith(
        f"{picture.stats.school.accounts}\u00a0responsables · 30\u00a0élèves"
    )
    shown = [page.view.legend.itemAt(place).widget().count.text() for place in range(4)]
    assert shown == [str(picture.stats.school.of(state)) for state in AccountState]


def test_the_line_says_that_nothing_is_lost_before_a_server(page: HomePage) -> None:
    said = page.view.line_words.text()
    assert "pas encore relié à un serveur" in said
    assert "enregistré sur ce poste" in said
    assert not page.view.sync.isEnabled()


def test_a_line_that_fails_says_why_and_since_when(page: HomePage) -> None:
    picture = read_home(page._shell.desk, school_id=page._shell.school_id, allow_fictional=True)
    line = replace(
        picture.line, linked=True, last_error="Le serveur est injoignable.",
        last_success_at="2026-11-20T09:05:00.000000Z", oldest_pending_at="2026-11-20T10:00:00.000000Z", pending_count=3,
    )  # fmt: skip
    said = line_words(replace(picture, line=line))
    assert said[0].startswith("3 modifications à envoyer · hors ligne depuis le 20-11-2026 à 10 h 05")
    assert said[1].endswith("depuis le 20-11-2026 à 11\u00a0h\u00a000.")
    assert said[-1] == "Le serveur est injoignable."


def test_an_empty_school_is_led_to_its_files(qtbot: QtBot, bare_stage: StandIn) -> None:
    page = _shown(qtbot, bare_stage)
    qtbot.mouseClick(_row(page, "import"), Qt.MouseButton.LeftButton)
    assert bare_stage.went[0].page is Page.IMPORTING
    assert "ONDE > Listes\u00a0& documents > Extractions" in import_words(None, "Europe/Paris")


def test_refreshing_keeps_the_keyboard_on_its_line(qtbot: QtBot, page: HomePage) -> None:
    page.widget.activateWindow()
    _row(page, "no_mail").setFocus()
    before = page.view.rows
    page.refresh()
    qtbot.waitUntil(lambda: page.view.rows is not before)
    assert page.view.focusWidget() is _row(page, "no_mail")


def test_nobody_disappears_from_the_bar() -> None:
    assert spread([0, 0, 0, 0], 100) == [0, 0, 0, 0]
    parts = spread([1, 0, 999, 1000], 200)
    assert (parts[0], parts[1], sum(parts)) == (LEAST_WIDTH, 0, 200)


def test_a_vault_that_cannot_be_read_is_said(qtbot: QtBot, page: HomePage, stage: StandIn) -> None:
    stage.school_id = "nowhere"
    page.refresh()
    qtbot.waitUntil(lambda: page.view.band.isVisible())
    assert page.view.band.text() == "Cette école n’est pas dans ce fichier."

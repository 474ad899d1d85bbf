"""« Responsables »: find, sort, tick, open, with the mouse and with the keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.models.states import AccountState
from app.services.accounts import Criteria
from app.services.records.rows import SchoolRows
from app.services.todo import Page as PageName
from app.services.todo import Target
from app.ui.guardians.columns import COLUMNS, Place
from app.ui.guardians.page import GuardiansPage
from app.ui.guardians.view import NOBODY_FOUND, NOBODY_YET
from tests.ui.desk_stage import StandIn
from tests.ui.school import demo_desk

Key = Qt.Key


def texts(page: GuardiansPage, place: Place = Place.PUPIL) -> list[str]:
    return [page.model.index(line, place).data() for line in range(page.model.rowCount())]


def counter(page: GuardiansPage) -> str:
    return page.view.bar.counter.text()


def counted(qtbot: QtBot, page: GuardiansPage, words: str) -> None:
    qtbot.waitUntil(lambda: counter(page) == words.replace("~", "\u00a0"))


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """To whatever has the focus, as a keyboard does."""
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, key, modifier)


def write(qtbot: QtBot, text: str) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClicks(focused, text)


def test_all_the_columns_of_arena_in_their_order(page: GuardiansPage) -> None:
    headers = [page.model.headerData(place, Qt.Orientation.Horizontal).replace("\n", " ") for place in COLUMNS]
    assert headers == [
        "", "Élève", "Classe", "Responsable", "Identifiant", "Messagerie", "Origine du compte", "État de compte",
        "Date de distribution", "Date de dernier accès", "",
    ]  # fmt: skip
    assert not any(page.view.table.isColumnHidden(place) for place in Place)
    assert texts(page) == sorted(
        texts(page), key=lambda name: page.model.accounts.rows[texts(page).index(name)].pupil_key
    )


def test_the_list_follows_what_is_typed_letter_by_letter(qtbot: QtBot, page: GuardiansPage) -> None:
    everybody = page.model.rowCount()
    asked = page.model.row_at(7).guardian_key[:4]
    qtbot.keyClicks(page.view.criteria.search, asked[0])
    some = page.model.rowCount()
    qtbot.keyClicks(page.view.criteria.search, asked[1:])
    assert 0 < page.model.rowCount() < some <= everybody
    assert all(asked in page.model.row_at(line).search_key for line in range(page.model.rowCount()))
    page.view.criteria.search.clear()
    assert page.model.rowCount() == everybody


def test_a_criterion_in_use_is_white_says_its_choice_and_can_be_crossed_out(qtbot: QtBot, page: GuardiansPage) -> None:
    states = page.view.criteria.states
    everybody = page.model.rowCount()
    for state in ("notified", "activating", "active"):
        states._actions[state].trigger()
    assert states.button.text() == "État\u00a0: Non notifié" and states.button.property("used")
    assert set(texts(page, Place.STATE)) == {"Non notifié"}
    qtbot.mouseClick(states.cross, Qt.MouseButton.LeftButton)
    assert states.button.text() == "État(s) de compte" and page.model.rowCount() == everybody


def test_nobody_found_says_so_and_offers_the_way_back(qtbot: QtBot, page: GuardiansPage) -> None:
    qtbot.keyClicks(page.view.criteria.search, "zzz")
    shown = page.view.stack.currentWidget()
    assert [label.text() for label in shown.findChildren(QLabel)] == [NOBODY_FOUND]
    page.view.everything_asked.emit()
    assert page.view.stack.currentWidget() is page.view.table and page.model.rowCount() > 0


def test_an_empty_school_says_what_to_do(qtbot: QtBot, tmp_path: Path) -> None:
    with demo_desk(tmp_path, pupils=0) as (desk, school_id):
        shell = StandIn(desk, school_id)
        page = GuardiansPage(shell)
        qtbot.addWidget(page.view)
        page.view.show()
        page.refresh()
        qtbot.waitUntil(lambda: page.view.stack.currentWidget() is page.view.empty)
        assert NOBODY_YET in [label.text() for label in page.view.empty.findChildren(QLabel)]
        page.view.import_asked.emit()
        assert shell.asked == [Target(PageName.IMPORTING)]
        page.close()


def test_a_tick_is_on_the_account_and_outlives_filter_and_sort(qtbot: QtBot, page: GuardiansPage) -> None:
    rows = page.model.accounts.rows
    twice = next(row.account_id for row in rows if sum(other.account_id == row.account_id for other in rows) > 1)
    lines = [line for line in range(page.model.rowCount()) if page.model.row_at(line).account_id == twice]
    page.view.table.ticked.emit(lines[0], lines[0])
    box = page.model.index(lines[1], Place.TICK).data(Qt.ItemDataRole.CheckStateRole)
    assert box == Qt.CheckState.Checked
    counted(qtbot, page, "1~responsable sélectionné")
    page.view.table.header.sort_asked.emit(Place.STATE)
    qtbot.keyClicks(page.view.criteria.search, "zz")
    counted(qtbot, page, "1~responsable sélectionné, dont 1~hors du filtre")
    page.view.bar.show_ticked.click()
    assert {page.model.row_at(line).account_id for line in range(page.model.rowCount())} == {twice}
    page.view.bar.clear.click()
    counted(qtbot, page, "0~responsable sélectionné")


def test_the_header_ticks_all_that_is_shown_and_says_some(qtbot: QtBot, page: GuardiansPage) -> None:
    header = page.view.table.header
    page.view.table.ticked.emit(0, 0)
    qtbot.waitUntil(lambda: header.box is Qt.CheckState.PartiallyChecked)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.section_centre(Place.TICK))
    qtbot.waitUntil(lambda: header.box is Qt.CheckState.Checked)
    assert page.ticked == page.model.accounts.accounts(range(len(page.model.accounts.rows)))
    header.box_toggled.emit()
    qtbot.waitUntil(lambda: header.box is Qt.CheckState.Unchecked)
    assert page.ticked == set()


def test_every_column_sorts_both_ways(qtbot: QtBot, page: GuardiansPage) -> None:
    header = page.view.table.header
    for place in (Place.GUARDIAN, Place.CLASSROOM, Place.LOGIN, Place.EMAIL, Place.ORIGIN, Place.STATE):
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.section_centre(place))
        up = [page.model.row_at(line) for line in range(page.model.rowCount())]
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=header.section_centre(place))
        down = [page.model.row_at(line) for line in range(page.model.rowCount())]
        assert up != down and sorted(map(id, up)) == sorted(map(id, down))


def test_the_mouse_ticks_opens_and_closes(qtbot: QtBot, page: GuardiansPage) -> None:
    table = page.view.table
    eye = table.visualRect(table.index_of(2, Place.EYE)).center()
    box = table.visualRect(table.index_of(3, Place.TICK)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert page.ticked == {page.model.row_at(3).account_id}
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=eye)
    assert page.view.panel.isVisible() and page.view.panel.name.text() == page.model.row_at(2).guardian
    qtbot.waitUntil(lambda: not page.busy)
    qtbot.waitUntil(lambda: table.isColumnHidden(Place.LAST_ACCESS_ON))
    assert not table.isColumnHidden(Place.STATE)
    qtbot.mouseClick(page.view.panel.cross, Qt.MouseButton.LeftButton)
    assert not page.view.panel.isVisible()
    qtbot.waitUntil(lambda: not table.isColumnHidden(Place.LAST_ACCESS_ON))


def test_the_keyboard_alone_is_enough(qtbot: QtBot, page: GuardiansPage) -> None:
    page.view.activateWindow()
    page.view.table.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.view.table)
    press(qtbot, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is page.view.criteria.search
    write(qtbot, "ra")
    press(qtbot, Key.Key_Return)
    table = page.view.table
    assert QApplication.focusWidget() is table and table.line == 0
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Space)
    assert page.ticked == {page.model.row_at(1).account_id}
    press(qtbot, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(page.ticked) == len({page.model.row_at(line).account_id for line in range(page.model.rowCount())})
    press(qtbot, Key.Key_Return)
    assert page.view.panel.isVisible() and page.view.panel.name.text() == page.model.row_at(1).guardian
    press(qtbot, Key.Key_Down)
    assert page.view.panel.name.text() == page.model.row_at(2).guardian, "the panel follows the keyboard"
    press(qtbot, Key.Key_Escape)
    assert not page.view.panel.isVisible() and table.line == 2
    qtbot.waitUntil(lambda: not page.busy)


def test_the_header_sorts_and_ticks_by_keyboard(qtbot: QtBot, page: GuardiansPage) -> None:
    header = page.view.table.header
    page.view.activateWindow()
    header.setFocus()
    for _ in range(2):
        qtbot.keyClick(header, Key.Key_Right)
    qtbot.keyClick(header, Key.Key_Return)
    assert texts(page, Place.GUARDIAN) != sorted(texts(page, Place.PUPIL))
    keys = [page.model.row_at(line).guardian_key for line in range(page.model.rowCount())]
    assert keys == sorted(keys)
    for _ in range(3):
        qtbot.keyClick(header, Key.Key_Left)
    qtbot.keyClick(header, Key.Key_Space)
    qtbot.waitUntil(lambda: header.box is Qt.CheckState.Checked)


def test_tab_reaches_every_part_of_the_screen(qtbot: QtBot, page: GuardiansPage) -> None:
    view = page.view
    view.activateWindow()
    view.criteria.search.setFocus()
    reached: list[QWidget] = []
    for _ in range(24):
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.append(focused)
        press(qtbot, Key.Key_Tab)
    wanted = [
        view.criteria.search, view.criteria.classrooms.button, view.criteria.states.button, view.criteria.mail.button,
        view.criteria.origins.button, view.criteria.glass, view.bar.notify, view.bar.list, view.bar.edit,
        view.table.header, view.table,
    ]  # fmt: skip
    places = [reached.index(part) for part in wanted]
    assert places == sorted(places)


def test_a_choice_is_made_by_keyboard_and_the_menu_stays_open(qtbot: QtBot, page: GuardiansPage) -> None:
    menu = page.view.criteria.mail.menu
    menu.popup(QPoint(0, 0))
    while (action := menu.activeAction()) is None or action.text() != "Avec adresse mail":
        qtbot.keyClick(menu, Key.Key_Down)
    qtbot.keyClick(menu, Key.Key_Space)
    assert menu.isVisible()
    assert "sans adresse mail" not in texts(page, Place.EMAIL)
    qtbot.keyClick(menu, Key.Key_Escape)
    assert not menu.isVisible()


def test_a_line_of_accueil_opens_on_its_accounts(qtbot: QtBot, page: GuardiansPage) -> None:
    wanted = frozenset(page.model.row_at(line).account_id for line in range(3))
    qtbot.keyClicks(page.view.criteria.search, "zz")
    page.narrow(Target(PageName.GUARDIANS, account_ids=wanted))
    assert {page.model.row_at(line).account_id for line in range(page.model.rowCount())} == wanted
    assert page.view.criteria.only.isVisible() and page.view.criteria.search.text() == ""
    qtbot.mouseClick(page.view.criteria.only.cross, Qt.MouseButton.LeftButton)
    assert page.view.criteria.criteria() == Criteria() and not page.view.criteria.only.isVisible()
    page.narrow(Target(PageName.GUARDIANS, states=frozenset({AccountState.ACTIVE}), without_mail=True))
    assert set(texts(page, Place.STATE)) == {"Activé"} and set(texts(page, Place.EMAIL)) == {"sans adresse mail"}


def test_reading_anew_keeps_criteria_ticks_order_and_place(qtbot: QtBot, page: GuardiansPage) -> None:
    qtbot.keyClicks(page.view.criteria.search, "a")
    page.view.table.header.sort_asked.emit(Place.GUARDIAN)
    page.view.table.go_to(5)
    kept = page.model.row_at(5)
    page.view.table.ticked.emit(5, 5)
    before = texts(page, Place.GUARDIAN)
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    assert texts(page, Place.GUARDIAN) == before and page.ticked == {kept.account_id}
    assert page.model.row_at(page.view.table.line).guardian == kept.guardian


def test_reading_anew_leaves_the_list_where_it_was_scrolled_to(qtbot: QtBot, page: GuardiansPage) -> None:
    table = page.view.table
    table.verticalScrollBar().setValue(17)
    first = table.lines_in_sight()
    assert first[0] > 1
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    assert table.lines_in_sight() == first


def test_who_has_left_is_no_longer_ticked(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    row = page.model.row_at(0)
    page.view.table.ticked.emit(0, 0)
    with shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, shell.school_id)
        rows.change("guardians", row.guardian_id, gone_on="2026-11-01")
        rows.flush()
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    assert page.ticked == set()


def test_a_blocked_account_says_why_and_is_reopened(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    row = page.model.row_at(0)
    change(shell, "accounts", row.account_id, block="birth_date_tries", state="notified")
    page.open_line(0)
    qtbot.waitUntil(lambda: page.view.panel.reopen.isVisible())
    assert "Cinq dates de naissance fausses" in page.view.panel.why.text()
    page.view.panel.reopen.click()
    qtbot.waitUntil(lambda: not page.busy and not page.view.panel.reopen.isVisible())
    assert shell.asked == ["changed"]


def test_the_panel_leads_to_the_whole_diagnosis(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    row = page.model.row_at(0)
    page.open_line(0)
    qtbot.waitUntil(lambda: page.view.panel.diagnosis.isVisible())
    page.view.panel.diagnosis.click()
    assert shell.went[-1] == Target(PageName.SUPPORT, account_ids=frozenset({row.account_id}), section="diagnosis")


def change(shell: StandIn, table: str, row_id: str, **values: object) -> None:
    with shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, shell.school_id)
        rows.change(table, row_id, **values)
        rows.flush()


def test_a_name_that_looks_like_a_tag_is_drawn_as_text(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    row = page.model.row_at(0)
    change(shell, "guardians", row.guardian_id, last_name=hostile, usage_name=None)
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    line = next(n for n in range(page.model.rowCount()) if page.model.row_at(n).guardian_id == row.guardian_id)
    assert page.model.index(line, Place.GUARDIAN).data().startswith(hostile)
    tip = page.model.index(line, Place.GUARDIAN).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;img" in tip and "<img" not in tip
    page.open_line(line)
    qtbot.waitUntil(lambda: not page.busy)
    assert page.view.panel.name.text().startswith(hostile)
    labels = page.view.findChildren(QLabel)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels if label.text())


def test_an_account_is_never_painted_half_laid_out(qtbot: QtBot, page: GuardiansPage) -> None:
    page.view.resize(1093, 500)
    page.open_line(0)
    qtbot.waitUntil(lambda: not page.busy)
    QApplication.processEvents()  # what comes before the first painting
    content = page.view.panel._content
    assert content.height() >= content.heightForWidth(content.width()) > 300


@pytest.mark.parametrize("size", [(1280, 800), (1093, 614)])
def test_nothing_is_cut_at_the_small_size(page: GuardiansPage, qtbot: QtBot, size: tuple[int, int]) -> None:
    page.view.resize(*size)
    page.open_line(0)
    qtbot.waitUntil(lambda: not page.busy)
    table, panel = page.view.table, page.view.panel
    assert table.horizontalScrollBar().maximum() == 0
    assert panel.geometry().right() <= page.view.width() and panel.geometry().bottom() <= page.view.height()
    assert table.lines_in_sight()[1] >= 8
    picture: QImage = page.view.grab().toImage()
    assert (picture.width(), picture.height()) == (page.view.width(), page.view.height())

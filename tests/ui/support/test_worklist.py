"""« À corriger dans ONDE »: one line a value, one key to copy it, one to say that it is done; then an import shows it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.models.acts import CorrectFields
from app.services import imports
from app.services.onde_worklist.lines import State
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.todo import Page, Target
from app.ui.home.page import HomePage
from app.ui.shell.window import MainWindow
from app.ui.support.page import SupportPage
from app.ui.support.worklist.page import WorklistPage
from app.ui.support.worklist.view import DONE, KNOWN_HERE, NOT_DONE
from tests.ui.accessibility.reading import nameless, roleless, unreached
from tests.ui.desk_stage import StandIn, demo_files, demo_stage, live_a_little
from tests.ui.keyboard import Keyboard
from tests.ui.whole import opened_window, settle

MOBILE = "06 39 98 44 55"


def correct(stage: StandIn, field: str = "mobile", value: str = MOBILE) -> str:
    """One correction; returns ONDE's own value."""
    with stage.desk.vault.read() as connection:
        rows = SchoolRows(connection, stage.school_id).all("guardians")
    row = min((row for row in rows if row["mobile"]), key=lambda row: str(row["id"]))
    fields = CorrectFields(record_id=row["id"], changes={field: (row[field], value)})
    submit(stage.desk, school_id=stage.school_id, kind="responsable.corriger", fields=fields)
    return str(row[field])


def opened(qtbot: QtBot, stage: StandIn, answer: str = "") -> WorklistPage:
    def asking(parent: QWidget, title: str, proposed: str, kinds: str) -> str:
        return answer

    page = WorklistPage(stage, asking=asking)
    stage.page = page
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.show()
    qtbot.waitUntil(lambda: not page.busy)
    return page


def choose(page: WorklistPage, value: str) -> None:
    rows = [row for row, line in enumerate(page.view.table.lines) if line is not None and line.value == value]
    page.view.table.selectRow(rows[0])


def test_one_key_copies_and_one_ticks_until_an_import_shows_it(qtbot: QtBot, stage: StandIn) -> None:
    wrong = correct(stage)
    page = opened(qtbot, stage)
    page.view.which.setCurrentIndex(1)
    [line] = page.lines
    assert page.view.table.texts_shown()[0][0] == line.place.words and page.view.table.chosen == line
    qtbot.keyClick(page.view.table, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text() == MOBILE and MOBILE in page.view.band.text()
    qtbot.keyClick(page.view.table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.busy and page.lines == ())
    assert stage.synchronised == 1 and page.view.none_here.isVisibleTo(page.view)
    page.view.which.setCurrentIndex(3)
    assert page.view.tick.text().startswith(NOT_DONE) and "à voir au prochain import" in page.view.where.text()
    files = [
        replace(file, content=file.content.replace(wrong.encode("latin-1"), MOBILE.encode())) for file in demo_files()
    ]
    preview = imports.preview(stage.desk, school_id=stage.school_id, files=files, allow_fictional=True)
    imports.commit(stage.desk, preview=preview)
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    page.view.which.setCurrentIndex(4)
    assert [(one.state, one.right) for one in page.lines] == [(State.DONE, MOBILE)]
    assert not page.view.tick.isEnabled() and "le montre" in page.view.where.text()


def test_a_tick_is_taken_back(qtbot: QtBot, stage: StandIn) -> None:
    correct(stage)
    page = opened(qtbot, stage)
    choose(page, MOBILE)
    page.view.tick.click()
    qtbot.waitUntil(lambda: not page.busy)
    page.view.which.setCurrentIndex(3)
    page.view.tick.click()
    qtbot.waitUntil(lambda: not page.busy and page.lines == ())
    page.view.which.setCurrentIndex(1)
    assert len(page.lines) == 1 and page.view.tick.text().startswith(DONE)


def test_what_nobody_knows_is_not_copied(qtbot: QtBot, stage: StandIn) -> None:
    page = opened(qtbot, stage)
    page.view.which.setCurrentIndex(2)
    assert page.lines and not page.view.copy.isEnabled()
    QGuiApplication.clipboard().setText("avant")
    qtbot.keyClick(page.view.table, Qt.Key.Key_C)
    assert QGuiApplication.clipboard().text() == "avant"
    assert "à demander" in page.view.what.text()


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "csv"])
def test_the_lines_that_are_shown_are_written(qtbot: QtBot, stage: StandIn, tmp_path: Path, ending: str) -> None:
    correct(stage, "last_name", "=<b>MÉNARD</b>")
    file = tmp_path / f"onde.{ending}"
    page = opened(qtbot, stage, answer=str(file))
    page.view.which.setCurrentIndex(1)
    (page.view.print if ending == "pdf" else page.view.export).click()
    qtbot.waitUntil(lambda: not page.busy and str(file) in page.view.band.text())
    if ending == "pdf":
        text = "".join(sheet.extract_text() for sheet in PdfReader(file).pages)
        assert "=<b>MÉNARD</b>" in text and page.lines[0].place.pupil in text
    elif ending == "csv":
        assert "'=<b>MÉNARD</b>" in file.read_text(encoding="utf-8-sig")
    else:
        assert file.read_bytes()[:2] == b"PK"


def test_a_line_of_accueil_leads_there_and_the_keyboard_does_it_all(qtbot: QtBot, tmp_path: Path) -> None:
    with demo_stage(tmp_path, pupils=20) as stage:
        live_a_little(stage)
        correct(stage)
    with opened_window(tmp_path) as window:
        keyboard = Keyboard(qtbot, window)
        home = window.page(Page.HOME.value)
        assert isinstance(home, HomePage)
        keyboard.tab_to("1\u00a0donnée à corriger dans ONDE")
        keyboard.press(Qt.Key.Key_Space)
        settle()
        page = section(window)
        assert window.focusWidget() is page.view.table and page.view.title.text().startswith(
            "À corriger dans ONDE\u00a0: "
        )
        assert not nameless(window) and not roleless(window) and not unreached(window)
        page.view.table.setFocus()
        while (line := page.view.table.chosen) is None or line.value != MOBILE:
            keyboard.press(Qt.Key.Key_Down)
        keyboard.press(Qt.Key.Key_C)
        assert QGuiApplication.clipboard().text() == MOBILE
        keyboard.press(Qt.Key.Key_Space)
        settle()
        [ticked] = [line for line in page._found.lines if line.state is State.TICKED]
        assert ticked.value == MOBILE


def section(window: MainWindow) -> WorklistPage:
    found = window.page(Page.SUPPORT.value)
    assert isinstance(found, SupportPage) and isinstance(found.section, WorklistPage)
    return found.section


def test_a_target_shows_what_is_to_be_done(qtbot: QtBot, stage: StandIn) -> None:
    page = opened(qtbot, stage)
    page.view.which.setCurrentIndex(4)
    page.narrow(Target(Page.SUPPORT, section="worklist"))
    assert page.view.which.currentIndex() == KNOWN_HERE and page.lines == ()

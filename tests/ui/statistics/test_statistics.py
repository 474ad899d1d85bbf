from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.services.stats import compute, percent
from app.ui.statistics.page import StatisticsPage
from tests.ui.desk_stage import StandIn


def _shown(qtbot: QtBot, stage: StandIn) -> StatisticsPage:
    page = StatisticsPage(stage)
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.show()
    qtbot.waitUntil(lambda: page.view.updated.text() != "")
    return page


def test_the_three_tables_say_what_the_service_counts(qtbot: QtBot, stage: StandIn) -> None:
    page, found = _shown(qtbot, stage), compute(stage.desk, school_id=stage.school_id)
    (school,) = page.view.school.texts_shown()
    assert (school[0], school[4], school[6]) == (
        str(found.school.accounts), str(found.school.active), percent(found.reached_share),
    )  # fmt: skip
    rows = page.view.by_class.texts_shown()
    assert [row[0] for row in rows] == [*(line.label for line in found.by_class.lines), "Total"]
    assert rows[-1][1] == str(found.by_class.total.accounts)
    assert page.view.by_level.texts_shown()[0][0] == "PS"
    assert page.view.updated.text() == "Dernière mise à jour le 21-11-2026 à 14:02:31"


def test_an_empty_school_has_no_total_line(qtbot: QtBot, bare_stage: StandIn) -> None:
    page = _shown(qtbot, bare_stage)
    assert page.view.by_class.texts_shown() == []
    assert page.view.school.texts_shown()[0][-1] == "0\u00a0%"


def test_lines_are_copied_for_a_spreadsheet(qtbot: QtBot, stage: StandIn) -> None:
    table = _shown(qtbot, stage).view.by_level
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().split("\t")[0] == "PS"

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.services import schools
from app.services.activations import Curve, Series
from app.services.demo.bilans import class_xml
from app.services.demo.school import make_school
from app.services.reports import decisions, imports
from app.services.reports.overview import read_overview
from app.services.reports.sources import ReportFile
from app.services.stats import compute, percent
from app.services.todo import Page
from app.ui.statistics.page import StatisticsPage
from app.ui.theme import DARK, LIGHT, apply_theme
from tests.ui.activity import live_a_term
from tests.ui.desk_stage import NOW, StandIn


def _shown(qtbot: QtBot, stage: StandIn, *, with_chart: bool = False) -> StatisticsPage:
    page = StatisticsPage(stage)
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.resize(1280, 700)
    page.widget.show()
    qtbot.waitUntil(lambda: page.view.updated.text() != "")
    if with_chart:
        qtbot.waitUntil(lambda: page.chart is not None, timeout=20_000)
    return page


@pytest.fixture
def term(stage: StandIn) -> StandIn:
    live_a_term(stage)
    return stage


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
    page = _shown(qtbot, bare_stage, with_chart=True)
    assert page.view.by_class.texts_shown() == []
    assert page.view.school.texts_shown()[0][-1] == "0\u00a0%"
    assert "Aucun compte" in page.view.delay_words.text()
    assert page.chart is not None and not page.chart.isVisible() and not page.view.figures.isVisible()


def test_lines_are_copied_for_a_spreadsheet(qtbot: QtBot, stage: StandIn) -> None:
    table = _shown(qtbot, stage).view.by_level
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().split("\t")[0] == "PS"


def test_the_rates_say_that_they_begin_with_cp_until_the_school_decides_otherwise(qtbot: QtBot, stage: StandIn) -> None:
    page = _shown(qtbot, stage)
    page.widget.activateWindow()
    head = page.view.by_class.texts.headerData(6, Qt.Orientation.Horizontal)
    assert "à partir\ndu CP" in head and page.view.nursery.isChecked()
    assert page.view.by_level.texts_shown()[0][-1] == "—"
    qtbot.keyClick(page.view.nursery, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: (stage.changed, stage.synchronised) == (1, 1))
    page.refresh()
    qtbot.waitUntil(lambda: page.view.by_level.texts_shown()[0][-1] != "—")
    assert "CP" not in page.view.by_class.texts.headerData(6, Qt.Orientation.Horizontal)
    assert not page.view.nursery.isChecked()


def test_levels_are_counted_anew_from_memory(qtbot: QtBot, term: StandIn) -> None:
    page = _shown(qtbot, term)
    expected = compute(term.desk, school_id=term.school_id, levels=frozenset({"CP", "CE1"}))
    schools.edit_school(term.desk, school_id=term.school_id, values={"town": "Ailleurs"})
    page.view.levels.choose(frozenset({"CP", "CE1"}))
    page.view.levels.changed.emit()
    assert page.found is not None and page.found.school == expected.school
    assert [row[0] for row in page.view.by_level.texts_shown()] == ["CP", "CE1", "Total"]
    assert page.view.levels.button.text() == "Niveau\u00a0: CP, CE1"


def test_the_curve_and_its_table_say_the_same(qtbot: QtBot, term: StandIn) -> None:
    page = _shown(qtbot, term, with_chart=True)
    chart, found = page.chart, page.found
    assert chart is not None and found is not None
    curve = found.curve
    rows = page.view.figures.texts_shown()
    assert [row[0] for row in rows] == ["Toute l’école", *(line.label for line in curve.by_origin)]
    assert rows[0][-1] == str(curve.everybody.total) and rows[0][1] == str(curve.everybody.before)
    xs, ys = chart._lines[0][0].getData()
    assert (date.fromordinal(int(xs[0])), date.fromordinal(int(xs[-1])), ys[-1]) == (
        curve.starts_on, curve.until, curve.everybody.total,
    )  # fmt: skip
    qtbot.keyClick(page.view.by.button(0), Qt.Key.Key_Right)
    qtbot.mouseClick(page.view.by.button(1), Qt.MouseButton.LeftButton)
    rows = page.view.figures.texts_shown()
    assert [row[0] for row in rows] == [line.label for line in curve.by_class] and len(chart._lines) == len(rows)


def test_a_chart_of_very_many_classes_says_what_it_leaves_to_the_table(
    qtbot: QtBot, term: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.statistics.page.MOST_LINES", 2)
    page = _shown(qtbot, term, with_chart=True)
    assert page.chart is not None and page.found is not None
    page.view.by.button(1).click()
    assert len(page.chart._lines) == 2 < len(page.view.figures.texts_shown()) == len(page.found.curve.by_class)
    assert "le tableau les donne toutes" in page.view.curve_words.text()
    page.view.figures.selectRow(2)
    assert all(item.opts["pen"].color().alphaF() == 1.0 for item, _ in page.chart._lines)


def test_the_line_where_the_keyboard_is_comes_forth(qtbot: QtBot, term: StandIn) -> None:
    page = _shown(qtbot, term, with_chart=True)
    page.widget.activateWindow()
    page.view.figures.setFocus()
    qtbot.keyClick(page.view.figures, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(page.view.figures, Qt.Key.Key_Down)
    assert page.chart is not None
    widths = [item.opts["pen"].widthF() for item, _ in page.chart._lines]
    assert max(widths) == widths[1] > widths[0]


def test_names_at_the_ends_of_the_lines_never_cover_each_other(qtbot: QtBot, term: StandIn) -> None:
    page = _shown(qtbot, term, with_chart=True)
    chart = page.chart
    assert chart is not None
    start = date(2026, 8, 1)
    lines = [
        Series(f"Classe {n}", 0, (start + timedelta(days=30),), (7 if n % 2 else 8,)) for n in range(14)
    ]  # fmt: skip
    curve = Curve(start, start + timedelta(days=100), lines[0], (), tuple(lines), 0)
    chart.show_series(curve, lines, leading=False)
    QApplication.processEvents()
    box = chart.getPlotItem().getViewBox()
    tops = sorted(box.mapViewToScene(name.pos()).y() for _, name in chart._ends)
    assert min(after - before for before, after in pairwise(tops)) > 10
    pens = {(item.opts["pen"].color().name(), item.opts["pen"].style()) for item, _ in chart._lines}
    assert len(pens) == 14


@pytest.mark.parametrize(("dark", "colours"), [(False, LIGHT), (True, DARK)])
def test_the_chart_has_the_themes_colours(
    qtbot: QtBot, qapp: QApplication, term: StandIn, dark: bool, colours: object
) -> None:
    apply_theme(qapp, dark=dark)
    try:
        page = _shown(qtbot, term, with_chart=True)
        assert page.chart is not None
        picture = page.chart.grab().toImage()
        assert picture.pixelColor(3, 3) == QColor(colours.surface)  # type: ignore[attr-defined]
        assert page.chart._lines[0][1].color() == QColor(colours.ink)  # type: ignore[attr-defined]
    finally:
        apply_theme(qapp, dark=False)


def test_screen_readers_have_a_name_and_a_table_for_the_chart(qtbot: QtBot, term: StandIn) -> None:
    page = _shown(qtbot, term, with_chart=True)
    assert page.chart is not None and page.chart.focusPolicy() is Qt.FocusPolicy.NoFocus
    read = QAccessible.queryAccessibleInterface(page.chart)
    assert read.text(QAccessible.Text.Name) == "Courbe des activations"
    table = QAccessible.queryAccessibleInterface(page.view.figures)
    assert table.role() is QAccessible.Role.Table and table.text(QAccessible.Text.Name) == "Activations, mois par mois"
    assert table.childCount() >= page.view.figures.texts.rowCount() * page.view.figures.texts.columnCount()
    assert page.view.figures.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_wheel_over_the_chart_scrolls_the_page(qtbot: QtBot, term: StandIn) -> None:
    page = _shown(qtbot, term, with_chart=True)
    assert page.chart is not None
    where, none = QPointF(50, 50), Qt.MouseButton.NoButton
    event = QWheelEvent(
        where, where, QPoint(), QPoint(0, -120), none, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    page.chart.wheelEvent(event)
    assert event.type() is QEvent.Type.Wheel and not event.isAccepted()


def test_what_is_missing_leads_to_the_accounts(qtbot: QtBot, term: StandIn) -> None:
    page = _shown(qtbot, term)
    row = next(row for row in page.view.rows if row.item.key == "notified")
    qtbot.keyClick(row, Qt.Key.Key_Space)
    (target,) = term.went
    assert target.page is Page.GUARDIANS and target.account_ids is not None
    assert len(target.account_ids) == row.item.count
    pupils = next(row for row in page.view.rows if row.item.key == "pupils")
    qtbot.keyClick(pupils, Qt.Key.Key_Space)
    assert term.went[1].pupil_ids is not None and len(term.went[1].pupil_ids) == pupils.item.count


def test_what_is_shown_is_printed(
    qtbot: QtBot, term: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    page, path = _shown(qtbot, term), tmp_path / "papiers" / "statistiques.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page.view.print.click()
    qtbot.waitUntil(lambda: page.view.band.property("tone") == "green")
    assert str(path) in page.view.band.text()
    assert "Synthèse des comptes responsables par classe" in "".join(p.extract_text() for p in PdfReader(path).pages)


def test_livrets_are_counted_on_the_screen_and_on_paper(qtbot: QtBot, term: StandIn, tmp_path: Path) -> None:
    page = _shown(qtbot, term)
    assert page.view.no_reports.isVisible() and not page.view.reports.isVisible()
    label = "CE2 M. Marchetti"
    content = class_xml(make_school(pupils=60), label, today=NOW.date())
    preview = imports.preview(term.desk, school_id=term.school_id, files=[ReportFile("ce2.xml", content)])
    count = imports.carry_out(term.desk, preview=preview).new
    rows = read_overview(term.desk, school_id=term.school_id)
    decisions.publish(term.desk, school_id=term.school_id, reports=rows.rows, on=rows.day)
    page.refresh()
    qtbot.waitUntil(page.view.reports.isVisible)
    assert count and page.view.reports.texts_shown()[0][:4] == [label, str(count), "0", "0"]
    page.print_to(tmp_path / "s.pdf")
    qtbot.waitUntil(lambda: page.view.band.property("tone") == "green")
    assert "Livrets publiés cette année" in "".join(p.extract_text() for p in PdfReader(tmp_path / "s.pdf").pages)


def test_a_folder_that_cannot_be_written_is_a_sentence(qtbot: QtBot, term: StandIn, tmp_path: Path) -> None:
    page, taken = _shown(qtbot, term), tmp_path / "fichier"
    taken.write_text("")
    page.print_to(taken / "s.pdf")
    qtbot.waitUntil(lambda: page.view.band.property("tone") == "red")
    assert "choisissez un autre dossier" in page.view.band.text()


def test_the_charts_library_is_imported_with_the_page_and_not_before() -> None:
    code = (
        "import sys, app.ui.app, app.ui.home.page, app.ui.guardians.page, app.ui.statistics.page\n"
        "assert not {'pyqtgraph', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

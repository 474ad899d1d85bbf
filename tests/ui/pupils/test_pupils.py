"""« Élèves »: those whom nobody is responsible for are found too, and a line opens the guardians."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.services.pupil_list import list_pupils
from app.services.records.rows import SchoolRows
from app.services.todo import Page, Target
from app.ui.pupils.page import PupilsPage
from tests.ui.desk_stage import StandIn
from tests.ui.school import demo_desk


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[PupilsPage]:
    with demo_desk(tmp_path, pupils=12) as (desk, school_id):
        with desk.vault.write() as connection:
            rows = SchoolRows(connection, school_id)
            first, second = sorted(rows.all("pupils"), key=lambda row: str(row["id"]))[:2]
            for link in rows.where("responsibilities", pupil_id=first["id"]):
                rows.change("responsibilities", link["id"], ended_on="2026-11-01")
            rows.change("pupils", second["id"], ine=None)
            rows.flush()
        made = PupilsPage(StandIn(desk, school_id))
        qtbot.addWidget(made.view)
        made.view.show()
        made.refresh()
        qtbot.waitUntil(lambda: not made.busy and made.view.table.texts.rowCount() == 12)
        yield made
        made.close()


def narrowed(page: PupilsPage) -> tuple[str, str]:
    """The ids of the pupil without guardian and of the one without INE."""
    shell = page._shell
    found = list_pupils(shell.desk, school_id=shell.school_id)
    [lost] = [pupil.pupil_id for pupil in found if not pupil.guardians]
    [nameless] = [pupil.pupil_id for pupil in found if pupil.ine is None]
    return lost, nameless


def test_who_is_missing_something_is_shown_alone_and_says_what(page: PupilsPage) -> None:
    lost, nameless = narrowed(page)
    page.narrow(Target(Page.PUPILS, pupil_ids=frozenset({lost}), name="élèves sans responsable"))
    [shown] = page.view.table.texts_shown()
    assert shown[5] == "aucun" and "élèves sans responsable" in page.view.narrowed.sentence.text()
    page.narrow(Target(Page.PUPILS, pupil_ids=frozenset({nameless}), name="élèves sans INE"))
    assert [row[4] for row in page.view.table.texts_shown()] == ["manque"]
    page.view.narrowed.everything.click()
    assert page.view.table.texts.rowCount() == 12 and not page.view.narrowed.isVisible()


def test_a_line_opens_the_guardians_or_says_that_onde_names_none(qtbot: QtBot, page: PupilsPage) -> None:
    lost, nameless = narrowed(page)
    shell = page._shell
    assert isinstance(shell, StandIn)
    page.narrow(Target(Page.PUPILS, pupil_ids=frozenset({nameless}), name="x"))
    page.view.table.selectRow(0)
    qtbot.keyClick(page.view.table, Qt.Key.Key_Return)
    assert shell.asked == [Target(Page.GUARDIANS, pupil_ids=frozenset({nameless}))]
    page.narrow(Target(Page.PUPILS, pupil_ids=frozenset({lost}), name="x"))
    assert not page.view.guardians.isEnabled()
    page.view.table.selectRow(0)
    page.view.guardians.click()
    assert "ONDE ne nomme aucun responsable" in page.view.band.text() and len(shell.asked) == 1


def test_one_is_found_by_the_name_of_a_guardian(page: PupilsPage) -> None:
    guardian = next(row[5] for row in page.view.table.texts_shown() if row[5] != "aucun")
    page.view.search.setText(guardian.split(", ")[0])
    shown = page.view.table.texts_shown()
    assert shown and all(guardian.split(", ")[0] in row[5] for row in shown)
    page.view.search.setText("zzzz")
    assert page.view.nothing.isVisible() and not page.view.table.isVisible()

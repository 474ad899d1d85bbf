"""« Doublons »: found with a bar, read side by side, set aside, grouped, taken back; by the keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QRadioButton
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from app.models.tables import Row
from app.services import undoing
from app.services.records.rows import SchoolRows
from app.services.todo import Page, Target
from app.services.vault.tables import officer
from app.ui.support.duplicates.merge_dialog import MergeDialog
from app.ui.support.duplicates.page import ONLY_A_NAME, DuplicatesPage
from app.ui.support.duplicates.view import DIFFERENT
from tests.ui.desk_stage import StandIn
from tests.ui.support.assistance import stand_twice


@pytest.fixture
def twice(stage: StandIn) -> list[Row]:
    return stand_twice(stage, email="<b>x</b>@exemple.fr")


def opened(qtbot: QtBot, stage: StandIn) -> DuplicatesPage:
    page = stage.page = DuplicatesPage(stage)
    qtbot.addWidget(page.widget)
    page.widget.resize(1093, 520)
    page.refresh()
    page.widget.show()
    qtbot.waitUntil(lambda: not page.busy)
    return page


def settled(qtbot: QtBot, page: DuplicatesPage, stage: StandIn, changed: int) -> None:
    qtbot.waitUntil(lambda: stage.changed == changed and not page.busy)


def test_the_two_records_stand_side_by_side_with_what_speaks_for_and_against(
    qtbot: QtBot, stage: StandIn, twice: list[Row]
) -> None:
    page = opened(qtbot, stage)
    page.narrow(Target(Page.SUPPORT, account_ids=frozenset({twice[1]["id"]}), section="duplicates"))
    lines = {line[0]: line for line in page.view.table.texts_shown()}
    assert lines["Téléphone portable"][3] == "= pareil" and lines["Prénom"][3] == DIFFERENT
    assert "<b>x</b>@exemple.fr" in lines["Courriel"], "a name is text"
    said = [label.text() for label in page.view.card.findChildren(QLabel)]
    assert any("portable" in text for text in said if text.startswith("Pour")) and page.view.merge.isVisible()
    assert not page.view.steps_box.isVisible()
    page.view.onde.setFocus()
    qtbot.keyClick(page.view.onde, Qt.Key.Key_Space)
    assert page.view.steps_box.isVisible()


def test_records_that_only_a_name_brings_here_are_said_to_be_so(qtbot: QtBot, stage: StandIn, twice: list[Row]) -> None:
    page = opened(qtbot, stage)
    page.refresh()
    page.narrow(Target(Page.SUPPORT, account_ids=frozenset({"unknown"}), section="duplicates"))
    assert not page.view.band.isVisible(), "not before the search has ended"
    qtbot.waitUntil(lambda: not page.busy)
    assert page.view.band.text() == ONLY_A_NAME
    page.view.band.clear()
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    assert not page.view.band.isVisible(), "told once"


def test_who_is_not_the_same_goes_from_the_list(qtbot: QtBot, stage: StandIn, twice: list[Row]) -> None:
    page = opened(qtbot, stage)
    count = page.view.pairs.count()
    page.view.apart.setFocus()
    qtbot.keyClick(page.view.apart, Qt.Key.Key_Space)
    settled(qtbot, page, stage, 1)
    assert page.view.pairs.count() == count - 1 and "Noté" in page.view.band.text() and stage.synchronised == 1


def test_both_are_grouped_as_chosen_and_taken_back(qtbot: QtBot, stage: StandIn, twice: list[Row]) -> None:
    page = opened(qtbot, stage)
    page.narrow(Target(Page.SUPPORT, account_ids=frozenset({twice[1]["id"]}), section="duplicates"))
    page.view.merge.click()
    qtbot.waitUntil(lambda: page.dialog is not None and page.dialog.isVisible())
    dialog = page.dialog
    assert isinstance(dialog, MergeDialog) and dialog.leave.isDefault() and not dialog.confirm.isDefault()
    radios = dialog.findChildren(QRadioButton)
    assert radios and all(radio.accessibleName() for radio in radios)
    next(radio for radio in radios if radio.accessibleName().startswith("Prénom, fiche qui part")).click()
    qtbot.keyClick(dialog.confirm, Qt.Key.Key_Space)
    settled(qtbot, page, stage, 1)
    with stage.desk.vault.read() as connection:
        rows = SchoolRows(connection, stage.school_id)
        merged = [row for row in rows.all("accounts") if row["merged_into"]]
        kept = rows.need("guardians", rows.need("accounts", merged[0]["merged_into"])["guardian_id"])
    assert {row["id"] for row in merged} < {row["id"] for row in twice}
    assert set(kept["corrections"]) >= {"first_name"}
    offer = undoing.last_undoable(stage.desk, school_id=stage.school_id)
    assert offer is not None and "regroupement des deux fiches" in offer.name


def test_what_is_blocked_says_why_and_cannot_be_done(qtbot: QtBot, stage: StandIn, twice: list[Row]) -> None:
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        for account in twice:
            rows.change("accounts", account["id"], state="active")
        rows.flush()
    page = opened(qtbot, stage)
    page.narrow(Target(Page.SUPPORT, account_ids=frozenset({twice[1]["id"]}), section="duplicates"))
    page.view.merge.click()
    qtbot.waitUntil(lambda: page.dialog is not None and page.dialog.isVisible())
    assert page.dialog is not None and not page.dialog.confirm.isEnabled()
    assert "Ajouter des enfants" in page.dialog.error.text()
    qtbot.keyClick(page.dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.busy)
    page.close()


def test_a_search_stops_when_asked_and_an_empty_list_says_so(qtbot: QtBot, stage: StandIn) -> None:
    page = stage.page = DuplicatesPage(stage)
    qtbot.addWidget(page.widget)
    page.widget.show()
    page.refresh()
    assert page.view.progress.isVisible() and page.view.stop.isVisible()
    page.view.stop.click()
    qtbot.waitUntil(lambda: not page.busy)
    assert not page.view.progress.isVisible() and page.view.search.isVisible()
    page.view.search.click()
    qtbot.waitUntil(lambda: not page.busy)
    while page.view.pairs.count():
        done = stage.changed
        page.view.apart.click()
        settled(qtbot, page, stage, done + 1)
    assert page.view.nothing.isVisible() and not page.view.card.isVisible()


def test_who_only_helps_sees_the_reasons_and_decides_nothing(qtbot: QtBot, stage: StandIn, twice: list[Row]) -> None:
    with stage.desk.vault.write() as connection:
        connection.execute(
            insert(officer).values(id="me", name="Karim", device_id="d", server_url="http://127.0.0.1", seen_at="")
        )
    page = opened(qtbot, stage)
    assert page.view.pairs.count() >= 1
    assert page.view.onde.isVisible() and not page.view.merge.isVisible() and not page.view.apart.isVisible()

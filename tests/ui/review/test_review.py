from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.models.acts import CorrectFields, EditSchoolFields
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.sync.status import status
from app.services.todo import Page, Target
from app.ui.review.page import ReviewPage
from tests.ui.desk_stage import StandIn


def _shown(qtbot: QtBot, stage: StandIn) -> ReviewPage:
    page = ReviewPage(stage)
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.show()
    qtbot.waitUntil(lambda: not page.busy)
    return page


def _texts(page: ReviewPage) -> list[str]:
    return [label.text() for label in page.widget.findChildren(QLabel)]


def test_both_values_are_shown_and_an_item_seen_leaves_the_list(qtbot: QtBot, stage: StandIn) -> None:
    fields = EditSchoolFields(changes={"phone": ("autre", "<b>05 61</b>")})
    submit(stage.desk, school_id=stage.school_id, kind="ecole.modifier", fields=fields)
    page = _shown(qtbot, stage)
    assert page.view.title.text() == "À revoir\u00a0: 1\u00a0élément"
    assert {"<b>05 61</b>  (Hélène Rouvière)", "05 36 49 00 00"} <= set(_texts(page))
    (card,) = page.view.cards
    card.done.setFocus()
    qtbot.keyClick(card.done, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: (stage.changed, stage.synchronised) == (1, 1))
    assert status(stage.desk, school_id=stage.school_id).review_count == 0
    page.refresh()
    qtbot.waitUntil(lambda: not page.view.cards)
    assert page.view.nothing.isVisibleTo(page.widget)


def test_what_onde_should_take_up_is_counted_and_one_click_away(qtbot: QtBot, stage: StandIn) -> None:
    with stage.desk.vault.read() as connection:
        pupil = SchoolRows(connection, stage.school_id).all("pupils")[0]
    fields = CorrectFields(record_id=pupil["id"], changes={"birth_date": (pupil["birth_date"], "2019-04-12")})
    submit(stage.desk, school_id=stage.school_id, kind="eleve.corriger", fields=fields)
    page = _shown(qtbot, stage)
    assert page.view.onde.text() == "À corriger dans ONDE\u00a0: 1\u00a0donnée"
    page.view.onde.setFocus()
    qtbot.keyClick(page.view.onde, Qt.Key.Key_Space)
    assert stage.went == [Target(Page.SUPPORT, section="worklist")]

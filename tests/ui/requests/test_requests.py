"""« Demandes » by mouse and keyboard: each answer is an act, and nothing goes to a contact that only the asker gave."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.models.acts_requests import Answer, RequestKind
from app.models.corrections import effective
from app.models.tables import Row
from app.services import schools
from app.services.records.rows import SchoolRows
from app.services.todo import Page, Target
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.rights_dialogs import CorrectDialog
from app.ui.requests.cards import RequestCard
from app.ui.requests.dialogs import ContactDialog, MatchDialog, RefuseDialog
from app.ui.requests.page import RequestsPage
from tests.ui.desk_stage import StandIn
from tests.ui.requests.asked import ask


@pytest.fixture
def page(qtbot: QtBot, stage: StandIn) -> RequestsPage:
    ask(stage)
    made = RequestsPage(stage)
    qtbot.addWidget(made.widget)
    made.answerer._confirm = lambda _window, _question, _do_it: True
    made.refresh()
    made.widget.show()
    qtbot.waitUntil(lambda: not made.busy and bool(made.view.cards))
    return made


def card(page: RequestsPage, request_id: str) -> RequestCard:
    return next(one for one in page.view.cards if one.request_id == request_id)


def press(qtbot: QtBot, page: RequestsPage, request_id: str, how: Answer) -> None:
    """By its button, or through the menu of the others."""
    found = card(page, request_id)
    if how in found.buttons:
        found.buttons[how].setFocus()
        qtbot.keyClick(found.buttons[how], Qt.Key.Key_Space)
    else:
        page.view.answered.emit(request_id, how.value)
    qtbot.waitUntil(lambda: not page.busy)


def row(stage: StandIn, request_id: str) -> Row:
    with stage.desk.vault.read() as connection:
        return SchoolRows(connection, stage.school_id).need("requests", request_id)


def texts(widget: RequestCard) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_the_oldest_first_each_with_its_diagnosis(page: RequestsPage) -> None:
    assert [one.request_id for one in page.view.cards] == ["closed", "correction", "nobody", "not_guardian", "merge"]
    assert page.view.title.text() == "Demandes\u00a0: 4\u00a0à traiter"
    told = texts(card(page, "closed"))
    assert "Cinq dates de naissance fausses" in told and "il y a 3\u00a0jours" in told and "K7R-3HN-PX2" in told
    assert "Contact écrit, non vérifié\u00a0: 06 39 98 77 77" in told and "connue@example.org" in told
    assert list(card(page, "closed").buttons) == [Answer.CORRECT_CHILD, Answer.REOPEN, Answer.LINK]
    assert all(button.accessibleName() for button in page.widget.findChildren(QPushButton))


def test_a_line_of_accueil_shows_its_kind_alone_until_the_last_is_answered(qtbot: QtBot, page: RequestsPage) -> None:
    page.narrow(Target(Page.REQUESTS, kinds=frozenset({RequestKind.CORRECTION})))
    qtbot.waitUntil(lambda: not page.busy and [one.request_id for one in page.view.cards] == ["correction"])
    assert page.view.narrowed.sentence.text() == "Seulement\u00a0: les corrections proposées"
    press(qtbot, page, "correction", Answer.ACCEPT)
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy and len(page.view.cards) == 4)
    assert not page.view.narrowed.isVisible()
    page.narrow(Target(Page.REQUESTS, kinds=frozenset({RequestKind.NOT_GUARDIAN})))
    qtbot.waitUntil(lambda: not page.busy and [one.request_id for one in page.view.cards] == ["not_guardian"])
    page.view.narrowed.everything.click()
    qtbot.waitUntil(lambda: not page.busy and len(page.view.cards) == 4)


def test_a_link_goes_to_the_known_address_alone(qtbot: QtBot, page: RequestsPage, stage: StandIn) -> None:
    press(qtbot, page, "closed", Answer.LINK)
    assert row(stage, "closed")["status"] == "answered"
    with stage.desk.vault.read() as connection:
        [mail] = SchoolRows(connection, stage.school_id).all("deliveries")
    assert mail["address"] == "connue@example.org" and stage.synchronised
    assert "connue@example.org" in page.view.band.text()
    page.refresh()
    qtbot.waitUntil(lambda: len(page.view.cards) == 4)


def test_a_corrected_birth_date_opens_the_access_again(qtbot: QtBot, page: RequestsPage, stage: StandIn) -> None:
    press(qtbot, page, "closed", Answer.CORRECT_CHILD)
    qtbot.waitUntil(lambda: isinstance(page.answerer.dialog, CorrectDialog))
    dialog = page.answerer.dialog
    assert isinstance(dialog, CorrectDialog)
    dialog.fields["birth_date"].setText("04-03-2018")
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.busy and row(stage, "closed")["status"] == "answered")
    with stage.desk.vault.read() as connection:
        rows = SchoolRows(connection, stage.school_id)
        request = rows.need("requests", "closed")
        assert effective(rows.need("pupils", request["pupil_id"]), "birth_date") == "2018-03-04"
        assert rows.need("accounts", request["account_id"])["block"] is None


def test_a_sheet_is_printed_then_the_request_is_answered(
    qtbot: QtBot, page: RequestsPage, stage: StandIn, tmp_path: Path
) -> None:
    press(qtbot, page, "closed", Answer.SHEET)
    printer = page.answerer.printer
    qtbot.waitUntil(lambda: isinstance(printer.dialog, NotifyDialog))
    dialog = printer.dialog
    assert isinstance(dialog, NotifyDialog)
    dialog.folder.field.setText(str(tmp_path / "feuilles"))
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.result_of_print is not None, timeout=30_000)
    qtbot.mouseClick(dialog.end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row(stage, "closed")["status"] == "answered")
    assert (row(stage, "closed")["answer"] or {})["how"] == "sheet" and list((tmp_path / "feuilles").glob("*.pdf"))


def test_a_new_contact_needs_the_tick_and_a_name(qtbot: QtBot, page: RequestsPage, stage: StandIn) -> None:
    press(qtbot, page, "closed", Answer.CONTACT)
    dialog = page.answerer.dialog
    assert isinstance(dialog, ContactDialog) and not dialog.confirm.isEnabled()
    assert dialog.value.text() == "", "what the request says is never filled in"
    qtbot.keyClicks(dialog.value, "06 39 98 77 77")
    assert not dialog.confirm.isEnabled()
    dialog.checked.click()
    assert dialog.confirm.isEnabled()
    dialog.who.clear()
    assert not dialog.confirm.isEnabled()
    qtbot.keyClicks(dialog.who, "Mme Aubrac")
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row(stage, "closed")["status"] == "waiting")
    contact = (row(stage, "closed")["answer"] or {})["contact"]
    assert contact == {
        "field": "mobile", "value": "06 39 98 77 77", "verified_by": "Mme Aubrac", "verified_on": "2026-11-21"
    }  # fmt: skip


def test_nobody_of_that_name_is_matched_by_the_director(qtbot: QtBot, page: RequestsPage, stage: StandIn) -> None:
    press(qtbot, page, "nobody", Answer.MATCH)
    qtbot.waitUntil(lambda: isinstance(page.answerer.dialog, MatchDialog))
    dialog = page.answerer.dialog
    assert isinstance(dialog, MatchDialog)
    likely = dialog.list.count()
    qtbot.keyClicks(dialog.search, "zzzz")
    assert dialog.list.count() == 0 and not dialog.confirm.isEnabled()
    dialog.search.clear()
    assert dialog.list.count() == likely > 0
    chosen = dialog.guardian_id
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row(stage, "nobody")["guardian_id"] == chosen)
    assert row(stage, "nobody")["status"] == "open"


def test_a_correction_is_accepted_or_refused_with_a_sentence(qtbot: QtBot, page: RequestsPage, stage: StandIn) -> None:
    press(qtbot, page, "correction", Answer.REFUSE)
    dialog = page.answerer.dialog
    assert isinstance(dialog, RefuseDialog)
    qtbot.keyClicks(dialog.field, "Passez au bureau.")
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row(stage, "correction")["status"] == "refused")
    assert (row(stage, "correction")["answer"] or {})["said"] == "Passez au bureau."


def test_who_is_not_the_guardian_loses_the_access(qtbot: QtBot, page: RequestsPage, stage: StandIn) -> None:
    press(qtbot, page, "not_guardian", Answer.CLOSE_ACCESS)
    request = row(stage, "not_guardian")
    assert request["status"] == "answered"
    with stage.desk.vault.read() as connection:
        links = SchoolRows(connection, stage.school_id).where(
            "responsibilities", guardian_id=request["guardian_id"], pupil_id=request["pupil_id"]
        )
    assert [link["access"] for link in links] == ["none"]


def test_the_account_is_one_click_away_and_closed_requests_can_be_shown(
    qtbot: QtBot, page: RequestsPage, stage: StandIn
) -> None:
    link = next(
        one for one in card(page, "closed").findChildren(QPushButton) if one.text() == "Ouvrir son compte"
    )  # fmt: skip
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert stage.went[-1] == Target(Page.GUARDIANS, account_ids=frozenset({row(stage, "closed")["account_id"]}))
    link = next(
        one for one in card(page, "closed").findChildren(QPushButton) if one.text() == "Diagnostic complet"
    )  # fmt: skip
    link.click()
    account = frozenset({row(stage, "closed")["account_id"]})
    assert stage.went[-1] == Target(Page.SUPPORT, account_ids=account, section="diagnosis")
    press(qtbot, page, "nobody", Answer.UNKNOWN)
    page.refresh()
    qtbot.waitUntil(lambda: len(page.view.cards) == 4)
    page.view.with_closed.click()
    qtbot.waitUntil(lambda: len(page.view.cards) == 5)
    assert "Personne inconnue de l’école" in texts(card(page, "nobody"))


@pytest.mark.parametrize("why", [Answer.IN_ONDE, Answer.IS_GUARDIAN])
def test_not_the_guardian_is_right_in_onde_by_now_or_wrong(
    qtbot: QtBot, page: RequestsPage, stage: StandIn, why: Answer
) -> None:
    press(qtbot, page, "not_guardian", why)
    request = row(stage, "not_guardian")
    assert (request["status"], request["answer"]) == ("answered", {"how": why.value})


def test_the_daily_mail_is_on_and_can_be_stopped(qtbot: QtBot, page: RequestsPage, stage: StandIn) -> None:
    assert page.view.digest.isChecked() and schools.help_digest(stage.desk, school_id=stage.school_id)
    page.view.digest.click()
    qtbot.waitUntil(lambda: not schools.help_digest(stage.desk, school_id=stage.school_id))
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    assert not page.view.digest.isChecked()

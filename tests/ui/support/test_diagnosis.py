"""« Diagnostic »: one field, the ones who may be meant, what stops the one who is, and the button that does it."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.models.acts import AccountsFields
from app.models.tables import Row
from app.services.accounts import AccountRow, list_accounts
from app.services.diagnosis.cause import Remedy
from app.services.diagnosis.diagnose import diagnose
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.todo import Page, Target
from app.ui.support.diagnosis.page import DiagnosisPage
from tests.ui.desk_stage import StandIn


def opened(qtbot: QtBot, stage: StandIn) -> DiagnosisPage:
    page = stage.page = DiagnosisPage(stage)
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.show()
    qtbot.waitUntil(lambda: not page.busy)
    return page


def ask(qtbot: QtBot, page: DiagnosisPage, typed: str) -> str:
    """Type it; the name of whom the page answers for."""
    page.view.field.clear()
    qtbot.keyClicks(page.view.field, typed)
    return answered(page)


def answered(page: DiagnosisPage) -> str:
    return "" if page.view.answer.isHidden() else page.view.name.text()


def people(stage: StandIn) -> list[AccountRow]:
    rows = list_accounts(stage.desk, school_id=stage.school_id).rows
    return list({row.account_id: row for row in rows}.values())


def change(stage: StandIn, account_id: str, **values: object) -> Row:
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        found = rows.change("accounts", account_id, **values)
        rows.flush()
    return found


def test_a_log_in_a_mail_and_a_number_each_name_one_guardian(qtbot: QtBot, stage: StandIn) -> None:
    page, [row, *_] = opened(qtbot, stage), people(stage)
    for typed in (row.login, row.email, row.mobile):
        if typed:
            assert ask(qtbot, page, typed) == row.guardian
    [found] = diagnose(stage.desk, school_id=stage.school_id, query=row.login or "")
    assert [card.code for card in page.view.cards] == [cause.code for cause in found.causes]
    shown = {label.text() for label in page.view.answer.findChildren(QLabel)}
    assert all(any(cause.fact in text for text in shown) for cause in found.causes)
    ways = page.view.ways.texts_shown()
    assert [line[1] for line in ways] == [way.answer for way in found.ways] and "C\u00a0: compte notifié" in ways[2][0]


def test_several_of_a_name_are_offered_and_one_is_chosen_by_keyboard(qtbot: QtBot, stage: StandIn) -> None:
    page, rows = opened(qtbot, stage), people(stage)
    assert ask(qtbot, page, rows[0].guardian[0]) == "" and "responsables" in page.view.count.text()
    offered = [one for one in page.view.findChildren(QPushButton) if " (" in one.text()]
    qtbot.waitUntil(lambda: len(offered) > 1 and all(one.isVisible() for one in offered))
    offered[-1].setFocus()
    name = offered[-1].text().partition(" (")[0]
    qtbot.keyClick(offered[-1], Qt.Key.Key_Space)
    assert answered(page) == name


def test_nobody_is_said(qtbot: QtBot, stage: StandIn) -> None:
    page = opened(qtbot, stage)
    assert ask(qtbot, page, "xyzxyz") == "" and page.view.count.text().startswith("Personne")
    assert ask(qtbot, page, "06") == "" and not page.view.count.text()


def test_a_target_names_the_account_whatever_was_typed(qtbot: QtBot, stage: StandIn) -> None:
    page, [first, second, *_] = opened(qtbot, stage), people(stage)
    ask(qtbot, page, first.login or "")
    page.narrow(Target(Page.SUPPORT, account_ids=frozenset({second.account_id}), section="diagnosis"))
    assert answered(page) == second.guardian and not page.view.field.text()
    fresh = DiagnosisPage(stage)
    qtbot.addWidget(fresh.widget)
    fresh.narrow(Target(Page.SUPPORT, account_ids=frozenset({second.account_id})))
    fresh.refresh()
    qtbot.waitUntil(lambda: not fresh.busy)
    assert answered(fresh) == second.guardian


def test_the_button_does_it_and_the_answer_follows(qtbot: QtBot, stage: StandIn) -> None:
    [row, *_] = people(stage)
    change(stage, row.account_id, block="birth_date_tries")
    page = opened(qtbot, stage)
    ask(qtbot, page, row.login or "")
    [card] = [one for one in page.view.cards if one.code == "birth_date_block"]
    assert card.do is not None and card.do.text() == "Rouvrir l’accès"
    card.do.setFocus()
    qtbot.keyClick(card.do, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.busy and "birth_date_block" not in [one.code for one in page.view.cards])
    assert page.view.band.text() == f"Accès rouvert pour {row.guardian}." and stage.synchronised == 1


def test_what_to_say_is_copied(qtbot: QtBot, stage: StandIn) -> None:
    [row, *_] = people(stage)
    page = opened(qtbot, stage)
    ask(qtbot, page, row.login or "")
    [cause, *_] = diagnose(stage.desk, school_id=stage.school_id, query=row.login or "")[0].causes
    page.view.cards[0].copy.click()
    assert QGuiApplication.clipboard().text() == cause.say and page.view.cards[0].copy.text() == "Copié"


def test_every_remedy_has_somebody_who_does_it(qtbot: QtBot, stage: StandIn) -> None:
    page = opened(qtbot, stage)
    assert set(page.remedies._how) == set(Remedy)


def test_a_page_is_where_it_is_done(qtbot: QtBot, stage: StandIn) -> None:
    [row, *_] = people(stage)
    page = opened(qtbot, stage)
    ask(qtbot, page, row.login or "")
    page.view.account.click()
    assert stage.went[-1].page is Page.GUARDIANS and stage.went[-1].account_ids == {row.account_id}
    page.view.remedy_asked.emit(Remedy.DUPLICATES, "")
    assert (stage.went[-1].page, stage.went[-1].section) == (Page.SUPPORT, "duplicates")
    [card] = [one for one in page.view.cards if one.code == "not_linked"]
    assert card.do is not None
    card.do.click()
    assert stage.went[-1] == Target(Page.MY_SCHOOL)


def test_what_is_refused_is_said(qtbot: QtBot, stage: StandIn) -> None:
    [row, *_] = people(stage)
    page = opened(qtbot, stage)
    ask(qtbot, page, row.login or "")
    page.view.remedy_asked.emit(Remedy.PROLONG, "")
    qtbot.waitUntil(lambda: not page.busy and page.view.band.isVisibleTo(page.view))
    assert "imprimez-en une" in page.view.band.text()


def test_an_act_of_another_page_changes_the_answer(qtbot: QtBot, stage: StandIn) -> None:
    [row, *_] = people(stage)
    change(stage, row.account_id, block="birth_date_tries")
    page = opened(qtbot, stage)
    ask(qtbot, page, row.login or "")
    fields = AccountsFields(account_ids=[row.account_id])
    submit(stage.desk, school_id=stage.school_id, kind="compte.rouvrir", fields=fields)
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    assert "birth_date_block" not in [one.code for one in page.view.cards]


def test_the_whole_school_is_written_for_the_academys_desk(qtbot: QtBot, stage: StandIn, tmp_path: Path) -> None:
    file = tmp_path / "guichet.pdf"
    page = stage.page = DiagnosisPage(stage, choose=lambda _parent: str(file))
    qtbot.addWidget(page.widget)
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    page.widget.show()
    page.view.field.setFocus()
    qtbot.keyClick(page.view.field, Qt.Key.Key_Tab)
    assert page.widget.window().focusWidget() is page.view.report, "a parent is looked for first"
    qtbot.keyClick(page.view.report, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.busy and "guichet.pdf est écrit" in page.view.band.text())
    assert "Pourquoi la connexion n’aboutit pas" in PdfReader(file).pages[0].extract_text()

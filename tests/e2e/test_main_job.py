"""The main job, by the real parts: ONDE's files, no network, a code, sheets, a phone, the green dot.

The desktop is the real one (offscreen), the server a process of its own, the phone Chromium at 390 px; the line is cut
by ending the server's process and mended by starting it again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.states import AccountState
from app.services.accounts import list_accounts
from app.services.demo.school import NAME, UAI
from app.services.todo import Page
from app.ui.app import Choices, Desktop, dress
from app.ui.first_run.dialog import FirstRun
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.page import GuardiansPage
from app.ui.my_school.page import MySchoolPage
from app.ui.shell.window import MainWindow
from tests.cli.command import Cli
from tests.e2e.driver import Player, Script
from tests.e2e.paper import PaperSheet, read_sheets
from tests.support.browser import axe_violations, chromium, phone, press
from tests.support.live import body_of, free_port, smtp_catcher

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
PASSWORD = "le parapluie de Zoé"


@pytest.fixture
def desktop(qapp: QApplication, preau: Cli) -> Iterator[Desktop]:
    dress(qapp, dark=False)
    said: list[str] = []
    made = Desktop(Choices({**os.environ, **preau.environment}, Page.GUARDIANS, dark=False), say=said.append)
    yield made
    made.close()
    assert said == []


@pytest.fixture
def preau(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


def begin_offline(pupils: Path, guardians: Path) -> Script:
    """The assistant: no code, no network; the school, its contact, ONDE's files."""

    def dialog() -> FirstRun | None:
        found = QApplication.activeModalWidget()
        return found if isinstance(found, FirstRun) else None

    yield dialog
    first = dialog()
    assert first is not None
    first.view.chosen.emit("offline")
    yield lambda: first.view.step == "school"
    first.view.school.fill({"uai": "0990001X", "name": NAME})
    first.view.next.click()
    assert first.view.step == "school"  # the last letter of the number is wrong: the assistant stays
    first.view.school.fill({"uai": UAI.lower()})
    QTest.keyClick(first.view.next, Qt.Key.Key_Space)
    yield lambda: first.view.step == "contact"
    first.view.contact.fill({"phone": "05 36 49 00 00", "signatory_name": "Mme Rouvière"})
    first.view.next.click()
    yield lambda: first.view.step == "files" and first.panel is not None
    panel = first.panel
    assert panel is not None
    panel.open_files([guardians, pupils])
    yield lambda: panel.widget.currentWidget() is panel.previewing and not panel.busy
    assert panel.previewing.summary.texts_shown()[0][:2] == ["Élèves", "8"]
    panel.previewing.confirm.click()
    yield lambda: panel.widget.currentWidget() is panel.choosing and not panel.busy
    first.view.next.click()


def enrol(window: MainWindow, server: str, code: str) -> Script:
    """« Mon école »: the code; the log-ins come with the synchronisation that follows by itself."""
    window.show_page(Page.MY_SCHOOL.value)
    page = window.page(Page.MY_SCHOOL.value)
    assert isinstance(page, MySchoolPage)
    page.view.code_form.fill({"server": server, "code": code})
    page.view.enrol.click()
    yield lambda: all(row.login for row in list_accounts(window.desk, school_id=window.school_id).rows)
    yield lambda: "Synchronisé" in window.head.pill.text()


def print_first_class(window: MainWindow, folder: Path, made: list[Path]) -> Script:
    """With the line cut: find, tick, print. By keyboard where a director would."""
    window.show_page(Page.GUARDIANS.value)
    page = window.page(Page.GUARDIANS.value)
    assert isinstance(page, GuardiansPage)
    yield lambda: page.model.rowCount() > 0 and not page.busy
    QTest.keyClick(page.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.view.criteria.search, page.model.row_at(0).pupil.split()[0][:4].lower())
    yield lambda: 0 < page.model.rowCount() < 30
    page.view.table.all_ticked.emit()
    yield lambda: "sélectionné" in page.view.bar.counter.text() and page.ticked
    page.view.bar.notify_menu.sheets_asked.emit(False)
    yield lambda: page.notifier.dialog is not None
    dialog = page.notifier.dialog
    assert isinstance(dialog, NotifyDialog)
    dialog.folder.field.setText(str(folder))
    dialog.confirm.click()
    yield lambda: dialog.result_of_print is not None and not page.busy
    assert dialog.result_of_print is not None
    made.extend(dialog.result_of_print.files)
    dialog.accept()
    yield lambda: "à envoyer" in window.head.pill.text().lower()


def waits_nothing(window: MainWindow) -> Script:
    """The line is mended: the PC synchronises by itself."""
    yield lambda: "Synchronisé" in window.head.pill.text() and "à envoyer" not in window.head.pill.text()


def sees_green(window: MainWindow, login: str) -> Script:
    """The dot of that account becomes green in « Responsables »."""
    window.show_page(Page.GUARDIANS.value)
    page = window.page(Page.GUARDIANS.value)
    assert isinstance(page, GuardiansPage)
    page.view.criteria.show_everything()
    window.synchronise()

    def states() -> set[AccountState]:
        rows = [page.model.row_at(line) for line in range(page.model.rowCount())]
        return {row.state for row in rows if row.login == login}

    yield lambda: states() == {AccountState.ACTIVE}


def scan(sheet: PaperSheet, birth_date: str, mails: Callable[[], list[Message]]) -> str:
    """The parent: the code, the form, the mail, the children. Returns the troubles that axe finds."""
    year, month, day = birth_date.split("-")
    troubles: list[str] = []
    with chromium() as browser, phone(browser) as page:

        def judge() -> None:
            troubles.extend(axe_violations(browser, page.content(), page.url))

        page.goto(sheet.address)
        assert page.url.endswith("/activation")  # the token is out of the address
        judge()
        for label, value in (("Jour", day), ("Mois", month), ("Année", year)):
            page.get_by_label(label).fill(value)
        page.get_by_label("Adresse mail").fill("parent@example.org")
        page.get_by_label("Choisissez votre mot de passe").fill(PASSWORD)
        press(page, page.get_by_role("button", name="Activer mon compte"))
        judge()
        [mail] = mails()
        link = re.search(r"https?://\S+", body_of(mail))
        assert link is not None and PASSWORD not in body_of(mail)
        page.goto(link.group())
        press(page, page.get_by_role("button", name="Activer mon compte"))
        assert page.get_by_role("heading", name="Compte activé").is_visible()
        judge()
        press(page, page.get_by_role("link", name="Continuer"))
        judge()
        press(page, page.get_by_role("button", name="J’accepte ces conditions"))
        assert page.get_by_role("heading", name="Mes enfants").is_visible()
        judge()
    return "\n".join(troubles)


def test_from_ondes_files_to_the_green_dot(desktop: Desktop, preau: Cli, tmp_path: Path) -> None:
    pupils, guardians = preau.onde_files(pupils=8)
    player = Player(begin_offline(pupils, guardians))
    assert desktop.open()
    player.finish()
    window = desktop.window
    assert window is not None
    preau("admin", "create-school", UAI, NAME)
    code = preau("admin", "enrol-code", UAI, "--person", "Mme Rouvière", "--json").json["code"]
    port, sheets = free_port(), tmp_path / "feuilles"
    sheets.mkdir()
    made: list[Path] = []
    with smtp_catcher() as (smtp_port, caught):
        mail = {"PREAU_SMTP_HOST": "127.0.0.1", "PREAU_SMTP_PORT": str(smtp_port), "PREAU_OUTBOX_EVERY_S": "0.2"}
        with preau.serving(port, mail) as server:
            Player(enrol(window, server, code)).finish()
        Player(print_first_class(window, sheets, made)).finish()
        with preau.serving(port, mail) as server:
            Player(waits_nothing(window)).finish()
            sheet = next(sheet for path in made for sheet in read_sheets(path))
            assert sheet.address.startswith(f"{server}/a/")
            rows = list_accounts(window.desk, school_id=window.school_id).rows
            row = next(row for row in rows if row.login and row.login in sheet.text.split())
            assert scan(sheet, youngest_birth_date(window, row.account_id), lambda: caught.wait(1)) == ""
            Player(sees_green(window, row.login or "")).finish()


def youngest_birth_date(window: MainWindow, account_id: str) -> str:
    """What the parent knows without looking."""
    from app.services.account_card import account_card

    card = account_card(window.desk, school_id=window.school_id, account_id=account_id)
    return max("-".join(reversed(child.birth_date.split("-"))) for child in card.children)

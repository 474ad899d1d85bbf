"""Each line of the help tables (arena.md « Help given to families »; the deck's « Cas d'assistance »): the parent tries in
Chromium, the PC synchronises, and « Diagnostic » in the real window names the cause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.models.acts import EditSchoolFields
from app.services.records.journal import submit
from app.services.todo import Page as PageName
from app.ui.shell.page import PageSpec
from app.ui.shell.window import MainWindow
from app.ui.support.diagnosis.page import DiagnosisPage
from app.ui.support.page import SupportPage
from tests.server.portal.accounts import SECOND_PUPILS
from tests.server.portal.creating import MOBILE, code_of, import_files
from tests.server.portal.household import GUARDIANS, PASSWORD, PUPILS, Household, form
from tests.server.portal.reports.shelf import bring, content
from tests.support.browser import chromium, phone, press

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def window(qtbot: QtBot, home: Household) -> Iterator[MainWindow]:
    """The director's window, on the household's own vault."""
    pages = [PageSpec(PageName.SUPPORT, "Assistance", SupportPage)]
    made = MainWindow(home.desk.desk, school_id=home.desk.school_id, pages=pages)
    qtbot.addWidget(made)
    made.resize(1093, 614)
    made.show()
    yield made
    made.close()


Try = Callable[[Page, Household, Path], None]


def go(page: Page, button: str) -> None:
    press(page, page.get_by_role("button", name=button, exact=True))


def create(page: Page, home: Household, mobile: str = MOBILE) -> None:
    page.goto(f"{home.server.url}/creer")
    page.locator("[name=nom]").fill("Dupont")
    page.locator("[name=prenom]").fill("Marc")
    page.locator("[name=portable]").fill(mobile)
    with page.expect_navigation(wait_until="load"):
        page.locator("[name=portable]").press("Enter")


def enter_code(page: Page, home: Household) -> None:
    page.locator("[name=code]").fill(code_of(home))
    with page.expect_navigation(wait_until="load"):
        page.locator("[name=code]").press("Enter")


def open_sheet(page: Page, home: Household, folder: Path, **filled: str) -> None:
    """The sheet in hand, up to the form sent."""
    secret = home.print_sheet(folder / "sheets")
    home.desk.sync()
    assert secret is not None
    page.goto(f"{home.server.url}/a/{secret.token}")
    for name, value in {**form(), **filled}.items():
        page.locator(f"[name={name}]").fill(value)
    go(page, "Activer mon compte")


def log_in(page: Page, home: Household, password: str) -> None:
    page.goto(home.server.url)
    page.get_by_label("Identifiant").fill(home.account()["login"])
    page.get_by_label("Mot de passe").fill(password)
    go(page, "Se connecter")


def another_number(page: Page, home: Household, folder: Path) -> None:
    create(page, home, "06 39 98 09 99")
    assert page.url.endswith("/creer/code")


def another_date(page: Page, home: Household, folder: Path) -> None:
    open_sheet(page, home, folder, jour="3", mois="4", annee="2019")
    assert page.get_by_text("Cette date ne convient pas").first.is_visible()


def forgotten(page: Page, home: Household, folder: Path) -> None:
    open_sheet(page, home, folder)
    page.context.clear_cookies()
    log_in(page, home, "je ne sais plus")
    assert page.get_by_text("ne convient pas").first.is_visible()


def log_in_lost(page: Page, home: Household, folder: Path) -> None:
    """No active account has confirmed this number: the same page is shown, and no code comes."""
    open_sheet(page, home, folder)
    page.context.clear_cookies()
    page.goto(home.server.url)
    press(page, page.get_by_role("link", name="Identifiant perdu"))
    page.get_by_label("Votre adresse mail").fill(MOBILE)
    go(page, "Recevoir un code")
    assert page.get_by_label("Code à 6 chiffres").is_visible()


def mail_lost(page: Page, home: Household, folder: Path) -> None:
    open_sheet(page, home, folder, courriel="marc@example.org")
    home.server.caught.wait(1)
    page.context.clear_cookies()
    log_in(page, home, PASSWORD)
    assert "Noé" not in page.content()


def one_child(page: Page, home: Household, folder: Path) -> None:
    leo = SECOND_PUPILS.splitlines()[1]
    import_files(home.desk, f"{PUPILS}{leo}\n", f"{GUARDIANS}M.;DUPONT;Marc;autre@example.org;;DUPONT;Léo;;\n")
    home.desk.sync()
    open_sheet(page, home, folder)
    assert "Zoé" in page.content() and "Léo" not in page.content()


def without_mobile(page: Page, home: Household, folder: Path) -> None:
    import_files(home.desk, PUPILS, GUARDIANS.replace(MOBILE, ""))
    home.desk.sync()
    create(page, home)
    assert page.url.endswith("/creer/code")


def not_the_guardian(page: Page, home: Household, folder: Path) -> None:
    create(page, home)
    enter_code(page, home)
    page.get_by_text("Je ne suis pas le représentant légal de cet élève").click()
    go(page, "Prévenir l’école")


def private_school(page: Page, home: Household, folder: Path) -> None:
    fields = EditSchoolFields(changes={"sector": (None, "private")})
    submit(home.desk.desk, school_id=home.desk.school_id, kind="ecole.modifier", fields=fields)
    without_mobile(page, home, folder)


def no_livret(page: Page, home: Household, folder: Path) -> None:
    bring(home, content().model_dump_json().encode())
    home.desk.sync()
    open_sheet(page, home, folder)
    assert page.url.endswith("/enfants") and "période" not in page.content()


LINES: dict[str, tuple[Try, str]] = {
    "mobile number refused": (another_number, "number_unknown"),
    "a child's birth date refused": (another_date, "birth_date_refused"),
    "forgotten password": (forgotten, "password_wrong"),
    "forgotten identifiant": (log_in_lost, "recovery_unconfirmed"),
    "activation mail lost": (mail_lost, "link_not_clicked"),
    "only one child on the account": (one_child, "one_child_only"),
    "no mobile number in ONDE": (without_mobile, "no_mobile"),
    "not the guardian": (not_the_guardian, "not_guardian"),
    "private school": (private_school, "private_without_mobiles"),
    "no livret": (no_livret, "report_not_locked"),
}


@pytest.mark.parametrize("line", LINES)
def test_the_page_names_what_stopped_the_parent(
    qtbot: QtBot, browser: Browser, window: MainWindow, home: Household, tmp_path: Path, line: str
) -> None:
    attempt, code = LINES[line]
    support = window.page(PageName.SUPPORT)
    assert isinstance(support, SupportPage)
    section = support.section
    assert isinstance(section, DiagnosisPage)
    qtbot.waitUntil(lambda: not section.busy)
    before = named(qtbot, section, home)
    with phone(browser) as page:
        attempt(page, home, tmp_path)
    home.desk.sync()
    window.records_changed()
    qtbot.waitUntil(lambda: not section.busy)
    after = named(qtbot, section, home)
    assert code in after and code not in before
    [card] = [one for one in section.view.cards if one.code == code]
    assert card.title.text() and card.isVisibleTo(window)


def named(qtbot: QtBot, section: DiagnosisPage, home: Household) -> list[str]:
    """Type the log-in that the parent reads out; the causes that the page shows."""
    section.view.field.clear()
    QTest.keyClicks(section.view.field, home.account()["login"])
    qtbot.waitUntil(lambda: section.view.name.text() == "DUPONT Marc" and not section.view.answer.isHidden())
    return [card.code for card in section.view.cards]

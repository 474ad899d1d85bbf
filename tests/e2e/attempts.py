"""What a parent does at the portal that fails, for each line of the help tables (arena.md « Help given to families »; the
deck's « Cas d'assistance »), and what is to be seen of it afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from app.services import schools
from tests.server.portal.accounts import SECOND_PUPILS
from tests.server.portal.creating import MOBILE, code_of, import_files
from tests.server.portal.household import GUARDIANS, PASSWORD, PUPILS, Household, form
from tests.server.portal.reports.shelf import bring, content
from tests.support.browser import press

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


def refuse_date(page: Page, button: str) -> None:
    """A day of April where the child was born in March."""
    for label, value in (("Jour", "3"), ("Mois", "4"), ("Année", "2019")):
        page.get_by_label(label).fill(value)
    go(page, button)
    assert page.get_by_text("Cette date ne convient pas").first.is_visible()


def date_by_sheet(page: Page, home: Household, folder: Path) -> None:
    open_sheet(page, home, folder, jour="3", mois="4", annee="2019")
    assert page.get_by_text("Cette date ne convient pas").first.is_visible()


def date_by_text(page: Page, home: Household, folder: Path) -> None:
    create(page, home)
    enter_code(page, home)
    refuse_date(page, "Continuer")


def arrive(page: Page, home: Household, mobile: str) -> None:
    """Back from FranceConnect, which has said the name; the portal asks for the mobile."""
    page.goto(home.server.url)
    press(page, page.get_by_role("button", name="identité de démonstration"))
    go(page, "marc")
    page.get_by_label("Téléphone portable").fill(mobile)
    go(page, "Recevoir mon code par SMS")


def number_by_provider(page: Page, home: Household, folder: Path) -> None:
    arrive(page, home, "06 39 98 09 99")
    assert page.url.endswith("/creer/code")


def date_by_provider(page: Page, home: Household, folder: Path) -> None:
    arrive(page, home, MOBILE)
    page.get_by_label("Code").fill(code_of(home))
    go(page, "Continuer")
    refuse_date(page, "Continuer")


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
    schools.set_private(home.desk.desk, school_id=home.desk.school_id, private=True)
    without_mobile(page, home, folder)


def no_livret(page: Page, home: Household, folder: Path) -> None:
    bring(home, content().model_dump_json().encode())
    home.desk.sync()
    open_sheet(page, home, folder)
    assert page.url.endswith("/enfants") and "période" not in page.content()


@dataclass(frozen=True, slots=True)
class Line:
    """One failed attempt, and what both ends are told: the cause, by its code, and the words of the ERUN's button.

    ``asked`` is what the parent says of himself on the phone, ``{login}`` being his identifiant; ``button`` is empty where
    the repair is the school's alone. ``film`` ends the name of the folder that keeps the pictures.
    """

    film: str
    attempt: Try
    code: str
    asked: str
    button: str = ""
    federated: bool = False
    """By FranceConnect: the portal knows a provider."""
    several: bool = False
    """Two records bear his name by then: she chooses."""


CORRECT, RESET = "Proposer\u00a0: corriger sa fiche…", "Proposer\u00a0: donner un nouveau mot de passe"
RESEND = "Proposer\u00a0: renvoyer le courriel d’activation"
LINES = {
    "mobile number refused, by FranceConnect": Line(
        "portable-franceconnect", number_by_provider, "number_unknown", "Marc Dupont", CORRECT, federated=True
    ),
    "mobile number refused, by a text": Line("portable-sms", another_number, "number_unknown", "dupont", CORRECT),
    "a child's birth date refused, by FranceConnect": Line(
        "date-franceconnect", date_by_provider, "birth_date_refused", "06.39.98.01.01", federated=True
    ),
    "a child's birth date refused, by a text": Line(
        "date-sms", date_by_text, "birth_date_refused", "+33 6 39 98 01 01"
    ),
    "a child's birth date refused, by the sheet": Line(
        "date-feuille", date_by_sheet, "birth_date_refused", "M.Dupont@example.org"
    ),
    "forgotten password": Line("mot-de-passe", forgotten, "password_wrong", "{login}", RESET),
    "forgotten identifiant": Line("identifiant", log_in_lost, "recovery_unconfirmed", "98 01 01"),
    "activation mail lost": Line("courriel-perdu", mail_lost, "link_not_clicked", "{login}", RESEND),
    "only one child on the account": Line(
        "un-seul-enfant", one_child, "one_child_only", "dupont marc", "Voir les deux fiches", several=True
    ),
    "no mobile number in ONDE": Line("sans-portable", without_mobile, "no_mobile", "m.dupont@example.org", CORRECT),
    "not the guardian": Line("pas-le-representant", not_the_guardian, "not_guardian", "06 39 98 01 01"),
    "private school": Line("ecole-privee", private_school, "private_without_mobiles", "Dupont"),
    "no livret": Line("pas-de-livret", no_livret, "report_not_locked", "{login}"),
}

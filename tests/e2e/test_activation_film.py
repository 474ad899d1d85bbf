"""Scenario C as films, scripts off: by the sheet and by the mail; on a phone by touch, on a computer by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.services.sealing import SheetSecret
from tests.e2e.walk import Film, Keyboard
from tests.server.portal.household import PASSWORD, YOUNGEST, Household
from tests.server.portal.test_activation import link_of
from tests.server.portal.test_mails import link_in as link_of_notification
from tests.server.portal.test_mails import send
from tests.support.browser import chromium, computer, phone, press

pytestmark = pytest.mark.browser
DATE = dict(zip(("Jour", "Mois", "Année"), YOUNGEST, strict=True))
FIELDS = dict(zip(("jour", "mois", "annee"), YOUNGEST, strict=True))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def sheet(home: Household, tmp_path: Path) -> SheetSecret:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    return secret


def on(page: Page, name: str) -> None:
    press(page, page.get_by_role("button", name=name, exact=True))


def fill_in(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " ")).fill(value)


def test_by_the_code_of_the_sheet_on_a_phone(browser: Browser, home: Household, sheet: SheetSecret) -> None:
    with phone(browser) as page:
        film = Film(browser, page, "c-feuille-390")
        page.goto(f"{home.server.url}/a/{sheet.token}")
        film.look("formulaire")
        on(page, "Activer mon compte")
        film.look("erreurs")
        fill_in(page, **DATE, Adresse_mail="marc@exemple", Choisissez_votre_mot_de_passe=PASSWORD)
        on(page, "Voir mon mot de passe")
        film.look("mot-de-passe-relu")
        assert page.get_by_label("Choisissez votre mot de passe").input_value() == PASSWORD
        on(page, "Activer mon compte")
        film.look("adresse-incomplete")
        fill_in(page, Adresse_mail="mrac@example.org", Choisissez_votre_mot_de_passe=PASSWORD)
        on(page, "Activer mon compte")
        film.look("ouvrez-le-courriel")
        page.get_by_text("Je n’ai rien reçu").click()
        fill_in(page, Adresse_mail="marc@example.org")
        film.look("adresse-corrigee")
        on(page, "Renvoyer le courriel")
        page.goto(link_of(home, 1))
        film.look("ancien-lien")
        page.goto(link_of(home, 2))
        film.look("confirmer")
        on(page, "Activer mon compte")
        film.look("active")
        press(page, page.get_by_role("link", name="Continuer"))
        film.look("mes-enfants")
        page.go_back()
        assert page.get_by_role("heading", name="Compte activé").is_visible(), "the arrow of the browser"
        page.goto(f"{home.server.url}/activation")
        assert page.url.endswith("/enfants"), "who comes back has nothing more to do"
        page.goto(f"{home.server.url}/a/{sheet.token}")
        film.look("feuille-deja-utilisee")
    assert film.troubles() == {} and len(film.seen) == 11


def test_by_what_is_printed_on_a_computer_by_the_keyboard_alone(
    browser: Browser, home: Household, sheet: SheetSecret
) -> None:
    with computer(browser) as page:
        film, keys = Film(browser, page, "c-feuille-1280"), Keyboard(page)
        page.goto(home.server.url)
        film.look("accueil")
        keys.push("Utiliser ma feuille")
        film.look("feuille")
        keys.write("identifiant", home.account()["login"])
        keys.write("mot_de_passe", "K7RW 3HNP XD4T")
        keys.enter()
        film.look("refus")
        keys.write("mot_de_passe", " ".join((sheet.password[:4], sheet.password[4:8], sheet.password[8:])))
        keys.enter()
        film.look("formulaire")
        for field, value in {**FIELDS, "password": PASSWORD}.items():
            keys.write(field, value)
        keys.enter()
        film.look("mes-enfants")
        assert page.url.endswith("/enfants"), "neither mail nor mobile is needed"
    assert film.troubles() == {} and len(film.seen) == 5


@pytest.mark.parametrize("wide", [False, True], ids=["390", "1280"])
def test_by_the_mail_of_the_school(browser: Browser, home: Household, wide: bool) -> None:
    send(home, "Marc")
    address = link_of_notification(home.server.caught.wait()[0])
    with computer(browser) if wide else phone(browser) as page:
        film, keys = Film(browser, page, f"c-mail-{'1280' if wide else '390'}"), Keyboard(page)
        page.goto(address)
        film.look("formulaire")
        keys.unfold("Utiliser une autre adresse mail")
        film.look("autre-adresse")
        for field, value in {**FIELDS, "password": PASSWORD}.items():
            keys.write(field, value)
        keys.enter()
        film.look("mes-enfants")
        assert page.url.endswith("/enfants") and len(home.server.caught.mails) == 1
        page.goto(address)
        film.look("lien-deja-utilise")
    assert film.troubles() == {} and len(film.seen) == 4


def test_a_sheet_that_is_not_known_yet_or_is_over(browser: Browser, home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    with phone(browser) as page:
        film = Film(browser, page, "c-feuille-refusee-390")
        page.goto(f"{home.server.url}/a/{secret.token}")
        film.look("pas-encore-active")
        home.desk.sync()
        home.clock.advance(days=120)
        page.goto(f"{home.server.url}/a/{secret.token}")
        film.look("plus-valable")
        assert page.get_by_role("heading", level=1).inner_text().startswith("Cette feuille n’est pas encore active")
        on(page, "Demander de l’aide à l’école")
        film.look("aide")
    assert film.troubles() == {} and len(film.seen) == 3

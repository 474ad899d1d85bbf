"""Scenario B as a film, scripts off: on a phone by touch, on a computer by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.walk import Film, Keyboard
from tests.server.portal.creating import another_school, code_of
from tests.server.portal.household import PASSWORD, Household
from tests.server.portal.test_create_gathering import LOU_GUARDIAN, LOU_PUPIL
from tests.support.browser import chromium, computer, phone, press

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def fill_in(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=label == "Nom").fill(value)


def on(page: Page, name: str) -> None:
    press(page, page.get_by_role("button", name=name, exact=True))


def date(page: Page, day: str, month: str, year: str) -> None:
    fill_in(page, Jour=day, Mois=month, Année=year)
    on(page, "Continuer")


def test_on_a_phone(browser: Browser, home: Household, tmp_path: Path) -> None:
    with (
        another_school(home, tmp_path / "other", LOU_PUPIL, LOU_GUARDIAN),
        phone(browser) as page,
    ):
        film = Film(browser, page, "b-auto-inscription-390")
        page.goto(home.server.url)
        film.look("accueil")
        press(page, page.get_by_role("link", name="Créer mon compte"))
        film.look("sans-compte")
        press(page, page.get_by_role("link", name="Je ne souhaite pas utiliser"))
        film.look("sans-portable")
        page.goto(f"{home.server.url}/creer")
        film.look("qui")
        on(page, "Recevoir mon code par SMS")
        film.look("qui-erreurs")
        fill_in(page, Nom="Dupont", Prénom="Marc", Téléphone_portable="+33 6 39 98 01 01")
        on(page, "Recevoir mon code par SMS")
        film.look("code")
        page.get_by_text("Je n’ai pas reçu de code").click()
        film.look("code-pas-recu")
        page.get_by_label("Code à 6 chiffres").fill("000000")
        on(page, "Continuer")
        film.look("code-faux")
        home.clock.advance(minutes=1)
        page.get_by_label("Code à 6 chiffres").fill(code_of(home))
        on(page, "Continuer")
        film.look("enfant")
        date(page, "1", "1", "2019")
        film.look("date-fausse")
        page.get_by_text("Je ne suis pas le représentant légal").click()
        film.look("pas-le-mien")
        date(page, "14", "3", "2019")
        expect(page.locator(".name")).to_have_text("Lou")
        film.look("enfant-autre-ecole")
        date(page, "7", "1", "2018")
        date(page, "2", "9", "2016")
        film.look("mot-de-passe")
        on(page, "Activer mon compte")
        film.look("mot-de-passe-erreur")
        fill_in(page, Mot_de_passe=PASSWORD)
        on(page, "Activer mon compte")
        film.look("mes-enfants")
        assert page.url.endswith("/enfants") and page.get_by_text("Lou", exact=True).is_visible()
    assert film.troubles() == {} and len(film.seen) == 15


def test_on_a_computer_by_the_keyboard_alone(browser: Browser, home: Household) -> None:
    with computer(browser) as page:
        film, keys = Film(browser, page, "b-auto-inscription-1280"), Keyboard(page)
        page.goto(home.server.url)
        film.look("accueil")
        keys.push("Créer mon compte")
        film.look("sans-compte")
        keys.push("Créer mon compte")
        film.look("qui")
        for field, words in (("last_name", "Dupont"), ("first_name", "Marc"), ("mobile", "06.39.98.01.01")):
            keys.write(field, words)
        keys.enter()
        film.look("code")
        keys.unfold("Je n’ai pas reçu de code")
        film.look("code-pas-recu")
        keys.write("code", code_of(home))
        keys.enter()
        for number, date in enumerate((("14", "3", "2019"), ("2", "9", "2016")), 1):
            film.look(f"enfant-{number}")
            for field, part in zip(("jour", "mois", "annee"), date, strict=True):
                keys.write(field, part)
            keys.push("Continuer")
        film.look("mot-de-passe")
        keys.write("password", PASSWORD)
        keys.enter()
        film.look("mes-enfants")
        assert page.url.endswith("/enfants")
    assert film.troubles() == {} and len(film.seen) == 9

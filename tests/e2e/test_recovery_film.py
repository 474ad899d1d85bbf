"""« Mot de passe perdu » as a film, scripts off: on a phone by touch, on a computer by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.walk import Film, Keyboard
from tests.server.portal.household import Household
from tests.server.portal.test_recovery import NEW, activate, code_in
from tests.support.browser import chromium, computer, phone, press

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_on_a_phone(browser: Browser, home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with phone(browser) as page:
        film = Film(browser, page, "acces-perdu-390")

        def on(name: str) -> None:
            press(page, page.get_by_role("button", name=name, exact=True))

        page.goto(home.server.url)
        press(page, page.get_by_role("link", name="Identifiant perdu"))
        film.look("contact")
        page.get_by_label("Votre adresse mail").fill("05 61 00 00 00")
        on("Recevoir un code")
        film.look("contact-refuse")
        page.get_by_label("Votre adresse mail").fill("Marc@example.org")
        on("Recevoir un code")
        page.get_by_text("Je n’ai pas reçu de code").click()
        film.look("code")
        page.get_by_label("Code à 6 chiffres").fill("000000")
        on("Continuer")
        film.look("code-faux")
        home.clock.advance(minutes=1)
        page.get_by_label("Code à 6 chiffres").fill(code_in(home, 2))
        on("Continuer")
        film.look("entre")
        page.get_by_label("nouveau mot de passe").fill("court")
        on("Enregistrer")
        film.look("mot-de-passe-refuse")
        press(page, page.get_by_role("link", name="Plus tard"))
        film.look("mes-enfants")
        assert page.url.endswith("/enfants"), "a new password is offered, not forced"
    assert film.troubles() == {} and len(film.seen) == 7


def test_on_a_computer_by_the_keyboard_alone(browser: Browser, home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with computer(browser) as page:
        film, keys = Film(browser, page, "acces-perdu-1280"), Keyboard(page)
        page.goto(home.server.url)
        keys.push("Mot de passe perdu")
        film.look("contact")
        keys.write("contact", "marc@example.org")
        keys.enter()
        film.look("code")
        keys.write("code", code_in(home, 2))
        keys.enter()
        film.look("entre")
        keys.write("password", NEW)
        keys.enter()
        film.look("mes-enfants")
        assert page.url.endswith("/enfants")
    assert film.troubles() == {} and len(film.seen) == 4

"""A wrong birth date in ONDE, from the refusal to the children, in Chromium: a phone, a window, scripts off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.models.help_codes import shown_code
from app.services import answering
from app.services.requests import list_requests
from tests.e2e.walk import Film
from tests.server.portal.household import PASSWORD, Household
from tests.support.browser import chromium, computer, phone, press

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("wide", [False, True], ids=["390", "1280"])
def test_a_wrong_birth_date_ends_with_the_parent_in(
    browser: Browser, home: Household, tmp_path: Path, wide: bool
) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with computer(browser) if wide else phone(browser) as page:
        film = Film(browser, page, f"aide-{'1280' if wide else '390'}")

        def activate() -> None:
            for label, value in (("Jour", "3"), ("Mois", "4"), ("Année", "2019")):
                page.get_by_label(label).fill(value)
            page.get_by_label("Choisissez votre mot de passe").fill(PASSWORD)
            press(page, page.get_by_role("button", name="Activer mon compte"))

        page.goto(f"{home.server.url}/a/{secret.token}")
        activate()
        film.look("date-refusee")
        press(page, page.get_by_role("button", name="Demander de l’aide à l’école"))
        film.look("demande")
        home.clock.advance(seconds=30)
        press(page, page.get_by_role("button", name="Envoyer ma demande"))
        film.look("demande-erreurs")
        for label, value in (
            ("Votre nom", "Dupont"), ("Votre prénom", "Marc"), ("Prénom de votre enfant", "Zoé"),
            ("Nom de votre enfant", "Dupont"), ("Téléphone ou adresse mail", "06 39 98 02 02"),
            ("Votre message (si vous voulez)", "Zoé est née le 3 avril."),
        ):  # fmt: skip
            page.get_by_label(label, exact=True).fill(value)
        press(page, page.get_by_role("button", name="Envoyer ma demande"))
        film.look("recue")
        reference = page.locator("strong.login").inner_text()
        _correct(home)
        press(page, page.get_by_role("link", name="Suivre ma demande"))
        page.get_by_label("Référence").fill(reference)
        page.get_by_label("Votre nom").fill("dupont")
        press(page, page.get_by_role("button", name="Voir où elle en est"))
        film.look("traitee")
        assert page.get_by_text("traitée").is_visible()
        page.goto(f"{home.server.url}/a/{secret.token}")
        activate()
        film.look("entree")
        assert page.url.endswith("/enfants")
    assert film.troubles() == {}


def _correct(home: Household) -> None:
    """The director sees the refused date beside the request, and corrects the record."""
    home.desk.sync()
    [asked] = list_requests(home.desk.desk, school_id=home.desk.school_id)
    answering.correct_record(
        home.desk.desk, school_id=home.desk.school_id, request_id=asked.request_id, table="pupils",
        record_id=asked.pupil_id or "", values={"birth_date": "03-04-2019"},
    )  # fmt: skip
    home.desk.sync()


def test_with_the_code_of_a_flyer_by_keyboard_alone(browser: Browser, home: Household) -> None:
    with computer(browser) as page:
        film = Film(browser, page, "aide-code")
        page.goto(f"{home.server.url}/aide")
        film.look("aide")
        page.get_by_role("button", name="Demander de l’aide à l’école").focus()
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
        film.look("code")
        page.get_by_label("Code de l’école").focus()
        page.keyboard.type("AAAA AAAA")
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
        film.look("code-faux")
        page.get_by_label("Code de l’école").fill("")
        page.get_by_label("Code de l’école").focus()
        page.keyboard.type(shown_code(home.desk.school_id).lower())
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
        film.look("formulaire")
        page.goto(f"{home.server.url}/aide/{shown_code(home.desk.school_id).replace(' ', '')}")
        film.look("adresse")
        page.goto(f"{home.server.url}/aide/suivi")
        page.get_by_label("Référence").fill("AAA-AAA-AAA")
        page.get_by_label("Votre nom").fill("Dupont")
        press(page, page.get_by_role("button", name="Voir où elle en est"))
        film.look("suivi-inconnu")
    assert film.troubles() == {}

"""« Mon compte », scripts off: another address, a session ended, the children of another account; by touch, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.walk import Film, Keyboard
from tests.server.portal.accounts import SECOND_GUARDIANS, SECOND_PUPILS, inside, link_in, log_in
from tests.server.portal.creating import another_school
from tests.server.portal.household import PASSWORD, Household
from tests.support.browser import chromium, computer, phone, press

pytestmark = pytest.mark.browser
PAGES = ("/compte/langue", "/compte/portable", "/compte/mot-de-passe", "/compte/acces", "/compte/donnees",
         "/compte/corriger", "/compte/corrections", "/compte/droits", "/compte/confirmer/mail")  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def go(film: Film, button: str) -> None:
    press(film.page, film.page.get_by_role("button", name=button, exact=True))


@pytest.mark.parametrize(("width", "dark"), [(390, False), (320, True), (1280, False)])
def test_the_film(browser: Browser, home: Household, tmp_path: Path, width: int, dark: bool) -> None:
    guardians = SECOND_GUARDIANS.format(last="DUPONT", first="Marc")
    with another_school(home, tmp_path / "other", SECOND_PUPILS, guardians) as other:
        secret = other.print_sheet(tmp_path / "other-sheets")
        assert secret is not None
        other.desk.sync()
        screen = computer(browser) if width == 1280 else phone(browser, width=width, dark=dark)
        with inside(home, tmp_path / "sheets") as tablet, screen as page:
            film, url = Film(browser, page, f"mon-compte-{width}"), home.server.url
            page.goto(url)
            page.get_by_label("Identifiant").fill(home.account()["login"])
            page.get_by_label("Mot de passe").fill(PASSWORD)
            go(film, "Se connecter")
            film.look("children")
            press(page, page.get_by_role("link", name="Mon compte"))
            film.look("account")
            change_the_address(film, home)
            end_the_tablet(film)
            assert tablet.get("/compte").url.path == "/"
            for path in PAGES:
                page.goto(url + path)
                film.look(path.strip("/").replace("/", "-"))
            page.goto(f"{url}/enfants")
            press(page, page.get_by_role("link", name="Ajouter des enfants depuis un autre compte"))
            film.look("add")
            bring_leo(film, other.account()["login"], secret.password)
        with home.parent() as again:
            assert "Léo" in log_in(again, home.account()["login"]).text
    assert film.troubles() == {}
    assert len(film.seen) == 13 + len(PAGES)


def change_the_address(film: Film, home: Household) -> None:
    page = film.page
    press(page, page.get_by_role("link", name="Ajouter : Adresse mail"))
    film.look("address")
    page.get_by_label("Nouvelle adresse mail").fill("sans arobase")
    go(film, "Recevoir le lien")
    film.look("address wrong")
    page.get_by_label("Nouvelle adresse mail").fill("marc@example.org")
    go(film, "Recevoir le lien")
    film.look("address waits")
    page.goto(home.server.url + link_in(home))
    film.look("address link")
    go(film, "Confirmer cette adresse")
    film.look("address confirmed")
    assert page.get_by_text("marc@example.org").is_visible()


def end_the_tablet(film: Film) -> None:
    page = film.page
    press(page, page.get_by_role("link", name="Voir : Appareils connectés"))
    film.look("sessions")
    assert page.get_by_text("Appareil inconnu").count() == 1
    press(page, page.get_by_role("button", name="Déconnecter", exact=False).last)
    film.look("sessions ended")
    assert page.get_by_text("Appareil inconnu").count() == 0


def bring_leo(film: Film, login: str, password: str) -> None:
    page = film.page
    page.get_by_label("Identifiant de l’autre compte").fill(login)
    page.get_by_label("Mot de passe de l’autre compte").fill("FAUX")
    go(film, "Continuer")
    film.look("add refused")
    page.get_by_label("Mot de passe de l’autre compte").fill(password)
    go(film, "Continuer")
    film.look("add confirm")
    go(film, "Réunir mes deux comptes")
    film.look("added")
    assert all(page.get_by_text(name, exact=True).is_visible() for name in ("Zoé", "Noé", "Léo"))


def test_by_the_keyboard_alone(browser: Browser, home: Household, tmp_path: Path) -> None:
    guardians = SECOND_GUARDIANS.format(last="DUPONT", first="Marc")
    with another_school(home, tmp_path / "other", SECOND_PUPILS, guardians) as other:
        secret = other.print_sheet(tmp_path / "other-sheets")
        assert secret is not None
        other.desk.sync()
        with inside(home, tmp_path / "sheets"), computer(browser) as page:
            film, keys = Film(browser, page, "mon-compte-clavier-1280"), Keyboard(page)
            page.goto(home.server.url)
            keys.write("identifiant", home.account()["login"])
            keys.write("mot_de_passe", PASSWORD)
            keys.enter()
            keys.push("Ajouter des enfants depuis un autre compte")
            keys.write("identifiant", other.account()["login"])
            keys.write("mot_de_passe", secret.password)
            keys.enter()
            film.look("reunir")
            keys.push("Réunir mes deux comptes")
            film.look("enfants")
            assert page.get_by_text("Léo", exact=True).is_visible()
            keys.push("Mon compte")
            keys.push("Je préfère le papier")
            film.look("papier")
            keys.push("Mes propositions et leurs réponses")
            keys.push("Se déconnecter")
            film.look("accueil")
    assert film.troubles() == {} and len(film.seen) == 4

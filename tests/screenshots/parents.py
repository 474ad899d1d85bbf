"""The pictures of the parents' guide: the three ways in, an access lost, other children, a livret, help, another language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from app.server.portal.federation.provider import Provider
from tests.conftest import FakeClock
from tests.server.portal.creating import code_of
from tests.server.portal.household import PASSWORD, Household, household
from tests.server.portal.reports.shelf import published
from tests.server.portal.test_recovery import code_in
from tests.support.browser import chromium, phone, press
from tests.support.live import body_of

PROVIDER = Provider.model_validate({
    "id": "franceconnect", "label": "S’identifier avec FranceConnect", "issuer": "https://fc.example.org/api/v2",
    "client_id": "preau", "client_secret": "secret", "name": "FranceConnect", "about_url": "https://franceconnect.gouv.fr/",
})  # fmt: skip
WORDS = "Zoé a bien commencé l’année : elle lit avec plaisir et aide ses camarades."
TALLEST, BELOW = 1200, 8
"""Of a picture, and below the last thing in it, in pixels."""
ZOE, NOE = ("14", "3", "2019"), ("2", "9", "2016")


@contextmanager
def _phone(browser: Browser, folder: Path) -> Iterator[tuple[Page, Callable[[str], None]]]:
    """A phone, and what keeps its page under a name: down to the end of what is asked, without the foot.

    Of a page too long for paper, or read further down, what one sees of it.
    """
    with phone(browser) as page:

        def shoot(name: str) -> None:
            room = page.viewport_size
            box = page.locator("main").bounding_box()
            assert room is not None and box is not None
            end = box["y"] + box["height"] + BELOW
            whole = page.evaluate("scrollY") == 0 and end <= TALLEST
            shown = {"x": 0, "y": 0, "width": room["width"], "height": end if whole else min(room["height"], end)}
            page.screenshot(path=str(folder / f"parent-{name}.png"), clip=shown, full_page=whole)

        yield page, shoot


def render(folder: Path) -> list[Path]:
    """Draw every picture into ``folder``."""
    with chromium() as browser:
        for walk in (_by_mobile, _by_sheet):
            settings = {"federations": [PROVIDER]}
            with TemporaryDirectory() as place, household(Path(place), FakeClock(), settings=settings) as home:
                walk(browser, home, Path(place), folder)
    return sorted(folder.glob("parent-*.png"))


def _fill(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=label == "Nom").fill(value)


def _on(page: Page, name: str) -> None:
    press(page, page.get_by_role("button", name=name, exact=True))


def _by_mobile(browser: Browser, home: Household, place: Path, folder: Path) -> None:
    with _phone(browser, folder) as (page, shoot):
        page.goto(home.server.url)
        shoot("accueil")
        page.goto(f"{home.server.url}/creer")
        _fill(page, Nom="Dupont", Prénom="Marc", Téléphone_portable="06 39 98 01 01")
        shoot("creer")
        _on(page, "Recevoir mon code par SMS")
        page.get_by_label("Code à 6 chiffres").fill(code_of(home))
        shoot("code")
        _on(page, "Continuer")
        for day, month, year in (ZOE, NOE):
            _fill(page, Jour=day, Mois=month, Année=year)
            if year == ZOE[2]:
                shoot("enfant")
            _on(page, "Continuer")
        _fill(page, Mot_de_passe=PASSWORD)
        shoot("mot-de-passe")
        _on(page, "Activer mon compte")
        _read(page, home, shoot)
        press(page, page.get_by_role("link", name="Mes enfants"))
        press(page, page.get_by_role("link", name="Ajouter des enfants depuis un autre compte"))
        shoot("ajouter")


def _read(page: Page, home: Household, shoot: Callable[[str], None]) -> None:
    published(home, WORDS)
    page.goto(f"{home.server.url}/enfants")
    shoot("enfants")
    press(page, page.get_by_role("link", name="Livret scolaire").first)
    shoot("livret")
    press(page, page.get_by_role("link", name=re.compile("Bilan de la période 1")))
    page.get_by_role("button", name="J’ai pris connaissance").scroll_into_view_if_needed()
    shoot("lu")


def _by_sheet(browser: Browser, home: Household, place: Path, folder: Path) -> None:
    secret = home.print_sheet(place / "sheets")
    assert secret is not None
    home.desk.sync()
    with _phone(browser, folder) as (page, shoot):
        page.goto(f"{home.server.url}/feuille")
        shoot("feuille")
        page.goto(f"{home.server.url}/a/{secret.token}")
        day, month, year = ZOE
        _fill(page, Jour=day, Mois=month, Année=year, Adresse_mail="marc@example.org", Choisissez_votre=PASSWORD)
        shoot("activer")
        _on(page, "Activer mon compte")
        shoot("attente")
        link = re.search(r"https?://\S+", body_of(home.server.caught.wait()[0]))
        assert link is not None
        page.goto(link.group())
        _on(page, "Activer mon compte")
        shoot("active")
    _lost(browser, home, folder)


def _lost(browser: Browser, home: Household, folder: Path) -> None:
    url = home.server.url
    with _phone(browser, folder) as (page, shoot):
        page.goto(url)
        press(page, page.get_by_role("link", name="Mot de passe perdu"))
        _fill(page, Votre_adresse_mail="marc@example.org")
        shoot("perdu")
        _on(page, "Recevoir un code")
        _fill(page, Code_à_6_chiffres=code_in(home, 2))
        _on(page, "Continuer")
        shoot("nouveau-mot-de-passe")
    with _phone(browser, folder) as (page, shoot):
        page.goto(f"{url}/aide/ecole")
        shoot("aide")
        page.goto(url)
        press(page, page.get_by_role("button", name="العربية"))
        shoot("arabe")


if __name__ == "__main__":
    import sys

    for made in render(Path(sys.argv[1])):
        print(made)

"""The pictures of the parents' guide: the three ways in, an access lost, other children, a livret, help, another language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Locator, Page

from app.models.help_codes import shown_code
from app.server.portal.federation.provider import Provider
from tests.conftest import FakeClock
from tests.screenshots.papers import keep_top
from tests.screenshots.portal import give_an_address, paper
from tests.server.portal.creating import code_of
from tests.server.portal.federation.test_scenario_a import house
from tests.server.portal.household import PASSWORD, Household, household
from tests.server.portal.reports.shelf import published
from tests.server.portal.test_new_child import LOU, lou_arrives
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


class _Camera:
    """Keeps the page of a phone under a name: down to the end of what is asked, without the foot.

    Of a page too long for paper, or read further down, what one sees of it; ``until`` is the last thing that matters.
    """

    def __init__(self, page: Page, folder: Path) -> None:
        self._page, self._folder = page, folder

    def __call__(self, name: str, *, until: Locator | None = None) -> None:
        room, box = self._page.viewport_size, (until or self._page.locator("main")).bounding_box()
        assert room is not None and box is not None
        end = box["y"] + box["height"] + BELOW
        whole = self._page.evaluate("scrollY") == 0 and end <= TALLEST
        height = end if whole else min(room["height"], end)
        self._page.screenshot(
            path=str(self._folder / f"parent-{name}.png"), full_page=whole,
            clip={"x": 0, "y": 0, "width": room["width"], "height": height},
        )  # fmt: skip


@contextmanager
def _phone(browser: Browser, folder: Path) -> Iterator[tuple[Page, _Camera]]:
    with phone(browser) as page:
        yield page, _Camera(page, folder)


def render(folder: Path) -> list[Path]:
    """Draw every picture into ``folder``."""
    with chromium() as browser:
        for walk in (_by_mobile, _by_sheet):
            settings = {"federations": [PROVIDER]}
            with TemporaryDirectory() as place, household(Path(place), FakeClock(), settings=settings) as home:
                walk(browser, home, Path(place), folder)
        with TemporaryDirectory() as place, house(Path(place), label=PROVIDER.label, name="FranceConnect") as made:
            _by_federation(browser, made.home, folder)
    return sorted(folder.glob("parent-*.png"))


def _by_federation(browser: Browser, home: Household, folder: Path) -> None:
    """Back from the provider: what is left to prove, and the last step."""
    with _phone(browser, folder) as (page, shoot):
        page.goto(home.server.url)
        _on(page, PROVIDER.label)
        press(page, page.get_by_role("button", name="marc"))
        _fill(page, Téléphone_portable="06 39 98 01 01")
        shoot("portable")
        _on(page, "Recevoir mon code par SMS")
        _fill(page, Code=code_of(home))
        _on(page, "Continuer")
        for _ in range(2):
            day, month, year = ZOE if "Zoé" in page.content() else NOE
            _fill(page, Jour=day, Mois=month, Année=year)
            _on(page, "Continuer")
        shoot("derniere-etape")


def _fill(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label.replace("_", " "), exact=label.startswith("Nom")).fill(value)


def _on(page: Page, name: str) -> None:
    press(page, page.get_by_role("button", name=name, exact=True))


def _by_mobile(browser: Browser, home: Household, place: Path, folder: Path) -> None:
    with _phone(browser, folder) as (page, shoot):
        page.goto(home.server.url)
        shoot("accueil")
        shoot("bouton", until=page.locator("main .card").first)
        press(page, page.get_by_role("link", name="Créer mon compte"))
        shoot("sans-compte")
        press(page, page.get_by_role("link", name="Créer mon compte"))
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
        lou_arrives(home)
        page.goto(f"{home.server.url}/enfants")
        shoot("enfant-propose", until=page.locator("section", has_text="Un enfant peut être ajouté"))
        press(page, page.get_by_role("link", name="Ajouter", exact=True))
        day, month, year = LOU
        _fill(page, Jour=day, Mois=month, Année=year)
        shoot("nouvel-enfant")
        page.goto(f"{home.server.url}/compte/donnees")
        shoot("donnees")


def _read(page: Page, home: Household, shoot: _Camera) -> None:
    published(home, WORDS)
    page.goto(f"{home.server.url}/enfants")
    shoot("enfants")
    press(page, page.get_by_role("link", name="Livret scolaire").first)
    shoot("livret")
    press(page, page.get_by_role("link", name=re.compile("Bilan de la période 1")))
    page.get_by_role("button", name="J’ai pris connaissance").scroll_into_view_if_needed()
    shoot("lu")


def _by_sheet(browser: Browser, home: Household, place: Path, folder: Path) -> None:
    give_an_address(home)
    secret = home.print_sheet(place / "sheets")
    assert secret is not None
    keep_top(paper(place / "sheets", folder / "parent-papier.png"), 0.66)  # what a parent looks for on the sheet
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
        shoot("code-perdu")
        _on(page, "Continuer")
        shoot("nouveau-mot-de-passe")
    with _phone(browser, folder) as (page, shoot):
        page.goto(url)
        page.locator("footer").screenshot(path=str(folder / "parent-pied.png"))
        _ask(page, home, shoot)
        page.goto(url)
        press(page, page.get_by_role("button", name="العربية"))
        shoot("arabe", until=page.get_by_role("button").nth(1))


def _ask(page: Page, home: Household, shoot: _Camera) -> None:
    """From « Aide » at the foot to the reference."""
    press(page, page.get_by_role("link", name="Aide", exact=True))
    press(page, page.get_by_role("button", name="Demander de l’aide à l’école"))
    _fill(page, Code_de_l=shown_code(home.desk.school_id))
    shoot("aide")
    _on(page, "Continuer")
    home.clock.advance(seconds=30)  # a person takes some time to fill it in
    _fill(
        page, Votre_nom="Dupont", Votre_prénom="Marc", Prénom_de_votre="Zoé", **{"Nom de votre enfant": "Dupont"},
        Téléphone_ou="06 39 98 01 01", Votre_message="La date de naissance est refusée.",
    )  # fmt: skip
    shoot("demande")
    _on(page, "Envoyer ma demande")
    shoot("reference")


if __name__ == "__main__":
    import sys

    for made in render(Path(sys.argv[1])):
        print(made)

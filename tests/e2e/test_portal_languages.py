"""Every page in every language: judged by axe on a phone, at 400 % of zoom, and weighed as a slow line feels it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

from app.services import languages
from tests.conftest import FakeClock
from tests.e2e.walk import Film
from tests.server.portal.household import PASSWORD, Household, household
from tests.support.browser import chromium, overflows, phone, press

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # some thirty pages, each judged at three widths

CODES = ["fr", *(one.code for one in languages.languages())]
BEFORE = (
    "/", "/feuille", "/sans-compte", "/creer", "/sans-portable", "/acces-perdu", "/aide", "/aide/ecole", "/aide/suivi",
    "/contacts", "/mentions-legales", "/donnees-personnelles", "/conditions", "/accessibilite",
)  # fmt: skip
AFTER = (
    "/enfants", "/enfants/ajouter", "/livrets", "/compte/avis", "/compte", "/compte/langue", "/compte/mail", "/compte/portable",
    "/compte/mot-de-passe", "/compte/acces", "/compte/appareils", "/compte/donnees", "/compte/corriger",
    "/compte/corrections", "/compte/droits",
)  # fmt: skip
SMALL, LARGE = {"width": 320, "height": 568}, {"width": 1280, "height": 800}
MOST_BYTES, MOST_REQUESTS = 40_000, 6


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def asking(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    """A household whose server asks for the conditions, and has an operator with a name."""
    told = {"terms_version": "1", "operator_name": "Commune d’Essai", "operator_contact": "panne@essai.example"}
    with household(tmp_path, clock, settings=told) as made:
        yield made


@dataclass
class Judge:
    """Looks at a page at three widths, and weighs it."""

    film: Film
    code: str
    answers: list[Response] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)
    heaviest: int = 0

    def __post_init__(self) -> None:
        self.film.page.on("response", lambda answer: self.answers.append(answer))

    @property
    def page(self) -> Page:
        return self.film.page

    @contextmanager
    def at(self, size: dict[str, int]) -> Iterator[None]:
        before = self.page.viewport_size
        assert before is not None
        self.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        yield
        self.page.set_viewport_size(before)

    def look(self, name: str) -> None:
        assert self.page.locator("html").get_attribute("lang") == self.code, name
        troubles = self._weighed()
        self.film.look(name)
        for size in (SMALL, LARGE):
            with self.at(size):
                if overflows(self.page):
                    troubles.append(f"the page must be scrolled sideways at {size['width']} px")
        self.film.seen[name] += troubles

    def _weighed(self) -> list[str]:
        own = [one for one in self.answers if not one.url.startswith("data:")]
        weight = sum(map(self._weight, own))
        self.heaviest = max(self.heaviest, weight)
        self.answers.clear()
        right = weight <= MOST_BYTES and len(own) <= MOST_REQUESTS
        return [] if right else [f"{weight} bytes compressed in {len(own)} requests"]

    def _weight(self, answer: Response) -> int:
        """Compressed; what the browser kept weighs as it did the first time."""
        if answer.ok or answer.status >= 400:
            self.weights[answer.url] = len(gzip.compress(answer.body()))
        return self.weights.get(answer.url, 0)

    def visit(self, url: str, path: str) -> None:
        self.answers.clear()
        self.page.goto(url + path)
        self.look(path.strip("/").replace("/", "-") or "accueil")


@pytest.mark.parametrize("code", CODES)
def test_every_page_in_every_language(browser: Browser, asking: Household, tmp_path: Path, code: str) -> None:
    secret = asking.print_sheet(tmp_path / "sheets")
    assert secret is not None
    asking.desk.sync()
    url = asking.server.url
    with phone(browser, dark=code in ("ar", "tr")) as page:
        judge = Judge(Film(browser, page, f"langues-{code}"), code)
        page.goto(f"{url}/feuille")
        press(page, page.locator(f"button.tongue[value={code}]"))
        assert page.url == f"{url}/feuille"
        for path in BEFORE:
            judge.visit(url, path)
        _refused(judge, url)
        _activated(judge, f"{url}/a/{secret.token}")
        judge.look("conditions-a-accepter")
        press(page, page.locator("form[action='/conditions/accepter'] button"))
        for path in AFTER:
            judge.visit(url, path)
    assert judge.film.troubles() == {}
    assert len(judge.film.seen) == len(BEFORE) + len(AFTER) + 5
    assert 4_000 < judge.heaviest <= MOST_BYTES


def _refused(judge: Judge, url: str) -> None:
    """A password that is wrong, and a code that nobody sent."""
    page = judge.page
    page.goto(f"{url}/feuille")
    page.locator("#identifiant").fill("m.dupont")
    page.locator("#mot_de_passe").fill("FAUX FAUX FAUX")
    judge.answers.clear()
    press(page, page.locator("main form[action='/connexion'] button"))
    judge.look("refus")
    page.goto(f"{url}/creer")
    for place, value in (("last_name", "Dupont"), ("first_name", "Marc"), ("mobile", "06 39 98 01 01")):
        page.locator(f"#{place}").fill(value)
    judge.answers.clear()
    press(page, page.locator("form[action='/creer'] button"))
    page.locator("summary").click()
    judge.look("code-par-sms")


def _activated(judge: Judge, address: str) -> None:
    """The sheet's form, wrong and then right; and the school asked for help with the sheet in hand."""
    page = judge.page
    page.goto(address)
    judge.answers.clear()
    press(page, page.locator("form[action='/activation'] button:not(.second)"))
    judge.look("activation-en-erreur")
    page.locator("#jour").fill("15")
    for place, value in (("mois", "3"), ("annee", "2019"), ("password", PASSWORD)):
        page.locator(f"#{place}").fill(value)
    press(page, page.locator("form[action='/activation'] button:not(.second)"))
    judge.answers.clear()
    press(page, page.locator("form[action='/aide/demander'] button").first)
    judge.look("demander-de-l-aide")
    page.goto(address)
    for place, value in (("jour", "14"), ("mois", "3"), ("annee", "2019"), ("password", PASSWORD)):
        page.locator(f"#{place}").fill(value)
    judge.answers.clear()
    press(page, page.locator("form[action='/activation'] button:not(.second)"))

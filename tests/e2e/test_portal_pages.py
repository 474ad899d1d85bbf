"""Every page of the portal in Chromium, scripts off, as a parent on a phone sees it; axe looks at each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.walk import Walk
from tests.server.portal.household import PASSWORD, Household
from tests.support.browser import chromium, phone, press
from tests.support.live import body_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize(("width", "dark"), [(390, False), (320, True)])
def test_the_whole_walk(browser: Browser, home: Household, tmp_path: Path, width: int, dark: bool) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    url = home.server.url
    with phone(browser, width=width, dark=dark) as page:
        walk = Walk(browser, page)
        for path in ("/", "/feuille", "/sans-compte", "/aide"):
            page.goto(url + path)
            walk.look(path)
        page.goto(f"{url}/feuille")
        page.get_by_label("Identifiant").fill("m.dupont")
        page.get_by_label("Mot de passe provisoire").fill("FAUX FAUX FAUX")
        press(page, page.get_by_role("button", name="Continuer"))
        walk.look("refused")
        page.goto(f"{url}/a/{secret.token}")
        walk.look("form")
        press(page, page.get_by_role("button", name="Activer mon compte"))
        walk.look("form with errors")
        for label, value in (("Jour", "14"), ("Mois", "3"), ("Année", "2019")):
            page.get_by_label(label).fill(value)
        page.get_by_label("Adresse mail").fill("marc@example.org")
        page.get_by_label("Choisissez votre mot de passe").fill(PASSWORD)
        press(page, page.get_by_role("button", name="Activer mon compte"))
        page.get_by_text("Je n’ai rien reçu").click()
        walk.look("waiting")
        link = re.search(r"https?://\S+", body_of(home.server.caught.wait()[0]))
        assert link is not None
        page.goto(link.group())
        walk.look("confirm")
        press(page, page.get_by_role("button", name="Activer mon compte"))
        walk.look("activated")
        press(page, page.get_by_role("link", name="Continuer"))
        walk.look("children")
        assert all(page.get_by_text(name, exact=True).is_visible() for name in ("Zoé", "Noé"))
        press(page, page.get_by_role("button", name="Se déconnecter"))
        page.goto(link.group())
        walk.look("link over")
        page.goto(f"{url}/a/{secret.token}")
        walk.look("sheet over")
    assert {name: troubles for name, troubles in walk.seen.items() if troubles} == {}
    assert len(walk.seen) == 13

"""Every page of the portal as pictures: a phone, a small phone, light and dark; and one printed sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from app.models.report_content import canonical
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock
from tests.screenshots.papers import page_of
from tests.server.portal.household import PASSWORD, Household, household
from tests.server.portal.reports.shelf import bring, content, published, show
from tests.support.browser import chromium, phone, press
from tests.support.live import body_of
from tests.ui.school import PORTAL

LOOKS = (("390-clair", 390, False), ("320-sombre", 320, True))


def render(folder: Path) -> list[Path]:
    """Draw every picture into ``folder``."""
    made: list[Path] = []
    with chromium() as browser:
        for name, width, dark in LOOKS:
            with TemporaryDirectory() as place:
                made += _walk(browser, folder, Path(place), name, width, dark)
    return made


def _walk(browser: Browser, folder: Path, place: Path, look: str, width: int, dark: bool) -> list[Path]:
    made: list[Path] = []
    with household(place, FakeClock()) as home, phone(browser, width=width, dark=dark) as page:
        give_an_address(home)
        secret = home.print_sheet(place / "sheets")
        assert secret is not None
        made.append(paper(place / "sheets", folder / "feuille.png"))
        home.desk.sync()

        def shoot(name: str) -> None:
            path = folder / f"portail-{name}-{look}.png"
            page.screenshot(path=str(path), full_page=True)
            made.append(path)

        _pages(page, home.server.url, secret.token, shoot)
        found = re.search(r"https?://\S+", body_of(home.server.caught.wait()[0]))
        assert found is not None
        page.goto(found.group())
        shoot("confirmation")
        press(page, page.get_by_role("button", name="Activer mon compte"))
        shoot("active")
        press(page, page.get_by_role("link", name="Continuer"))
        shoot("enfants")
        _livret(home, page, shoot)
        page.goto(found.group())
        shoot("lien-perime")
    return made


def _livret(home: Household, page: Page, shoot: Callable[[str], None]) -> None:
    """The list of a child's documents, one of them, and « Pris connaissance »."""
    url, last_year = home.server.url, content(words="Une belle année.", year=2025, level="CP")
    report_id = published(home, words="Un bon début. Zoé lit chaque soir, il faut continuer.")
    show(home, bring(home, canonical(last_year), year=2025, level="CP", period_index=3))
    page.goto(f"{url}/livrets")
    shoot("livret")
    page.goto(f"{url}/livrets/{report_id}")
    shoot("bilan")
    press(page, page.get_by_role("button", name="J’ai pris connaissance de ce document"))
    shoot("bilan-lu")


def _pages(page: Page, url: str, token: str, shoot: Callable[[str], None]) -> None:
    for name, path in (
        ("accueil", "/"), ("feuille", "/feuille"), ("sans-compte", "/sans-compte"), ("aide", "/aide"),
        ("aide-ecole", "/aide/ecole"), ("aide-suivi", "/aide/suivi"),
    ):  # fmt: skip
        page.goto(url + path)
        shoot(name)
    page.goto(f"{url}/a/{token}")
    shoot("activation")
    press(page, page.get_by_role("button", name="Activer mon compte"))
    shoot("activation-erreurs")
    page.goto(f"{url}/aide")
    press(page, page.get_by_role("button", name="Demander de l’aide à l’école"))
    shoot("aide-demande")
    page.goto(f"{url}/a/{token}")
    for label, value in (("Jour", "14"), ("Mois", "3"), ("Année", "2019")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Adresse mail").fill("marc@example.org")
    page.get_by_label("Choisissez votre mot de passe").fill(PASSWORD)
    press(page, page.get_by_role("button", name="Activer mon compte"))
    shoot("attente")


def give_an_address(home: Household) -> None:
    """On paper the portal has an address that one could type, not that of this machine."""
    with home.desk.desk.vault.write() as connection:
        rows = SchoolRows(connection, home.desk.school_id)
        rows.change("schools", home.desk.school_id, portal_url=PORTAL)
        rows.flush()


def paper(sheets: Path, picture: Path) -> Path:
    """The sheet itself, the page after the cover."""
    pdf = next(sheets.glob("*.pdf"))
    return page_of(pdf, picture, dots=110, number=2)

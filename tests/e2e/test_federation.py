"""Scenario A as a parent lives it: to the provider and back, in Chromium, on a phone and on a computer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.walk import Film
from tests.server.portal.creating import MOBILE, code_of
from tests.server.portal.federation.test_scenario_a import house
from tests.support.browser import chromium, computer, phone, press

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("wide", [False, True], ids=["390", "1280"])
def test_scenario_a(browser: Browser, tmp_path: Path, wide: bool) -> None:
    with house(tmp_path) as made, computer(browser) if wide else phone(browser) as page:
        film = Film(browser, page, f"scenario-a-{1280 if wide else 390}")
        page.goto(made.home.server.url)
        film.look("first page")
        press(page, page.get_by_role("button", name="identité de démonstration"))
        press(page, page.get_by_role("button", name="marc"))
        film.look("mobile")
        page.get_by_label("Téléphone portable").fill(MOBILE)
        press(page, page.get_by_role("button", name="Recevoir mon code"))
        page.get_by_label("Code").fill(code_of(made.home))
        film.look("code")
        press(page, page.get_by_role("button", name="Continuer"))
        for _ in range(2):
            zoe = "Zoé" in page.content()
            for label, value in zip(
                ("Jour", "Mois", "Année"), ("14", "3", "2019") if zoe else ("2", "9", "2016"), strict=True
            ):
                page.get_by_label(label).fill(value)
            film.look("child" if zoe else "other child")
            press(page, page.get_by_role("button", name="Continuer"))
        film.look("last step")
        press(page, page.get_by_role("button", name="Activer mon compte"))
        film.look("children")
        assert page.url.endswith("/enfants")
        assert film.troubles() == {}

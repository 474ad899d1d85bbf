"""The pages that only say something: linked from every foot, true to the settings, silent about schools."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import FakeClock
from tests.server.portal.accounts import inside
from tests.server.portal.household import Household, household
from tests.server.portal.test_rights import protect
from tests.support.live import NAME

PAGES = ("/aide", "/contacts", "/mentions-legales", "/donnees-personnelles", "/conditions", "/accessibilite")
OPERATOR = {
    "operator_name": "Commune d’Essai", "operator_contact": "panne@essai.example",
    "operator_dpo": "https://essai.example/dpo", "operator_host": "Hébergeur <b>d’essai</b>, 31000 Essai",
}  # fmt: skip


def test_every_page_leads_to_them_and_says_that_it_is_not_educonnect(home: Household) -> None:
    with home.parent() as parent:
        for path in ("/", "/feuille", "/sans-compte", "/creer", "/acces-perdu", "/aide/ecole", *PAGES):
            page = parent.get(path)
            assert page.status_code == 200
            foot = page.text.partition("<footer>")[2]
            assert [f'href="{one}"' in foot for one in PAGES] == [True] * len(PAGES), path
            assert "Ce service n’est pas EduConnect." in foot


def test_the_operator_is_who_the_settings_say(tmp_path: Path, clock: FakeClock) -> None:
    with household(tmp_path, clock, settings=OPERATOR) as home, home.parent() as parent:
        notice = parent.get("/mentions-legales").text
        assert "Commune d’Essai" in notice
        assert 'href="mailto:panne@essai.example"' in notice
        assert "&lt;b&gt;" in notice and "<b>" not in notice
        assert 'href="https://essai.example/dpo"' in parent.get("/donnees-personnelles").text
        assert "panne@essai.example" in parent.get("/contacts").text
        assert "panne@essai.example" in parent.get("/accessibilite").text


def test_an_operator_without_a_name_says_so(home: Household) -> None:
    with home.parent() as parent:
        assert "n’a pas encore écrit son nom" in parent.get("/mentions-legales").text


def test_the_school_is_named_to_its_own_parents_only(home: Household, tmp_path: Path) -> None:
    with home.parent() as stranger:
        assert NAME not in stranger.get("/contacts").text
    with inside(home, tmp_path / "sheets") as parent:
        assert NAME in parent.get("/contacts").text


def test_a_protected_school_is_not_named(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        protect(home, "Zoé", "Noé")
        assert NAME not in parent.get("/contacts").text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_title_and_headings_in_order(home: Household, path: str) -> None:
    with home.parent() as parent:
        text = parent.get(path).text
    levels = [int(level) for level in re.findall(r"<h(\d)", text)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))

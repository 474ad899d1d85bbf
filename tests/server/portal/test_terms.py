"""The conditions of use: accepted once a version between the first log-in and the children, by one button."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.models.states import AccountState
from app.server.tables import portal_accounts
from tests.conftest import FakeClock
from tests.server.portal.accounts import log_in
from tests.server.portal.household import PASSWORD, Household, form, household

ACCEPT = "/conditions/accepter"


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock, database_url: str) -> Iterator[Household]:
    """A server whose conditions are in their first version."""
    with household(tmp_path, clock, database_url=database_url, settings={"terms_version": "1"}) as made:
        yield made


def activated(home: Household, folder: Path, parent: httpx.Client) -> httpx.Response:
    secret = home.print_sheet(folder)
    assert secret is not None
    home.desk.sync()
    parent.get(f"/a/{secret.token}")
    return parent.post("/activation", data=form())


def kept(home: Household) -> tuple[Any, Any]:
    columns = (portal_accounts.c.terms_version, portal_accounts.c.terms_at)
    with home.server.database.read() as connection:
        found = connection.execute(select(*columns).where(portal_accounts.c.login == home.account()["login"])).one()
    return found[0], found[1]


def set_account(home: Household, **values: object) -> None:
    with home.server.database.write() as connection:
        mine = portal_accounts.c.login == home.account()["login"]
        connection.execute(update(portal_accounts).where(mine).values(values))


def test_they_stand_between_the_first_log_in_and_the_children_and_never_again(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        page = activated(home, tmp_path / "sheets", parent)
        assert page.url.path == ACCEPT
        assert "Avant votre première visite" in page.text
        assert "checkbox" not in page.text
        assert page.text.count("J’accepte ces conditions") == 1
        assert parent.post(ACCEPT).url.path == "/enfants"
        assert kept(home)[0] == "1" and kept(home)[1] is not None
        assert parent.get(ACCEPT).url.path == "/enfants"
    with home.parent() as parent:
        assert log_in(parent, home.account()["login"]).url.path == "/enfants"


def test_without_them_no_page_of_the_account_opens(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        activated(home, tmp_path / "sheets", parent)
        for path in ("/enfants", "/compte", "/compte/donnees", "/enfants/ajouter", "/nouvel-enfant"):
            assert parent.get(path).url.path == ACCEPT, path
        assert parent.post("/compte/papier", data={"papier": "oui"}).url.path == ACCEPT


def test_who_refuses_is_logged_out_and_is_asked_again_next_time(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        activated(home, tmp_path / "sheets", parent)
        assert parent.post("/deconnexion").url.path == "/"
        assert parent.get("/enfants").url.path == "/"
        assert kept(home) == (None, None)
        assert log_in(parent, home.account()["login"], PASSWORD).url.path == ACCEPT


def test_a_new_version_is_asked_for_once_and_says_that_they_changed(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        activated(home, tmp_path / "sheets", parent)
        parent.post(ACCEPT)
        set_account(home, terms_version="0")
        page = parent.get("/enfants")
        assert page.url.path == ACCEPT
        assert "Elles ont changé" in page.text
        assert parent.post(ACCEPT).url.path == "/enfants"
        assert kept(home)[0] == "1"


def test_nobody_accepts_for_somebody_else(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        activated(home, tmp_path / "sheets", parent)
        with home.parent() as stranger:
            assert stranger.get(ACCEPT).url.path == "/"
            assert stranger.post(ACCEPT).url.path == "/"
        foreign = parent.post(ACCEPT, headers={"sec-fetch-site": "cross-site"})
        assert foreign.status_code == 403
        assert kept(home) == (None, None)


def test_an_activation_that_is_not_finished_is_not_asked(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        activated(home, tmp_path / "sheets", parent)
        set_account(home, state=AccountState.ACTIVATING.value, pending_email="marc@example.org")
        assert "ouvrez le courriel" in parent.get("/enfants").text


def test_everybody_may_read_them(home: Household) -> None:
    with home.parent() as parent:
        assert "Version 1." in parent.get("/conditions").text

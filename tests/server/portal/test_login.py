"""Log-in: whose tries are counted, and a password that the operator has ended."""

from __future__ import annotations

from pathlib import Path

import httpx
from sqlalchemy import update

from app.models.clock import instant
from app.server.portal.login import NEUTRAL
from app.server.tables import portal_accounts
from tests.server.portal.household import PASSWORD, Household, form


def activate(home: Household, folder: Path, parent: httpx.Client) -> str:
    """Marc logs in for the first time; returns his log-in."""
    secret = home.print_sheet(folder)
    home.desk.sync()
    assert secret is not None
    parent.get(f"/a/{secret.token}")
    assert parent.post("/activation", data=form()).url.path == "/enfants"
    return str(home.account()["login"])


def log_in(parent: httpx.Client, login: str, password: str = PASSWORD) -> httpx.Response:
    return parent.post("/connexion", data={"identifiant": login, "mot_de_passe": password})


def test_a_stranger_cannot_keep_a_parent_out(home: Household, tmp_path: Path) -> None:
    """Both are behind one address: a school's, a café's, a mobile operator's."""
    with home.parent() as parent, home.parent() as stranger:
        login = activate(home, tmp_path / "sheets", parent)
        parent.post("/deconnexion")
        for _ in range(12):
            log_in(stranger, login, "au hasard")
        assert NEUTRAL in log_in(stranger, login).text, "even the right password waits there"
        assert log_in(parent, login).url.path == "/enfants"
        assert NEUTRAL in log_in(stranger, login).text, "and his success does not open the stranger's way"


def test_a_known_browser_waits_too_where_it_guesses(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        login = activate(home, tmp_path / "sheets", parent)
        parent.post("/deconnexion")
        for _ in range(12):
            log_in(parent, login, "au hasard")
        assert NEUTRAL in log_in(parent, login).text
        home.clock.advance(minutes=15)
        assert log_in(parent, login).url.path == "/enfants"


def test_a_browser_is_known_for_the_accounts_that_it_opened_alone(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        activate(home, tmp_path / "sheets", parent)
        other = home.account("Ida")["login"]
        for _ in range(12):
            log_in(parent, other, "au hasard")
        with home.parent() as same_network:
            secret = home.print_sheet(tmp_path / "ida", "Ida")
            home.desk.sync()
            assert secret is not None
            assert NEUTRAL in log_in(same_network, other, secret.password).text


def test_a_password_that_was_ended_opens_nothing_and_says_what_to_do(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        login = activate(home, tmp_path / "sheets", parent)
        with home.server.database.write() as connection:
            connection.execute(update(portal_accounts).values(forced_reset_at=instant(home.clock())))
        with home.parent() as again:
            told = log_in(again, login).text
            assert "est à changer" in told and "Recevoir un code" in told and "Demander de l’aide à l’école" in told
            assert again.get("/enfants").url.path == "/"
            assert NEUTRAL in log_in(again, login, "au hasard").text, "nothing is told without the password"

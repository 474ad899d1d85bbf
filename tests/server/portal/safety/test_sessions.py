"""Sessions: another id whenever more is proven, ended with what opened them, never planted (ASVS 5.0, chapter 7)."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from app.models.clock import instant
from app.server.accounts.passwords import Hashing
from app.server.tables import browsers, portal_accounts, sessions
from tests.server.portal.accounts import change_mail, inside, link_in, log_in, marks
from tests.server.portal.creating import code_of
from tests.server.portal.household import PASSWORD, Household

NEW = "une autre phrase calme"


def copy_of(home: Household, parent: httpx.Client) -> httpx.Client:
    """A thief who has the parent's cookie of this moment."""
    thief = home.parent()
    thief.cookies.set("preau_s", parent.cookies["preau_s"])
    return thief


def test_proving_again_who_one_is_gives_the_session_another_id(home: Household, tmp_path: Path) -> None:
    """With the password; with a code; with a new number. The id before opens nothing."""
    with inside(home, tmp_path / "sheets") as parent:
        parent.post("/compte/portable", data={"portable": "06 39 98 02 02"})
        code = code_of(home)
        with copy_of(home, parent) as thief:
            assert parent.post("/compte/portable/code", data={"code": code}).url.path == "/compte"
            assert thief.get("/compte").url.path == "/" and parent.get("/compte").url.path == "/compte"
        home.clock.advance(minutes=11)
        with copy_of(home, parent) as thief:
            assert parent.post("/compte/confirmer/mail", data={"mot_de_passe": PASSWORD}).url.path == "/compte/mail"
            assert thief.get("/compte").url.path == "/"
        home.clock.advance(minutes=11)
        parent.post("/compte/confirmer/acces/envoyer", data={"vers": "mobile"})
        code = code_of(home, 2)
        with copy_of(home, parent) as thief:
            assert parent.post("/compte/confirmer/acces/code", data={"code": code}).url.path == "/compte/acces"
            assert thief.get("/compte").url.path == "/"


def test_a_new_password_gives_this_session_another_id_too(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent, copy_of(home, parent) as thief:
        page = parent.post("/compte/mot-de-passe", data={"ancien": PASSWORD, "mot_de_passe": NEW})
        assert page.url.path == "/compte" and thief.get("/compte").url.path == "/"


def test_a_way_in_that_is_taken_away_takes_the_other_sessions_with_it(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent, home.parent() as phone:
        change_mail(home, parent, "marc@example.org", mails=1)
        log_in(phone, home.account()["login"])
        parent.post("/compte/acces/retirer", data={"acces": "password"})
        assert phone.get("/compte").url.path == "/" and parent.get("/compte").url.path == "/compte"


def test_a_thief_of_a_session_cannot_put_the_owner_out(home: Household, tmp_path: Path) -> None:
    """To end a session one proves again who one is."""
    with inside(home, tmp_path / "sheets") as parent, home.parent() as phone:
        log_in(phone, home.account()["login"])
        mark = marks(parent.get("/compte/appareils").text, "appareil")[0]
        home.clock.advance(minutes=11)
        with copy_of(home, parent) as thief:
            for chosen in (mark, "autres"):
                there = thief.post("/compte/appareils", data={"appareil": chosen}).url.path
                assert there == "/compte/confirmer/appareils"
        assert phone.get("/compte").url.path == "/compte"
        there = parent.post("/compte/confirmer/appareils", data={"mot_de_passe": PASSWORD}).url.path
        assert there == "/compte/appareils"
        parent.post("/compte/appareils", data={"appareil": mark})
        assert phone.get("/compte").url.path == "/"


@pytest.mark.parametrize("meanwhile", ["session ended", "password reset"])
def test_what_ends_while_a_password_is_being_hashed_stays_ended(
    home: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """A reset by the school, or the owner who ends this session from elsewhere: the thief's new password does not stand."""
    with inside(home, tmp_path / "sheets") as thief:
        whole = Hashing.hash

        async def slowly(hashing: Hashing, password: str) -> str:
            with home.server.database.write() as connection:
                if meanwhile == "session ended":
                    connection.execute(update(sessions).values(ended_at=instant(home.clock())))
                else:
                    connection.execute(update(portal_accounts).values(password_hash=None))
            return await whole(hashing, password)

        monkeypatch.setattr(Hashing, "hash", slowly)
        assert thief.post("/compte/mot-de-passe", data={"ancien": PASSWORD, "mot_de_passe": NEW}).url.path in (
            "/",
            "/enfants",
        )
    with home.parent() as parent:
        assert log_in(parent, home.account()["login"], NEW).status_code == 401


def test_a_code_lets_in_and_an_ended_session_sets_no_password(
    home: Household, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same after a code of « accès perdu »."""
    with inside(home, tmp_path / "sheets") as parent:
        change_mail(home, parent, "marc@example.org", mails=1)
    whole = Hashing.hash

    async def slowly(hashing: Hashing, password: str) -> str:
        with home.server.database.write() as connection:
            connection.execute(update(sessions).values(ended_at=instant(home.clock())))
        return await whole(hashing, password)

    with home.parent() as thief:
        thief.post("/acces-perdu", data={"contact": "marc@example.org"})
        code = home.server.caught.wait(2)[1].get_payload(decode=True)
        assert isinstance(code, bytes)
        digits = code.decode().split("Votre code\u00a0: ")[1][:6]
        assert thief.post("/acces-perdu/code", data={"code": digits}).url.path == "/nouveau-mot-de-passe"
        monkeypatch.setattr(Hashing, "hash", slowly)
        thief.post("/nouveau-mot-de-passe", data={"mot_de_passe": NEW})
    with home.parent() as parent:
        assert log_in(parent, home.account()["login"], NEW).status_code == 401
        assert log_in(parent, home.account()["login"]).url.path == "/enfants"


def test_the_mark_of_a_known_browser_is_never_one_that_was_planted(home: Household, tmp_path: Path) -> None:
    """Else who planted it would have tries of his own at this account."""
    with inside(home, tmp_path / "sheets"):
        login = home.account()["login"]
    planted = "f" * 64
    with home.parent() as parent:
        parent.cookies.set("preau_b", planted)
        answer = parent.post(
            "/connexion", data={"identifiant": login, "mot_de_passe": PASSWORD}, follow_redirects=False
        )
        given = [cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith("preau_b=")]
    assert len(given) == 1 and planted not in given[0]
    with home.server.database.read() as connection:
        assert len(connection.execute(select(browsers.c.id_hash)).all()) == 2


def test_who_logs_out_leaves_nothing_in_the_browser(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        parent.follow_redirects = False
        gone = parent.post("/deconnexion")
        assert gone.headers["clear-site-data"] == '"cache", "storage"'
        assert 'preau_s=""' in gone.headers["set-cookie"]
        assert parent.get("/enfants").headers["location"] == "/"


def test_a_link_in_a_mail_opens_no_session(home: Household, tmp_path: Path) -> None:
    """Who reads somebody's mail confirms an address, and is not in for that."""
    with inside(home, tmp_path / "sheets") as parent:
        parent.post("/compte/mail", data={"courriel": "marc@example.org"})
    with home.parent() as reader:
        reader.get(link_in(home))
        reader.post("/adresse")
        assert reader.get("/enfants").url.path == "/"

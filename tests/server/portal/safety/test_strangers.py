"""What a stranger, or a parent who wants more, may try: fields that no form has, things of others, guesses, races, clocks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import select

from app.models.tables import metadata as school_tables
from app.server.portal.guards import FORM
from app.server.tables import metadata as server_tables
from app.server.tables import portal_accounts, sessions
from app.services.records.kinds import KINDS
from tests.server.portal.accounts import inside, log_in
from tests.server.portal.creating import ask as ask_account
from tests.server.portal.creating import code_of, reasons
from tests.server.portal.help.asking import by_code
from tests.server.portal.household import Household, form
from tests.server.portal.safety.addresses import portal_addresses

COLUMNS = sorted({column.name for one in (school_tables, server_tables) for table in one.sorted_tables
                  for column in table.columns})  # fmt: skip
"""Every column of the base: what an attacker would add to a form."""
FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/compte/papier", {"papier": "oui"}), ("/compte/langue", {"langue": "fr"}),
    ("/compte/corriger", {"enfant": "", "town": "Lyon"}), ("/compte/appareils", {"appareil": "autres"}),
    ("/compte/mail", {"courriel": "marc@example.org"}), ("/nouvel-enfant", {"choix": "passer"}),
)  # fmt: skip
MEANT = {"prefers_paper", "language", "last_access_on"}
"""What these forms are there to change, of an account."""


def account_row(home: Household, first_name: str = "Marc") -> dict[str, object]:
    with home.server.database.read() as connection:
        login = home.account(first_name)["login"]
        statement = select(portal_accounts).where(portal_accounts.c.login == login)
        return dict(connection.execute(statement).mappings().one())


def test_a_field_that_no_form_has_changes_nothing(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        before, other = account_row(home), account_row(home, "Ida")
        for path, filled in FORMS:
            extra = {name: str(other.get(name, "x")) for name in COLUMNS if name not in filled}
            assert parent.post(path, data={**extra, **filled}).status_code < 500
        after = account_row(home)
    assert {name for name in after if after[name] != before[name]} <= MEANT
    assert account_row(home, "Ida") == other


@pytest.mark.parametrize("field", ["state", "origin", "portal_account_id", "child", "email_verified_at", "secret_id"])
def test_a_field_that_the_first_form_has_not_makes_no_other_account(
    home: Household, tmp_path: Path, field: str
) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data={**form(email="marc@example.org"), field: "active"})
    row = account_row(home)
    assert (row["state"], row["email_verified_at"], row["origin"] == "active") == ("activating", None, False)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_act_with_a_field_that_its_kind_has_not_is_no_act(kind: str) -> None:
    """Of every kind: nothing is written that its form does not name."""
    fields: type[BaseModel] = KINDS[kind].fields
    assert fields.model_config.get("extra") == "forbid"


def test_what_is_anothers_looks_like_what_does_not_exist(home: Household, tmp_path: Path) -> None:
    """Every id of the school and of the server, as an object of Marc's: the answer is that of an id of nobody."""
    with home.server.database.read() as connection:
        ids = {
            str(value)
            for one in (school_tables, server_tables)
            for table in one.sorted_tables
            if "id" in table.columns
            for value in connection.execute(select(table.c.id)).scalars()
        }
    mine = {home.account()["id"], home.account()["guardian_id"]}
    with inside(home, tmp_path / "sheets") as parent:
        before = account_row(home, "Ida")
        for path, field in (("/compte/appareils", "appareil"), ("/compte/acces/retirer", "acces")):
            nobody = parent.post(path, data={field: "0" * 8})
            for one in sorted(ids - mine):
                answer = parent.post(path, data={field: one})
                assert (answer.status_code, answer.text) == (nobody.status_code, nobody.text), (path, one)
        assert account_row(home, "Ida") == before


def test_a_parent_cannot_use_the_journey_of_another(home: Household, tmp_path: Path) -> None:
    """The cookie of a confirmation is worth nothing in another session."""
    with inside(home, tmp_path / "sheets") as parent, home.parent() as thief:
        parent.post("/compte/portable", data={"portable": "0639980303"})
        code = code_of(home)
        thief.cookies.set("preau_j", parent.cookies["preau_j"])
        assert thief.post("/compte/portable/code", data={"code": code}).url.path == "/"
        assert account_row(home)["mobile"] != "+33639980303"
        assert parent.post("/compte/portable/code", data={"code": code}).status_code == 200
        assert account_row(home)["mobile"] == "+33639980303"


def guesses(
    home: Household, tmp_path: Path
) -> dict[str, tuple[httpx.Client, Callable[[httpx.Client, int], httpx.Response]]]:
    """Every door that a secret opens, and a wrong guess at it."""
    parent, stranger, creator = home.parent(), home.parent(), home.parent()
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    parent.get(f"/a/{secret.token}")
    ask_account(creator)
    login = home.account()["login"]
    date = lambda number: {"jour": "1", "mois": "1", "annee": str(2010 + number)}  # noqa: E731
    return {
        "birth date": (parent, lambda one, n: one.post("/activation", data={**form(), **date(n)})),
        "password": (stranger, lambda one, n: one.post("/connexion", data={"identifiant": login, "mot_de_passe": f"faux{n}"})),
        "code": (creator, lambda one, n: one.post("/creer/code", data={"code": f"{n:06}"})),
    }  # fmt: skip


def test_whoever_guesses_is_stopped_at_every_door(home: Household, tmp_path: Path) -> None:
    """After a few guesses the right answer itself no longer opens: no number of tries is enough."""
    doors = guesses(home, tmp_path)
    right = code_of(home)
    for client, guess in doors.values():
        for number in range(7):
            assert guess(client, number).status_code in (401, 410, 422)
    parent, creator = doors["birth date"][0], doors["code"][0]
    assert parent.post("/activation", data=form()).status_code in (410, 422), "the date is right, and too late"
    home.clock.advance(minutes=20)
    assert creator.post("/creer/code", data={"code": right}).status_code == 422, "so is the code"
    assert ("birth_date", None) in [(reason, None) for reason, _ in reasons(home)]
    for client, _ in doors.values():
        client.close()


def test_a_school_is_not_found_by_trying_codes(home: Household) -> None:
    with home.parent() as stranger:
        for _ in range(25):
            stranger.post("/aide/ecole", data={"code": "BBBB BBBB"})
        assert by_code(home, stranger).url.path == "/aide/ecole"


def test_of_two_activations_at_once_one_makes_the_account(any_base: Household, tmp_path: Path) -> None:
    home, waiting = any_base, threading.Barrier(4)
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None

    def activate(number: int) -> str:
        with home.parent() as parent:
            parent.get(f"/a/{secret.token}")
            waiting.wait(20)
            parent.post("/activation", data=form(password=f"une phrase tranquille {number}"))
            return parent.get("/enfants").url.path

    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(activate, range(4)))
    assert sorted(ends) == ["/", "/", "/", "/enfants"]
    with home.server.database.read() as connection:
        living = connection.execute(select(sessions.c.id_hash).where(sessions.c.ended_at.is_(None))).all()
    assert len(living) == 1 and len(home.events("portal_active")) <= 1


def test_a_clock_that_goes_back_opens_nothing_again(home: Household, tmp_path: Path) -> None:
    """What ended stays ended when the server's clock is set back: ends are written down, not only reckoned."""
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form())
        login = home.account()["login"]
        session = parent.cookies["preau_s"]
        parent.post("/deconnexion")
    home.clock.advance(days=-400)
    with home.parent() as thief:
        thief.cookies.set("preau_s", session)
        assert thief.get("/enfants").url.path == "/", "logged out"
        thief.get(f"/a/{secret.token}")
        assert thief.get("/activation").status_code == 410, "a sheet that was used"
    with home.parent() as parent:
        assert log_in(parent, login).url.path == "/enfants", "nobody is kept out"
        home.clock.advance(days=400)
        assert parent.get("/enfants").url.path == "/", "a session of the past is over"


def test_a_clock_that_leaps_keeps_nobody_out_for_long(home: Household, tmp_path: Path) -> None:
    """Wrong passwords counted by a clock that was ahead: once it is right again the wait is a quarter of an hour at most."""
    with inside(home, tmp_path / "sheets"):
        login = home.account()["login"]
    home.clock.advance(days=2)
    with home.parent() as parent:
        for _ in range(8):
            log_in(parent, login, "faux")
        home.clock.advance(days=-2)
        home.clock.advance(minutes=16)
        assert log_in(parent, login).url.path == "/enfants"


TEXTS = st.text(max_size=40) | st.sampled_from(["\x00", "\u202e", "'; --", "%00", "0" * 300, "é" * 100, "2019"])
NAMES = st.sampled_from(
    ["identifiant", "mot_de_passe", "nom", "prenom", "portable", "contact", "code", "jour", "mois", "annee", "courriel",
     "enfant", "choix", "etape", "reference", "moment", "prenom_enfant", "nom_enfant", "message", "langue", "papier",
     "ancien", "acces", "appareil", "compte", "vers", "feuille", "site", "version", "accord"]
)  # fmt: skip


def judge(answer: httpx.Response, path: str) -> None:
    assert answer.status_code < 500 or (answer.status_code == 503 and "Retry-After" in answer.headers), path


def test_what_no_form_of_ours_sends_is_not_read(home: Household, tmp_path: Path) -> None:
    """A file, a body without length, one that is too long: refused before a byte of it is kept."""
    long = {"nom": "x" * 70_000}
    with home.parent() as stranger:
        for path in portal_addresses(tmp_path, "POST"):
            assert stranger.post(path, files={"nom": ("x", b"x")}).status_code == 415, path
            assert stranger.post(path, json={"nom": "x"}).status_code == 415, path
            assert stranger.post(path, data=long).status_code == 413, path
            chunked = stranger.post(path, content=iter([b"nom=x"]), headers={"Content-Type": FORM})
            assert chunked.status_code == 411, path


def test_no_page_fails_whatever_is_typed(any_base: Household, tmp_path: Path) -> None:
    """Every address, for a stranger and for a parent, with anything in any field, cookie or query: never a failure of ours."""
    pages, forms = portal_addresses(tmp_path, "GET"), portal_addresses(tmp_path, "POST")
    cookies = ("preau_s", "preau_v", "preau_a", "preau_c", "preau_j", "preau_l", "preau_b", "preau_h", "preau_e")
    with inside(any_base, tmp_path / "sheets") as parent, any_base.parent() as stranger:
        for path in [*pages, *forms]:
            for client in (stranger, parent):
                judge(client.get(path), path)
                judge(client.request("HEAD", path), path)
                judge(client.post(path, data={}), path)
                judge(client.post(path, content=b"\xff\x00", headers={"Content-Type": "multipart/form-data"}), path)
                judge(client.post(path, files={"nom": ("x", b"x"), "identifiant": ("y", b"y")}), path)
        login = any_base.account()["login"]

        @given(
            st.sampled_from(forms), st.dictionaries(NAMES, TEXTS, max_size=6), st.sampled_from(cookies), st.booleans()
        )
        @settings(max_examples=120, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def anything(path: str, filled: dict[str, str], cookie: str, logged_in: bool) -> None:
            client = parent if logged_in else stranger
            judge(client.post(path, data=filled, params=filled), path)
            judge(httpx.get(f"{any_base.server.url}{path}", cookies={cookie: "é".encode().hex()}), path)

        anything()
        any_base.clock.advance(hours=1)
        assert log_in(stranger, login).status_code == 200, "the server is well"

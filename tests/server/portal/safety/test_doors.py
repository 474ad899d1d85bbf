"""What stands before every page: forms of other sites, hosts, cookies, headers, failures. All addresses are walked."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import Request, Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.models.tables import metadata as school_tables
from app.server.portal.cookies import inward
from app.server.portal.login import Login
from app.server.tables import help_codes, sessions, tries
from app.server.tables import metadata as server_tables
from tests.conftest import FakeClock
from tests.server.portal.accounts import inside, log_in
from tests.server.portal.household import PASSWORD, Household, household
from tests.server.portal.safety.addresses import portal_addresses
from tests.support.live import body_of, live_server

TLS = "https://portail.example"
FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "https://ailleurs.example", "Sec-Fetch-Site": "cross-site"}, {"Origin": "https://ailleurs.example"},
    {"Origin": "null", "Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-site"}, {},
    {"Origin": "https://ailleurs.example", "Host": "ailleurs.example"},
)  # fmt: skip


@pytest.fixture
def behind_tls(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    """The server as it is behind a proxy that ends TLS."""
    with household(tmp_path, clock, settings={"public_url": TLS}) as made:
        yield made


def test_no_form_of_another_site_is_accepted_at_any_address(home: Household, tmp_path: Path) -> None:
    forms = portal_addresses(tmp_path, "POST")
    assert len(forms) >= 38
    with httpx.Client(base_url=home.server.url) as stranger:
        for path in forms:
            for headers in FOREIGN:
                assert stranger.post(path, headers=headers, data={"a": "b"}).status_code == 403, (path, headers)


def test_what_only_looks_changes_no_row(home: Household, tmp_path: Path) -> None:
    """A GET of a stranger: no row appears, so a form in the shape of a link does nothing.

    Left out: counters of tries, and the codes of schools, which are reckoned from their ids when first asked for.
    """
    before = _counts(home)
    with home.parent() as stranger:
        for path in portal_addresses(tmp_path, "GET"):
            assert stranger.get(path).status_code < 500, path
    assert _counts(home) == before


def _counts(home: Household) -> dict[str, int]:
    left_out = {tries.name, help_codes.name}
    tables = [
        table for one in (school_tables, server_tables) for table in one.sorted_tables if table.name not in left_out
    ]
    with home.server.database.read() as connection:
        return {table.name: len(connection.execute(select(table)).all()) for table in tables}


@pytest.mark.parametrize("path", ["/aide/", "/enfants/", "//ailleurs.example/", "/compte/", "/static/../"])
def test_no_address_leads_where_the_host_header_says(home: Household, path: str) -> None:
    with httpx.Client(base_url=home.server.url) as stranger:
        page = stranger.get(path, headers={"Host": "ailleurs.example", "X-Forwarded-Host": "ailleurs.example"})
        assert "ailleurs" not in page.headers.get("location", "") and "ailleurs" not in page.text


def test_links_in_mails_lead_to_the_portals_own_address_whatever_the_host(home: Household, tmp_path: Path) -> None:
    lying = {"Host": "ailleurs.example", "X-Forwarded-Host": "ailleurs.example", "Forwarded": "host=ailleurs.example"}
    with inside(home, tmp_path / "sheets") as parent:
        assert parent.post("/compte/mail", data={"courriel": "marc@example.org"}, headers=lying).status_code == 200
    [mail] = home.server.caught.wait()
    assert f"{home.server.url}/e/" in body_of(mail) and "ailleurs" not in mail.as_string()


@pytest.mark.parametrize("name", ["suite", "next", "retour", "url", "redirect_uri", "place"])
def test_nothing_typed_says_where_to_go_next(home: Household, tmp_path: Path, name: str) -> None:
    """An address of elsewhere in a form or a query leads nowhere: every redirect is to a path of ours."""
    evil = {name: "https://ailleurs.example/", "etape": "//ailleurs.example"}
    with inside(home, tmp_path / "sheets") as parent:
        parent.follow_redirects = False
        for path in portal_addresses(tmp_path, "POST"):
            there = parent.post(path, params=evil, data=evil).headers.get("location", "/")
            assert there.startswith("/") and not there.startswith("//") and "ailleurs" not in there, path


@pytest.mark.parametrize("lieu", ["//ailleurs.example", "https:%2F%2Failleurs.example", "..%2F..%2Fx", "inconnu"])
def test_the_place_to_come_back_to_is_one_of_a_list(home: Household, tmp_path: Path, lieu: str) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        page = parent.post(f"/compte/confirmer/{lieu}", data={"mot_de_passe": PASSWORD})
        assert page.url.host == "127.0.0.1" and page.url.path in (
            "/compte/acces",
            f"/compte/confirmer/{lieu}",
            page.url.path,
        )
        assert "ailleurs" not in str(page.url).partition("/compte")[0]


def test_behind_tls_every_cookie_is_locked_to_this_host(behind_tls: Household, tmp_path: Path) -> None:
    home, ours = behind_tls, {"Sec-Fetch-Site": "same-origin", "Origin": TLS}
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with httpx.Client(base_url=home.server.url, headers=ours) as parent:
        given = parent.get(f"/a/{secret.token}").headers.get_list("set-cookie")
        value = given[0].split(";")[0].partition("=")[2]
        page = parent.get("/activation", headers={"Cookie": f"__Host-preau_a={value}"})
        given += parent.post(
            "/connexion", data={"identifiant": home.account()["login"], "mot_de_passe": secret.password},
            headers={"Cookie": f"__Host-preau_a={value}"},
        ).headers.get_list("set-cookie")  # fmt: skip
        given += parent.post("/deconnexion").headers.get_list("set-cookie")
        planted = parent.get("/activation", headers={"Cookie": f"preau_a={value}"})
    assert len(given) == 3
    for cookie in given:
        parts = [part.strip().lower() for part in cookie.split(";")]
        assert parts[0].startswith("__host-preau_") and {"secure", "path=/"} <= set(parts), cookie
        assert not any(part.startswith("domain") for part in parts)
    assert all("httponly" in cookie.lower() for cookie in given[:2])
    assert page.status_code == 200 and planted.status_code == 410, "a neighbour’s cookie is not seen"


@given(
    st.lists(st.sampled_from(["preau_s=a", "__Host-preau_s=b", "other=c", "__Host-x=d", "", "=", "préau"]), max_size=6)
)
def test_only_locked_cookies_come_in(parts: list[str]) -> None:
    seen = [part for part in inward("; ".join(parts).encode()).decode().split("; ") if part]
    assert seen.count("preau_s=b") == parts.count("__Host-preau_s=b") and "preau_s=a" not in seen
    assert seen.count("other=c") == parts.count("other=c")


def test_behind_tls_browsers_are_told_to_stay_there(behind_tls: Household) -> None:
    for path in ("/", "/static/portail.css", "/inconnue", "/api/v1/enrol"):
        told = httpx.get(f"{behind_tls.server.url}{path}").headers.get("strict-transport-security", "")
        assert told == "max-age=31536000; includeSubDomains", path


def test_behind_tls_a_form_of_the_same_name_without_tls_is_foreign(behind_tls: Household) -> None:
    with httpx.Client(base_url=behind_tls.server.url) as parent:
        codes = [
            parent.post("/connexion", headers={"Origin": origin}, data={"identifiant": "x"}).status_code
            for origin in (TLS, "http://portail.example", "https://portail.example.evil.example")
        ]
    assert codes == [401, 403, 403]


def test_every_answer_has_its_headers_and_is_kept_by_nobody(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        for path in [*portal_addresses(tmp_path, "GET"), "/inconnue"]:
            answer = parent.get(path)
            assert answer.headers["cache-control"] == "no-store", path
            assert answer.headers["x-content-type-options"] == "nosniff", path
            policy = answer.headers["content-security-policy"]
            assert {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy.split("; ")), path
            assert "access-control-allow-origin" not in answer.headers, path
            assert answer.headers["content-type"].endswith("charset=utf-8") or "json" in answer.headers["content-type"]
        assert parent.request("TRACE", "/").status_code == 405


def test_every_cookie_is_out_of_reach_of_scripts(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        parent.follow_redirects = False
        answers = [parent.post("/connexion", data={"identifiant": home.account()["login"], "mot_de_passe": PASSWORD})]
        answers += [parent.post("/compte/langue", data={"langue": "en"}), parent.get("/e/abc"), parent.get("/c/abc")]
        answers.append(parent.post("/creer", data={"nom": "Dupont", "prenom": "Marc", "portable": "0639980101"}))
    given = [cookie.lower() for answer in answers for cookie in answer.headers.get_list("set-cookie")]
    assert len(given) >= 6
    assert [cookie for cookie in given if "httponly" not in cookie or "samesite=lax" not in cookie] == []


def test_a_session_planted_before_the_log_in_is_worth_nothing(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets"):
        login = home.account()["login"]
    planted = "f" * 64
    with home.parent() as parent, home.parent() as thief:
        parent.cookies.set("preau_s", planted)
        thief.cookies.set("preau_s", planted)
        assert log_in(parent, login).url.path == "/enfants"
        assert planted not in [cookie.value for cookie in parent.cookies.jar if cookie.domain == "127.0.0.1"]
        assert thief.get("/enfants").url.path == "/"


def test_a_new_log_in_ends_the_session_that_this_browser_had(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent, home.parent() as copy:
        copy.cookies.set("preau_s", parent.cookies["preau_s"])
        assert copy.get("/enfants").url.path == "/enfants"
        assert log_in(parent, home.account()["login"]).url.path == "/enfants"
        assert copy.get("/enfants").url.path == "/"
    with home.server.database.read() as connection:
        living = connection.execute(select(sessions.c.id_hash).where(sessions.c.ended_at.is_(None))).all()
    assert len(living) == 1


def _failing(error: Exception, monkeypatch: pytest.MonkeyPatch, folder: Path) -> httpx.Response:
    """What the first page answers where it fails so."""

    async def fail(_room: Login, _request: Request) -> Response:
        raise error

    monkeypatch.setattr(Login, "home", fail)
    with live_server(folder) as server:
        return httpx.get(server.url)


def test_a_failure_says_nothing_to_anybody_and_logs_no_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answer = _failing(ValueError("the parent of Zoé DUPONT"), monkeypatch, tmp_path)
    assert answer.status_code == 500 and "Ce n’est pas de votre fait" in answer.text.replace("&#39;", "’")
    assert answer.headers["cache-control"] == "no-store" and "content-security-policy" in answer.headers
    assert "DUPONT" not in answer.text + caplog.text and "Traceback" not in answer.text
    assert "ValueError" in caplog.text and "test_doors.py" in caplog.text, "the operator sees where"


def test_a_base_that_is_away_asks_to_come_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = _failing(OperationalError("SELECT 1", {}, Exception("locked")), monkeypatch, tmp_path)
    assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0


def test_the_base_never_writes_what_it_was_given_into_an_error(home: Household) -> None:
    from sqlalchemy import text

    with home.server.database.read() as connection, pytest.raises(Exception) as failed:
        connection.execute(text("SELECT missing FROM nowhere WHERE x = :name"), {"name": "Zoé DUPONT"})
    assert "DUPONT" not in str(failed.value)


def test_a_proxys_word_counts_once_and_a_parents_own_never(home: Household) -> None:
    """The address that tries are counted for: the last that the proxy wrote, whatever the browser put before it."""
    with home.parent() as stranger:
        for spoofed in ("203.0.113.7", "198.51.100.1, 203.0.113.7", "127.0.0.1, 203.0.113.8"):
            stranger.post(
                "/connexion", data={"identifiant": "x.personne", "mot_de_passe": "faux"},
                headers={"X-Forwarded-For": spoofed},
            )  # fmt: skip
    with home.server.database.read() as connection:
        rows = connection.execute(select(tries.c.subject, tries.c.count).where(tries.c.scope == "login")).all()
    assert [tuple(row) for row in rows] == [("x.personne|203.0.113", 3)]


def test_no_log_of_a_page_names_who_asked(home: Household, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="app"), home.parent() as parent:
        parent.post("/creer", data={"nom": "Dupont", "prenom": "Marc", "portable": "06 39 98 01 01"})
        parent.post("/connexion", data={"identifiant": "m.dupont", "mot_de_passe": "faux"})
        parent.post("/acces-perdu", data={"contact": "m.dupont@example.org"})
    assert [word for word in ("Dupont", "DUPONT", "m.dupont", "39980101", "39 98 01") if word in caplog.text] == []

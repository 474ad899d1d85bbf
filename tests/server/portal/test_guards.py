"""Refusals, limits, cookies and headers (identity.md, « Secrets » and « Never reveal before proof »)."""

from __future__ import annotations

import gzip
import logging
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from app.server.portal.guards import MaskTokens, mask
from app.server.tables import sessions
from tests.server.portal.household import PASSWORD, Household, form

PAGES = ("/", "/feuille", "/sans-compte", "/aide", "/activation", "/confirmation")


def activated(home: Household, folder: Path, parent: httpx.Client) -> str:
    """Activate Marc's account; returns his log-in."""
    secret = home.print_sheet(folder)
    home.desk.sync()
    parent.get(f"/a/{secret.token}")
    parent.post("/activation", data=form())
    login: str = home.account()["login"]
    return login


def try_to_log_in(parent: httpx.Client, login: str, password: str) -> httpx.Response:
    return parent.post("/connexion", data={"identifiant": login, "mot_de_passe": password})


def test_an_unknown_account_gets_the_same_answer_as_a_wrong_password(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        login = activated(home, tmp_path / "sheets", parent)
    with home.parent() as stranger:
        wrong, unknown = try_to_log_in(stranger, login, "faux"), try_to_log_in(stranger, "x.personne", "faux")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(login, "x.personne") == unknown.text


def test_after_the_fifth_failure_one_waits_even_with_the_right_password(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        login = activated(home, tmp_path / "sheets", parent)
    with home.parent() as parent:
        for _ in range(6):
            try_to_log_in(parent, login, "faux")
        assert try_to_log_in(parent, login, PASSWORD).status_code == 401
        home.clock.advance(minutes=16)
        assert try_to_log_in(parent, login, PASSWORD).url.path == "/enfants"


def test_a_session_ends_after_half_an_hour_of_rest_and_twelve_hours_in_all(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        activated(home, tmp_path / "sheets", parent)
        for _ in range(23):
            home.clock.advance(minutes=29)
            assert parent.get("/enfants").url.path == "/enfants"
        home.clock.advance(minutes=29)
        assert parent.get("/enfants").url.path == "/enfants"
        home.clock.advance(minutes=29)
        assert parent.get("/enfants").url.path == "/"
    with home.parent() as parent:
        try_to_log_in(parent, home.account()["login"], PASSWORD)
        home.clock.advance(minutes=31)
        assert parent.get("/enfants").url.path == "/"


def test_a_session_is_noted_as_used_once_a_minute_so_that_pages_only_read(home: Household, tmp_path: Path) -> None:
    def seen() -> str:
        with home.server.database.read() as connection:
            return str(connection.execute(select(func.max(sessions.c.seen_at))).scalar_one())

    with home.parent() as parent:
        activated(home, tmp_path / "sheets", parent)
        first = seen()
        home.clock.advance(seconds=50)
        parent.get("/compte")
        assert seen() == first
        home.clock.advance(seconds=20)
        parent.get("/compte")
        assert seen() > first


def test_a_session_has_a_new_id_at_each_log_in(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        login = activated(home, tmp_path / "sheets", parent)
        before = parent.cookies["preau_s"]
        try_to_log_in(parent, login, PASSWORD)
        assert parent.cookies["preau_s"] != before and len(before) == 64


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://ailleurs.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://ailleurs.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
@pytest.mark.parametrize("path", ["/connexion", "/activation", "/confirmation", "/courriel", "/deconnexion"])
def test_a_form_from_elsewhere_is_refused(home: Household, path: str, headers: dict[str, str]) -> None:
    with httpx.Client(base_url=home.server.url) as stranger:
        assert stranger.post(path, headers=headers, data={"identifiant": "x"}).status_code == 403


def test_every_page_is_guarded_light_and_without_scripts(home: Household) -> None:
    with home.parent() as parent:
        style = len(gzip.compress(parent.get("/static/portail.css").content))
        for path in PAGES:
            page = parent.get(path)
            assert "script" not in page.text.lower()
            assert page.headers["content-security-policy"].startswith("default-src 'none'")
            assert page.headers["cache-control"] == "no-store"
            assert page.headers["referrer-policy"] == "same-origin"
            assert page.headers["x-content-type-options"] == "nosniff"
            assert len(gzip.compress(page.content)) + style < 40_000


def test_pages_travel_compressed_and_their_style_once_a_version(home: Household) -> None:
    with home.parent() as parent:
        page = parent.get("/")
        address = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        style, missing = parent.get(address), parent.get("/static/absent.css?v=1")
    assert address.startswith("/static/portail.css?v=")
    assert page.headers["content-encoding"] == style.headers["content-encoding"] == "gzip"
    assert style.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-store")


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(home: Household) -> None:
    with httpx.Client(base_url=home.server.url) as parent:
        cookie = parent.get("/a/abcdef").headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie


def test_a_token_never_stands_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    assert mask("GET /a/Zk3-_9xyz HTTP/1.1") == "GET /a/*** HTTP/1.1"
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "%s %s", ("GET", "/c/0123abcd"), None)
    MaskTokens().filter(record)
    assert record.getMessage() == "GET /c/***"

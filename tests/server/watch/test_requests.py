"""What is measured and logged of a request: where, how, how long; never who or what."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.portal.guards import mask
from app.server.watch.logs import JsonLines
from app.server.watch.requests import REQUEST_ID
from tests.cli.command import Cli
from tests.server.portal.household import Household, form

NAMES = ("Marc", "DUPONT", "Zoé", "m.dupont", "une phrase", "127.0.0.1", "2019")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What « PREAU_LOG=json » would write, of this process."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    ours = logging.getLogger("app")
    level = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield written
    ours.removeHandler(handler)
    ours.setLevel(level)


def test_a_parents_way_leaves_no_trace_of_him(home: Household, tmp_path: Path, lines: io.StringIO) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email="m.dupont@example.org"))
        parent.post("/connexion?nom=DUPONT", data={"identifiant": "m.dupont", "mot_de_passe": "une phrase"})
        parent.get("/Zoé-DUPONT")
    text = lines.getvalue()
    found = [json.loads(line) for line in text.splitlines()]
    assert {"/a/{token}", "/activation", "/connexion", "(aucune)"} <= {one.get("route") for one in found}
    for word in (*NAMES, secret.token, secret.password, str(home.account()["login"])):
        assert word not in re.sub(r'"(at|id|ms)": ("[^"]*"|\d+)', "", text), word
    one = next(one for one in found if one["route"] == "/a/{token}")
    assert (one["method"], one["level"]) == ("GET", "info") and one["ms"] >= 0 and len(one["id"]) == 32


def test_the_id_comes_from_the_proxy_or_from_here(home: Household) -> None:
    with home.parent() as parent:
        given_id = "0123456789abcdef" * 2
        assert parent.get("/", headers={"X-Request-ID": given_id}).headers["X-Request-ID"] == given_id
        for bad in ("m.dupont@example.org", given_id + "0", given_id.upper()):
            made = parent.get("/", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
            assert made != bad and REQUEST_ID.fullmatch(made.encode())


@given(secret=st.text(min_size=8), template=st.sampled_from(["could not: %s", "%s"]))
def test_the_words_of_an_exception_and_the_values_of_a_library_are_not_told(secret: str, template: str) -> None:
    try:
        raise ValueError(secret)
    except ValueError as error:
        record = logging.LogRecord("library", logging.ERROR, __file__, 1, template, (secret,), None)
        record.exc_info = (type(error), error, error.__traceback__)
    line = JsonLines().format(record)
    assert "\n" not in line and json.loads(line)["exception"] == "ValueError"
    assert json.loads(line)["message"] == template


def test_our_own_words_are_shown_without_tokens() -> None:
    record = logging.LogRecord("app.server", logging.WARNING, __file__, 1, "refused %s", ("/a/abc",), None)
    assert json.loads(JsonLines().format(record))["message"] == mask("refused /a/abc") == "refused /a/***"


def test_the_command_writes_json_where_it_is_asked(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    with preau.serving(more={"PREAU_LOG": "json"}) as url:
        assert httpx.get(f"{url}/sante").json() == {"status": "ok"}

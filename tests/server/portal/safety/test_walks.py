"""A family walked through the whole portal: every link is followed, the journal is JSON, and nobody's name is in it."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import httpx
import pytest

from app.server.watch.logs import JsonLines
from tests.server.portal.accounts import add, log_in
from tests.server.portal.creating import NOE, ZOE, ask, choose, code_of, enter_code, say
from tests.server.portal.help.asking import by_code, send
from tests.server.portal.household import PASSWORD, Household, form
from tests.server.portal.reports.shelf import published
from tests.server.portal.safety.addresses import portal_addresses

CAST = (
    "Zoé", "Noé", "Ana", "Marc", "Ida", "DUPONT", "HOSTILE", "IMG SRC", "Aubrac", "Petit", "Rouvière", "Tilleuls",
    "example.org", "39980101", "39980202", "2019-03-14", "14/03/2019", "2016-09-02", PASSWORD,
)  # fmt: skip
"""Who and what must stand in no address and no log; Marc's log-in and the secrets are added when they are known."""


class Links(HTMLParser):
    """Where a page leads: its links, and nothing that a button does."""

    def __init__(self, page: httpx.Response) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._base = str(page.url)
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href")
        if tag == "a" and address and not address.startswith(("tel:", "mailto:", "#")):
            self.found.add(urljoin(self._base, address).partition("#")[0])


@pytest.fixture
def journal() -> Iterator[io.StringIO]:
    """What « PREAU_LOG=json » writes, of every logger of this process but the test's own browser."""
    written, root, ours = io.StringIO(), logging.getLogger(), logging.getLogger("app")
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    handler.addFilter(lambda record: not record.name.startswith(("httpx", "httpcore", "asyncio")))
    levels = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def crawl(client: httpx.Client, start: str = "/") -> set[str]:
    """Every address of ours that can be reached by links; none of them fails, and each exists."""
    host, waiting, seen = urlsplit(str(client.base_url)).netloc, [urljoin(str(client.base_url), start)], set[str]()
    while waiting:
        address = waiting.pop()
        if address in seen or urlsplit(address).netloc != host:
            continue
        seen.add(address)
        page = client.get(address)
        assert page.status_code < 400, address
        if page.headers.get("content-type", "").startswith("text/html"):
            waiting += sorted(Links(page).found)
    return seen


def test_every_link_leads_somewhere(home: Household, tmp_path: Path) -> None:
    """A stranger's, then an owner's, with a livret to read."""
    with home.parent() as stranger:
        assert len(crawl(stranger)) >= 12
    published(home)
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form())
        reached = {urlsplit(address).path for address in crawl(parent, "/enfants")}
    assert {"/compte", "/compte/appareils", "/enfants/ajouter", "/aide"} <= reached
    assert any(path.startswith("/livret") for path in reached)


def walk(home: Household, folder: Path, parent: httpx.Client, stranger: httpx.Client) -> list[str]:
    """Everything that a family does, and much that goes wrong; returns the secrets that were handled."""
    secret = home.print_sheet(folder)
    home.desk.sync()
    assert secret is not None
    login = str(home.account()["login"])
    ask(stranger)
    code = code_of(home)
    for typed in ("123", code):
        enter_code(stranger, typed)
    say(stranger, ("1", "1", "2018"))
    say(stranger, ZOE)
    say(stranger, NOE)
    choose(stranger, "court")
    parent.get(f"/a/{secret.token}")
    parent.post("/activation", data=form(date=("1", "1", "2019")))
    parent.post("/activation", data=form(email="marc@example.org", mobile="06 39 98 02 02"))
    parent.post("/deconnexion")
    log_in(parent, login, "faux")
    log_in(parent, login)
    for path in portal_addresses(folder.parent, "GET"):
        parent.get(path)
        stranger.get(path)
    for contact in ("marc@example.org", "06 39 98 01 01"):
        parent.post("/acces-perdu", data={"contact": contact})
    add(parent, str(home.account("Ida")["login"]), "faux")
    parent.post("/compte/mail", data={"courriel": "autre@example.org"})
    parent.post("/compte/donnees")
    send(home, stranger, by_code(home, stranger))
    crawl(parent, "/enfants")
    parent.post("/deconnexion")
    return [login, secret.token, secret.password, code]


def test_no_name_of_the_cast_stands_in_an_address_or_in_the_journal(
    home: Household, tmp_path: Path, journal: io.StringIO
) -> None:
    seen: list[str] = []

    def note(answer: httpx.Response) -> None:
        seen.extend((str(answer.request.url), answer.headers.get("location", "")))

    published(home)
    with home.parent() as parent, home.parent() as stranger:
        for client in (parent, stranger):
            client.event_hooks = {"response": [note]}
        login, token, password, code = walk(home, tmp_path / "sheets", parent, stranger)
    lines = [json.loads(line) for line in journal.getvalue().splitlines()]
    assert len(lines) > 150 and {"/a/{token}", "/activation", "/connexion"} <= {line.get("route") for line in lines}
    written = re.sub(r'"(at|id|ms)": ("[^"]*"|\d+)', "", journal.getvalue())
    for word in (*CAST, login, token, password, code):
        assert word not in written, word
    addresses = [unquote(address) for address in seen if f"/a/{token}" not in address]
    assert len(addresses) > 200
    for word in (*CAST, login, password, code):
        assert [address for address in addresses if word.lower() in address.lower()] == [], word

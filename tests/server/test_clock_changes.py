"""The clock of the machine is moved under a real server, by faketime: nothing opens again, and nobody is kept out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.cli.command import Cli
from tests.conftest import FakeClock
from tests.server.portal.household import PASSWORD, Household, form, household
from tests.support.live import free_port

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="faketime is not installed")


@dataclass
class Moved:
    """A server in its own process, whose clock a file moves."""

    url: str
    shift: Path
    home: Household
    token: str
    login: str

    def move(self, delta: timedelta) -> None:
        """The clock, from the right time."""
        self.shift.write_text(f"{delta.total_seconds():+.0f}", encoding="ascii")

    def browser(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.url, follow_redirects=True, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30,
            event_hooks={"response": [_is_well]},
        )  # fmt: skip

    def log_in(self, parent: httpx.Client, password: str = PASSWORD) -> str:
        typed = {"identifiant": self.login, "mot_de_passe": password}
        return parent.post("/connexion", data=typed).url.path


def _is_well(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.url


@contextmanager
def _process(folder: Path, port: int, shift: Path) -> Iterator[str]:
    assert LIBRARY is not None
    moved = {
        "LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(shift), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1", "PREAU_SECRET": "5e" * 32, "PREAU_TERMS_VERSION": "",
    }  # fmt: skip
    with Cli(folder).serving(port, more=moved) as url:
        yield url


@pytest.fixture
def moved(tmp_path: Path) -> Iterator[Moved]:
    """Marc's sheet was printed a moment ago, on the right time."""
    clock, port, shift = FakeClock(), free_port(), tmp_path / "shift"
    clock.now = datetime.now(UTC)
    with household(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'server.db'}", port=port) as home:
        secret = home.print_sheet(tmp_path / "sheets")
        home.desk.sync()
        assert secret is not None
        token, login = secret.token, str(home.account()["login"])
    shift.write_text("+0", encoding="ascii")
    with _process(tmp_path, port, shift) as url:
        yield Moved(url, shift, home, token, login)


def activate(moved: Moved, parent: httpx.Client) -> None:
    parent.get(f"/a/{moved.token}")
    assert parent.post("/activation", data=form()).url.path == "/enfants"


def test_time_that_goes_by_ends_what_it_must(moved: Moved) -> None:
    with moved.browser() as parent:
        moved.move(timedelta(days=93))
        parent.get(f"/a/{moved.token}")
        assert parent.get("/activation").status_code == 410, "the sheet was good for 92 days"
        moved.move(timedelta(days=91))
        activate(moved, parent)
        moved.move(timedelta(days=91, minutes=29))
        assert parent.get("/enfants").url.path == "/enfants"
        moved.move(timedelta(days=91, minutes=60))
        assert parent.get("/enfants").url.path == "/", "idle for half an hour"
        assert moved.log_in(parent) == "/enfants"


def test_a_clock_set_back_opens_nothing_that_had_ended(moved: Moved) -> None:
    with moved.browser() as parent, moved.browser() as thief:
        activate(moved, parent)
        thief.cookies.set("preau_s", parent.cookies["preau_s"])
        parent.post("/deconnexion")
        moved.move(timedelta(days=-400))
        assert thief.get("/enfants").url.path == "/"
        thief.get(f"/a/{moved.token}")
        assert thief.get("/activation").status_code == 410
        assert moved.log_in(parent) == "/enfants", "its owner comes in all the same"


def test_what_a_clock_ahead_began_does_not_live_on_when_it_is_right_again(moved: Moved) -> None:
    """A session, a proof of a moment ago, a way to an account: of the future, they are over."""
    with moved.browser() as parent:
        activate(moved, parent)
        moved.move(timedelta(days=400))
        assert moved.log_in(parent) == "/enfants"
        parent.post("/creer", data={"nom": "Dupont", "prenom": "Marc", "portable": "06 39 98 01 01"})
        moved.move(timedelta(0))
        assert parent.get("/enfants").url.path == "/"
        assert parent.get("/creer/code").url.path == "/creer"
        assert moved.log_in(parent) == "/enfants"
        assert parent.get("/compte/mail").url.path == "/compte/mail"


def test_a_clock_ahead_makes_nobody_wait_when_it_is_right_again(moved: Moved) -> None:
    with moved.browser() as parent, moved.browser() as other:
        activate(moved, parent)
        moved.move(timedelta(days=2))
        for _ in range(8):
            moved.log_in(other, "faux")
        moved.move(timedelta(0))
        assert moved.log_in(other) == "/enfants"


def test_no_page_fails_whatever_the_clock_does(moved: Moved) -> None:
    with moved.browser() as parent:
        activate(moved, parent)
        for days in (-3000, 0, 3000, -1, 36500, 0):
            moved.move(timedelta(days=days))
            for path in ("/", "/enfants", "/compte", "/aide", "/pret", "/sante"):
                parent.get(path)
            assert moved.log_in(parent) == "/enfants"
            parent.post("/acces-perdu", data={"contact": "06 39 98 01 01"})
            parent.post("/aide/demander", data={"etape": "password"})

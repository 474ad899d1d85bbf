"""Many requests at once: real threads, both kinds of base. What may be done five times is done five times, not fifty."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from sqlalchemy import func, select

from app.server.accounts import limits
from app.server.tables import codes, help_tickets, tries
from tests.server.portal.accounts import inside, log_in
from tests.server.portal.creating import ask as ask_account
from tests.server.portal.creating import code_of, enter_code
from tests.server.portal.help.asking import MARC, by_code, moment, reference
from tests.server.portal.household import Household, form

AT_ONCE = 12


def together(work: Callable[[int], httpx.Response], times: int = AT_ONCE) -> list[httpx.Response]:
    """The answers of ``times`` requests that begin at the same moment; none is a failure of ours."""
    waiting = threading.Barrier(times)

    def one(number: int) -> httpx.Response:
        waiting.wait(60)
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        answers = list(pool.map(one, range(times)))
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    return answers


@contextmanager
def windows(home: Household, count: int = AT_ONCE) -> Iterator[list[httpx.Client]]:
    """So many browsers, closed at the end."""
    with ExitStack() as stack:
        yield [stack.enter_context(home.parent()) for _ in range(count)]


def count_of(home: Household, scope: str) -> int:
    with home.server.database.read() as connection:
        return int(connection.execute(select(func.max(tries.c.count)).where(tries.c.scope == scope)).scalar() or 0)


def test_passwords_guessed_at_once_are_counted_before_they_are_judged(any_base: Household, tmp_path: Path) -> None:
    """Of a dozen at once five are judged, and the right one among the others opens nothing."""
    home = any_base
    with inside(home, tmp_path / "sheets"):
        login = home.account()["login"]
    with windows(home) as strangers:
        together(lambda number: log_in(strangers[number], login, f"au hasard {number}"))
        assert count_of(home, "login") == limits.FREE_FAILURES + 1
        assert log_in(strangers[0], login).status_code == 401, "he waits like everybody who guesses"


def test_a_password_asked_again_and_guessed_at_once_is_counted_too(any_base: Household, tmp_path: Path) -> None:
    home = any_base
    with inside(home, tmp_path / "sheets") as parent, windows(home) as thieves:
        home.clock.advance(minutes=11)
        for thief in thieves:
            thief.cookies.set("preau_s", parent.cookies["preau_s"])
        together(lambda number: thieves[number].post("/compte/confirmer/mail", data={"mot_de_passe": f"faux{number}"}))
        assert count_of(home, "prove") == limits.FREE_FAILURES + 1


def test_birth_dates_guessed_at_once_are_five_in_all(any_base: Household, tmp_path: Path) -> None:
    home = any_base
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with windows(home) as parents:
        for parent in parents:
            parent.get(f"/a/{secret.token}")
        together(lambda number: parents[number].post("/activation", data=form(date=("1", "1", str(2000 + number)))))
        assert count_of(home, "birth_date") == limits.BIRTH_DATE_TRIES
        assert parents[0].post("/activation", data=form()).status_code == 422, "the right date comes too late"


def test_codes_asked_for_at_once_are_three_an_hour(any_base: Household) -> None:
    home = any_base
    with windows(home) as parents:
        together(lambda number: ask_account(parents[number]))
    with home.server.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(codes)).scalar() == 3
    assert len(home.server.texts.wait(3)) == 3


def test_a_code_typed_at_once_in_many_windows_has_five_tries(any_base: Household) -> None:
    home = any_base
    with home.parent() as parent, windows(home) as others:
        ask_account(parent)
        right = int(code_of(home))
        for window in others:
            window.cookies.set("preau_j", parent.cookies["preau_j"])
        wrong = [f"{(right + number + 1) % 1_000_000:06}" for number in range(AT_ONCE)]
        together(lambda number: others[number].post("/creer/code", data={"code": wrong[number]}))
        with home.server.database.read() as connection:
            assert connection.execute(select(codes.c.tries)).scalar_one() == 5
        home.clock.advance(minutes=16)
        assert enter_code(parent, f"{right:06}").status_code == 422


def test_a_help_form_sent_twice_at_once_is_one_request(any_base: Household) -> None:
    """Two rows of one key at the same moment: nothing fails, what was begun is undone and sees the other."""
    home = any_base
    with windows(home, 4) as parents:
        filled = {**MARC, "moment": moment(by_code(home, parents[0]))}
        for parent in parents[1:]:
            parent.cookies.set("preau_h", parents[0].cookies["preau_h"])
        home.clock.advance(seconds=20)
        answers = together(lambda number: parents[number].post("/aide/demande", data=filled), times=4)
    assert len({reference(answer) for answer in answers}) == 1
    with home.server.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(help_tickets)).scalar() == 1

"""Log-ins as Arena makes them (arena.md, Identifiant), unique and never given twice."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.accounts.portal_accounts import NewAccount, allot_logins, ensure, retired_mark
from app.server.database import Database
from app.server.tables import retired_logins
from tests.conftest import FakeClock

SHAPE = re.compile(r"[a-z]\.[a-z]+\d*")


def account(number: int, first: str, last: str, usage: str | None = None) -> NewAccount:
    return NewAccount(f"account-{number}", last, usage, first)


@pytest.fixture
def database(database_url: str) -> Database:
    base = Database(database_url)
    base.create_if_empty()
    return base


def test_initial_name_and_a_number_for_homonyms() -> None:
    people = [
        account(1, "Gaëlle", "ZOUMN"), account(2, "Paul", "Sélazogn"), account(3, "Pia", "SELAZOGN"),
        account(4, "Ève", "D’AUBRAC-ŒILLET"), account(5, "Awa", "DIOP", "LE GOFF"),
    ]  # fmt: skip
    logins = allot_logins(people, {}, set())
    assert list(logins.values()) == ["g.zoumn", "p.selazogn", "p.selazogn1", "e.daubracoeillet", "a.legoff"]


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=12), st.sets(st.text(max_size=6)))
def test_no_two_are_alike_whatever_the_names(names: list[tuple[str, str]], taken: set[str]) -> None:
    people = [account(number, first, last) for number, (first, last) in enumerate(names)]
    logins = list(allot_logins(people, {}, taken).values())
    assert len(set(logins)) == len(people) and not set(logins) & taken
    assert all(SHAPE.fullmatch(login) for login in logins)


def test_a_log_in_that_was_somebodys_is_never_given_again(database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        connection.execute(retired_logins.insert().values(mark=retired_mark("g.zoumn")))
        ids = iter(f"portal-{number}" for number in range(9))
        given = ensure(
            connection, school_id="school", accounts=[account(1, "Gaëlle", "ZOUMN")], printed_logins={}, clock=clock,
            new_id=lambda: next(ids),
        )  # fmt: skip
        again = ensure(
            connection, school_id="school", accounts=[account(1, "Gaëlle", "ZOUMN")], printed_logins={}, clock=clock,
            new_id=lambda: next(ids),
        )  # fmt: skip
    database.close()
    assert given == again == {"account-1": "g.zoumn1"}

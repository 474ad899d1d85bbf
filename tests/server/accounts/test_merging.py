"""Accounts grouped and parted: nobody loses a child, and an undone grouping gives everything back."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, insert, select, update

from app.models.clock import instant
from app.models.errors import Refused
from app.models.ids import id_maker
from app.models.tables import Row
from app.server.accounts import merging
from app.server.database import Database
from app.server.inbox import Teller
from app.server.tables import (
    bindings,
    browsers,
    child_keys,
    inbox,
    merges,
    outbox,
    portal_accounts,
    portal_links,
    provisional_secrets,
    sessions,
)
from tests.conftest import FakeClock

NAMES = "abcde"
SCHOOLS = ("s1", "s2")


class Cast:
    """Five accounts of one owner: a child each and one that all share, two schools, ways in, browsers, contacts."""

    def __init__(self, clock: FakeClock, connection: Connection) -> None:
        self.clock = clock
        self.connection = connection
        self.new_id = id_maker(clock, os.urandom)
        self.teller = Teller(clock, self.new_id)
        for place, name in enumerate(NAMES):
            self._add(place, name)

    def _add(self, place: int, name: str) -> None:
        now = instant(self.clock())
        mail = {"email": f"{name}@example.org", "email_verified_at": now} if place % 2 else {}
        mobile = {"mobile": f"+3363998010{place}", "mobile_verified_at": now if place % 3 else None}
        self._insert(
            portal_accounts, id=name, login=f"x.{name}", folded_name="dupont|marc", state="active", origin="school",
            password_hash=f"hash {name}", created_at=now, **mail, **mobile,
        )  # fmt: skip
        for school in SCHOOLS[: 1 + place % 2]:
            self._insert(portal_links, school_id=school, account_id=f"{school} {name}", portal_account_id=name)
        for ine in (f"child of {name}", "shared child"):
            self._insert(child_keys, ine=ine, portal_account_id=name, home_id=name)
        self._insert(bindings, provider="franceconnect", subject=name, portal_account_id=name, created_at=now)
        for browser in (f"browser of {name}", "shared browser"):
            self._insert(browsers, id_hash=browser, portal_account_id=name, created_at=now, seen_at=now)
        self._insert(sessions, id_hash=f"session {name}", portal_account_id=name, created_at=now, seen_at=now)

    def _insert(self, table: Table, **values: Any) -> None:
        self.connection.execute(insert(table).values(**values))

    def merge(self, gone: str, kept: str) -> str:
        return merging.merge(
            self.connection, kept_id=kept, gone_id=gone, cause="account", teller=self.teller, clock=self.clock,
            new_id=self.new_id,
        )  # fmt: skip

    def undo(self, merge_id: str) -> None:
        merging.undo(self.connection, merge_id=merge_id, teller=self.teller, clock=self.clock)

    def rows(self, table: Table, **equal: Any) -> list[Row]:
        statement = select(table).where(*(table.c[name] == value for name, value in equal.items()))
        return [dict(row) for row in self.connection.execute(statement).mappings()]

    def account(self, name: str) -> Row:
        return self.rows(portal_accounts, id=name)[0]

    def held(self) -> dict[str, Any]:
        """Who holds what; and the contacts of those who log in."""
        return {
            "links": {row["account_id"]: row["portal_account_id"] for row in self.rows(portal_links)},
            "keys": {(row["ine"], row["portal_account_id"]) for row in self.rows(child_keys)},
            "ways": {row["subject"]: row["portal_account_id"] for row in self.rows(bindings)},
            "browsers": {(row["id_hash"], row["portal_account_id"]) for row in self.rows(browsers)},
            "contacts": {
                row["id"]: (row["login"], row["state"], row["email"], row["mobile"])
                for row in self.rows(portal_accounts)
            },
        }


@contextmanager
def cast(database: Database) -> Iterator[Cast]:
    """A cast in a transaction that leaves nothing behind."""
    with database.engine.connect() as connection, connection.begin() as under_way:
        yield Cast(FakeClock(), connection)
        under_way.rollback()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    base = Database(database_url)
    base.create_if_empty()
    yield base
    base.close()


@pytest.fixture(scope="module")
def quick_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    base = Database(f"sqlite:///{tmp_path_factory.mktemp('merging') / 'server.db'}")
    base.create_if_empty()
    yield base
    base.close()


def test_a_grouped_account_gives_everything_and_keeps_its_log_in_for_ever(database: Database) -> None:
    with cast(database) as people:
        now = instant(people.clock())
        people._insert(
            provisional_secrets, id="sheet", portal_account_id="b", school_id="s1", account_id="s1 b", token_hash="t",
            reset=False, accepted_at=now, expires_at="2099",
        )  # fmt: skip
        people._insert(
            outbox, id="mail", account_id="b", channel="mail", recipient="x@example.org", template="C06", params="!",
            state="queued", created_at=now, next_at=now,
        )  # fmt: skip
        people.merge("b", "a")
        held = people.held()
        assert {held["links"][name] for name in ("s1 a", "s1 b", "s2 b")} == {"a"}
        assert {("child of a", "a"), ("child of b", "a"), ("shared child", "a")} <= held["keys"]
        assert held["ways"]["b"] == "a" and ("browser of b", "a") in held["browsers"]
        assert people.account("a")["email"] == "b@example.org", "the kept one had no verified address"
        gone = people.account("b")
        assert (gone["login"], gone["merged_into"], gone["password_hash"]) == ("x.b", "a", None)
        assert people.rows(sessions, id_hash="session b")[0]["ended_at"]
        assert people.rows(sessions, id_hash="session a")[0]["ended_at"] is None
        assert people.rows(provisional_secrets)[0]["void_reason"] == merging.REASON
        assert (people.rows(outbox)[0]["state"], people.rows(outbox)[0]["params"]) == ("failed", None)


def test_every_school_hears_what_its_account_is_now(database: Database) -> None:
    with cast(database) as people:
        people.merge("b", "d")
        told = {row["account_id"]: row["payload"] for row in people.rows(inbox, kind="merged")}
        assert set(told) == {"s1 b", "s2 b", "s1 d", "s2 d"}
        assert {payload["login"] for payload in told.values()} == {"x.d"}
        assert {name: payload["into"] for name, payload in told.items()} == {
            "s1 b": "s1 d", "s2 b": "s2 d", "s1 d": None, "s2 d": None,
        }  # fmt: skip
        assert {name for name, payload in told.items() if payload["role"] == "gone"} == {"s1 b", "s2 b"}


def test_a_parted_account_has_its_log_in_again_and_waits_for_a_password(database: Database) -> None:
    with cast(database) as people:
        people.connection.execute(update(portal_accounts).where(portal_accounts.c.id == "c").values(state="notified"))
        for name in ("b", "c"):
            people.undo(people.merge(name, "a"))
        assert [people.account(name)["merged_into"] for name in "abc"] == [None] * 3
        assert [people.account(name)["state"] for name in "abc"] == ["active", "active", "not_notified"]
        assert [people.account(name)["password_hash"] for name in "abc"] == ["hash a", None, None]
        told = [row["payload"] for row in people.rows(inbox, kind="unmerged", account_id="s1 b")]
        assert [(payload["login"], payload["password_changed"], payload["into"]) for payload in told] == [
            ("x.b", False, None)
        ]


def test_an_undo_is_for_thirty_days_and_once(database: Database) -> None:
    with cast(database) as people:
        merge_id, late = people.merge("b", "a"), people.merge("c", "a")
        people.clock.advance(days=29)
        people.undo(merge_id)
        people.clock.advance(days=2)
        for wrong, code in ((merge_id, "merge_undone"), (late, "merge_old"), ("none", "merge_unknown")):
            with pytest.raises(Refused) as refused:
                people.undo(wrong)
            assert refused.value.code == code


@pytest.mark.parametrize("pair", ["aa", "ab", "ba", "cb"])
def test_what_is_gone_is_grouped_no_more(database: Database, pair: str) -> None:
    with cast(database) as people:
        people.merge("b", "a")
        with pytest.raises(Refused):
            people.merge(*pair)


class Forest:
    """What should be: who stands for whom."""

    def __init__(self) -> None:
        self.above: dict[str, str] = {}

    def root(self, name: str) -> str:
        return self.root(self.above[name]) if name in self.above else name


Step = tuple[str, int, int]
STEPS = st.lists(st.tuples(st.sampled_from(["merge", "undo"]), st.integers(0, 4), st.integers(0, 4)), max_size=14)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, shuffle=st.randoms(use_true_random=False))
def test_in_any_order_nobody_loses_a_child_and_all_undone_is_as_before(
    quick_base: Database, steps: list[Step], shuffle: random.Random
) -> None:
    with cast(quick_base) as people:
        start, forest, standing = people.held(), Forest(), {}
        for what, one, other in steps:
            if what == "merge" and len({forest.root(NAMES[one]), forest.root(NAMES[other])}) == 2:
                gone, kept = forest.root(NAMES[one]), forest.root(NAMES[other])
                standing[gone] = people.merge(gone, kept)
                forest.above[gone] = kept
            elif what == "undo" and NAMES[one] in standing:
                people.undo(standing.pop(NAMES[one]))
                del forest.above[NAMES[one]]
            _agree(people, forest)
        for name in shuffle.sample(sorted(standing), len(standing)):
            people.undo(standing[name])
        assert people.held() == start


def _agree(people: Cast, forest: Forest) -> None:
    held = people.held()
    for account_id, holder in held["links"].items():
        assert holder == forest.root(account_id[-1])
    for name in NAMES:
        root = forest.root(name)
        assert {(f"child of {name}", root), ("shared child", root)} <= held["keys"]
        assert held["ways"][name] == root
        assert {(f"browser of {name}", root), ("shared browser", root)} <= held["browsers"]
    below = [name for name in NAMES if ("child of b", name) in held["keys"]]
    assert below == [forest.root("b")], "a child is held once"


@pytest.mark.postgres
@pytest.mark.parametrize("pairs", [("ab", "ba"), ("ab", "cb"), ("ab", "ac"), ("ab", "bc")])
def test_of_two_that_race_none_loses_a_child(database: Database, pairs: tuple[str, str]) -> None:
    clock = FakeClock()
    with database.write() as connection:
        start = Cast(clock, connection).held()
    gate = Barrier(2)

    def group(pair: str) -> bool:
        gate.wait()
        try:
            with database.write() as connection:
                new_id = id_maker(clock, os.urandom)
                merging.merge(
                    connection, kept_id=pair[1], gone_id=pair[0], cause="account", teller=Teller(clock, new_id),
                    clock=clock, new_id=new_id,
                )  # fmt: skip
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(group, pairs))
    with database.read() as connection:
        after: Cast = object.__new__(Cast)
        after.connection = connection
        made = after.rows(merges)
        held = after.held()
        up = {row["id"]: row["merged_into"] for row in after.rows(portal_accounts)}
    assert len(made) == sum(done) and any(done)
    forest = Forest()
    forest.above = {name: into for name, into in up.items() if into}
    assert {name: forest.root(name[-1]) for name in start["links"]} == held["links"]
    assert {ine for ine, _ in start["keys"]} == {ine for ine, _ in held["keys"]}

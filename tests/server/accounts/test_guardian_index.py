"""Who is found by name and mobile, on both bases: ways of writing, shared numbers, rows that change."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.models.clock import system_clock
from app.models.contacts import read_mobile
from app.models.ids import uuid7
from app.models.names import fold
from app.models.tables import metadata as school_metadata
from app.server.accounts.guardian_index import Found, GuardianIndex, Ref, reindex
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.tables import guardian_keys
from app.services.records.rows import SchoolRows

INDEX = GuardianIndex(b"k" * 32)
MOBILE, OTHER = "06 39 98 01 01", "06 39 98 02 02"


def new_id() -> str:
    return uuid7(system_clock(), os.urandom)


class Town:
    """A server's base with some schools, written to as the synchronisation does."""

    def __init__(self, database: Database) -> None:
        self.database = database
        admin = Admin(database, system_clock, os.urandom)
        self.schools = [
            admin.create_school(uai=uai, name="École", portal_url="http://p") for uai in ("0990001N", "0990002P")
        ]

    def guardian(
        self, last: str = "DUPONT", first: str = "Marc", mobile: str | None = MOBILE, *, school: int = 0, **more: Any
    ) -> Ref:
        """A guardian with an account and one child."""
        guardian, account, pupil, school_id = new_id(), new_id(), new_id(), self.schools[school]
        with self.database.write() as connection:
            rows = SchoolRows(connection, school_id)
            rows.add("guardians", guardian, last_name=last, first_name=first, mobile=mobile, **more)
            rows.add("accounts", account, guardian_id=guardian, state="not_notified", origin="unknown")
            rows.add("pupils", pupil, last_name=last, first_name="Zoé", birth_date="2019-03-14")
            rows.add("responsibilities", new_id(), pupil_id=pupil, guardian_id=guardian, access="full")
            self._flush(connection, rows)
        return school_id, account

    def change(self, ref: Ref, table: str, **values: Any) -> None:
        """Change the guardian of an account, its account, its child or the tie between them."""
        with self.database.write() as connection:
            rows = SchoolRows(connection, ref[0])
            guardian = rows.need("accounts", ref[1])["guardian_id"]
            [link] = rows.where("responsibilities", guardian_id=guardian)
            row_ids = {"guardians": guardian, "accounts": ref[1], "pupils": link["pupil_id"]}
            rows.change(table, row_ids.get(table) or link["id"], **values)
            self._flush(connection, rows)

    def _flush(self, connection: Any, rows: SchoolRows) -> None:
        INDEX.follow(connection, rows)
        rows.flush()

    def find(self, last: str = "Dupont", first: str = "Marc", mobile: str = MOBILE) -> Found:
        number = read_mobile(mobile, allow_fictional=True).e164
        with self.database.read() as connection:
            return INDEX.find(connection, last_name=last, first_name=first, mobile=number)

    def keys(self) -> int:
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(guardian_keys)).scalar_one()


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    database = Database(database_url)
    database.create_if_empty()
    yield Town(database)
    database.close()


@pytest.mark.parametrize(
    ("last", "first", "found"),
    [
        ("dupont", "marc", True),
        ("  Dupont ", "MARC-ANTOINE", True),
        ("D’upont", "Marc Antoine", True),
        ("Le Goff", "Marc", True),
        ("legoff", "Marcantoine", True),
        ("Dupont Le Goff", "Marc", False),
        ("Dupon", "Marc", False),
        ("Dupont", "Antoine", False),
        ("Dupont", "Marco", False),
        ("Dupont", "Marc Olivier", False),
        ("Marc", "Dupont", False),
        ("", "Marc", False),
        ("Dupont", "", False),
        ("日本", "Marc", False),
    ],
)
def test_ways_of_writing_a_name(town: Town, last: str, first: str, found: bool) -> None:
    ref = town.guardian("DUPONT", "Marc-Antoine", usage_name="LE GOFF")
    assert town.find(last, first).matches == ((ref,) if found else ())


def test_several_first_names_typed_for_one_that_the_school_has(town: Town) -> None:
    ref = town.guardian("DUPONT", "Marc")
    assert town.find("Dupont", "Marc Antoine").matches == (ref,)


def test_a_name_alone_tells_whose_number_is_unknown(town: Town) -> None:
    ref, away = town.guardian(), town.guardian(mobile=None, school=1)
    town.guardian("MARTIN", "Zoé", OTHER)
    found = town.find(mobile="06 39 98 09 09")
    assert (found.matches, set(found.named), found.shared) == ((), {ref, away}, False)
    assert town.find("Durand", "Paul").named == ()


def test_every_school_that_has_name_and_number(town: Town) -> None:
    both = {town.guardian(), town.guardian("Dupont", "MARC", "+33 6 39 98 01 01", school=1)}
    assert set(town.find().matches) == both


@pytest.mark.parametrize("school", [0, 1])
def test_a_number_shared_by_two_names_opens_neither(town: Town, school: int) -> None:
    refs = {town.guardian("DUPONT", "Marc"), town.guardian("MARTIN", "Sonia", school=school)}
    for name in (("Dupont", "Marc"), ("Martin", "Sonia")):
        found = town.find(*name)
        assert found.matches == () and found.shared and set(found.named) < refs
    stranger = town.find("Petit", "Paul")
    assert not stranger.shared and stranger.named == ()


def test_one_person_under_two_surnames_shares_with_nobody(town: Town) -> None:
    """In one school by her nom d’usage, in the other by both."""
    both = {
        town.guardian("MARTIN", "Sonia", usage_name="DUPONT"), town.guardian("DUPONT", "Sonia", school=1),
    }  # fmt: skip
    assert set(town.find("Dupont", "Sonia").matches) == both
    assert len(town.find("Martin", "Sonia").matches) == 1


def test_an_import_that_changes_the_number_moves_it(town: Town) -> None:
    ref = town.guardian()
    town.change(ref, "guardians", mobile=OTHER)
    assert town.find().matches == () and town.find(mobile=OTHER).matches == (ref,)


def test_a_correction_counts_as_the_number(town: Town) -> None:
    ref = town.guardian()
    corrected = {"mobile": {"value": OTHER, "onde": MOBILE, "by": "x", "at": "y"}}
    town.change(ref, "guardians", corrections=corrected)
    assert town.find(mobile=OTHER).matches == (ref,) and town.find().matches == ()


def test_a_number_that_the_parent_verified_counts_beside_the_schools(town: Town) -> None:
    ref = town.guardian()
    town.change(ref, "accounts", mobile="+33639980202")
    assert town.find(mobile=OTHER).matches == (ref,) and town.find().matches == (ref,)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("responsibilities", {"access": "none"}),
        ("responsibilities", {"access": "paper"}),
        ("pupils", {"protection": {"knows": [], "since": "2026-01-01", "by": "x"}}),
        ("pupils", {"birth_date": None}),
    ],
)
def test_one_who_sees_nothing_on_line_matches_nothing(town: Town, table: str, values: dict[str, Any]) -> None:
    ref = town.guardian()
    town.change(ref, table, **values)
    found = town.find()
    assert (found.matches, found.closed, found.named) == ((), (ref,), (ref,))
    town.guardian("MARTIN", "Sonia")
    assert town.find("Martin", "Sonia").shared, "his number may still be in another's hands"


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("responsibilities", {"ended_on": "2026-09-01"}),
        ("pupils", {"left_on": "2026-09-01"}),
        ("guardians", {"gone_on": "2026-09-01"}),
    ],
)
def test_one_who_left_is_forgotten(town: Town, table: str, values: dict[str, Any]) -> None:
    town.change(town.guardian(), table, **values)
    assert town.keys() == 0
    ref = town.guardian("MARTIN", "Sonia")
    assert town.find("Martin", "Sonia").matches == (ref,), "a number that was given again is hers"


def test_what_does_not_concern_the_index_writes_nothing(town: Town) -> None:
    ref = town.guardian()
    with town.database.write() as connection:
        connection.execute(guardian_keys.delete())
    town.change(ref, "accounts", last_access_on="2026-09-01")
    town.change(ref, "guardians", address="1 rue des Tilleuls")
    assert town.keys() == 0


def test_reindexed_as_it_was(town: Town) -> None:
    for number in range(30):
        town.guardian(f"NOM{number}", "Marc Antoine", f"06 39 98 10 {number:02}", school=number % 2)
    with town.database.read() as connection:
        before = set(connection.execute(select(guardian_keys)).all())
    with town.database.write() as connection:
        connection.execute(guardian_keys.delete())
    assert reindex(town.database, INDEX) == 30
    with town.database.read() as connection:
        assert set(connection.execute(select(guardian_keys)).all()) == before


def test_many_at_once_as_one_by_one(town: Town, rng: random.Random) -> None:
    """The way for imports, which reads whole tables, writes the same keys as the way for single changes."""
    school_id = town.schools[0]
    with town.database.write() as connection:
        rows = SchoolRows(connection, school_id)
        for number in range(120):
            guardian, pupil = new_id(), new_id()
            mobile = f"06 39 98 {number // 10:02} {number % 10:02}" if rng.random() < 0.8 else None
            rows.add("guardians", guardian, last_name=f"NOM{number}", first_name="Ève Lou", mobile=mobile)
            rows.add("accounts", new_id(), guardian_id=guardian, state="not_notified", origin="unknown")
            rows.add("pupils", pupil, last_name="NOM", first_name="Zoé", birth_date="2019-03-14")
            rows.add("responsibilities", new_id(), pupil_id=pupil, guardian_id=guardian, access="full")
        INDEX.follow(connection, rows)
        rows.flush()
        many = set(connection.execute(select(guardian_keys)).all())
        connection.execute(guardian_keys.delete())
        INDEX.rebuild(connection, school_id=school_id)
        assert set(connection.execute(select(guardian_keys)).all()) == many and len(many) == 240


def test_the_base_alone_tells_no_name_and_no_number(town: Town) -> None:
    town.guardian()
    with town.database.read() as connection:
        kept = str(connection.execute(select(guardian_keys)).all()).lower()
    assert not any(word in kept for word in ("dupont", "marc", "639980101"))


@settings(deadline=None, max_examples=60)
@given(last=st.text(max_size=30), first=st.text(max_size=30), typed=st.sampled_from(["lower", "upper"]))
def test_whoever_types_her_own_name_is_found(last: str, first: str, typed: str) -> None:
    database = _bare_base()
    names = {"last_name": last, "first_name": first}
    with database.engine.begin() as connection:
        rows = SchoolRows(connection, "s")
        rows.add("guardians", "g", mobile=MOBILE, **names)
        rows.add("accounts", "a", guardian_id="g", state="not_notified", origin="unknown")
        rows.add("pupils", "p", last_name="x", first_name="y", birth_date="2019-03-14")
        rows.add("responsibilities", "l", pupil_id="p", guardian_id="g", access="full")
        INDEX.follow(connection, rows)
        asked = {name: getattr(text, typed)() for name, text in names.items()}
        found = INDEX.find(connection, mobile="+33639980101", **asked)
    comparable = bool(fold(last) and fold(first))
    assert bool(found.matches) == comparable and bool(found.named) == comparable
    database.close()


def _bare_base() -> Database:
    database = Database("sqlite://")
    with database.engine.begin() as connection:
        school_metadata.create_all(connection)
        guardian_keys.create(connection)
    return database

"""Who left long ago is erased by an act of the server; an account that nobody uses ends; old acts say nothing more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.models.clock import instant
from app.models.tables import Row
from app.server.accounts.portal_accounts import NewAccount, ensure
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.operating.keeping import RULES, purge
from app.server.sync import feed, heads
from app.server.sync.exchange import SyncService
from app.server.sync.signature import sign_act
from app.server.tables import portal_accounts, retired_logins, sessions
from app.services.records.apply_undo import TOO_OLD
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock

UAI = "0990001N"
KEY = b"a key of the tests, outside the base"
DAYS = {rule.code: rule.days for rule in RULES}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    base = Database(database_url)
    base.create_if_empty()
    yield base
    base.close()


@pytest.fixture
def service(database: Database, clock: FakeClock) -> SyncService:
    return SyncService(database=database, clock=clock, random_bytes=os.urandom, mac_key=KEY)


@pytest.fixture
def school(database: Database, clock: FakeClock) -> str:
    return Admin(database, clock, os.urandom).create_school(uai=UAI, name="École", portal_url="http://p")


def day(clock: FakeClock, code: str, *, older_by: float) -> str:
    return instant(clock.now - timedelta(days=DAYS[code] + older_by))


def write(database: Database, school_id: str, *rows: tuple[str, str, Row]) -> int:
    """Add rows to the school; returns the head."""
    with database.write() as connection:
        head = heads.lock(connection, school_id)
        known = SchoolRows(connection, school_id)
        for table, row_id, values in rows:
            known.add(table, row_id, **values)
        known.flush(next_seq=head.next)
        heads.save(connection, head)
        return head.seq


def family(name: str, *, left_on: str | None, also: str | None = None) -> list[tuple[str, str, Row]]:
    """A pupil, her guardian and his account; ``also`` is another child of his."""
    known: list[tuple[str, str, Row]] = [
        ("pupils", f"p-{name}", {"last_name": name, "first_name": "Zoé", "birth_date": "2012-01-01", "left_on": left_on}),
        ("guardians", f"g-{name}", {"last_name": name, "first_name": "Marc", "email": f"{name}@exemple.fr"}),
        ("accounts", f"a-{name}", {"guardian_id": f"g-{name}", "state": "active", "origin": "school", "login": f"m.{name}"}),
        ("responsibilities", f"r-{name}", {"pupil_id": f"p-{name}", "guardian_id": f"g-{name}", "access": "full"}),
    ]  # fmt: skip
    if also:
        known.append(
            ("responsibilities", f"s-{name}", {"pupil_id": also, "guardian_id": f"g-{name}", "access": "full"})
        )
    return known


def counts(service: SyncService, *, dry_run: bool = False) -> dict[str, int]:
    return {one.rule.code: one.count for one in purge(service, dry_run=dry_run) if one.count}


def rows_of(database: Database, school_id: str, table: str) -> dict[str, Row]:
    with database.read() as connection:
        return {row["id"]: row for row in SchoolRows(connection, school_id).all(table)}


def came_down(database: Database, school_id: str, cursor: int) -> dict[tuple[str, str], Row]:
    with database.write() as connection:
        page = feed.page(connection, school_id, cursor=cursor, head=heads.lock(connection, school_id).seq)
    return {(table, row["id"]): row for table, row in page.rows}


def test_former_pupils_and_their_guardians_are_erased(service: SyncService, clock: FakeClock, school: str) -> None:
    base, old, fresh = service.database, day(clock, "former", older_by=1)[:10], day(clock, "former", older_by=-2)[:10]
    cursor = write(
        base, school, *family("ancien", left_on=old), *family("recent", left_on=fresh), *family("present", left_on=None),
        *family("aine", left_on=old, also="p-present"),
    )  # fmt: skip
    assert counts(service, dry_run=True) == {"former": 3} and came_down(base, school, cursor) == {}
    assert counts(service) == {"former": 3}
    pupils, guardians = rows_of(base, school, "pupils"), rows_of(base, school, "guardians")
    assert [row["last_name"] for row in pupils.values() if row["last_name"]] == ["recent", "present"]
    assert guardians["g-ancien"]["last_name"] == "" and guardians["g-ancien"]["email"] is None
    assert guardians["g-aine"]["last_name"] == "aine", "he still follows her sister"
    told = came_down(base, school, cursor)
    assert {one for table, one in told if table == "erasures"} == {"p-ancien", "g-ancien", "p-aine"}
    act = next(row for (table, _), row in told.items() if table == "acts")
    assert (act["kind"], act["author"], act["verdict"]) == (
        "personne.effacer", "Préau (durée de conservation)", "accepted"
    )  # fmt: skip
    assert "ancien" not in str({key: row for key, row in told.items() if key[1].endswith("ancien")}.values()).replace(
        "-ancien", ""
    )
    assert counts(service) == {}


def portal(service: SyncService, school_id: str, name: str, **values: Any) -> str:
    """The portal account of a family's guardian."""
    with service.database.write() as connection:
        new = NewAccount(f"a-{name}", name, None, "Marc")
        ensure(
            connection, school_id=school_id, accounts=[new], printed_logins={}, clock=service.clock,
            new_id=lambda: f"portal-{name}",
        )  # fmt: skip
        connection.execute(portal_accounts.update().where(portal_accounts.c.id == f"portal-{name}").values(**values))
        connection.execute(
            insert(sessions).values(
                id_hash=f"s-{name}", portal_account_id=f"portal-{name}", created_at=instant(service.clock()),
                seen_at=instant(service.clock()),
            )
        )  # fmt: skip
    return f"portal-{name}"


def test_an_account_without_child_nor_log_in_ends(service: SyncService, clock: FakeClock, school: str) -> None:
    base, old, fresh = service.database, day(clock, "dormant", older_by=1), day(clock, "dormant", older_by=-2)
    write(
        base, school, *family("parti", left_on=old[:10]), *family("present", left_on=None),
        *family("fidele", left_on=old[:10]), *family("parties", left_on=fresh[:10]),
    )  # fmt: skip
    for name in ("parti", "present", "parties"):
        portal(service, school, name, created_at=old, last_access_on=old[:10], email=f"{name}@exemple.fr")
    portal(service, school, "fidele", created_at=old, last_access_on=fresh[:10])
    assert counts(service, dry_run=True) == {"dormant": 1}
    assert counts(service) == {"dormant": 1}
    with base.read() as connection:
        assert sorted(connection.execute(select(portal_accounts.c.id)).scalars()) == [
            "portal-fidele", "portal-parties", "portal-present"
        ]  # fmt: skip
        assert "portal-parti" not in connection.execute(select(sessions.c.portal_account_id)).scalars().all()
        assert len(connection.execute(select(retired_logins)).all()) == 1
    account = rows_of(base, school, "accounts")["a-parti"]
    assert (account["login"], account["state"], account["email"]) == (None, "not_notified", None)
    assert rows_of(base, school, "guardians")["g-parti"]["last_name"] == "parti", "the school's record has its own time"
    assert counts(service) == {}


def act(row_id: str, at: str, **values: Any) -> tuple[str, str, Row]:
    known: Row = {
        "device_id": "d", "device_seq": 1, "author": "Mme Durand", "kind": "responsable.corriger", "kind_version": 1,
        "fields": {"record_id": "g", "changes": {"email": [None, "zoe@exemple.fr"]}}, "client_time": at,
        "received_at": at, "verdict": "accepted", "outcome": {"patches": []},
    }  # fmt: skip
    row = {**known, **values}
    return "acts", row_id, {**row, "mac": sign_act(KEY, {"id": row_id, "code": None, "sentence": None, **row})}


def test_an_old_act_keeps_its_number_and_its_verdict(service: SyncService, clock: FakeClock, school: str) -> None:
    base = service.database
    cursor = write(
        base, school, act("old", day(clock, "journal", older_by=1)), act("new", day(clock, "journal", older_by=-1))
    )
    assert counts(service, dry_run=True) == {"journal": 1}
    assert counts(service) == {"journal": 1}
    told = came_down(base, school, cursor)
    assert set(told) == {("acts", "old")}
    row = rows_of(base, school, "acts")["old"]
    assert (row["fields"], row["author"], row["kind"], row["verdict"]) == ({}, "", "responsable.corriger", "accepted")
    assert row["mac"] == sign_act(KEY, row), "signed as it is now, it can be pushed again"
    assert counts(service) == {}


def test_old_values_of_undoings_are_forgotten(service: SyncService, clock: FakeClock, school: str) -> None:
    base, old = service.database, day(clock, "undo", older_by=1)
    line = [["guardians", "g", {"email": [None, "zoe@exemple.fr"]}]]
    cursor = write(
        base, school, ("imports", "i", {"act_id": "x", "at": old, "before": line}),
        ("traces", "t", {"kind": "responsable.corriger", "at": old, "before": line}),
        ("traces", "u", {"kind": "responsable.corriger", "at": day(clock, "undo", older_by=-1), "before": line}),
    )  # fmt: skip
    assert counts(service) == {"undo": 2}
    told = came_down(base, school, cursor)
    assert set(told) == {("imports", "i"), ("traces", "t")} and "zoe" not in str(told)
    assert counts(service) == {}
    assert "ne sont plus gardées" in TOO_OLD


def test_a_closed_review_keeps_what_it_was_about(service: SyncService, clock: FakeClock, school: str) -> None:
    old = day(clock, "reviews", older_by=1)
    values = {"at": old, "kind": "field_conflict", "act_id": "x", "record_table": "guardians", "record_id": "g",
              "field": "email", "kept": {"value": "a@e.fr"}, "lost": {"value": "b@e.fr"}}  # fmt: skip
    write(
        service.database, school, ("reviews", "c", {**values, "closed_at": old, "closed_by": "M"}),
        ("reviews", "o", values),
    )  # fmt: skip
    assert counts(service) == {"reviews": 1}
    kept = rows_of(service.database, school, "reviews")
    assert kept["c"]["lost"] is None and kept["c"]["field"] == "email" and kept["o"]["lost"] is not None

"""What is past its time goes, what is not stays, and what leaves a school's rows leaves its PCs too."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Integer, Table, insert, select

from app.models.clock import instant
from app.models.tables import Row, proposals, support_grants
from app.server.database import Database
from app.server.operating import keeping
from app.server.operating.admin import Admin
from app.server.operating.daily import Daily
from app.server.operating.keeping import PURGED_ON, RULES, Rule, purge, purge_once_a_day
from app.server.sync import feed, heads
from app.server.sync.exchange import SyncService
from app.server.tables import (
    activations,
    browsers,
    codes,
    device_tokens,
    enrol_codes,
    help_tickets,
    inbox,
    journeys,
    mail_runs,
    mail_tokens,
    noticed_reports,
    outbox,
    provisional_secrets,
    report_notices,
    sessions,
    support_codes,
    tries,
)
from app.services.account_card import event_words
from app.services.deliveries import mail_words
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock
from tests.support.postgres import Cluster

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guides" / "operateur.md"
UAI = "0990001N"
KEY = b"a key of the tests, outside the base"
DATED_BY = {
    "tries": (tries, "last_at"), "sessions": (sessions, "seen_at"), "browsers": (browsers, "seen_at"),
    "device_tokens": (device_tokens, "expires_at"), "enrol_codes": (enrol_codes, "expires_at"),
    "provisional_secrets": (provisional_secrets, "expires_at"), "activations": (activations, "created_at"),
    "journeys": (journeys, "created_at"), "codes": (codes, "expires_at"), "mail_tokens": (mail_tokens, "expires_at"),
    "inbox": (inbox, "folded_at"), "outbox": (outbox, "done_at"), "mail_runs": (mail_runs, "created_at"),
    "help_tickets": (help_tickets, "created_at"), "report_notices": (report_notices, "at"),
    "noticed_reports": (noticed_reports, "at"), "support_codes": (support_codes, "expires_at"),
}  # fmt: skip
"""The table of each rule that deletes, and the instant that counts."""
BY_CODE = {rule.code: rule for rule in RULES}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    base = Database(database_url)
    base.create_if_empty()
    yield base
    base.close()


def service(database: Database, clock: FakeClock) -> SyncService:
    return SyncService(database=database, clock=clock, random_bytes=os.urandom, mac_key=KEY)


def put(database: Database, table: Table, row_id: str, **values: Any) -> None:
    """A row whose other required columns hold anything."""
    row: Row = {
        column.name: 1 if isinstance(column.type, Integer) else False if isinstance(column.type, Boolean) else row_id
        for column in table.columns
        if not column.nullable
    }
    with database.write() as connection:
        connection.execute(insert(table).values(**{**row, **values}))


def left(database: Database, table: Table) -> int:
    with database.read() as connection:
        return len(connection.execute(select(table)).all())


def counts(database: Database, clock: FakeClock, *, dry_run: bool = False) -> dict[str, int]:
    return {one.rule.code: one.count for one in purge(service(database, clock), dry_run=dry_run) if one.count}


def day(clock: FakeClock, rule: Rule, *, older_by: float) -> str:
    return instant(clock.now - timedelta(days=rule.days + older_by))


@pytest.mark.parametrize("code", DATED_BY)
def test_what_is_past_its_time_is_deleted_and_nothing_else(database: Database, clock: FakeClock, code: str) -> None:
    table, column = DATED_BY[code]
    for row_id, older_by in (("old", 0.5), ("fresh", -0.5)):
        put(database, table, row_id, **{column: day(clock, BY_CODE[code], older_by=older_by)})
    if table.c[column].nullable:
        put(database, table, "not-yet")
    before = left(database, table)
    assert counts(database, clock, dry_run=True) == {code: 1} and left(database, table) == before
    assert counts(database, clock) == {code: 1} and left(database, table) == before - 1
    assert counts(database, clock) == {}


def test_every_rule_that_deletes_is_tried_here() -> None:
    emptied = {
        "deliveries",
        "events",
        "requests",
        "reviews",
        "former",
        "dormant",
        "journal",
        "undo",
        "reports",
        "documents",
        "proposals",
        "support_grants",
    }
    assert DATED_BY.keys() | emptied == {rule.code for rule in RULES if rule.purge is not None}


def test_a_childs_sheets_stay_closed_until_his_school_opens_them(database: Database, clock: FakeClock) -> None:
    put(database, tries, "p-1", scope="birth_date", last_at=day(clock, BY_CODE["tries"], older_by=100))
    assert counts(database, clock) == {} and left(database, tries) == 1


def test_the_mails_of_a_run_stay_while_one_of_them_waits(database: Database, clock: FakeClock) -> None:
    long_ago = day(clock, BY_CODE["outbox"], older_by=10)
    put(database, mail_runs, "run", created_at=long_ago)
    put(database, outbox, "sent", run_id="run", state="accepted", done_at=long_ago)
    put(database, outbox, "held", run_id="run", state="paused")
    assert counts(database, clock) == {}
    with database.write() as connection:
        connection.execute(outbox.update().where(outbox.c.id == "held").values(state="failed", done_at=long_ago))
    assert counts(database, clock) == {"outbox": 2, "mail_runs": 1}


@pytest.fixture
def school(database: Database, clock: FakeClock) -> str:
    return Admin(database, clock, os.urandom).create_school(uai=UAI, name="École", portal_url="http://p")


def write(database: Database, school_id: str, table: str, row_id: str, **values: Any) -> int:
    """Add a row to the school; returns the head."""
    with database.write() as connection:
        head = heads.lock(connection, school_id)
        rows = SchoolRows(connection, school_id)
        rows.add(table, row_id, **values)
        rows.flush(next_seq=head.next)
        heads.save(connection, head)
        return head.seq


def came_down(database: Database, school_id: str, cursor: int) -> dict[str, Row]:
    """What a PC that stands at ``cursor`` is told, by id."""
    with database.write() as connection:
        page = feed.page(connection, school_id, cursor=cursor, head=heads.lock(connection, school_id).seq)
    return {row["id"]: row for _, row in page.rows}


def test_an_old_address_is_emptied_on_the_server_and_on_the_pcs(
    database: Database, clock: FakeClock, school: str
) -> None:
    rule = BY_CODE["deliveries"]
    mail = {"account_id": "a", "letter": "C02", "address": "zoe@exemple.fr", "state": "bounced", "reason": "550 zoe@"}
    for row_id, older_by in (("old", 1), ("fresh", -1)):
        at = day(clock, rule, older_by=older_by)
        cursor = write(database, school, "deliveries", row_id, at=at, asked_at=at, **mail)
    assert counts(database, clock, dry_run=True) == {"deliveries": 1} and came_down(database, school, cursor) == {}
    assert counts(database, clock) == {"deliveries": 1}
    told = came_down(database, school, cursor)
    assert set(told) == {"old"} and told["old"]["address"] == "" and "zoe" not in str(told)
    assert mail_words({"reason": None, **told["old"]}, "Europe/Paris").startswith("Mail de notification\u00a0:")
    assert counts(database, clock) == {}


def test_an_event_keeps_what_happened_without_the_address(database: Database, clock: FakeClock, school: str) -> None:
    at = day(clock, BY_CODE["events"], older_by=1)
    detail = {"email": "zoe@exemple.fr", "former": "zo@exemple.fr", "delivery_id": "d"}
    cursor = write(database, school, "events", "e", account_id="a", at=at, kind="resent", author="Mme Durand",
                   detail=detail)  # fmt: skip
    cursor = write(database, school, "events", "f", account_id="a", at=at, kind="notified", detail={"letter": "C01"})
    assert counts(database, clock) == {"events": 1}
    told = came_down(database, school, cursor)
    assert told["e"]["detail"] == {"delivery_id": "d"} and set(told) == {"e"}
    assert event_words(told["e"]) == "mail d’activation renvoyé (Mme Durand)"
    assert counts(database, clock) == {}


def test_a_closed_request_keeps_its_day_and_its_end(database: Database, clock: FakeClock, school: str) -> None:
    at = day(clock, BY_CODE["requests"], older_by=1)
    for row_id, closed in (("closed", at), ("open", None)):
        cursor = write(database, school, "requests", row_id, at=at, kind="help", status="answered", closed_at=closed,
                       detail={"message": "Bonjour"}, answer={"text": "Oui"})  # fmt: skip
    assert counts(database, clock) == {"requests": 1}
    told = came_down(database, school, cursor)
    assert set(told) == {"closed"} and told["closed"]["closed_at"] == at
    assert "detail" not in told["closed"] and "answer" not in told["closed"]  # null: the feed leaves it out
    assert counts(database, clock) == {}


def test_support_of_long_ago_keeps_that_it_was_without_who_and_what(
    database: Database, clock: FakeClock, school: str
) -> None:
    old, fresh = (day(clock, BY_CODE["proposals"], older_by=by) for by in (1, -1))
    for row_id, at in (("old", old), ("fresh", fresh)):
        put(database, proposals, row_id, school_id=school, at=at, fields={"changes": {"email": "a"}}, reason="r", seq=0)
        put(database, support_grants, row_id, school_id=school, until=at, officer_name="Mme Erun", read_at=at, seq=0)
    assert counts(database, clock, dry_run=True) == {"proposals": 1, "support_grants": 1}
    counts(database, clock)
    with database.read() as connection:
        said = {row.id: (row.fields, row.reason) for row in connection.execute(select(proposals))}
        who = {row.id: (row.officer_name, row.read_at) for row in connection.execute(select(support_grants))}
    assert said == {"old": (None, None), "fresh": ({"changes": {"email": "a"}}, "r")}
    assert who == {"old": ("", None), "fresh": ("Mme Erun", fresh)}
    assert counts(database, clock) == {}


def test_many_rows_go_a_few_at_a_time(
    database: Database, clock: FakeClock, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    at = day(clock, BY_CODE["deliveries"], older_by=1)
    for number in range(5):
        cursor = write(database, school, "deliveries", f"d{number}", account_id="a", letter="C02", address="z@e.fr",
                       state="accepted", at=at, asked_at=at)  # fmt: skip
    assert counts(database, clock) == {"deliveries": 5}
    assert len(came_down(database, school, cursor)) == 5


@pytest.mark.postgres
def test_one_process_alone_has_the_day(postgres_cluster: Cluster, clock: FakeClock) -> None:
    """Two that saw yesterday’s date at the same moment: the one that writes second learns it."""
    database = Database(postgres_cluster.new_database())
    database.create_if_empty()
    assert purge_once_a_day(service(database, clock))
    heard: list[bool] = []
    with database.write() as second:
        assert heads.state(second, PURGED_ON) is not None, "both have looked"
        waiting = threading.Thread(target=lambda: heard.append(heads.claim(second, PURGED_ON, "2030-01-01")))
        with database.write() as first:
            assert heads.claim(first, PURGED_ON, "2030-01-01")
            waiting.start()
        waiting.join(timeout=30)
    assert heard == [False]
    database.close()


def test_once_a_day_whoever_asks(database: Database, clock: FakeClock) -> None:
    assert purge_once_a_day(service(database, clock))
    assert not purge_once_a_day(service(database, clock))
    clock.advance(days=1)
    assert purge_once_a_day(service(database, clock))


def test_the_server_purges_by_itself(database: Database, clock: FakeClock) -> None:
    put(database, tries, "x", scope="login", last_at=day(clock, BY_CODE["tries"], older_by=1))
    daily = Daily(service(database, clock), every_s=0.01)
    daily.start()
    try:
        late = time.monotonic() + 20
        while left(database, tries) and time.monotonic() < late:
            assert daily.running
        assert left(database, tries) == 0
    finally:
        daily.stop()


def test_the_guide_has_the_whole_table() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    assert keeping.table() in guide

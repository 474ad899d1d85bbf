"""What happened on the portal, folded into the school's rows once, in its order."""

from __future__ import annotations

import os
from typing import Any

import pytest

from app.models.clock import instant, system_clock
from app.models.ids import id_maker
from app.models.states import Role
from app.models.tables import Row
from app.models.wire import SyncRequest
from app.server import inbox
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.sync import heads
from app.server.sync.exchange import Caller, SyncService
from app.services.records.rows import SchoolRows

NEW_ID = id_maker(system_clock, os.urandom)


class Portal:
    """A school with one account and two sheets, to which things happen."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.school_id = Admin(database, system_clock, os.urandom).create_school(
            uai="0990001N", name="École", portal_url="http://p"
        )
        self.service = SyncService(database, system_clock, os.urandom, b"key")
        with database.write() as connection:
            head = heads.lock(connection, self.school_id)
            rows = SchoolRows(connection, self.school_id)
            rows.add("accounts", "account", guardian_id="guardian", state="notified", origin="school")
            for sheet in ("used", "older"):
                rows.add(
                    "sheets", sheet, batch_id="batch", account_id="account", guardian_id="guardian", number=1, total=1,
                    letter="C01", login="e.dumay", printed_at=instant(system_clock()), status="known",
                )  # fmt: skip
            rows.flush(next_seq=head.next)
            heads.save(connection, head)

    def happen(self, kind: str, account_id: str | None = "account", **payload: Any) -> None:
        with self.database.write() as connection:
            inbox.append(
                connection, school_id=self.school_id, account_id=account_id, kind=kind, payload=payload,
                at=instant(system_clock()), new_id=NEW_ID,
            )  # fmt: skip

    def fold(self) -> int:
        """One synchronisation; the server's head after it."""
        caller = Caller("device", self.school_id, "Hélène", Role.DIRECTOR)
        request = SyncRequest(request_id=NEW_ID())
        return self.service.exchange(caller=caller, school_id=self.school_id, request=request).next_cursor

    def row(self, table: str, row_id: str) -> Row:
        with self.database.read() as connection:
            return SchoolRows(connection, self.school_id).need(table, row_id)

    def stories(self) -> list[str]:
        with self.database.read() as connection:
            rows = SchoolRows(connection, self.school_id).all("events")
        return [row["kind"] for row in sorted(rows, key=lambda row: (row["at"], row["id"]))]


@pytest.fixture
def portal(database: Database) -> Portal:
    return Portal(database)


def test_an_activation_is_told_once(portal: Portal) -> None:
    portal.happen("sheet_used", sheet_id="used")
    portal.happen("activating", email="e@example.org")
    portal.happen("active", origin="guardian")
    head = portal.fold()
    account = portal.row("accounts", "account")
    assert (account["state"], account["origin"], account["email"]) == ("active", "guardian", "e@example.org")
    assert (portal.row("sheets", "used")["status"], portal.row("sheets", "older")["status"]) == ("used", "replaced")
    assert portal.stories() == ["portal_sheet_used", "portal_activating", "portal_active"]
    assert portal.fold() == head, "nothing is folded twice"


def test_a_block_and_its_end_come_in_order(portal: Portal) -> None:
    portal.happen("block", code="birth_date_tries")
    portal.fold()
    assert portal.row("accounts", "account")["block"] == "birth_date_tries"
    portal.happen("unblock")
    portal.fold()
    assert portal.row("accounts", "account")["block"] is None


def test_the_last_access_makes_no_story(portal: Portal) -> None:
    portal.happen("last_access", on="2026-09-04")
    portal.happen("password")
    portal.fold()
    account = portal.row("accounts", "account")
    assert (account["last_access_on"], account["password_changed"]) == ("2026-09-04", True)
    assert portal.stories() == ["portal_password"]


@pytest.mark.parametrize(
    ("kind", "account_id"), [("active", "nobody"), ("active", None), ("from_a_newer_portal", "account")]
)
def test_what_concerns_nobody_here_blocks_nothing(portal: Portal, kind: str, account_id: str | None) -> None:
    portal.happen(kind, account_id)
    portal.happen("last_access", on="2026-09-04")
    portal.fold()
    assert portal.row("accounts", "account")["last_access_on"] == "2026-09-04"

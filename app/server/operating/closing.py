"""A school closes: its pupils leave, nothing of it is open on the portal any more, its number goes into its history.

Its rows stay, as those of former pupils do, for as long as the table of durations says. A child who goes to another
school is found again there by INE, with the same account.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection, delete, update

from app.models.clock import Clock, instant
from app.models.deliveries import PAUSED
from app.models.states import SheetStatus
from app.server.accounts.doors import LIVING, REASON, end_visits
from app.server.accounts.portal_accounts import other_links, portal_of
from app.server.database import Database
from app.server.operating.admin import school_id_of
from app.server.outbox.queue import FAILED, QUEUED
from app.server.sync import heads, inbound
from app.server.tables import (
    device_tokens,
    enrol_codes,
    guardian_keys,
    help_codes,
    officer_schools,
    outbox,
    provisional_secrets,
    school_counts,
)
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class Closed:
    """How many of a school's things end: present pupils, PCs, sheets and mails on their way."""

    uai: str
    name: str
    pupils: int
    devices: int
    sheets: int
    mails: int
    parents_alone: int
    """Those who had an account for this school alone: they see nobody any more."""


class _OnlyAsked(Exception):
    """Takes everything back."""


def close_school(database: Database, *, uai: str, clock: Clock, dry_run: bool) -> Closed:
    """Close a school in one transaction. Raises NotFound for one that is not here, or is closed already.

    What the PCs had not sent is lost: let them synchronise first.
    """
    found: list[Closed] = []
    with suppress(_OnlyAsked), database.write() as connection:
        school_id = school_id_of(connection, uai)
        head = heads.lock(connection, school_id)
        rows, now = SchoolRows(connection, school_id), instant(clock())
        inbound.fold(connection, rows, at=now)
        found.append(end_rows(rows, now, _shut_out(connection, rows, now)))
        end_access(connection, school_id, now)
        rows.flush(next_seq=head.next)
        heads.save(connection, head)
        if dry_run:
            raise _OnlyAsked
    return found[0]


def end_rows(rows: SchoolRows, now: str, alone: int, **history_says: str) -> Closed:
    """What the school's own rows say from now on; ``history_says`` stands beside its number in its history."""
    school = rows.need("schools", rows.school_id)
    history = [*(school["uai_history"] or []), {"uai": school["uai"], "until": now[:10], **history_says}]
    rows.change("schools", school["id"], uai=None, uai_history=history)
    pupils = [row for row in rows.all("pupils") if row["left_on"] is None]
    sheets = [row for row in rows.all("sheets") if row["status"] in LIVING]
    devices = [row for row in rows.all("devices") if row["revoked_at"] is None]
    mails = [row for row in rows.all("deliveries") if row["state"] == QUEUED]
    for table, found, values in (
        ("pupils", pupils, {"left_on": now[:10]}),
        ("sheets", sheets, {"status": SheetStatus.WITHDRAWN.value}),
        ("devices", devices, {"revoked_at": now}),
        ("support_grants", rows.where("support_grants", ended_at=None), {"ended_at": now}),
        ("support_officers", rows.where("support_officers", ended_at=None), {"ended_at": now}),
        ("deliveries", mails, {"state": FAILED, "reason": REASON, "at": now}),
    ):
        for row in found:
            rows.change(table, row["id"], **values)
    return Closed(school["uai"], school["name"], len(pupils), len(devices), len(sheets), len(mails), alone)


def _shut_out(connection: Connection, rows: SchoolRows, now: str) -> int:
    """End the visits of parents who had this school alone; returns how many they are."""
    alone = 0
    for account in rows.all("accounts"):
        portal = portal_of(connection, school_id=rows.school_id, account_id=account["id"])
        if portal and not other_links(connection, school_id=rows.school_id, account_id=account["id"]):
            end_visits(connection, portal_id=portal["id"], now=now)
            alone += 1
    return alone


def end_access(connection: Connection, school_id: str, now: str) -> None:
    """PCs, codes, sheets, mails that wait, and the ways by which the school is found."""
    ended = (
        (device_tokens, device_tokens.c.revoked_at, {"revoked_at": now}),
        (provisional_secrets, provisional_secrets.c.voided_at, {"voided_at": now, "void_reason": REASON}),
    )
    for table, living, values in ended:
        connection.execute(update(table).where(table.c.school_id == school_id, living.is_(None)).values(values))
    gone = {"state": FAILED, "params": None, "last_error": REASON, "lease_until": None, "done_at": now}
    waiting = (outbox.c.school_id == school_id, outbox.c.state.in_((QUEUED, PAUSED)))
    connection.execute(update(outbox).where(*waiting).values(gone))
    connection.execute(delete(enrol_codes).where(enrol_codes.c.school_id == school_id, enrol_codes.c.used_at.is_(None)))
    for table in (guardian_keys, help_codes, officer_schools, school_counts):
        connection.execute(delete(table).where(table.c.school_id == school_id))

"""Closing doors on the portal when a school decides that somebody may see less (DESIGN, « Who may see »).

In the transaction that applies the decision: sessions, visits under way, links in mails and mails that wait end at once;
sheets end where the guardian has no child left to follow in this school.
"""

from __future__ import annotations

from sqlalchemy import Connection, or_, true, update

from app.models.clock import Clock, instant
from app.models.deliveries import PAUSED
from app.models.states import Access, SheetStatus
from app.models.tables import Row
from app.server.accounts.portal_accounts import links_of as portal_links
from app.server.accounts.portal_accounts import portal_of
from app.server.outbox.queue import FAILED, QUEUED
from app.server.tables import activations, mail_tokens, outbox, provisional_secrets, sessions
from app.services.records.grouped import links_of
from app.services.records.protection import hides
from app.services.records.rows import Change, SchoolRows

Patch = tuple[str, str, Row]
REASON = "access"
LIVING = (SheetStatus.PRINTED.value, SheetStatus.KNOWN.value)


def close_doors(connection: Connection, rows: SchoolRows, *, mark: int, clock: Clock) -> list[Patch]:
    """End what stands open for the guardians who may see less since ``mark``; returns what became of their sheets."""
    now = instant(clock())
    guardians = {guardian for change in rows.changes(mark) for guardian in _concerned(rows, change)}
    patches: list[Patch] = []
    for guardian_id in sorted(guardians):
        for account in rows.where("accounts", guardian_id=guardian_id):
            patches += _close(connection, rows, account, now)
    return patches


def _concerned(rows: SchoolRows, change: Change) -> list[str]:
    """The guardians who see less by one change of a row."""
    before, after = change.before, change.after
    if change.table == "responsibilities":
        seen = Access(before["access"]) if before else Access.FULL
        allowed = Access(after["access"])
        return [after["guardian_id"]] if allowed is not seen and allowed.stricter(seen) is allowed else []
    if change.table == "pupils" and after["protection"] and after["protection"] != (before or {}).get("protection"):
        links = rows.where("responsibilities", pupil_id=after["id"])
        return [link["guardian_id"] for link in links if hides(rows, after, link["guardian_id"])]
    return []


def _close(connection: Connection, rows: SchoolRows, account: Row, now: str) -> list[Patch]:
    portal = portal_of(connection, school_id=rows.school_id, account_id=account["id"])
    if portal is None:
        return []
    end_visits(connection, portal_id=portal["id"], now=now, school_id=rows.school_id)
    mails = _withdraw_mails(connection, rows, portal["id"], now)
    return mails if follows_somebody(rows, account) else mails + _withdraw_sheets(connection, rows, account, now)


def end_visits(
    connection: Connection, *, portal_id: str, now: str, reason: str = REASON, school_id: str | None = None
) -> None:
    """End sessions, activations under way, links in mails, and mails that have not left.

    With ``school_id`` its mails and the portal's: those of another school are none of its business.
    """
    for table in (sessions, activations):
        mine = (table.c.portal_account_id == portal_id, table.c.ended_at.is_(None))
        connection.execute(update(table).where(*mine).values(ended_at=now))
    connection.execute(
        update(mail_tokens)
        .where(
            mail_tokens.c.portal_account_id == portal_id,
            mail_tokens.c.used_at.is_(None),
            mail_tokens.c.voided_at.is_(None),
        )
        .values(voided_at=now)
    )
    whose = or_(outbox.c.school_id == school_id, outbox.c.school_id.is_(None)) if school_id else true()
    connection.execute(
        update(outbox)
        .where(outbox.c.account_id == portal_id, outbox.c.state.in_((QUEUED, PAUSED)), whose)
        .values(state=FAILED, params=None, last_error=reason, lease_until=None, done_at=now)
    )


def follows_somebody(rows: SchoolRows, account: Row) -> bool:
    """Whether a guardian has a child of this school to follow on the portal."""
    for link in links_of(rows, account):
        pupil = rows.get("pupils", link["pupil_id"])
        if link["ended_on"] is None and link["access"] == Access.FULL and pupil and pupil["left_on"] is None:
            return True
    return False


def is_shut_out(rows: SchoolRows, account: Row) -> bool:
    """Whether the school closed every access that a guardian had here."""
    links = links_of(rows, account)
    closed = any(link["access"] != Access.FULL and link["ended_on"] is None for link in links)
    return closed and not follows_somebody(rows, account)


def _withdraw_mails(connection: Connection, rows: SchoolRows, portal_id: str, now: str) -> list[Patch]:
    """What the school sees of the mails that will not leave: those of every record that was grouped into the account."""
    gone = {"state": FAILED, "reason": REASON, "at": now}
    accounts = [
        account_id for school_id, account_id in portal_links(connection, portal_id) if school_id == rows.school_id
    ]
    mails = [mail for account_id in accounts for mail in rows.where("deliveries", account_id=account_id)]
    return [("deliveries", mail["id"], gone) for mail in mails if mail["state"] == QUEUED]


def _withdraw_sheets(connection: Connection, rows: SchoolRows, account: Row, now: str) -> list[Patch]:
    """The sheets of this school open nothing any more."""
    secrets = provisional_secrets
    connection.execute(
        update(secrets)
        .where(
            secrets.c.school_id == rows.school_id, secrets.c.account_id == account["id"],
            secrets.c.used_at.is_(None), secrets.c.voided_at.is_(None),
        )
        .values(voided_at=now, void_reason=REASON)
    )  # fmt: skip
    sheets = rows.where("sheets", account_id=account["id"])
    gone = {"status": SheetStatus.WITHDRAWN.value}
    return [("sheets", sheet["id"], gone) for sheet in sheets if sheet["status"] in LIVING]

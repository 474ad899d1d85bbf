"""A guardian with children in several schools: what one school learns of what another did (arena.md, Rules).

« A notified account can turn up in a school that never notified it »: it comes with its state when the account joins, and
later by the school's inbox.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, select

from app.models.states import AccountState
from app.models.tables import Row
from app.server import inbox
from app.server.accounts import portal_accounts
from app.server.tables import portal_accounts as accounts
from app.server.tables import portal_links

_AT_ONCE = 500
_ENTERED = (AccountState.ACTIVATING, AccountState.ACTIVE)


def tell(
    connection: Connection, *, school_id: str, account_id: str, kind: str, at: str, new_id: Callable[[], str]
) -> None:
    """Tell the guardian's other schools what this one did."""
    for other, other_account in portal_accounts.other_links(connection, school_id=school_id, account_id=account_id):
        inbox.append(
            connection, school_id=other, account_id=other_account, kind=kind, payload={}, at=at, new_id=new_id
        )  # fmt: skip


def known(connection: Connection, *, school_id: str, account_ids: Sequence[str]) -> dict[str, Row]:
    """By account of this school, what its row says of one that was notified or activated before it came here."""
    found: dict[str, Row] = {}
    for start in range(0, len(account_ids), _AT_ONCE):
        statement = (
            select(accounts, portal_links.c.account_id)
            .join(portal_links, portal_links.c.portal_account_id == accounts.c.id)
            .where(
                portal_links.c.school_id == school_id,
                portal_links.c.account_id.in_(account_ids[start : start + _AT_ONCE]),
                accounts.c.state != AccountState.NOT_NOTIFIED.value,
            )
        )
        found.update((row["account_id"], _values(dict(row))) for row in connection.execute(statement).mappings())
    return found


def _values(portal: Row) -> dict[str, Any]:
    """State, origin, verified contacts; nothing of the schools that they come from."""
    entered = portal["state"] in _ENTERED
    was_reset = portal["password_hash"] is None and portal["password_changed_at"] is not None
    typed = portal["pending_email"] if portal["state"] == AccountState.ACTIVATING else None
    return {
        "state": portal["state"],
        "origin": portal["origin"],
        "password_changed": entered and not was_reset,
        "email": portal["email"] if portal["email_verified_at"] else typed,
        "mobile": portal["mobile"] if portal["mobile_verified_at"] else None,
        "last_access_on": portal["last_access_on"],
    }

"""What happens on the portal, told to the schools: appended without the school's lock, folded in under it.

Kinds: ``activating`` {email?, mobile?}, ``active`` {origin, email?, mobile?}, ``last_access`` {on}, ``block`` {code},
``unblock`` {}, ``password`` {}, ``sheet_used`` {sheet_id}, ``link_used`` {sheet_id}, ``address`` {email},
``delivery`` {id, letter, email, state, reason, at}, ``mails_paused`` {run, tried, refused} and
``mails_resumed`` {run} (of the school), ``failed_try`` {reason}, ``reset`` {} (by another school).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.server.tables import inbox


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One thing that happened to one account of one school."""

    id: str
    account_id: str | None
    kind: str
    payload: dict[str, Any]
    at: str


def append(
    connection: Connection,
    *,
    school_id: str,
    account_id: str | None,
    kind: str,
    payload: dict[str, Any],
    at: str,
    new_id: Callable[[], str],
) -> None:
    """Add one item, in the transaction of its cause."""
    connection.execute(
        insert(inbox).values(id=new_id(), school_id=school_id, account_id=account_id, kind=kind, payload=payload, at=at)
    )


def take(connection: Connection, *, school_id: str) -> list[InboxItem]:
    """The items of a school that wait, oldest first. The caller holds the school's head."""
    statement = (
        select(inbox)
        .where(inbox.c.school_id == school_id, inbox.c.folded_at.is_(None))
        .order_by(inbox.c.at, inbox.c.id)
    )
    return [
        InboxItem(item["id"], item["account_id"], item["kind"], item["payload"] or {}, item["at"])
        for item in connection.execute(statement).mappings()
    ]


def mark_folded(connection: Connection, items: Sequence[InboxItem], *, at: str) -> None:
    """Remember that these items are in the school's rows."""
    if items:
        ids = [item.id for item in items]
        connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(folded_at=at))

"""What happens on the portal, told to the schools: appended without the school's lock, folded in under it.

Kinds: ``activating`` {email?, mobile?}, ``active`` {origin, email?, mobile?,
ends_sheets?}, ``entered`` {by, mobile} (in use already, by a code and a date), ``last_access`` {on}, ``block`` {code},
``unblock`` {}, ``password`` {}, ``sheet_used`` {sheet_id}, ``link_used`` {sheet_id}, ``address`` {email},
``delivery`` {id, letter, email, state, reason, at}, ``sms_failed`` {mobile, state, reason}, ``mails_paused`` {run,
tried, refused} and ``mails_resumed`` {run} (of the school), ``failed_try`` {reason}, ``notified`` {} and
``reset`` {} (by another school), ``contact`` {email? or mobile?} (confirmed), ``prefers_paper`` {on},
``right_asked`` {right, words},
``way_removed`` {way}, ``merged`` and ``unmerged`` {merge_id, former, by, role, into, …},
``report_read`` {report_id, document, kind} (read, opened, downloaded),
``recovered`` {by}, ``way_added`` {provider}, ``forced_reset`` {} (the operator asks for another password).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from app.models.clock import Clock, instant
from app.server.accounts.portal_accounts import links_of
from app.server.tables import inbox

NOBODY = "-"
"""The school of an item that is written for its time alone."""


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


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells schools what their guardians did on the portal."""

    clock: Clock
    new_id: Callable[[], str]

    def tell(
        self, connection: Connection, portal_id: str, kind: str, payload: dict[str, Any], *, but: str = ""
    ) -> None:
        """Tell each school of a portal account, schools in order, ``but`` one."""
        for school_id, account_id in links_of(connection, portal_id):
            if school_id != but:
                self.tell_school(connection, school_id, account_id, kind, payload)

    def tell_school(
        self, connection: Connection, school_id: str, account_id: str | None, kind: str, payload: dict[str, Any]
    ) -> None:
        """Tell one school."""
        append(
            connection, school_id=school_id, account_id=account_id, kind=kind, payload=payload,
            at=instant(self.clock()), new_id=self.new_id,
        )  # fmt: skip

    def tell_each(
        self, connection: Connection, accounts: Sequence[tuple[str, str]], kind: str, payload: dict[str, Any]
    ) -> None:
        """Tell the schools of some accounts, in one statement; also one where nobody is told, so that time says nothing."""
        now = instant(self.clock())
        told = [
            {"school_id": school_id, "account_id": account_id, "folded_at": None} for school_id, account_id in accounts
        ]
        nobody = [{"school_id": NOBODY, "account_id": None, "folded_at": now}]
        rows = [{**one, "id": self.new_id(), "kind": kind, "payload": payload, "at": now} for one in told or nobody]
        connection.execute(insert(inbox), rows)


def take(connection: Connection, *, school_id: str) -> list[InboxItem]:
    """The items of a school that wait, oldest first. The caller holds the school's head."""
    return _waiting(connection, inbox.c.school_id == school_id)


def untold(connection: Connection, *, school_id: str, account_id: str, kind: str) -> list[InboxItem]:
    """What waits of one account and kind, oldest first: the school does not know it yet, its owner does."""
    mine = (inbox.c.school_id == school_id, inbox.c.account_id == account_id, inbox.c.kind == kind)
    return _waiting(connection, *mine)


def _waiting(connection: Connection, *where: ColumnElement[bool]) -> list[InboxItem]:
    statement = select(inbox).where(*where, inbox.c.folded_at.is_(None)).order_by(inbox.c.at, inbox.c.id)
    return [
        InboxItem(item["id"], item["account_id"], item["kind"], item["payload"] or {}, item["at"])
        for item in connection.execute(statement).mappings()
    ]


def drop(connection: Connection, item: InboxItem) -> None:
    """Forget an item of somebody who was erased."""
    connection.execute(delete(inbox).where(inbox.c.id == item.id))


def mark_folded(connection: Connection, items: Sequence[InboxItem], *, at: str) -> None:
    """Remember that these items are in the school's rows."""
    if items:
        ids = [item.id for item in items]
        connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(folded_at=at))

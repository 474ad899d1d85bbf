"""After a server was restored: take its snapshot, then push again what it lost (sync.md, protocol 7).

The acts that this PC keeps (its own, and its colleagues' as they came down) become pending again, before what was not
yet sent, each with the server's MAC. Accounts that were activated here and are no longer so there are marked « à
réactiver »: what was chosen on the portal since the backup is gone, and no door stays open by guess.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select

from app.models.acts import AccountsFields
from app.models.states import AccountState
from app.models.tables import SCHOOL_TABLES, Row
from app.models.tables import accounts as accounts_table
from app.models.tables import acts as acts_table
from app.services.desk import Desk
from app.services.records.journal import redo_pending, submit_in, undo_pending
from app.services.records.rows import store_rows
from app.services.sync.pages import Pages
from app.services.vault.tables import links, pending_acts

OPEN_STATES = (AccountState.ACTIVE, AccountState.ACTIVATING)


def rebuild(connection: Connection, desk: Desk, *, school_id: str, snapshot: Pages) -> None:
    """Replace the school's rows by the snapshot and queue again what the server no longer has."""
    device_id = connection.execute(select(links.c.device_id).where(links.c.school_id == school_id)).scalar_one()
    undo_pending(connection, school_id)
    opened = _open_accounts(connection, school_id)
    known = {row["id"] for table, row in snapshot.rows if table == "acts"}
    lost = [act for act in _journal(connection, school_id) if act["id"] not in known]
    for table in SCHOOL_TABLES:
        connection.execute(delete(table).where(table.c.school_id == school_id))
    store_rows(connection, school_id=school_id, images=snapshot.images())
    _forget_sent_parts(connection, school_id)
    _queue_again(connection, lost)
    redo_pending(connection, school_id, device_id=device_id)
    closed = sorted(opened - _open_accounts(connection, school_id))
    if closed:
        submit_in(
            connection, desk, school_id=school_id, kind="compte.reactiver", fields=AccountsFields(account_ids=closed)
        )


def _open_accounts(connection: Connection, school_id: str) -> set[str]:
    statement = select(accounts_table.c.id).where(
        accounts_table.c.school_id == school_id, accounts_table.c.state.in_(OPEN_STATES)
    )
    return set(connection.execute(statement).scalars())


def _journal(connection: Connection, school_id: str) -> list[Row]:
    """The acts that a server signed, in the order in which it applied them (its clock may have been put back)."""
    statement = (
        select(acts_table)
        .where(acts_table.c.school_id == school_id, acts_table.c.mac.is_not(None))
        .order_by(acts_table.c.place, acts_table.c.seq)
    )
    return [dict(act) for act in connection.execute(statement).mappings()]


def _forget_sent_parts(connection: Connection, school_id: str) -> None:
    connection.execute(pending_acts.update().where(pending_acts.c.school_id == school_id).values(parts_sent=0))


def _queue_again(connection: Connection, lost: list[Row]) -> None:
    first = connection.execute(select(func.min(pending_acts.c.position))).scalar()
    start = min(int(first or 0), 0) - len(lost) - 1
    for number, act in enumerate(lost):
        connection.execute(insert(pending_acts).values(_pending_again(act, position=start + number)))


def _pending_again(act: Row, *, position: int) -> Row:
    repushed = {
        name: act[name]
        for name in (
            "device_id",
            "device_seq",
            "author",
            "received_at",
            "verdict",
            "code",
            "sentence",
            "outcome",
            "mac",
        )
    }
    return {
        "act_id": act["id"],
        "school_id": act["school_id"],
        "position": position,
        "kind": act["kind"],
        "kind_version": act["kind_version"],
        "fields": act["fields"],
        "author": act["author"],
        "client_time": act["client_time"],
        "before_images": [],
        "parts_sent": 0,
        "repushed": repushed,
    }

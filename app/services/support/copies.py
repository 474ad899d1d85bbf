"""The copies on an officer's PC end by themselves: at the end of their grant, without a network, whatever the clock says.

The PC remembers the latest instant that it has known. A clock put back closes every copy until the server has been
reached again; a copy that is closed is taken out of the vault, rows and all (docs/adr/0022).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, select, update

from app.models.clock import later, parse_instant
from app.models.states import Role
from app.models.tables import SCHOOL_TABLES, Row, schools
from app.services.desk import Desk
from app.services.records.journal import undo_pending
from app.services.vault.tables import links, officer, officer_schools, pending_acts

PUT_BACK = timedelta(minutes=5)
"""By how much a clock may be set right without anything being thought of it."""


@dataclass(frozen=True, slots=True)
class Swept:
    """Which schools' copies were closed, and whether that is because the clock was put back."""

    school_ids: tuple[str, ...] = ()
    clock_put_back: bool = False


def is_officer(desk: Desk) -> bool:
    """Whether this PC is that of a support officer."""
    with desk.vault.read() as connection:
        return _me(connection) is not None


def is_copy(desk: Desk, *, school_id: str) -> bool:
    """Whether a school of this vault is one that its director opened to an officer."""
    with desk.vault.read() as connection:
        mine = (links.c.school_id == school_id, links.c.role == Role.SUPPORT.value)
        return connection.execute(select(links.c.school_id).where(*mine)).first() is not None


def overdue(desk: Desk) -> bool:
    """Whether ``sweep`` would close something. Reads only."""
    with desk.vault.read() as connection:
        me = _me(connection)
        return me is not None and any(copy["held"] for copy in _over(_found(connection), me, desk.now()))


def sweep(desk: Desk) -> Swept:
    """Close the copies whose time is over, and remember the instant. At each opening of the vault, and each minute."""
    if not is_officer(desk):
        return Swept()
    with desk.vault.write() as connection:
        me, now = _me(connection) or {}, desk.now()
        put_back = _was_put_back(me, now)
        closed = _over(_found(connection), me, now)
        for copy in closed:
            _close(connection, copy["school_id"], for_good=not put_back or copy["grant_id"] is None)
        if not put_back and now > me["seen_at"]:
            connection.execute(update(officer).values(seen_at=now))
    return Swept(tuple(copy["school_id"] for copy in closed if copy["held"]), put_back)


def close_copy(connection: Connection, school_id: str) -> None:
    """Take a school that is not open any more out of the vault; what was proposed and not sent yet stays to be sent."""
    connection.execute(
        update(officer_schools)
        .where(officer_schools.c.school_id == school_id)
        .values(grant_id=None, granted_until=None)
    )  # fmt: skip
    _close(connection, school_id, for_good=True)


def server_now(me: Row, now: str) -> str:
    """What the server's clock says, by the difference noted at the last exchange; never before what was seen."""
    return later(max(now, me["seen_at"]), timedelta(seconds=me["ahead_s"]))


def _close(connection: Connection, school_id: str, *, for_good: bool) -> None:
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    undo_pending(connection, school_id)
    connection.execute(update(pending_acts).where(pending_acts.c.school_id == school_id).values(before_images=[]))
    for table in SCHOOL_TABLES:
        connection.execute(delete(table).where(table.c.school_id == school_id))
    mine = links.c.school_id == school_id
    waits = connection.execute(select(pending_acts.c.act_id).where(pending_acts.c.school_id == school_id)).first()
    if for_good and waits is None:
        connection.execute(delete(links).where(mine))
    else:
        connection.execute(update(links).where(mine).values(cursor=0, epoch=None))


def _me(connection: Connection) -> Row | None:
    row = connection.execute(select(officer)).mappings().first()
    return dict(row) if row is not None else None


def _found(connection: Connection) -> list[Row]:
    """Each copy with its grant; ``held`` where rows of it are here."""
    statement = (
        select(links.c.school_id, links.c.cursor, officer_schools.c.grant_id, officer_schools.c.granted_until)
        .join(officer_schools, officer_schools.c.school_id == links.c.school_id, isouter=True)
        .where(links.c.role == Role.SUPPORT.value)
    )
    here = set(connection.execute(select(schools.c.school_id)).scalars())
    return [{**row, "held": row["school_id"] in here} for row in connection.execute(statement).mappings()]


def _over(copies: list[Row], me: Row, now: str) -> list[Row]:
    """Those whose time is over: all of them where the clock was put back."""
    if _was_put_back(me, now):
        return copies
    there = server_now(me, now)
    return [copy for copy in copies if copy["grant_id"] is None or there >= copy["granted_until"]]


def _was_put_back(me: Row, now: str) -> bool:
    return parse_instant(now) < parse_instant(me["seen_at"]) - PUT_BACK

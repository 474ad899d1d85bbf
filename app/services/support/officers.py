"""An officer's PC (ERUN) and the server: enrol, learn which schools are open, keep their counts, bring the copies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from app.models.clock import parse_instant
from app.models.errors import PreauError, Refused
from app.models.states import Role
from app.models.support import CodeReply, OfficerSchool
from app.models.tables import Row
from app.services.desk import Desk
from app.services.support.copies import close_copy, sweep
from app.services.sync.engine import SyncEngine
from app.services.sync.transport import SupportLine
from app.services.vault.tables import links, officer, officer_schools, pending_acts

OVER = ("grant_ended", "officer_ended", "device_unknown")
"""The server's words by which a copy ends at once."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Whose PC this is. ``last_success_at`` is a stored instant."""

    officer_id: str
    name: str
    server_url: str
    last_success_at: str | None
    last_error: str | None


def this_officer(desk: Desk) -> Officer | None:
    """The officer of this PC, or None."""
    with desk.vault.read() as connection:
        row = connection.execute(select(officer)).mappings().first()
    if row is None:
        return None
    return Officer(row["id"], row["name"], row["server_url"], row["last_success_at"], row["last_error"])


def refresh(desk: Desk, *, line: SupportLine, token: str) -> None:
    """Ask the server about the officer's schools; does nothing on another PC. Raises TransportError or Refused.

    Where she is no officer any more, every copy is closed before the refusal is raised.
    """
    me = this_officer(desk)
    if me is None:
        return
    try:
        reply = line.overview(me.server_url, token)
    except PreauError as error:
        _note_failure(desk, error)
        raise
    with desk.vault.write() as connection:
        ahead = parse_instant(reply.at) - desk.clock()
        connection.execute(
            update(officer).values(
                seen_at=desk.now(), ahead_s=round(ahead / timedelta(seconds=1)), name=reply.name,
                last_success_at=desk.now(), last_error_code=None, last_error=None,
            )
        )  # fmt: skip
        _store_schools(connection, reply.schools)
        _open_copies(connection, reply.schools)
    sweep(desk)


def bring_copies(desk: Desk, engine: SyncEngine) -> tuple[str, ...]:
    """Synchronise each open school, and send what waits of those that closed; returns those that failed to be reached."""
    failed = []
    for school_id in copies(desk):
        try:
            engine.run_once(school_id)
        except PreauError as error:
            if not close_refused(desk, school_id=school_id, error=error):
                failed.append(school_id)
    sweep(desk)
    return tuple(failed)


def close_refused(desk: Desk, *, school_id: str, error: PreauError | None) -> bool:
    """Close a copy that the server has just said is not open any more; whether it was one."""
    if error is None or error.code not in OVER or school_id not in copies(desk):
        return False
    with desk.vault.write() as connection:
        _drop(connection, school_id)
    return True


def copies(desk: Desk) -> tuple[str, ...]:
    """The schools of which this PC has a copy, or something to send."""
    mine = select(links.c.school_id).where(links.c.role == Role.SUPPORT.value).order_by(links.c.school_id)
    with desk.vault.read() as connection:
        return tuple(connection.execute(mine).scalars())


def ask_code(desk: Desk, *, line: SupportLine, token: str) -> CodeReply:
    """Six digits for a director who does not find the officer's name. Raises TransportError or Refused."""
    me = this_officer(desk)
    if me is None:
        raise Refused("not_an_officer", "Ce poste n’est pas celui d’une personne de l’assistance.")
    return line.support_code(me.server_url, token)


def with_refresh(desk: Desk, *, line: SupportLine, token_of: Callable[[], str]) -> Callable[[], None]:
    """What a synchronisation does before the schools: the officer's overview, whatever becomes of it."""

    def work() -> None:
        try:
            refresh(desk, line=line, token=token_of())
        except PreauError:
            sweep(desk)  # noted with the officer; the copies that are left have their own ends

    return work


def _note_failure(desk: Desk, error: PreauError) -> None:
    with desk.vault.write() as connection:
        connection.execute(update(officer).values(last_error_code=error.code, last_error=error.sentence))
        if error.code in OVER:
            mine = select(links.c.school_id).where(links.c.role == Role.SUPPORT.value)
            for school_id in connection.execute(mine).scalars().all():
                _drop(connection, school_id)


def _drop(connection: Connection, school_id: str) -> None:
    """Close a copy that the server opens no more. What waits to be sent would be refused as well, and she is told."""
    mine = (pending_acts.c.school_id == school_id, pending_acts.c.kind == "assistance.proposer")
    lost = connection.execute(select(func.count()).select_from(pending_acts).where(*mine)).scalar_one()
    connection.execute(delete(pending_acts).where(pending_acts.c.school_id == school_id))
    close_copy(connection, school_id)
    if lost:
        said = f"L’accès à une école a été fermé\u00a0: {lost}\u00a0proposition{'s' * (lost > 1)} n’y est pas parvenue."
        connection.execute(update(officer).values(last_error=said))


def _store_schools(connection: Connection, found: list[OfficerSchool]) -> None:
    connection.execute(delete(officer_schools))
    rows = [
        {**one.model_dump(mode="json", exclude={"counts"}), "counts": one.counts and one.counts.model_dump(mode="json")}
        for one in found
    ]
    if rows:
        connection.execute(insert(officer_schools), rows)


def _open_copies(connection: Connection, found: list[OfficerSchool]) -> None:
    """A link for each school that is open, and was not."""
    me: Row = dict(connection.execute(select(officer)).mappings().one())
    known = set(connection.execute(select(links.c.school_id)).scalars())
    for one in found:
        if one.grant_id is not None and one.school_id not in known:
            connection.execute(
                insert(links).values(
                    school_id=one.school_id, server_url=me["server_url"], device_id=me["device_id"], person_id=me["id"],
                    person_name=me["name"], role=Role.SUPPORT.value,
                )
            )  # fmt: skip

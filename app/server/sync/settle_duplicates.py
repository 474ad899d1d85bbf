"""What the server does about two records that a director has grouped: their portal accounts follow, or it is refused.

A director decides for her school alone, and never where somebody has chosen a password: nothing of another school moves,
and the children that the account takes over are shown once their birth dates are confirmed, like any new one.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select

from app.models.clock import Clock
from app.models.errors import Refused
from app.models.states import AccountState
from app.models.tables import Row
from app.server.accounts import merging, taking
from app.server.accounts.portal_accounts import links_of, locked_account, portal_of
from app.server.inbox import Teller
from app.server.tables import portal_links
from app.services.records.apply_duplicates import BOTH_USED
from app.services.records.rows import SchoolRows

CAUSE = "school"
_IN_USE = (AccountState.ACTIVE.value, AccountState.ACTIVATING.value)
ELSEWHERE = (
    "L’un de ces comptes sert aussi dans une autre école\u00a0: seul le parent peut les réunir, depuis "
    "«\u00a0Mon compte\u00a0», «\u00a0Ajouter des enfants depuis un autre compte\u00a0». Rien n’a été changé."
)


def follow(
    connection: Connection, rows: SchoolRows, *, mark: int, clock: Clock, new_id: Callable[[], str]
) -> None:  # fmt: skip
    """Group or part the portal accounts of the school's accounts that were grouped, or parted, since ``mark``.

    Raises Refused where both are used, where the one that goes is another school's too, or after thirty days.
    """
    teller = Teller(clock, new_id)
    for change in rows.changes(mark):
        if change.table != "accounts" or change.before is None:
            continue
        into, was = change.after["merged_into"], change.before["merged_into"]
        if into and not was:
            _group(connection, rows.school_id, change.after, into, teller, clock, new_id)
        elif was and not into:
            _part(connection, rows.school_id, change.after["id"], teller, clock)


def _group(
    connection: Connection, school_id: str, gone: Row, kept_id: str, teller: Teller, clock: Clock,
    new_id: Callable[[], str],
) -> None:  # fmt: skip
    mine = portal_of(connection, school_id=school_id, account_id=kept_id)
    theirs = portal_of(connection, school_id=school_id, account_id=gone["id"])
    if mine is None or theirs is None or mine["id"] == theirs["id"]:
        return
    for portal_id in sorted((mine["id"], theirs["id"])):
        locked = locked_account(connection, portal_id)
        if portal_id == theirs["id"] and locked is not None and _is_used(locked):
            raise Refused("both_used", BOTH_USED)
    if links_of(connection, theirs["id"]) != [(school_id, gone["id"])]:
        raise Refused("merge_elsewhere", ELSEWHERE)
    merging.merge(
        connection, kept_id=mine["id"], gone_id=theirs["id"], cause=CAUSE, teller=teller, clock=clock, new_id=new_id
    )


def _is_used(portal: Row) -> bool:
    return portal["state"] in _IN_USE or portal["password_hash"] is not None


def _part(connection: Connection, school_id: str, account_id: str, teller: Teller, clock: Clock) -> None:
    link = portal_links.c
    statement = select(link.home_id).where(link.school_id == school_id, link.account_id == account_id)
    home_id = connection.execute(statement).scalar()
    for merge in taking.standing(connection, gone_id=home_id) if home_id else ():
        if merge["cause"] == CAUSE:
            merging.undo(connection, merge_id=merge["id"], teller=teller, clock=clock)

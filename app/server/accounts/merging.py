"""Accounts grouped by their owner, and parted again by a director (docs/adr/0014-portal-rooms.md, « Grouping »).

The accounts are a forest: ``merged_into`` leads to the account that stands for another, and each link, child's key and
way in remembers its home. Who holds a thing is the root above its home, so that groupings can be undone in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app.models.clock import Clock, instant, parse_instant
from app.models.errors import Refused
from app.models.states import AccountOrigin, AccountState
from app.models.tables import Row
from app.server.accounts import taking
from app.server.accounts.doors import end_visits
from app.server.accounts.portal_accounts import void_secrets
from app.server.inbox import Teller
from app.server.tables import bindings, child_keys, merges, portal_accounts, portal_links

REASON = "merged"
UNDO_LIFE = timedelta(days=30)
_HELD = (portal_links, child_keys, bindings)
"""What moves, and remembers its home."""


@dataclass(frozen=True, slots=True)
class Link:
    """One account of a school. ``into``: the account of the same school that stands for it."""

    school_id: str
    account_id: str
    home_id: str
    into: str | None = None


def merge(
    connection: Connection, *, kept_id: str, gone_id: str, cause: str, teller: Teller, clock: Clock,
    new_id: Callable[[], str],
) -> str:  # fmt: skip
    """Give everything of one account to another of the same owner; returns the merge's id.

    The caller has proven who the owner is. Raises Refused ``merge_impossible`` where one of them was grouped meanwhile.
    """
    kept, gone = _lock(connection, kept_id, gone_id)
    if kept_id == gone_id or kept["merged_into"] or gone["merged_into"]:
        raise Refused("merge_impossible", "Ces comptes viennent d’être regroupés\u00a0: actualisez la page.")
    now, merge_id = instant(clock()), new_id()
    taken = taking.take(connection, kept_id=kept_id, gone_id=gone_id)
    before = {"taken": taken, "state": gone["state"], "origin": gone["origin"]}
    end_visits(connection, portal_id=gone_id, now=now, reason=REASON)
    void_secrets(connection, portal_id=gone_id, reason=REASON, now=now)
    _move(connection, _below(connection, gone_id), holder=kept_id)
    _write(connection, gone_id, merged_into=kept_id, password_hash=None, pending_email=None)
    connection.execute(
        insert(merges).values(id=merge_id, kept_id=kept_id, gone_id=gone_id, cause=cause, before=before, at=now)
    )
    about = {"merge_id": merge_id, "former": gone["login"], "by": cause}
    moved = _below(connection, gone_id)
    for link in links(connection, kept_id):
        role = "gone" if link.home_id in moved else "kept"
        _tell(connection, teller, "merged", account(connection, kept_id), link, {**about, "role": role})
    return merge_id


def undo(connection: Connection, *, merge_id: str, teller: Teller, clock: Clock) -> None:
    """Part two accounts again: the one that was gone gets its log-in back, and must be notified again.

    Raises Refused ``merge_unknown``, ``merge_undone`` or ``merge_old`` (30 days).
    """
    found = _to_undo(connection, merge_id, clock)
    gone_id = found["gone_id"]
    root = _lock_root(connection, gone_id)
    connection.execute(update(merges).where(merges.c.id == merge_id).values(undone_at=instant(clock())))
    taking.give_back(connection, found)
    _move(connection, _below(connection, gone_id), holder=gone_id)
    _write(connection, gone_id, merged_into=None, **_state_again(found["before"]))
    gone = account(connection, gone_id)
    about = {"merge_id": merge_id, "former": gone["login"], "by": found["cause"]}
    for portal_id, role in ((root, "kept"), (gone_id, "gone")):
        for link in links(connection, portal_id):
            _tell(connection, teller, "unmerged", account(connection, portal_id), link, {**about, "role": role})


def account(connection: Connection, portal_id: str) -> Row:
    """A portal account, whole. Raises Refused where there is none."""
    statement = select(portal_accounts).where(portal_accounts.c.id == portal_id)
    found = connection.execute(statement).mappings().first()
    if found is None:
        raise Refused("account_unknown", "Ce compte n’existe pas (ou plus).")
    return dict(found)


def links(connection: Connection, portal_id: str) -> list[Link]:
    """The accounts of schools that a portal account stands for, schools in order.

    Two records of one guardian in one school: the account that was his first stands for the one brought by a grouping.
    """
    statement = (
        select(portal_links)
        .where(portal_links.c.portal_account_id == portal_id)
        .order_by(portal_links.c.school_id, portal_links.c.account_id)
    )
    found = [
        Link(row["school_id"], row["account_id"], row["home_id"] or portal_id)
        for row in connection.execute(statement).mappings()
    ]
    return [Link(link.school_id, link.account_id, link.home_id, _stand_in(link, found, portal_id)) for link in found]


def _stand_in(link: Link, found: Sequence[Link], portal_id: str) -> str | None:
    if link.home_id == portal_id:
        return None
    here = [other for other in found if other.school_id == link.school_id]
    first = min(here, key=lambda other: (other.home_id != portal_id, other.account_id))
    return None if first is link else first.account_id


def former_links(connection: Connection, gone_id: str) -> list[tuple[str, str]]:
    """(school id, account id) of an account that another one stands for: whom to tell that its log-in was tried."""
    statement = select(portal_links.c.school_id, portal_links.c.account_id).where(portal_links.c.home_id == gone_id)
    return sorted((school_id, account_id) for school_id, account_id in connection.execute(statement))


def _lock(connection: Connection, *portal_ids: str) -> list[Row]:
    """The accounts, locked in the order of their ids until the transaction ends."""
    statement = (
        select(portal_accounts)
        .where(portal_accounts.c.id.in_(portal_ids))
        .order_by(portal_accounts.c.id)
        .with_for_update()
    )
    found = {row["id"]: dict(row) for row in connection.execute(statement).mappings()}
    if len(found) < len(set(portal_ids)):
        raise Refused("account_unknown", "Ce compte n’existe pas (ou plus).")
    return [found[portal_id] for portal_id in portal_ids]


def _lock_root(connection: Connection, gone_id: str) -> str:
    """The account that stands for a gone one at this moment, both locked."""
    while True:
        root = _root(connection, gone_id)
        if _lock(connection, root, gone_id)[0]["merged_into"] is None:
            return root


def _root(connection: Connection, portal_id: str) -> str:
    while above := account(connection, portal_id)["merged_into"]:
        portal_id = above
    return portal_id


def _below(connection: Connection, portal_id: str) -> set[str]:
    """An account and all those that it stands for."""
    found, edge = {portal_id}, {portal_id}
    while edge:
        statement = select(portal_accounts.c.id).where(portal_accounts.c.merged_into.in_(sorted(edge)))
        edge = set(connection.execute(statement).scalars()) - found
        found |= edge
    return found


def _move(connection: Connection, homes: set[str], *, holder: str) -> None:
    """Everything whose home is one of these goes to ``holder``."""
    for table in _HELD:
        home = func.coalesce(table.c.home_id, table.c.portal_account_id)
        moved = {"portal_account_id": holder, "home_id": home}
        connection.execute(update(table).where(home.in_(sorted(homes))).values(moved))


def _state_again(before: Row) -> Row:
    """An account whose owner had been in waits for a new password; any other one is as before its notification."""
    if before["state"] == AccountState.ACTIVE:
        return {"state": before["state"], "origin": before["origin"]}
    return {"state": AccountState.NOT_NOTIFIED.value, "origin": AccountOrigin.UNKNOWN.value}


def _to_undo(connection: Connection, merge_id: str, clock: Clock) -> Row:
    statement = select(merges).where(merges.c.id == merge_id).with_for_update()
    found = connection.execute(statement).mappings().first()
    if found is None:
        raise Refused("merge_unknown", "Ce regroupement n’existe pas (ou plus).")
    if found["undone_at"]:
        raise Refused("merge_undone", "Ce regroupement est déjà annulé.")
    if clock() - parse_instant(found["at"]) > UNDO_LIFE:
        raise Refused("merge_old", "Ce regroupement a plus de 30 jours\u00a0: il ne peut plus être annulé.")
    return dict(found)


def _tell(connection: Connection, teller: Teller, kind: str, portal: Row, link: Link, about: Row) -> None:
    """Tell a school what its account is now."""
    verified = {name: portal[name] for name in ("email", "mobile") if portal[f"{name}_verified_at"]}
    payload = {
        **about, "login": portal["login"], "state": portal["state"], "origin": portal["origin"], "into": link.into,
        "password_changed": portal["password_hash"] is not None, "prefers_paper": portal["prefers_paper"],
        "email": verified.get("email") or portal["pending_email"], "mobile": verified.get("mobile"),
    }  # fmt: skip
    teller.tell_school(connection, link.school_id, link.account_id, kind, payload)


def _write(connection: Connection, portal_id: str, **values: Any) -> None:
    connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(**values))

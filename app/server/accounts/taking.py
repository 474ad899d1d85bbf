"""What an account takes over from one that is grouped with it: verified contacts, and the browsers that know it.

Only what it has not. ``merges.before["taken"]`` says what, so that it is given back where the two are parted, all the way
up where the account that took it was grouped in turn.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from app.models.tables import Row
from app.server.tables import browsers, merges, portal_accounts

Taken = dict[str, Any]
"""{"browsers": [id_hash, …], "email": {"now": [value, verified at], "had": […]}, "mobile": …}: JSON-native."""
CONTACTS = (("email", "email_verified_at"), ("mobile", "mobile_verified_at"))


def take(connection: Connection, *, kept_id: str, gone_id: str) -> Taken:
    """Take what the kept account lacks; returns what it took."""
    kept, gone = _account(connection, kept_id), _account(connection, gone_id)
    taken: Taken = {"browsers": _copy_browsers(connection, kept_id, gone_id)}
    for both in CONTACTS:
        contact, verified = both
        if gone[verified] and not kept[verified]:
            taken[contact] = {"now": [gone[name] for name in both], "had": [kept[name] for name in both]}
            _write(connection, kept_id, both, taken[contact]["now"])
    return taken


def give_back(connection: Connection, parted: Row) -> None:
    """Undo what ``take`` did for a merge that stands no longer: at the account that took, then above it.

    What another account that stays grouped has too is taken from there instead.
    """
    wanted: Taken = parted["before"]["taken"]
    step: Row | None = parted
    while step is not None:
        _drop(connection, step["kept_id"], wanted)
        for other in standing(connection, kept_id=step["kept_id"]):
            _note(connection, other, take(connection, kept_id=other["kept_id"], gone_id=other["gone_id"]))
        above = next(iter(standing(connection, gone_id=step["kept_id"])), None)
        wanted = _still_taken(connection, wanted, above) if above is not None else {}
        step = above if wanted else None


def standing(connection: Connection, **equal: str) -> list[Row]:
    """The merges that were not undone, oldest first, whose columns equal the given values."""
    mine = (merges.c[name] == value for name, value in equal.items())
    statement = select(merges).where(*mine, merges.c.undone_at.is_(None)).order_by(merges.c.at, merges.c.id)
    return [dict(row) for row in connection.execute(statement).mappings()]


def _still_taken(connection: Connection, wanted: Taken, above: Row) -> Taken:
    """What was taken further up and is no longer there below."""
    taken, below = above["before"]["taken"], _account(connection, above["gone_id"])
    lost = set(wanted.get("browsers", [])) & set(taken["browsers"]) - _browsers_of(connection, above["gone_id"])
    found: Taken = {"browsers": sorted(lost)} if lost else {}
    for contact, verified in CONTACTS:
        mine = taken.get(contact)
        if mine and wanted.get(contact, {}).get("now") == mine["now"] != [below[contact], below[verified]]:
            found[contact] = mine
    return found


def _drop(connection: Connection, kept_id: str, wanted: Taken) -> None:
    mine = (browsers.c.portal_account_id == kept_id, browsers.c.id_hash.in_(wanted.get("browsers", [])))
    connection.execute(delete(browsers).where(*mine))
    kept = _account(connection, kept_id)
    for both in CONTACTS:
        values = wanted.get(both[0])
        if values and values["now"] == [kept[name] for name in both]:
            _write(connection, kept_id, both, values["had"])


def _copy_browsers(connection: Connection, kept_id: str, gone_id: str) -> list[str]:
    fresh = sorted(_browsers_of(connection, gone_id) - _browsers_of(connection, kept_id))
    statement = select(browsers).where(browsers.c.portal_account_id == gone_id, browsers.c.id_hash.in_(fresh))
    rows = [{**row, "portal_account_id": kept_id} for row in connection.execute(statement).mappings()]
    if rows:
        connection.execute(insert(browsers), rows)
    return fresh


def _browsers_of(connection: Connection, portal_id: str) -> set[str]:
    statement = select(browsers.c.id_hash).where(browsers.c.portal_account_id == portal_id)
    return set(connection.execute(statement).scalars())


def _note(connection: Connection, merge: Row, more: Taken) -> None:
    """A merge that stands has now taken this too."""
    taken = {**merge["before"]["taken"], **more}
    taken["browsers"] = sorted({*merge["before"]["taken"]["browsers"], *more["browsers"]})
    before = {**merge["before"], "taken": taken}
    connection.execute(update(merges).where(merges.c.id == merge["id"]).values(before=before))


def _account(connection: Connection, portal_id: str) -> Row:
    statement = select(portal_accounts).where(portal_accounts.c.id == portal_id)
    return dict(connection.execute(statement).mappings().one())


def _write(connection: Connection, portal_id: str, names: tuple[str, str], values: list[Any]) -> None:
    written = dict(zip(names, values, strict=True))
    connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(**written))

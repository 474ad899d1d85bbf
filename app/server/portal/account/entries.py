"""Ways in and sessions: listed, ended, never the last way in. Each function is one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select, update

from app.models.clock import instant
from app.models.secrets import token_hash
from app.models.tables import Row
from app.server.accounts.ways import WayIn, ways_in
from app.server.portal.account.contacts import Contacts
from app.server.portal.site import Site
from app.server.portal.visits import is_living
from app.server.tables import bindings, portal_accounts, sessions

MARK_LENGTH = 24
_OPEN = select(sessions).where(sessions.c.portal_account_id == bindparam("portal_id"), sessions.c.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Session:
    """One living session. ``mark`` names it in a form: it opens nothing."""

    mark: str
    label: str
    way: str
    since: str
    seen: str
    here: bool


@dataclass(frozen=True, slots=True)
class Entries:
    """The steps."""

    site: Site

    def sessions(self, connection: Connection, session: Row) -> list[Session]:
        """The living sessions of the owner of ``session``, this one first, then the latest seen."""
        found = [
            Session(_mark(row), row["label"] or "", row["way"] or "", row["created_at"], row["seen_at"],
                    row["id_hash"] == session["id_hash"])
            for row in self._living(connection, session["portal_account_id"])
        ]  # fmt: skip
        return sorted(sorted(found, key=lambda one: one.seen, reverse=True), key=lambda one: not one.here)

    def end(self, connection: Connection, session: Row, mark: str) -> bool:
        """End one session of the same owner; False where there is none of that mark."""
        mine = [row for row in self._living(connection, session["portal_account_id"]) if _mark(row) == mark]
        self._end(connection, mine)
        return bool(mine)

    def end_others(self, connection: Connection, session: Row) -> None:
        """End every session but this one."""
        mine = self._living(connection, session["portal_account_id"])
        self._end(connection, [row for row in mine if row["id_hash"] != session["id_hash"]])

    def remove(self, connection: Connection, portal: Row, session: Row, mark: str) -> bool | None:
        """Take a way in away and end every other session; False for the last one, None where there is none of that mark."""
        mine = portal_accounts.c.id == portal["id"]
        locked = connection.execute(select(portal_accounts).where(mine).with_for_update()).mappings().one()
        ways = ways_in(connection, dict(locked))
        way = next((one for one in ways if one.mark == mark), None)
        if way is None:
            return None
        if len(ways) == 1:
            return False
        Contacts(self.site).tell_owner(connection, dict(locked), "way")
        self._take_away(connection, portal["id"], way)
        self.end_others(connection, session)
        gone: Row = {name: None for name in ("email", "mobile") if way.kind == name}
        self.site.teller.tell(connection, portal["id"], "way_removed", {"way": way.kind, **gone})
        return True

    def _take_away(self, connection: Connection, portal_id: str, way: WayIn) -> None:
        if way.kind == "provider":
            connection.execute(
                delete(bindings).where(
                    bindings.c.portal_account_id == portal_id, bindings.c.provider == way.provider,
                    bindings.c.subject == way.subject,
                )
            )  # fmt: skip
            return
        values: Row = {"password_hash": None} if way.kind == "password" else _contact(way.kind)
        connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(**values))

    def _living(self, connection: Connection, portal_id: str) -> list[Row]:
        now = self.site.clock()
        found = map(dict, connection.execute(_OPEN, {"portal_id": portal_id}).mappings())
        return [row for row in found if is_living(row, now)]

    def _end(self, connection: Connection, rows: list[Row]) -> None:
        ids = [row["id_hash"] for row in rows]
        ended = {"ended_at": instant(self.site.clock())}
        connection.execute(update(sessions).where(sessions.c.id_hash.in_(ids)).values(**ended))


def _mark(session: Row) -> str:
    return token_hash(session["id_hash"])[:MARK_LENGTH]


def _contact(kind: str) -> Row:
    return {kind: None, f"{kind}_verified_at": None}

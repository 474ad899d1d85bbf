"""Who is at « Mon compte »: the owner of an active account, and whether he has proven it a moment ago (ASVS 7.5.1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from fastapi import Request, Response
from sqlalchemy import Connection, update

from app.models.clock import instant, is_within
from app.models.states import AccountState
from app.models.tables import Row
from app.server.portal import terms
from app.server.portal.site import SESSION, Page, Site
from app.server.tables import sessions

FRESH = timedelta(minutes=10)
CONFIRM = "/compte/confirmer"
Shown = Callable[[Request, "Visitor"], Awaitable[Response]]
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Visitor:
    """The owner of an account, by his session. ``fresh``: he has given a password or a code within ten minutes."""

    portal: Row
    session: Row
    fresh: bool

    @property
    def id(self) -> str:
        return str(self.portal["id"])


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets owners in, and asks again who they are before what matters."""

    site: Site

    def visitor(self, connection: Connection, request: Request) -> Visitor | None:
        """Who is logged in here; None for nobody, and where activation is not finished."""
        found = self.site.inside(connection, request)
        if found is None or found[0]["state"] != AccountState.ACTIVE:
            return None
        portal, session = found
        now, proven = self.site.clock(), (session["created_at"], session["proven_at"])
        return Visitor(portal, session, any(is_within(one, now, FRESH) for one in proven if one))

    def owned(self, show: Shown) -> Page:
        """For owners alone; anybody else goes to the first page."""
        return self.looking(lambda _c, _visitor: None, lambda request, visitor, _seen: show(request, visitor))

    def looking(
        self, look: Callable[[Connection, Visitor], Seen], show: Callable[[Request, Visitor, Seen], Awaitable[Response]]
    ) -> Page:
        """``owned``, for a page that shows what it finds in the base: read in the transaction that knows the visitor."""

        def find(connection: Connection, request: Request) -> tuple[Visitor, Seen] | None:
            visitor = self.visitor(connection, request)
            return (visitor, look(connection, visitor)) if visitor is not None else None

        async def page(request: Request) -> Response:
            found = await self.site.read(lambda c: find(c, request))
            if found is None:
                return self.site.see("/")
            visitor, seen = found
            if terms.are_missing(self.site, visitor.portal):
                return self.site.see(terms.ACCEPT)
            return await show(request, visitor, seen)

        return page

    def proven(self, show: Shown, *, back: str) -> Page:
        """For owners who have proven who they are a moment ago; others do it first and come ``back``."""

        async def page(request: Request, visitor: Visitor) -> Response:
            return await show(request, visitor) if visitor.fresh else self.site.see(f"{CONFIRM}/{back}")

        return self.owned(page)

    def prove(self, connection: Connection, visitor: Visitor) -> str:
        """He has just given a password or a code: his session goes on under another id; the cookie's value (ASVS 7.2.4)."""
        mine = sessions.c.id_hash == visitor.session["id_hash"]
        connection.execute(update(sessions).where(mine).values(proven_at=instant(self.site.clock())))
        return self.site.visits.renew(connection, visitor.session)

    def go_on(self, path: str, session: str) -> Response:
        """Go on there, with a session that was renewed."""
        return self.site.with_cookie(self.site.see(path), SESSION, session)

"""« Mes enfants »: the page that every log-in leads to."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response
from sqlalchemy import Connection, update

from app.models.clock import instant
from app.models.states import AccountState
from app.models.tables import Row
from app.server.portal import family, offers, terms
from app.server.portal.site import Addresses, Site
from app.server.tables import portal_accounts
from app.services.languages import source as _

ADDED = _("Vos deux comptes sont réunis. L’autre identifiant ne sert plus.")


class Children:
    """The children of who is logged in; while activation waits for a mail, the page that says so."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page("/enfants", self.show)

    async def show(self, request: Request) -> Response:
        def look(connection: Connection) -> tuple[Row, dict[str, Any]] | None:
            portal = self._site.owner(connection, request)
            if portal is None:
                return None
            return portal, {
                "children": family.children_of(connection, portal["id"]),
                "schools": family.schools_of(connection, portal["id"]),
                "more": len(offers.new_children(connection, portal, self._site.index)),
            }

        seen = await self._site.read(look)
        if seen is None:
            return self._site.see("/")
        portal, values = seen
        await self._note_access(portal)
        if portal["state"] == AccountState.ACTIVATING:
            known = {"email": portal["pending_email"], "login": portal["login"]}
            return self._site.render(request, "waiting.html", **known)
        if terms.are_missing(self._site, portal):
            return self._site.see(terms.ACCEPT)
        done = ADDED if request.query_params.get("fait") == "ajout" else None
        return self._site.render(request, "children.html", login=portal["login"], done=done, **values)

    async def _note_access(self, portal: Row) -> None:
        """The last access of an active account, once a day."""
        day = instant(self._site.clock())[:10]

        def note(connection: Connection) -> None:
            columns = portal_accounts.c
            mine = (columns.id == portal["id"], columns.last_access_on.is_distinct_from(day))
            if connection.execute(update(portal_accounts).where(*mine).values(last_access_on=day)).rowcount:
                self._site.teller.tell(connection, portal["id"], "last_access", {"on": day})

        if portal["state"] == AccountState.ACTIVE and portal["last_access_on"] != day:
            await self._site.write(note)

"""Pages that only say something: help, contacts, and what the law wants to be read."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection

from app.server.portal import family
from app.server.portal.family import School
from app.server.portal.site import Addresses, Site

CHECKED_ON = "2026-11-25"
"""The day when the pages were last checked for accessibility."""


class About:
    """Each address is linked from the foot of every page."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page("/aide", self.help)
        at.page("/contacts", self.contacts)
        at.page("/mentions-legales", self.notice)
        at.page("/donnees-personnelles", self.data)
        at.page("/accessibilite", self.accessibility)

    async def help(self, request: Request) -> Response:
        return self._site.render(request, "about/help.html")

    async def contacts(self, request: Request) -> Response:
        """The schools of an owner who is logged in; nobody else learns of any."""

        def look(connection: Connection) -> list[School]:
            portal = self._site.owner(connection, request)
            return family.schools_of(connection, portal["id"]) if portal else []

        return self._site.render(request, "about/contacts.html", schools=await self._site.read(look))

    async def notice(self, request: Request) -> Response:
        return self._site.render(request, "about/notice.html")

    async def data(self, request: Request) -> Response:
        return self._site.render(request, "about/data.html")

    async def accessibility(self, request: Request) -> Response:
        return self._site.render(request, "about/accessibility.html", checked_on=CHECKED_ON)

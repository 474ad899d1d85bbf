"""« Conditions d’utilisation »: read by everybody, accepted once a version between the first log-in and the children."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection, update

from app.models.clock import instant
from app.models.states import AccountState
from app.models.tables import Row
from app.server.portal.site import Addresses, Site
from app.server.tables import portal_accounts

ACCEPT = "/conditions/accepter"


def are_missing(site: Site, portal: Row) -> bool:
    """Whether the owner of an active account has not accepted the conditions of today."""
    version = site.settings.terms_version
    return bool(version) and portal["state"] == AccountState.ACTIVE and portal["terms_version"] != version


def reader(site: Site, connection: Connection, request: Request) -> Row | None:
    """The owner of an active account who is logged in here and has accepted the conditions; None for anybody else."""
    portal = site.owner(connection, request)
    if portal is None or portal["state"] != AccountState.ACTIVE or are_missing(site, portal):
        return None
    return portal


class Terms:
    """One button, no box; who refuses logs out and keeps the paper."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page("/conditions", self.show)
        at.page(ACCEPT, self.ask)
        at.form(ACCEPT, self.accept)

    async def show(self, request: Request) -> Response:
        return self._site.render(request, "about/terms.html")

    async def ask(self, request: Request) -> Response:
        site = self._site
        portal = await site.read(lambda c: site.owner(c, request))
        if portal is None:
            return site.see("/")
        if not are_missing(site, portal):
            return site.see("/enfants")
        return site.render(request, "about/accept.html", again=portal["terms_version"] is not None)

    async def accept(self, request: Request) -> Response:
        site = self._site

        def keep(connection: Connection) -> None:
            portal = site.owner(connection, request)
            if portal is not None and are_missing(site, portal):
                mine = portal_accounts.c.id == portal["id"]
                said = {"terms_version": site.settings.terms_version, "terms_at": instant(site.clock())}
                connection.execute(update(portal_accounts).where(mine).values(said))

        await site.write(keep)
        return site.see("/enfants")

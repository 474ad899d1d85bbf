"""« Façons de me connecter » and « Appareils connectés »."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection

from app.server.accounts.ways import ways_in
from app.server.portal import family
from app.server.portal.account.entries import Entries
from app.server.portal.account.gate import Gate, Visitor
from app.server.portal.site import Addresses, typed
from app.services.languages import source as _

LAST = _("C’est votre seule façon de vous connecter\u00a0: ajoutez-en d’abord une autre.")
NOBODYS = _("Cette page n’existe pas, ou ce que vous cherchez n’est plus là.")


class EntryPages:
    """Listed, ended, removed; never the last way in, never anybody else's."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._site = gate.site
        self._steps = Entries(gate.site)

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        gate = self._gate
        at.page("/compte/acces", gate.owned(self.show))
        at.form("/compte/acces/retirer", gate.proven(self.remove, back="acces"))
        at.page("/compte/appareils", gate.owned(self.sessions))
        at.form("/compte/appareils", gate.proven(self.end, back="appareils"))

    async def show(self, request: Request, visitor: Visitor) -> Response:
        return await self._show(request, visitor)

    async def _show(self, request: Request, visitor: Visitor, problem: str | None = None) -> Response:
        ways = await self._site.read(lambda c: ways_in(c, visitor.portal))
        labels = {provider.id: provider.label for provider in self._site.settings.federations}
        return self._site.render(
            request, "account/ways.html", status=422 if problem else 200, ways=ways, labels=labels, problem=problem
        )

    async def remove(self, request: Request, visitor: Visitor) -> Response:
        mark = typed((await request.form()).get("acces"), most=30)
        removed = await self._site.write(lambda c: self._steps.remove(c, visitor.portal, visitor.session, mark))
        self._site.wake()
        if removed is None:
            return self._nobodys(request)
        return self._site.see("/compte/acces") if removed else await self._show(request, visitor, LAST)

    async def sessions(self, request: Request, visitor: Visitor) -> Response:
        found = await self._site.read(lambda c: self._steps.sessions(c, visitor.session))
        zone = await self._site.read(lambda c: family.zone_of(c, visitor.id))
        return self._site.render(request, "account/sessions.html", sessions=found, zone=zone)

    async def end(self, request: Request, visitor: Visitor) -> Response:
        mark = typed((await request.form()).get("appareil"), most=30)

        def end(connection: Connection) -> bool:
            if mark == "autres":
                self._steps.end_others(connection, visitor.session)
                return True
            return self._steps.end(connection, visitor.session, mark)

        ended = await self._site.write(end)
        return self._site.see("/compte/appareils") if ended else self._nobodys(request)

    def _nobodys(self, request: Request) -> Response:
        return self._site.message(request, title=_("Page introuvable"), words=NOBODYS, status=404)

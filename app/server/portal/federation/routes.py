"""Scenario A on pages: to the provider, back with a code, and in; or on to the mobile and the children's dates."""

from __future__ import annotations

import hmac
import logging
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from app.server.portal.create.steps import KIND as CREATE
from app.server.portal.create.steps import begun_by_provider
from app.server.portal.federation.client import Identity, OpenIdClient
from app.server.portal.federation.steps import Bindings
from app.server.portal.federation.tokens import FederationRefused
from app.server.portal.journeys import LIFE
from app.server.portal.site import JOURNEY, SESSION, Addresses, Entrance, Site
from app.services.languages import source as _

log = logging.getLogger(__name__)
KIND = "federation"
COOKIE = "preau_f"
"""Of the way to the provider and back; another one than that of pages under way, which must not be lost by trying."""
NOT_IN = _("Nous n’avons pas pu vous identifier ainsi. Réessayez, ou choisissez une autre façon d’entrer.")
ANOTHERS = _("Cette identité ouvre déjà un autre compte. Regroupez d’abord les deux comptes depuis « Mes enfants ».")


class FederationPages:
    """Every configured provider; without one there is no such address."""

    def __init__(self, site: Site, bindings: Bindings) -> None:
        self._site = site
        self._bindings = bindings
        self._clients = {
            one.id: OpenIdClient(one, site.clock, f"{site.public_url}/identite/{one.id}/retour")
            for one in site.settings.federations
        }

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        if self._clients:
            at.form("/identite/{provider}", self.leave)
            at.page("/identite/{provider}/retour", self.come_back)

    async def leave(self, request: Request) -> Response:
        """Go to the provider. Who is logged in asks for another way into the account."""
        client = self._clients.get(request.path_params["provider"])
        if client is None:
            return self._not_in(request, status=404)
        site = self._site
        secrets = {name: site.random_bytes(32).hex() for name in ("state", "nonce", "verifier")}
        try:
            url = await run_in_threadpool(lambda: client.authorization_url(**secrets))
        except FederationRefused as refused:
            return self._refused(request, client, refused.code)

        def begin(connection: Connection) -> str:
            owner = site.owner(connection, request)
            data = {**secrets, "provider": client.provider.id, "portal_id": owner["id"] if owner else None}
            return site.journeys.begin(connection, kind=KIND, data=data)

        response = site.see(url)
        value = await site.write(begin)
        return site.with_cookie(response, COOKIE, value, seconds=int(LIFE.total_seconds()))

    async def come_back(self, request: Request) -> Response:
        """The provider's answer, once: of two tabs the second finds the journey ended."""
        client = self._clients.get(request.path_params["provider"])
        data = await self._site.write(lambda c: self._take(c, request))
        if client is None or data is None or data["provider"] != client.provider.id:
            return self._not_in(request, status=400)
        asked = request.query_params
        if not hmac.compare_digest(asked.get("state", ""), data["state"]):
            return self._refused(request, client, "state")
        if "error" in asked or "code" not in asked:
            return self._refused(request, client, "error")
        code, nonce, verifier = asked["code"][:2048], data["nonce"], data["verifier"]
        try:
            identity = await run_in_threadpool(lambda: client.identity(code=code, nonce=nonce, verifier=verifier))
        except FederationRefused as refused:
            return self._refused(request, client, refused.code)
        if data["portal_id"] is not None:
            return await self._add_way(request, identity, data["portal_id"])
        return await self._let_in(request, client, identity)

    def _take(self, connection: Connection, request: Request) -> dict[str, Any] | None:
        journey = self._site.journeys.find(connection, kind=KIND, value=request.cookies.get(COOKIE))
        if journey is None:
            return None
        self._site.journeys.end(connection, journey)
        return journey.data

    async def _let_in(self, request: Request, client: OpenIdClient, identity: Identity) -> Response:
        site, provider = self._site, client.provider
        federation = self._bindings.kept_for_logout(provider, identity.id_token)

        def enter(connection: Connection) -> Entrance | None:
            portal = self._bindings.owner(connection, identity)
            if portal is None:
                return None
            return site.enter(connection, request, portal["id"], way=provider.way, federation=federation)

        entrance = await site.write(enter)
        if entrance is not None:
            return self._without_journey(site.entered(entrance))
        data = begun_by_provider(
            identity, origin=provider.origin, label=provider.name or provider.label, federation=federation
        )
        value = await site.write(lambda c: site.journeys.begin(c, kind=CREATE, data=data))
        response = site.with_cookie(site.see("/creer"), JOURNEY, value, seconds=int(LIFE.total_seconds()))
        return self._without_journey(response)

    async def _add_way(self, request: Request, identity: Identity, portal_id: str) -> Response:
        """Bind the identity to the account whose owner asked for it, where he is still logged in."""
        site = self._site

        def bind(connection: Connection) -> bool:
            owner = site.owner(connection, request)
            return (
                owner is not None
                and owner["id"] == portal_id
                and self._bindings.bind(
                    connection, provider=identity.provider, subject=identity.subject, portal_id=portal_id
                )
            )

        if await site.write(bind):
            return self._without_journey(site.see("/compte"))
        return self._without_journey(site.message(request, title=_("Non ajouté"), words=ANOTHERS, status=409))

    def _refused(self, request: Request, client: OpenIdClient, code: str) -> Response:
        log.warning("an identity of %s was refused: %s", client.provider.id, code)
        return self._not_in(request, status=400)

    def _not_in(self, request: Request, *, status: int) -> Response:
        return self._without_journey(self._site.render(request, "home.html", status=status, refusal=NOT_IN))

    def _without_journey(self, response: Response) -> Response:
        response.delete_cookie(COOKIE)
        return response

    async def logout_url(self, request: Request) -> str | None:
        """Where to log out at the provider too; None where nobody came by one, or it does not answer."""
        session = await self._site.read(lambda c: self._site.visits.session_row(c, request.cookies.get(SESSION)))
        kept = self._bindings.for_logout(session)
        client = self._clients.get(kept["provider"]) if kept else None
        if kept is None or client is None:
            return None
        state, back = self._site.random_bytes(16).hex(), f"{self._site.public_url}/"
        try:
            return await run_in_threadpool(
                lambda: client.logout_url(id_token=kept["id_token"], state=state, back=back)
            )  # fmt: skip
        except FederationRefused as refused:
            log.warning("the log-out of %s cannot be found: %s", client.provider.id, refused.code)
            return None

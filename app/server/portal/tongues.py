"""The chooser of languages, at the foot of every page."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from fastapi import Request, Response
from sqlalchemy import Connection, update
from starlette.routing import BaseRoute, Match

from app.server.portal.site import LANGUAGE, LONG_S, Addresses, Site, typed
from app.server.tables import portal_accounts
from app.services import languages


class Tongues:
    """A form, so that no address carries a language and no program that opens addresses changes one."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._pages: list[BaseRoute] = []

    def open(self, at: Addresses) -> None:
        """Its address; the parent comes back to a page of ``at``."""
        self._pages = at.router.routes
        at.form("/langue", self.choose)

    async def choose(self, request: Request) -> Response:
        """Keep the choice in this browser, and in the account of an owner who is logged in."""
        site, code = self._site, typed((await request.form()).get("langue"), most=10)
        response = site.see(back(request.headers.get("referer", ""), self._pages))
        if code != languages.FRENCH and languages.find(code) is None:
            return response

        def keep(connection: Connection) -> None:
            portal = site.owner(connection, request)
            if portal is not None:
                mine = portal_accounts.c.id == portal["id"]
                connection.execute(update(portal_accounts).where(mine).values(language=code))

        await site.write(keep)
        return site.with_cookie(response, LANGUAGE, code, seconds=LONG_S)


def back(referer: str, pages: Iterable[BaseRoute]) -> str:
    """The page where the form stood, else the nearest one above it: what only answers a form cannot be shown again.

    Always an address of this site: of what the browser says, only the path and its query count.
    """
    try:
        parts = urlsplit(referer)
    except ValueError:
        return "/"
    path, query = parts.path, parts.query
    while path and not _is_page(path, pages):
        path, query = path.rpartition("/")[0], ""
    return f"{path or '/'}{'?' * bool(query)}{query}"


def _is_page(path: str, pages: Iterable[BaseRoute]) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    ours = path.startswith("/") and not path.startswith("//")
    return ours and any(page.matches(dict(scope))[0] == Match.FULL for page in pages)

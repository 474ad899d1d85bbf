"""Every address of the server, as it is served: what these tests walk is never a list that somebody forgets to extend."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.routing import APIRoute
from starlette.routing import Route

from app.server.app import create_app
from app.server.database import Database
from app.server.portal.federation.provider import Provider
from app.server.settings import ServerSettings

PROVIDER = Provider(
    id="demonstration", label="identité de démonstration", issuer="http://127.0.0.1:9", client_id="c", client_secret="s"
)
SAMPLES = {"provider": PROVIDER.id, "lieu": "acces", "token": "0" * 32, "code": "AAAAAAAA", "uai": "0990001N"}
"""What stands in an address at a place of that name; « x » for any other."""


def portal_addresses(folder: Path, method: str) -> list[str]:
    """The addresses of the portal for ``method``, with samples in their places: those of the desktops left out."""
    settings = ServerSettings(database_url=f"sqlite:///{folder / 'walk.db'}", secret="5e" * 32, federations=(PROVIDER,))
    database = Database(settings.database_url)
    app = create_app(settings, database=database)
    routes = [route for route in _routes(app.routes) if method in (route.methods or ())]
    database.close()
    return sorted({_filled(route.path) for route in routes if not route.path.startswith(("/api/", "/sms/"))})


def _routes(found: object) -> list[Route]:
    kept: list[Route] = []
    for route in found if isinstance(found, list) else []:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        if isinstance(route, Route | APIRoute):
            kept.append(route)
        elif isinstance(inner, list):
            kept += _routes(inner)
    return kept


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda place: SAMPLES.get(place.group(1), "x"), path)

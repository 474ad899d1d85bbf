"""``/sante`` (the process lives), ``/pret`` (it can serve), ``/metrics`` (for Prometheus)."""

from __future__ import annotations

import hmac
import ipaddress
import logging
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from app.models.clock import Clock, instant
from app.server.database import BUSY, REVISION, Database
from app.server.watch.gauges import CHANNELS, oldest_waiting_s
from app.services.migrations.runner import current

log = logging.getLogger(__name__)
LATE_S = 900.0
"""A message that is due for so long says that nothing leaves."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "x-forwarded-host", "via")
"""What a proxy adds: who is behind it is not on this machine."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """``base`` is ok, away or wrong_version; ``late_s`` the age of the oldest message due, by channel."""

    base: str
    late_s: dict[str, int]

    @property
    def ready(self) -> bool:
        """Late messages are for the operator; pages go on being served."""
        return self.base == "ok"

    @property
    def outbox(self) -> str:
        return "late" if any(age > LATE_S for age in self.late_s.values()) else "ok"


def readiness(database: Database, clock: Clock) -> Readiness:
    """Whether the base answers at this program's revision, and how long messages have waited."""
    try:
        with database.read() as connection:
            if current(connection) != REVISION:
                return Readiness("wrong_version", {})
            now = instant(clock())
            return Readiness("ok", {name: int(oldest_waiting_s(connection, name, now)) for name in CHANNELS})
    except SQLAlchemyError as error:
        log.warning("the base is not there: %s", type(error).__name__)
        return Readiness("away", {})


def watch_router(
    *, database: Database, clock: Clock, registry: CollectorRegistry, metrics_token: str
) -> APIRouter:  # fmt: skip
    """The three addresses."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sante")
    async def health() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.get("/pret")
    def ready() -> JSONResponse:
        found = readiness(database, clock)
        said = {"status": "ok" if found.ready else "not_ready", "base": found.base, "outbox": found.outbox}
        headers = {} if found.ready else {"Retry-After": "10"}
        return JSONResponse(said, status_code=200 if found.ready else 503, headers=headers)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        if not may_measure(request, metrics_token):
            return PlainTextResponse("Not Found", status_code=404)
        try:
            text = await run_in_threadpool(generate_latest, registry)
        except BUSY:
            return PlainTextResponse("", status_code=503, headers={"Retry-After": "10"})
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return router


def may_measure(request: Request, token: str) -> bool:
    """Who shows the token; without one, this machine alone, and nobody behind a proxy on it."""
    if token:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    if any(name in request.headers for name in FORWARDED) or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False

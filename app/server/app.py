"""The server as a library: ``create_app(settings)`` gives an ASGI application (DESIGN, « The server is a library »)."""

from __future__ import annotations

import base64
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from app.models.clock import Clock, system_clock
from app.models.ids import RandomBytes, id_maker
from app.server.admin import Admin
from app.server.database import Database
from app.server.outbox.bounces import BounceReader
from app.server.outbox.queue import Queue
from app.server.outbox.smtp import Mailer, SmtpMailer
from app.server.outbox.telling import Schools
from app.server.outbox.worker import OutboxWorker
from app.server.passwords import POLICIES, Hashing
from app.server.portal.activate import Activation
from app.server.portal.guards import MaskTokens, add_headers
from app.server.portal.pages import Pages
from app.server.portal.routes import Portal
from app.server.portal.visits import Visits
from app.server.settings import ServerSettings
from app.server.sync.enrolment import EnrolService
from app.server.sync.exchange import SyncService
from app.server.sync.routes import router as sync_router
from app.server.sync.settle_mail import Mailroom

STATIC = Path(__file__).parent / "portal" / "static"


def create_app(
    settings: ServerSettings,
    *,
    database: Database | None = None,
    clock: Clock = system_clock,
    random_bytes: RandomBytes = os.urandom,
    mailer: Mailer | None = None,
) -> FastAPI:
    """The central server on ``settings``. An empty base is created; an older one raises Refused."""
    base = database or Database(settings.database_url)
    base.create_if_empty()
    Admin(base, clock, random_bytes).follow_portal_address(portal_url=settings.public_url)
    rooms = _Rooms(settings, base, clock, random_bytes, mailer or SmtpMailer(settings, clock))
    rooms.sync.apply_stored()
    sends = mailer is not None or bool(settings.smtp_host)
    app = FastAPI(
        title="Préau", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lambda _app: _life(rooms, sends)
    )
    app.middleware("http")(add_headers)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(sync_router(sync=rooms.sync, enrolment=EnrolService(base, clock, random_bytes)))
    app.include_router(rooms.portal.router())
    app.include_router(_health(base))
    logging.getLogger("uvicorn.access").addFilter(MaskTokens())
    return app


class _Rooms:
    """The parts of one server, tied together once."""

    def __init__(
        self, settings: ServerSettings, base: Database, clock: Clock, random_bytes: RandomBytes, mailer: Mailer
    ) -> None:
        public_url = settings.public_url.rstrip("/")
        queue = Queue(Fernet(base64.urlsafe_b64encode(settings.key("outbox"))), clock)
        visits, new_id = Visits(clock, random_bytes), id_maker(clock, random_bytes)
        activation = Activation(
            clock=clock, random_bytes=random_bytes, new_id=new_id, visits=visits, queue=queue,
            policy=POLICIES[settings.password_policy], public_url=public_url,
        )  # fmt: skip
        self.hashing = Hashing(workers=settings.hash_workers, waiting=settings.hash_waiting)
        schools = Schools(clock, new_id)
        bounces = BounceReader(settings.bounces_dir, base, queue, schools) if settings.bounces_dir else None
        self.outbox = OutboxWorker(
            database=base, queue=queue, mailer=mailer, every_s=settings.outbox_every_s, listener=schools, clock=clock,
            per_minute=settings.mails_per_minute, read_bounces=bounces.run_once if bounces else lambda: 0,
        )  # fmt: skip
        self.portal = Portal(
            database=base, clock=clock, visits=visits, activation=activation, hashing=self.hashing, pages=Pages(),
            outbox=self.outbox, public_url=public_url,
        )  # fmt: skip
        mailroom = Mailroom(clock, random_bytes, new_id, queue, activation, public_url, self.outbox.wake)
        self.sync = SyncService(
            database=base, clock=clock, random_bytes=random_bytes, mac_key=settings.key("acts"),
            sheet_life=timedelta(days=settings.sheet_life_days), mailroom=mailroom,
        )  # fmt: skip


@asynccontextmanager
async def _life(rooms: _Rooms, sends: bool) -> AsyncIterator[None]:
    """Mails leave only where somebody takes them; otherwise they wait in the outbox."""
    if sends:
        rooms.outbox.start()
    yield
    rooms.outbox.stop()
    rooms.hashing.close()


def _health(base: Database) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/sante")
    def health() -> JSONResponse:
        with base.read() as connection:
            connection.exec_driver_sql("SELECT 1")
        return JSONResponse({"status": "ok"})

    return router

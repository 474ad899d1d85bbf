"""The server as a library: ``create_app(settings)`` gives an ASGI application (DESIGN, « The server is a library »)."""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, MultiFernet
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from app.models.clock import Clock, system_clock
from app.models.ids import RandomBytes, id_maker
from app.models.parcels import PARCEL_TYPE
from app.server.accounts.codes import Codes
from app.server.accounts.guardian_index import GuardianIndex
from app.server.accounts.leaked import Leaked
from app.server.accounts.passwords import POLICIES, Hashing, Policy
from app.server.database import AT_ONCE, Database
from app.server.documents.routes import router as documents_router
from app.server.documents.service import DocumentService
from app.server.documents.stores import Documents
from app.server.inbox import Teller
from app.server.operating.admin import Admin
from app.server.operating.daily import Daily
from app.server.operating.digest import Digest
from app.server.outbox.office import Edges, PostOffice
from app.server.outbox.queue import Queue
from app.server.outbox.telling import Schools
from app.server.portal.activation.steps import Activation
from app.server.portal.cookies import HostCookies
from app.server.portal.federation.steps import Bindings
from app.server.portal.guards import AddHeaders, MaskTokens, content_policy
from app.server.portal.journeys import Journeys
from app.server.portal.pages import Pages
from app.server.portal.reports.books import Books
from app.server.portal.reports.notices import ReportNotices
from app.server.portal.rooms import portal_router
from app.server.portal.site import Site
from app.server.portal.visits import Visits
from app.server.settings import ServerSettings
from app.server.sync.enrolment import EnrolService
from app.server.sync.exchange import SyncService
from app.server.sync.officers import OfficerService
from app.server.sync.routes import router as sync_router
from app.server.sync.settle_mail import Mailroom
from app.server.watch.gauges import Gauges
from app.server.watch.notices import Notices
from app.server.watch.requests import RequestMetrics, WatchRequests, registries, templates_of
from app.server.watch.routes import watch_router

WAKE_AFTER_S = 0.1
COMPRESS_FROM_BYTES = 1024
STATIC = Path(__file__).parent / "portal" / "static"


def create_app(
    settings: ServerSettings,
    *,
    database: Database | None = None,
    clock: Clock = system_clock,
    random_bytes: RandomBytes = os.urandom,
    edges: Edges | None = None,
) -> FastAPI:
    """The central server on ``settings``. An empty base is created; an older one raises Refused."""
    base = database or Database(settings.database_url)
    base.create_if_empty()
    Admin(base, clock, random_bytes).follow_portal_address(portal_url=settings.public_url)
    rooms = _Rooms(settings, base, clock, random_bytes, edges or Edges())
    rooms.sync.apply_stored()
    app = FastAPI(
        title="Préau", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lambda _app: _life(rooms),
        redirect_slashes=False,  # it would lead to whatever the Host header says
    )  # fmt: skip
    _add_layers(app, settings, rooms.site)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    registry, shown = registries()
    shown.register(Gauges(base, clock, rooms.hashing, rooms.outbox.budget))
    portal = portal_router(
        rooms.site, activation=rooms.activation, bindings=rooms.bindings, books=Books(rooms.documents, clock)
    )
    app.router.routes.extend(portal.routes)  # plain routes: ``include_router`` would go through two lists for each page
    routers = (
        sync_router(
            sync=rooms.sync,
            enrolment=EnrolService(base, clock, random_bytes),
            support=OfficerService(base, clock, random_bytes, settings.key("support")),
        ),
        documents_router(DocumentService(base, clock, rooms.documents)),
        rooms.outbox.router,
        watch_router(database=base, clock=clock, registry=shown, metrics_token=settings.metrics_token),
    )
    for router in routers:
        app.include_router(router)
    templates = templates_of(chain(app.routes, *(router.routes for router in routers)))
    app.add_middleware(WatchRequests, metrics=RequestMetrics(registry), templates=templates)
    logging.getLogger("uvicorn.access").addFilter(MaskTokens())
    return app


def _add_layers(app: FastAPI, settings: ServerSettings, site: Site) -> None:
    """What every answer goes through, the innermost first."""
    policy = content_policy(provider.issuer for provider in settings.federations)
    over_tls = settings.public_url.startswith("https:")
    # No page repeats what stands in its address, and forms carry no token: the length of a compressed page tells nobody
    # what is in it (BREACH).
    app.add_middleware(
        GZipMiddleware, minimum_size=COMPRESS_FROM_BYTES, compresslevel=6,
        exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf", PARCEL_TYPE),
    )  # fmt: skip
    app.add_middleware(AddHeaders, policy=policy, over_tls=over_tls, broken=site.broken)
    if over_tls:
        app.add_middleware(HostCookies)


class _Rooms:
    """The parts of one server, tied together once."""

    def __init__(
        self, settings: ServerSettings, base: Database, clock: Clock, random_bytes: RandomBytes, edges: Edges
    ) -> None:
        public_url, new_id = settings.public_url.rstrip("/"), id_maker(clock, random_bytes)
        policy, teller = _policy(settings), Teller(clock, new_id)
        queue = Queue(_cipher(settings, "outbox"), clock)
        visits, index = Visits(clock, random_bytes), GuardianIndex(settings.key("guardians"))
        self.activation = Activation(
            clock=clock, random_bytes=random_bytes, new_id=new_id, visits=visits, teller=teller, queue=queue,
            policy=policy, public_url=public_url,
        )  # fmt: skip
        keys = settings.key("documents"), settings.former_keys("documents")
        self.documents = Documents(settings.documents_folder(), *keys)
        self.hashing = Hashing(workers=settings.hashes_at_once(), waiting=settings.hash_waiting)
        self.outbox = PostOffice(
            settings, database=base, clock=clock, queue=queue, schools=Schools(clock, new_id), edges=edges
        )
        digest = Digest(base, clock, new_id, queue, index, self.outbox.wake)
        codes = Codes(
            clock=clock, random_bytes=random_bytes, new_id=new_id, key=settings.key("codes"), queue=queue,
            life=timedelta(minutes=settings.code_life_minutes), host=urlsplit(public_url).hostname or "",
        )  # fmt: skip
        self.threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="preau-base")
        self.site = Site(
            settings=settings, database=base, threads=self.threads, clock=clock, random_bytes=random_bytes,
            new_id=new_id, visits=visits,
            journeys=Journeys(clock, random_bytes, _cipher(settings, "journeys")), codes=codes, teller=teller,
            queue=queue, hashing=self.hashing, policy=policy,
            pages=Pages({**settings.on_pages(), "banner": Notices(base).text}),
            wake=partial(_after_the_answer, self.outbox.wake), index=index,
        )  # fmt: skip
        self.bindings = Bindings(clock, teller, _cipher(settings, "federation"))
        mailroom = Mailroom(clock, random_bytes, new_id, queue, self.activation, public_url, self.outbox.wake)
        self.sync = SyncService(
            database=base, clock=clock, random_bytes=random_bytes, mac_key=settings.key("acts"),
            former_mac_keys=settings.former_keys("acts"), sheet_life=timedelta(days=settings.sheet_life_days),
            mailroom=mailroom, index=index, documents=self.documents,
        )  # fmt: skip
        self.ending = threading.Event()
        self.report_notices = ReportNotices(
            base, clock, new_id, queue, Books(self.documents, clock), public_url, self.outbox.wake,
            go_on=lambda: not self.ending.is_set(),
        )  # fmt: skip
        self.daily = Daily(self.sync, also=(digest.send_once_a_day, self.report_notices.send_due))


@asynccontextmanager
async def _life(rooms: _Rooms) -> AsyncIterator[None]:
    rooms.outbox.start()
    rooms.daily.start()
    yield
    rooms.ending.set()
    rooms.daily.stop()
    rooms.outbox.stop()
    rooms.hashing.close()
    rooms.threads.shutdown()


def _after_the_answer(wake: Callable[[], None]) -> None:
    """Wake the outbox once the page is gone: its work must not tell, by the time of the answer, that there is a message."""
    asyncio.get_running_loop().call_later(WAKE_AFTER_S, wake)


def _policy(settings: ServerSettings) -> Policy:
    """The rule of chosen passwords, with the operator's list of those that leaked."""
    policy = POLICIES[settings.password_policy]
    return replace(policy, leaked=Leaked(settings.leaked_passwords).has) if settings.leaked_passwords else policy


def _cipher(settings: ServerSettings, purpose: str) -> MultiFernet:
    """Closes with the secret of today, opens what the former one closed too."""
    keys = (settings.key(purpose), *settings.former_keys(purpose))
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])

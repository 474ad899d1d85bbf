"""What every room of the portal works with, and how its addresses are opened (docs/adr/0014-portal-rooms.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from unicodedata import bidirectional, category

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from jinja2 import TemplateError
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.models.clock import Clock
from app.models.ids import RandomBytes
from app.models.tables import Row
from app.server.accounts.codes import Codes
from app.server.accounts.guardian_index import GuardianIndex
from app.server.accounts.passwords import Busy, Hashing, Policy
from app.server.database import BUSY, Database
from app.server.inbox import Teller
from app.server.outbox.queue import Queue
from app.server.portal.guards import foreign_form, unlike_a_form
from app.server.portal.journeys import Journeys
from app.server.portal.pages import Pages
from app.server.portal.visits import Visits, account
from app.server.settings import ServerSettings
from app.services.languages import source as _

Result = TypeVar("Result")
Page = Callable[[Request], Awaitable[Response]]
SESSION, VISIT, SHEET, MAIL = "preau_s", "preau_v", "preau_a", "preau_c"
"""Cookies: a log-in, a sheet's password, a sheet's or a mail's token, C07's token."""
JOURNEY, LANGUAGE, BROWSER = "preau_j", "preau_l", "preau_b"
"""Cookies: several pages under way, a language, a browser that has logged in before."""
SHORT_S, LONG_S = 1800, 400 * 86400
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a browser is given when somebody logs in: a session, and by what it is known next time."""

    session: str
    browser: str


@dataclass(frozen=True, slots=True)
class Site:
    """The portal of one server: its parts, and the answers that every room gives alike."""

    settings: ServerSettings
    database: Database
    threads: Executor
    """Where the base is asked: it makes one wait."""
    clock: Clock
    random_bytes: RandomBytes
    new_id: Callable[[], str]
    visits: Visits
    journeys: Journeys
    codes: Codes
    teller: Teller
    queue: Queue
    hashing: Hashing
    policy: Policy
    pages: Pages
    wake: Callable[[], None]
    """Tells the outbox that something waits."""
    index: GuardianIndex

    @property
    def public_url(self) -> str:
        return self.settings.public_url.rstrip("/")

    def render(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page in the parent's language: the one of the account where its owner is known, else of this browser."""
        language = getattr(request.state, "language", None) or request.cookies.get(LANGUAGE)
        return self.pages.render(template, status=status, language=language, **values)

    def message(self, request: Request, *, title: str, words: str, status: int) -> Response:
        """A page that says one thing and leads back to the first page."""
        return self.render(request, "message.html", status=status, title=title, words=words)

    async def broken(self, request: Request) -> Response:
        """Something failed here: nothing is said of it. Where it is the pages that fail, a bare sentence."""
        title, words = _("Un problème est survenu"), _("Ce n’est pas de votre fait. Réessayez dans quelques minutes.")
        try:
            return self.message(request, title=title, status=500, words=words)
        except TemplateError:
            return PlainTextResponse(f"{title}. {words}", status_code=500)

    def see(self, path: str) -> RedirectResponse:
        """Go on there."""
        return RedirectResponse(path, status_code=303)

    def with_cookie(self, response: Response, name: str, value: str, *, seconds: int | None = None) -> Response:
        """Give a secret to the browser, where no script reads it; without ``seconds`` it ends with the browser."""
        secure = self.public_url.startswith("https:")
        response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")
        return response

    def enter(
        self, connection: Connection, request: Request, portal_id: str, *, way: str, federation: str | None = None
    ) -> Entrance:
        """Begin a session, always a new one, which ends this browser's former one.

        ``federation`` is what the log-out at an identity provider needs.
        """
        self.visits.end_session(connection, request.cookies.get(SESSION))
        session = self.visits.begin_session(
            connection, portal_id, way=way, label=browser(request), federation=federation
        )
        return Entrance(session, self.visits.know_browser(connection, portal_id, request.cookies.get(BROWSER)))

    def entered(self, entrance: Entrance, path: str = "/enfants") -> Response:
        """Go on as somebody who is logged in."""
        response = self.with_cookie(self.see(path), BROWSER, entrance.browser, seconds=LONG_S)
        return self.with_cookie(response, SESSION, entrance.session)

    async def logged_in(self, request: Request, portal_id: str, *, way: str) -> Response:
        """Log somebody in and go to the children."""
        return self.entered(await self.write(lambda c: self.enter(c, request, portal_id, way=way)))

    def owner(self, connection: Connection, request: Request) -> Row | None:
        """The portal account whose owner is logged in here; the page will be in his language."""
        found = self.inside(connection, request)
        return found[0] if found else None

    def inside(self, connection: Connection, request: Request) -> tuple[Row, Row] | None:
        """The same, with the session."""
        session = self.visits.session(connection, request.cookies.get(SESSION))
        portal = account(connection, session["portal_account_id"]) if session else None
        request.state.language = portal["language"] if portal else None
        if session is None or portal is None:
            return None
        request.state.unseen = self.visits.is_unseen(session)
        return portal, session

    async def see_session(self, request: Request) -> None:
        """Note that the session is used, where a page has found that it is time to; a busy base may miss it."""
        if getattr(request.state, "unseen", False):
            with suppress(*BUSY):
                await self.write(lambda c: self.visits.see(c, request.cookies.get(SESSION)))

    async def read(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` in a transaction for reading, off the event loop."""

        def run() -> Result:
            with self.database.read() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self.threads, run)

    async def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run ``work`` in a transaction for writing, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, lambda: self.write_here(work))

    def write_here(self, work: Callable[[Connection], Result], *, lasting: bool = True) -> Result:
        """The same on this thread.

        Once more where somebody else wrote the same key at the same moment: nothing was kept of it, and now it is seen.
        """
        for last in (False, True):
            try:
                with self.database.write(lasting=lasting) as connection:
                    return work(connection)
            except IntegrityError:
                if last:
                    raise
        raise AssertionError("returned or raised above")


class Addresses:
    """The addresses of the portal. A form of another site is refused before its room sees it; too much work is a 503."""

    def __init__(self, site: Site) -> None:
        self.router = APIRouter(include_in_schema=False)
        self._site = site

    def page(self, path: str, show: Page) -> None:
        """A GET. It changes nothing but cookies: browsers, mail and camera applications open addresses by themselves."""
        self.router.add_route(path, self._guarded(show), methods=["GET"])

    def form(self, path: str, carry_out: Page) -> None:
        """A POST, of a form of ours."""

        async def own_forms_only(request: Request) -> Response:
            status = 403 if foreign_form(request, self._site.public_url) else unlike_a_form(request)
            if status is not None:
                return self._site.message(
                    request, title=_("Formulaire refusé"), status=status,
                    words=_("Ce formulaire ne vient pas de ce site. Revenez à l’accueil."),
                )  # fmt: skip
            return await carry_out(request)

        self.router.add_route(path, self._guarded(own_forms_only), methods=["POST"])

    def _guarded(self, answer: Page) -> Page:
        async def guarded(request: Request) -> Response:
            try:
                response = await answer(request)
                await self._site.see_session(request)
                return response
            except (Busy, *BUSY):
                busy = self._site.message(
                    request, title=_("Un instant"), status=503,
                    words=_("Beaucoup de parents se connectent. Réessayez dans une minute."),
                )  # fmt: skip
                busy.headers["Retry-After"] = "30"
                return busy

        return guarded


def network(request: Request) -> str:
    """The network that failures are counted for: the /24 of an IPv4 address, the /64 of an IPv6 one."""
    host = request.client.host if request.client else ""
    return ":".join(host.split(":")[:4]) if ":" in host else host.rpartition(".")[0]


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("SamsungBrowser", "Samsung Internet"), ("Chrome", "Chrome"),
             ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
            ("Linux", "Linux"))  # fmt: skip


def browser(request: Request) -> str:
    """« Firefox, Android »: by what a parent recognizes a session; nothing finer is kept."""
    agent = request.headers.get("user-agent", "")
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)


def typed(value: object, *, most: int = 300) -> str:
    """What was typed into a field, as one line, cut where nobody types so much.

    Without control characters, which no base holds, nor those that turn the text around them on a page.
    """
    if not isinstance(value, str):
        return ""
    kept = (letter for letter in value[:most] if bidirectional(letter) not in _TURNING)
    return "".join(" " if category(letter) == "Cc" else letter for letter in kept).strip()

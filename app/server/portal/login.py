"""The first page, log-in by identifiant and password, and log-out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from app.models.secrets import token_hash
from app.models.states import Way
from app.models.tables import Row
from app.server.accounts import limits, merging
from app.server.accounts.portal_accounts import links_of, locked_account, must_change
from app.server.portal.opening import Named, judge, look_up
from app.server.portal.site import BROWSER, SESSION, SHORT_S, VISIT, Addresses, Site, network, typed
from app.server.relay import InGroups, relay
from app.services.languages import source as _

Opened = tuple[Row, Row | None]
"""An account, and the sheet's secret where a provisional password opened it."""
Answer = Callable[[], Response]
"""To be given once what it says is kept."""
NEUTRAL = _("L’identifiant ou le mot de passe ne convient pas. Vérifiez-les, ou demandez de l’aide à l’école.")


@dataclass(frozen=True, slots=True)
class Try:
    """A guess at a password, counted under its subject."""

    named: Named
    subject: limits.Subject
    count: int

    def forget(self, connection: Connection) -> None:
        """It was right: the count starts again."""
        scope, subject = self.subject
        limits.forget(connection, scope=scope, subject=subject)


class Login:
    """« J’ai un compte », and « J’ai reçu une feuille de l’école » typed by hand."""

    def __init__(self, site: Site, elsewhere: Callable[[Request], Awaitable[str | None]]) -> None:
        """``elsewhere``: where the owner of a session must log out too."""
        self._site = site
        self._elsewhere = elsewhere
        self._after_a_hash = InGroups(site.hashing.threads, site.threads)

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page("/", self.home)
        at.page("/feuille", self.sheet)
        at.form("/connexion", self.log_in)
        at.form("/deconnexion", self.log_out)

    async def home(self, request: Request) -> Response:
        return self._site.render(request, "home.html")

    async def sheet(self, request: Request) -> Response:
        return self._site.render(request, "sheet.html")

    async def log_in(self, request: Request) -> Response:
        form = await request.form()  # who sends it slowly holds no place meanwhile
        with self._site.hashing.place():
            return await self._log_in(request, form)

    async def _log_in(self, request: Request, form: FormData) -> Response:
        """The guess is counted, judged, then carried out: each on its own threads, and nothing in between."""
        login, password = typed(form.get("identifiant"), most=100), str(form.get("mot_de_passe", ""))[:200]
        template = "sheet.html" if form.get("feuille") else "home.html"
        site = self._site

        def count(_nothing: None) -> Try | None:
            return site.write_here(lambda c: self._try(c, request, login, password), lasting=False)

        def judged(tried: Try | None) -> tuple[Try, Opened | None] | None:
            return (tried, judge(site.hashing, tried.named, password)) if tried is not None else None

        def conclude(found: tuple[Try, Opened | None] | None) -> Answer | None:
            if found is None:
                return None
            tried, opened = found
            if opened is None:
                return site.write_here(lambda c: self._tell_refused(c, tried.named.portal, tried.count))
            return site.write_here(lambda c: self._let_in(c, request, tried, opened), lasting=opened[1] is not None)

        legs = (site.threads, count), (site.hashing.threads, judged), (self._after_a_hash, conclude)
        answer: Answer | None = await relay(*legs)
        return answer() if answer is not None else self._refused(request, template, login)

    def _try(self, connection: Connection, request: Request, login: str, password: str) -> Try | None:
        """Count the guess before it is judged; None where one must wait. The statements are the same for an unknown one."""
        named = look_up(connection, self._site, login, password)
        subject = "login", self._subject(connection, request, named.portal, login)
        count = limits.take_tries(connection, [subject], clock=self._site.clock)
        return Try(named, subject, count) if count is not None else None

    def _let_in(self, connection: Connection, request: Request, tried: Try, opened: Opened) -> Answer:
        site, (portal, sheet) = self._site, opened
        tried.forget(connection)
        if sheet is not None:
            visit = site.visits.begin_visit(connection, sheet)
            return lambda: site.with_cookie(site.see("/activation"), VISIT, visit, seconds=SHORT_S)
        now = locked_account(connection, portal["id"])
        if now is None or now["password_hash"] != portal["password_hash"] or must_change(now):
            # a reset of this very moment leaves no session behind it
            return lambda: site.render(request, "must_change.html", status=403)
        entrance = site.enter(connection, request, portal["id"], way=Way.PASSWORD)
        return lambda: site.entered(entrance)

    def _subject(self, connection: Connection, request: Request, portal: Row | None, login: str) -> str:
        """Whose tries are counted: this account from this network, or from a browser that has let its owner in before.

        So a stranger on the same network cannot keep a parent out, and his own waits grow whatever the parent does.
        """
        value = request.cookies.get(BROWSER)
        if self._site.visits.knows_browser(connection, portal["id"] if portal else "", value):
            return f"{login.lower()}|{token_hash(value or '')}"
        return f"{login.lower()}|{network(request)}"

    def _tell_refused(self, connection: Connection, portal: Row | None, count: int) -> None:
        """The schools of a known account hear of a refused log-in, at first and at each fifth time.

        The statements are the same for an unknown one.
        """
        if count == 1 or count % 5 == 0:
            reason, told = self._why(connection, portal)
            self._site.teller.tell_each(connection, told, "failed_try", {"reason": reason, "tries": count})

    def _why(self, connection: Connection, portal: Row | None) -> tuple[str, list[tuple[str, str]]]:
        """The true reason, and which accounts of schools it is about."""
        if portal is not None and portal["merged_into"] is not None:
            return "merged", list(merging.former_links(connection, portal["id"]))
        portal_id = portal["id"] if portal else ""
        sheets = self._site.visits.secrets_of(connection, portal_id)
        lost = portal is not None and portal["password_hash"] is None and not sheets
        return "no_living_sheet" if lost else "password", list(links_of(connection, portal_id))

    def _refused(self, request: Request, template: str, login: str) -> Response:
        return self._site.render(request, template, status=401, login=login, refusal=NEUTRAL)

    async def log_out(self, request: Request) -> Response:
        site, elsewhere = self._site, await self._elsewhere(request)
        await site.write(lambda c: site.visits.end_session(c, request.cookies.get(SESSION)))
        response = site.see(elsewhere or "/")
        response.delete_cookie(SESSION)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

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
from app.server.portal.guessing import given_back
from app.server.portal.opening import Named, judge, look_up
from app.server.portal.site import BROWSER, SESSION, SHORT_S, VISIT, Addresses, Entrance, Site, network, typed
from app.services.languages import source as _

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
        login, password = typed(form.get("identifiant"), most=100), str(form.get("mot_de_passe", ""))[:200]
        template = "sheet.html" if form.get("feuille") else "home.html"
        tried = await self._site.write(lambda c: self._try(c, request, login))
        if tried is None:
            return self._refused(request, template, login)
        async with given_back(self._site, [tried.subject]):
            opened = await judge(self._site, tried.named, password)
        if opened is None:
            await self._site.write(lambda c: self._tell_refused(c, tried.named.portal, tried.count))
            return self._refused(request, template, login)
        return await self._let_in(request, tried, opened[0], opened[1])

    def _try(self, connection: Connection, request: Request, login: str) -> Try | None:
        """Count the guess before it is judged; None where one must wait. The statements are the same for an unknown one."""
        named = look_up(connection, self._site, login)
        subject = "login", self._subject(connection, request, named.portal, login)
        count = limits.take_tries(connection, [subject], clock=self._site.clock)
        return Try(named, subject, count) if count is not None else None

    async def _let_in(self, request: Request, tried: Try, portal: Row, sheet: Row | None) -> Response:
        site = self._site
        if sheet is not None:
            visit = await site.write(lambda c: self._visit(c, tried, sheet))
            return site.with_cookie(site.see("/activation"), VISIT, visit, seconds=SHORT_S)
        entrance = await site.write(lambda c: self._enter(c, request, tried, portal))
        return site.entered(entrance) if entrance else site.render(request, "must_change.html", status=403)

    def _visit(self, connection: Connection, tried: Try, sheet: Row) -> str:
        tried.forget(connection)
        return self._site.visits.begin_visit(connection, sheet)

    def _enter(self, connection: Connection, request: Request, tried: Try, portal: Row) -> Entrance | None:
        """None where this password is to be changed: a reset of this very moment leaves no session behind it."""
        tried.forget(connection)
        now = locked_account(connection, portal["id"])
        if now is None or now["password_hash"] != portal["password_hash"] or must_change(now):
            return None
        return self._site.enter(connection, request, portal["id"], way=Way.PASSWORD)

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

"""The pages, and what their buttons do. A GET changes nothing but the cookie that keeps a token out of the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from app.models.clock import Clock, instant
from app.models.secrets import typed
from app.models.states import AccountState
from app.models.tables import Row
from app.server import limits
from app.server.database import Database
from app.server.outbox.worker import OutboxWorker
from app.server.passwords import Busy, Hashing
from app.server.portal import family
from app.server.portal.activate import Activation, Form, Opened
from app.server.portal.guards import foreign_form
from app.server.portal.pages import Pages
from app.server.portal.visits import Visits, account_by_login

Result = TypeVar("Result")
SESSION, VISIT, SHEET, MAIL = "preau_s", "preau_v", "preau_a", "preau_c"
SHORT_S = 1800
MAIL_TOKEN_LENGTH = 64
"""256 bits in hexadecimal: the link of a mail; a sheet's token is shorter."""
NEUTRAL_LOGIN = "L’identifiant ou le mot de passe ne convient pas. Vérifiez-les, ou demandez de l’aide à l’école."
NEUTRAL_DATE = (
    "Cette date ne convient pas, ou trop d’essais ont été faits. Vérifiez-la ; au besoin, l’école peut vous aider."
)


class Portal:
    """The portal of one server."""

    def __init__(
        self, *, database: Database, clock: Clock, visits: Visits, activation: Activation, hashing: Hashing,
        pages: Pages, outbox: OutboxWorker, public_url: str,
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._visits = visits
        self._activation = activation
        self._hashing = hashing
        self._pages = pages
        self._outbox = outbox
        self._public_url = public_url
        self._secure = public_url.startswith("https:")

    def router(self) -> APIRouter:
        """Every address of the portal."""
        api = APIRouter(include_in_schema=False, default_response_class=Response)
        for path, page in (
            ("/", self.home),
            ("/feuille", self.sheet),
            ("/sans-compte", self.soon),
            ("/aide", self.help),
        ):
            api.add_api_route(path, page, methods=["GET"], response_model=None)
        api.add_api_route("/a/{token}", self.qr_code, methods=["GET"], response_model=None)
        api.add_api_route("/m/{token}", self.qr_code, methods=["GET"], response_model=None)
        api.add_api_route("/c/{token}", self.mail_link, methods=["GET"], response_model=None)
        api.add_api_route("/connexion", self.log_in, methods=["POST"], response_model=None)
        api.add_api_route("/activation", self.activation, methods=["GET"], response_model=None)
        api.add_api_route("/activation", self.activate, methods=["POST"], response_model=None)
        api.add_api_route("/confirmation", self.confirmation, methods=["GET"], response_model=None)
        api.add_api_route("/confirmation", self.confirm, methods=["POST"], response_model=None)
        api.add_api_route("/courriel", self.resend, methods=["POST"], response_model=None)
        api.add_api_route("/enfants", self.children, methods=["GET"], response_model=None)
        api.add_api_route("/deconnexion", self.log_out, methods=["POST"], response_model=None)
        return api

    async def home(self, request: Request) -> Response:
        return self._pages.render("home.html")

    async def sheet(self, request: Request) -> Response:
        return self._pages.render("sheet.html")

    async def soon(self, request: Request) -> Response:
        return self._pages.render("soon.html")

    async def help(self, request: Request) -> Response:
        return self._pages.render("help.html")

    async def qr_code(self, request: Request, token: str) -> Response:
        """A sheet's code, or the link of a mail: the token leaves the address for a short cookie.

        Nothing is used up: mail and camera apps open links by themselves.
        """
        return self._cookie(_see("/activation"), SHEET, token[:64], seconds=SHORT_S)

    async def mail_link(self, request: Request, token: str) -> Response:
        return self._cookie(_see("/confirmation"), MAIL, token[:64], seconds=SHORT_S)

    async def log_in(self, request: Request) -> Response:
        if foreign_form(request, self._public_url):
            return self._foreign()
        form = await request.form()
        login, password = str(form.get("identifiant", ""))[:100], str(form.get("mot_de_passe", ""))[:200]
        template = "sheet.html" if form.get("feuille") else "home.html"
        portal = await self._read(lambda c: account_by_login(c, login))
        subject = f"{login.strip().lower()}|{_network(request)}"
        if await self._write(
            lambda c: limits.wait_left(c, scope="login", subject=subject, clock=self._clock)
        ) > timedelta(0):
            return self._refused(template, login)
        try:
            opened = await self._open(portal, password)
        except Busy:
            return self._busy()
        if opened is None:
            await self._write(lambda c: self._activation.note_refused_login(c, portal, subject=subject))
            return self._refused(template, login)
        await self._write(lambda c: limits.forget(c, scope="login", subject=subject))
        return await self._let_in(opened[0], opened[1])

    async def _open(self, portal: Row | None, password: str) -> tuple[Row, Row | None] | None:
        """(the account, the sheet's secret where it was a provisional password), or None."""
        if portal is None:
            await self._hashing.verify(password, [])
            return None
        secrets = await self._read(lambda c: self._visits.secrets_of(c, portal["id"]))
        own = [portal["password_hash"]] if portal["password_hash"] else []
        if await self._hashing.verify(password, own) is not None:
            return portal, None
        if secrets and len(typed(password)) == 12:
            place = await self._hashing.verify(typed(password), [secret["password_hash"] for secret in secrets])
            if place is not None:
                return portal, secrets[place]
        return None

    async def _let_in(self, portal: Row, secret: Row | None) -> Response:
        if secret is not None:
            visit = await self._write(lambda c: self._visits.begin_visit(c, secret))
            return self._cookie(_see("/activation"), VISIT, visit, seconds=SHORT_S)
        value = await self._write(lambda c: self._visits.begin_session(c, portal["id"]))
        return self._cookie(_see("/enfants"), SESSION, value)

    async def activation(self, request: Request) -> Response:
        opened = await self._opened(request)
        if opened is None or opened.child is None:
            return await self._closed(request, opened)
        return self._form(opened, Form(), {})

    async def activate(self, request: Request) -> Response:
        if foreign_form(request, self._public_url):
            return self._foreign()
        opened = await self._opened(request)
        if opened is None or opened.child is None:
            return await self._closed(request, opened)
        asked = await request.form()
        names = {"day": "jour", "month": "mois", "year": "annee", "email": "courriel", "mobile": "portable",
                 "password": "mot_de_passe"}  # fmt: skip
        form = Form(**{name: str(asked.get(field, ""))[:300] for name, field in names.items()})
        problems = self._activation.problems(opened, form)
        if problems:
            return self._form(opened, form, problems, status=422)
        if not await self._write(lambda c: self._activation.check_birth_date(c, opened, form)):
            return self._form(opened, form, {"birth_date": NEUTRAL_DATE}, status=422)
        try:
            password_hash = await self._hashing.hash(form.password)
        except Busy:
            return self._busy()
        return await self._activated(request, form, password_hash)

    async def _activated(self, request: Request, form: Form, password_hash: str) -> Response:
        """Finish under a lock on the sheet: of two activations at once, the second finds it used."""

        def finish(connection: Connection) -> tuple[AccountState, str] | None:
            opened = self._activation.open(
                connection, visit=request.cookies.get(VISIT), token=request.cookies.get(SHEET)
            )
            if opened is None or self._visits.secret_by_id(connection, opened.secret["id"]) is None:
                return None
            state = self._activation.finish(connection, opened, form, password_hash)
            return state, self._visits.begin_session(connection, opened.portal["id"])

        done = await self._write(finish)
        if done is None:
            return await self._closed(request, None)
        self._outbox.wake()
        response = _see("/enfants")
        for name in (VISIT, SHEET):
            response.delete_cookie(name)
        return self._cookie(response, SESSION, done[1])

    async def confirmation(self, request: Request) -> Response:
        token = await self._write(lambda c: self._activation.mail_token(c, request.cookies.get(MAIL)))
        if token is None:
            return self._pages.render("link_over.html", status=410)
        return self._pages.render("confirm.html", email=token["email"])

    async def confirm(self, request: Request) -> Response:
        if foreign_form(request, self._public_url):
            return self._foreign()

        def use(connection: Connection) -> bool:
            token = self._activation.mail_token(connection, request.cookies.get(MAIL))
            if token is None:
                return False
            self._activation.confirm(connection, token)
            return True

        if not await self._write(use):
            return self._pages.render("link_over.html", status=410)
        response = self._pages.render("activated.html")
        response.delete_cookie(MAIL)
        return response

    async def resend(self, request: Request) -> Response:
        """Send the link again, to the same address or to a corrected one."""
        if foreign_form(request, self._public_url):
            return self._foreign()
        email = str((await request.form()).get("courriel", "")).strip()[:254]

        def again(connection: Connection) -> Row | None:
            portal = self._visits.session(connection, request.cookies.get(SESSION))
            if portal is None or portal["state"] != AccountState.ACTIVATING:
                return None
            if limits.is_closed(connection, scope="resend", subject=portal["id"], limit=5):
                return portal
            limits.note_failure(connection, scope="resend", subject=portal["id"], clock=self._clock)
            self._activation.change_address(connection, portal, email)
            return portal

        if await self._write(again) is None:
            return _see("/")
        self._outbox.wake()
        return _see("/enfants")

    async def children(self, request: Request) -> Response:
        def look(connection: Connection) -> tuple[Row, list[family.Child], list[family.School]] | None:
            portal = self._visits.session(connection, request.cookies.get(SESSION))
            if portal is None:
                return None
            if portal["state"] == AccountState.ACTIVE:
                self._activation.note_access(connection, portal, instant(self._clock())[:10])
            children = family.children_of(connection, portal["id"])
            return portal, children, family.schools_of(connection, portal["id"])

        seen = await self._write(look)
        if seen is None:
            return _see("/")
        portal, children, schools = seen
        if portal["state"] == AccountState.ACTIVATING:
            return self._pages.render("waiting.html", email=portal["pending_email"], login=portal["login"])
        return self._pages.render("children.html", children=children, schools=schools, login=portal["login"])

    async def log_out(self, request: Request) -> Response:
        if foreign_form(request, self._public_url):
            return self._foreign()
        await self._write(lambda c: self._visits.end_session(c, request.cookies.get(SESSION)))
        response = _see("/")
        response.delete_cookie(SESSION)
        return response

    async def _opened(self, request: Request) -> Opened | None:
        visit, token = request.cookies.get(VISIT), request.cookies.get(SHEET)
        return await self._write(lambda c: self._activation.open(c, visit=visit, token=token))

    async def _closed(self, request: Request, opened: Opened | None) -> Response:
        """The neutral page for a sheet or a link that opens nothing; the true reason goes to the school."""
        token = request.cookies.get(SHEET)
        await self._write(lambda c: self._activation.note_dead_sheet(c, token))
        by_mail = len(token or "") == MAIL_TOKEN_LENGTH
        return self._pages.render("closed.html", status=410, schools=opened.schools if opened else (), by_mail=by_mail)

    def _form(self, opened: Opened, form: Form, problems: dict[str, str], *, status: int = 200) -> Response:
        policy = self._activation.policy
        return self._pages.render(
            "activation.html", status=status, child=opened.child, login=opened.portal["login"], again=opened.again,
            form=form, problems=problems, policy=policy, schools=opened.schools,
        )  # fmt: skip

    def _refused(self, template: str, login: str) -> Response:
        return self._pages.render(template, status=401, login=login, refusal=NEUTRAL_LOGIN)

    def _foreign(self) -> Response:
        return self._pages.render("message.html", status=403, title="Formulaire refusé",
                                  words="Ce formulaire ne vient pas de ce site. Revenez à l’accueil.")  # fmt: skip

    def _busy(self) -> Response:
        response = self._pages.render("message.html", status=503, title="Un instant",
                                      words="Beaucoup de parents se connectent. Réessayez dans une minute.")  # fmt: skip
        response.headers["Retry-After"] = "30"
        return response

    def _cookie(self, response: Response, name: str, value: str, *, seconds: int | None = None) -> Response:
        response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=self._secure, path="/")
        return response

    async def _read(self, work: Callable[[Connection], Result]) -> Result:
        def run() -> Result:
            with self._database.read() as connection:
                return work(connection)

        return await run_in_threadpool(run)

    async def _write(self, work: Callable[[Connection], Result]) -> Result:
        def run() -> Result:
            with self._database.write() as connection:
                return work(connection)

        return await run_in_threadpool(run)


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)


def _network(request: Request) -> str:
    """The network that failures are counted for: the /24 of an IPv4 address, the /64 of an IPv6 one."""
    host = request.client.host if request.client else ""
    return ":".join(host.split(":")[:4]) if ":" in host else host.rpartition(".")[0]

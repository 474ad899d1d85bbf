"""The pages of scenario C: the activation form, and the mail that confirms an address."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection

from app.models.states import AccountState, Way
from app.models.tables import Row
from app.server.accounts import birth_dates, limits
from app.server.portal.activation.steps import Activation, Form, Opened
from app.server.portal.site import MAIL, SHEET, SHORT_S, VISIT, Addresses, Entrance, Site, typed

MAIL_TOKEN_LENGTH = 64
"""256 bits in hexadecimal: the link of a mail; a sheet's token is shorter."""
RESENDS = 5
_FIELDS = {"day": "jour", "month": "mois", "year": "annee", "email": "courriel", "mobile": "portable",
           "password": "mot_de_passe"}  # fmt: skip


class ActivationPages:
    """What a sheet's code, a mail's link and the provisional password lead to."""

    def __init__(self, site: Site, steps: Activation) -> None:
        self._site = site
        self._steps = steps

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page("/a/{token}", self.qr_code)
        at.page("/m/{token}", self.qr_code)
        at.page("/c/{token}", self.mail_link)
        at.page("/activation", self.form)
        at.form("/activation", self.activate)
        at.page("/confirmation", self.confirmation)
        at.form("/confirmation", self.confirm)
        at.form("/courriel", self.resend)

    async def qr_code(self, request: Request) -> Response:
        """A sheet's code, or the link of a mail: the token leaves the address for a short cookie; nothing is used up."""
        token = request.path_params["token"][:MAIL_TOKEN_LENGTH]
        return self._site.with_cookie(self._site.see("/activation"), SHEET, token, seconds=SHORT_S)

    async def mail_link(self, request: Request) -> Response:
        token = request.path_params["token"][:MAIL_TOKEN_LENGTH]
        return self._site.with_cookie(self._site.see("/confirmation"), MAIL, token, seconds=SHORT_S)

    async def form(self, request: Request) -> Response:
        opened = await self._opened(request)
        if opened is None or opened.child is None:
            return await self._closed(request, opened)
        return self._form(request, opened, Form(), {})

    async def activate(self, request: Request) -> Response:
        opened = await self._opened(request)
        if opened is None or opened.child is None:
            return await self._closed(request, opened)
        asked = await request.form()
        form = Form(**{name: str(asked.get(field, ""))[:300] for name, field in _FIELDS.items()})
        if asked.get("voir"):
            return self._form(request, opened, form, {}, seen=True)
        problems = self._steps.problems(opened, form)
        if problems:
            return self._form(request, opened, form, problems, status=422)
        if not await self._site.write(lambda c: self._steps.check_birth_date(c, opened, form)):
            return self._form(request, opened, form, {"birth_date": birth_dates.NEUTRAL}, status=422)
        password_hash = await self._site.hashing.hash(form.password)
        return await self._activated(request, form, password_hash)

    async def _activated(self, request: Request, form: Form, password_hash: str) -> Response:
        """Finish under a lock on the sheet: of two activations at once, the second finds it used."""
        site = self._site

        def finish(connection: Connection) -> Entrance | None:
            opened = self._steps.open(connection, visit=request.cookies.get(VISIT), token=request.cookies.get(SHEET))
            if opened is None or site.visits.secret_by_id(connection, opened.secret["id"]) is None:
                return None
            self._steps.finish(connection, opened, form, password_hash)
            way = Way.SHEET if opened.secret["password_hash"] else Way.LINK
            return site.enter(connection, request, opened.portal["id"], way=way)

        entrance = await site.write(finish)
        if entrance is None:
            return await self._closed(request, None)
        site.wake()
        response = site.entered(entrance)
        for name in (VISIT, SHEET):
            response.delete_cookie(name)
        return response

    async def confirmation(self, request: Request) -> Response:
        token = await self._site.read(lambda c: self._steps.mail_token(c, request.cookies.get(MAIL)))
        if token is None and request.query_params.get("fait") == "oui":
            return self._site.render(request, "activated.html")
        if token is None:
            return await self._over(request)
        return self._site.render(request, "confirm.html", email=token["email"])

    async def confirm(self, request: Request) -> Response:
        def use(connection: Connection) -> bool:
            token = self._steps.mail_token(connection, request.cookies.get(MAIL))
            if token is None:
                return False
            self._steps.confirm(connection, token)
            return True

        if not await self._site.write(use):
            return await self._over(request)
        response = self._site.see("/confirmation?fait=oui")  # a page of its own, that the browser's arrow finds again
        response.delete_cookie(MAIL)
        return response

    async def _over(self, request: Request) -> Response:
        """The neutral page for a link that opens nothing; the true reason goes to the school."""
        token = request.cookies.get(MAIL)
        await self._site.write(lambda c: self._steps.note_dead_link(c, token))
        return self._site.render(request, "link_over.html", status=410)

    async def resend(self, request: Request) -> Response:
        """Send the link again, to the same address or to a corrected one."""
        email = typed((await request.form()).get("courriel"), most=254)

        def again(connection: Connection) -> Row | None:
            portal = self._site.owner(connection, request)
            if portal is None or portal["state"] != AccountState.ACTIVATING:
                return None
            if limits.is_closed(connection, scope="resend", subject=portal["id"], limit=RESENDS):
                return portal
            limits.note_failure(connection, scope="resend", subject=portal["id"], clock=self._site.clock)
            self._steps.change_address(connection, portal, email)
            return portal

        if await self._site.write(again) is None:
            return self._site.see("/")
        self._site.wake()
        return self._site.see("/enfants")

    async def _opened(self, request: Request) -> Opened | None:
        visit, token = request.cookies.get(VISIT), request.cookies.get(SHEET)
        return await self._site.read(lambda c: self._steps.open(c, visit=visit, token=token))

    async def _closed(self, request: Request, opened: Opened | None) -> Response:
        """The neutral page for a sheet or a link that opens nothing; the true reason goes to the school."""
        if opened is None and await self._is_in(request):
            return self._site.see("/enfants")
        token = request.cookies.get(SHEET)
        await self._site.write(lambda c: self._steps.note_dead_sheet(c, token))
        by_mail = len(token or "") == MAIL_TOKEN_LENGTH
        schools = opened.schools if opened else ()
        return self._site.render(request, "closed.html", status=410, schools=schools, by_mail=by_mail)

    async def _is_in(self, request: Request) -> bool:
        """Whether somebody logged in holds no sheet: who finished, and comes back by the arrow or by another tab."""
        if any(request.cookies.get(name) for name in (VISIT, SHEET)):
            return False
        return await self._site.read(lambda c: self._site.owner(c, request)) is not None

    def _form(
        self, request: Request, opened: Opened, form: Form, problems: dict[str, str], *, status: int = 200,
        seen: bool = False,
    ) -> Response:  # fmt: skip
        """``seen``: the password is shown, to who asked to read it again."""
        return self._site.render(
            request, "activation.html", status=status, child=opened.child, login=opened.portal["login"],
            again=opened.again, address=opened.address, form=form, problems=problems, policy=self._steps.policy,
            schools=opened.schools, seen=seen,
        )  # fmt: skip

"""Another mail address, by a link sent there; another mobile, by a code sent there."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection

from app.models.contacts import is_mail, read_mobile
from app.server.portal.account.contacts import Contacts
from app.server.portal.account.gate import Gate, Visitor
from app.server.portal.account.prove_pages import WRONG_CODE
from app.server.portal.journeys import Journey
from app.server.portal.site import JOURNEY, MAIL, SHORT_S, Addresses, typed
from app.services.languages import source as _

KIND = "mobile"
TOKEN_LENGTH = 64
WRONG_MAIL = _("Cette adresse mail n’est pas complète, par exemple prenom.nom@exemple.fr.")
SAME_MAIL = _("C’est déjà votre adresse.")
MANY_MAILS = _("Plusieurs courriels ont déjà été envoyés aujourd’hui. Réessayez demain.")
WRONG_MOBILE = _("Ce numéro de portable n’est pas complet, par exemple 06 12 34 56 78.")
MANY_CODES = _("Plusieurs codes viennent d’être envoyés à ce numéro. Attendez une heure.")


class ContactPages:
    """Confirmed where they are."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._site = gate.site
        self._steps = Contacts(gate.site)

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        gate = self._gate
        at.page("/compte/mail", gate.proven(self.mail, back="mail"))
        at.form("/compte/mail", gate.proven(self.ask_mail, back="mail"))
        at.form("/compte/mail/annuler", gate.owned(self.forget_mail))
        at.page("/e/{token}", self.link)
        at.page("/adresse", self.address)
        at.form("/adresse", self.confirm_mail)
        at.page("/compte/portable", gate.proven(self.mobile, back="portable"))
        at.form("/compte/portable", gate.proven(self.ask_mobile, back="portable"))
        at.page("/compte/portable/code", gate.owned(self.code))
        at.form("/compte/portable/code", gate.owned(self.confirm_mobile))

    async def mail(self, request: Request, visitor: Visitor) -> Response:
        return self._mail(request, visitor, "")

    def _mail(self, request: Request, visitor: Visitor, email: str, problem: str | None = None) -> Response:
        return self._site.render(
            request, "account/mail.html", status=422 if problem else 200, known=visitor.portal["email"], email=email,
            problem=problem,
        )  # fmt: skip

    async def ask_mail(self, request: Request, visitor: Visitor) -> Response:
        email = typed((await request.form()).get("courriel"), most=254)
        if not is_mail(email):
            return self._mail(request, visitor, email, WRONG_MAIL)
        if email.casefold() == (visitor.portal["email"] or "").casefold() and visitor.portal["email_verified_at"]:
            return self._mail(request, visitor, email, SAME_MAIL)
        if not await self._site.write(lambda c: self._steps.ask_mail(c, visitor.portal, email)):
            return self._mail(request, visitor, email, MANY_MAILS)
        self._site.wake()
        return self._site.see("/compte?fait=mail-envoye")

    async def forget_mail(self, request: Request, visitor: Visitor) -> Response:
        await self._site.write(lambda c: self._steps.forget_mail(c, visitor.id))
        return self._site.see("/compte")

    async def link(self, request: Request) -> Response:
        """The link of the mail: the token leaves the address for a short cookie; nothing is used up."""
        token = request.path_params["token"][:TOKEN_LENGTH]
        return self._site.with_cookie(self._site.see("/adresse"), MAIL, token, seconds=SHORT_S)

    async def address(self, request: Request) -> Response:
        token = await self._site.read(lambda c: self._steps.token(c, request.cookies.get(MAIL)))
        if token is None and request.query_params.get("fait") == "oui":
            return self._site.render(request, "account/address_done.html")
        if token is None:
            return self._site.render(request, "link_over.html", status=410)
        return self._site.render(request, "account/address.html", email=token["email"])

    async def confirm_mail(self, request: Request) -> Response:
        def use(connection: Connection) -> bool:
            token = self._steps.token(connection, request.cookies.get(MAIL))
            if token is not None:
                self._steps.confirm_mail(connection, token)
            return token is not None

        if not await self._site.write(use):
            return self._site.render(request, "link_over.html", status=410)
        self._site.wake()
        inside = await self._site.read(lambda c: self._gate.visitor(c, request)) is not None
        response = self._site.see("/compte?fait=mail" if inside else "/adresse?fait=oui")
        response.delete_cookie(MAIL)
        return response

    async def mobile(self, request: Request, visitor: Visitor) -> Response:
        return self._mobile(request, visitor, "")

    def _mobile(self, request: Request, visitor: Visitor, number: str, problem: str | None = None) -> Response:
        return self._site.render(
            request, "account/mobile.html", status=422 if problem else 200, known=visitor.portal["mobile"],
            number=number, problem=problem,
        )  # fmt: skip

    async def ask_mobile(self, request: Request, visitor: Visitor) -> Response:
        written = typed((await request.form()).get("portable"), most=40)
        number = read_mobile(written, allow_fictional=True).e164
        if number is None:
            return self._mobile(request, visitor, written, WRONG_MOBILE)

        def send(connection: Connection) -> str | None:
            code_id = self._steps.ask_mobile(connection, visitor.portal, number)
            data = {"code": code_id, "portal": visitor.id, "number": number}
            return self._site.journeys.begin(connection, kind=KIND, data=data) if code_id else None

        journey = await self._site.write(send)
        if journey is None:
            return self._mobile(request, visitor, written, MANY_CODES)
        self._site.wake()
        return self._site.with_cookie(self._site.see("/compte/portable/code"), JOURNEY, journey, seconds=SHORT_S)

    async def code(self, request: Request, visitor: Visitor) -> Response:
        journey = await self._site.write(lambda c: self._journey(c, request, visitor))
        return self._site.see("/compte/portable") if journey is None else self._code(request, journey)

    def _code(self, request: Request, journey: Journey, problem: str | None = None) -> Response:
        return self._site.render(
            request, "account/code.html", status=422 if problem else 200, action="/compte/portable/code",
            back="/compte/portable", to=journey.data["number"], problem=problem,
        )  # fmt: skip

    async def confirm_mobile(self, request: Request, visitor: Visitor) -> Response:
        digits, site = typed((await request.form()).get("code"), most=20), self._site

        def check(connection: Connection) -> tuple[Journey | None, str | None]:
            journey = self._journey(connection, request, visitor)
            if journey is None or not site.codes.check(connection, code_id=journey.data["code"], typed=digits):
                return journey, None
            self._steps.confirm_mobile(connection, visitor.portal, journey.data["number"])
            site.journeys.end(connection, journey)
            return journey, self._gate.prove(connection, visitor)

        journey, session = await site.write(check)
        if journey is None:
            return site.see("/compte/portable")
        if session is None:
            return self._code(request, journey, WRONG_CODE)
        site.wake()
        return self._gate.go_on("/compte?fait=portable", session)

    def _journey(self, connection: Connection, request: Request, visitor: Visitor) -> Journey | None:
        found = self._site.journeys.find(connection, kind=KIND, value=request.cookies.get(JOURNEY))
        return found if found is not None and found.data["portal"] == visitor.id else None

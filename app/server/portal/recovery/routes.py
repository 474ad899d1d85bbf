"""« Identifiant ou mot de passe perdu » in three pages: a contact, a code, and one is in."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request, Response
from sqlalchemy import Connection

from app.models.clock import is_within
from app.models.states import Way
from app.models.tables import Row
from app.server.portal.journeys import Journey
from app.server.portal.recovery.steps import Contact, Found, Recovery, read_contact
from app.server.portal.site import JOURNEY, SESSION, SHORT_S, Addresses, Entrance, Site, network, typed
from app.services.languages import source as _

KIND = "recovery"
FIRST = "/acces-perdu"
WRONG_CONTACT = _("Indiquez une adresse mail complète ou un numéro de portable, par exemple 06 12 34 56 78.")
TOO_MANY = _(
    "Plusieurs codes viennent d’être demandés pour ce contact. Attendez une heure, ou demandez de l’aide à l’école."
)
WRONG_CODE = _("Ce code ne convient pas ou n’est plus valable. Vérifiez-le, ou demandez-en un autre.")
NEW_PASSWORD_WITHIN = timedelta(minutes=10)
"""How long after a code one may choose a password without giving the old one."""


class RecoveryPages:
    """From either link of the first page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._steps = Recovery(site.clock, site.codes, site.teller, site.index)

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page(FIRST, self.ask)
        at.form(FIRST, self.send)
        at.page(f"{FIRST}/code", self.code)
        at.form(f"{FIRST}/code", self.check)
        at.form(f"{FIRST}/compte", self.choose)
        at.page("/nouveau-mot-de-passe", self.password)
        at.form("/nouveau-mot-de-passe", self.change)

    async def ask(self, request: Request) -> Response:
        return self._ask(request)

    def _ask(self, request: Request, *, contact: str = "", problem: str | None = None) -> Response:
        status = 422 if problem else 200
        return self._site.render(request, "recovery/contact.html", status=status, contact=contact, problem=problem)

    async def send(self, request: Request) -> Response:
        """Queue a code where the contact is known; what follows is the same where it is not."""
        site, written = self._site, typed((await request.form()).get("contact"), most=254)
        contact = read_contact(written)
        if contact is None:
            return self._ask(request, contact=written, problem=WRONG_CONTACT)

        def send(connection: Connection) -> str | None:
            code_id = self._steps.send(connection, contact)
            if code_id is None:
                return None
            data = {"channel": contact.channel, "contact": contact.value, "code": code_id, "proven": False}
            return site.journeys.begin(connection, kind=KIND, data=data)

        journey = await site.write(send)
        if journey is None:
            return self._ask(request, contact=written, problem=TOO_MANY)
        site.wake()
        return site.with_cookie(site.see(f"{FIRST}/code"), JOURNEY, journey, seconds=SHORT_S * 2)

    async def code(self, request: Request) -> Response:
        journey = await self._site.write(lambda c: self._journey(c, request))
        return self._site.see(FIRST) if journey is None else self._code(request, journey)

    def _code(self, request: Request, journey: Journey, *, problem: str | None = None) -> Response:
        status = 422 if problem else 200
        return self._site.render(
            request, "recovery/code.html", status=status, by_mail=journey.data["channel"] == "mail", problem=problem
        )

    async def check(self, request: Request) -> Response:
        """A right code opens the account; where several share the contact, their owner chooses."""
        digits = typed((await request.form()).get("code"), most=20)
        site = self._site

        def check(connection: Connection) -> tuple[Journey | None, list[Found]]:
            journey = self._journey(connection, request)
            if journey is None or not self._is_right(connection, request, journey, digits):
                return journey, []
            journey = site.journeys.go_on(connection, journey, proven=True)
            return journey, self._steps.found(connection, _contact(journey))

        journey, found = await site.write(check)
        if journey is None:
            return site.see(FIRST)
        if not found:
            return self._code(request, journey, problem=WRONG_CODE)
        if len(found) > 1:
            return site.render(request, "recovery/which.html", found=found)
        return await self._enter(request, found[0].portal_id)

    def _is_right(self, connection: Connection, request: Request, journey: Journey, digits: str) -> bool:
        codes, where, code_id = self._site.codes, network(request), journey.data["code"]
        if not codes.may_be_tried(connection, [code_id], network=where):
            return False
        if codes.check(connection, code_id=code_id, typed=digits):
            return True
        codes.note_wrong(connection, network=where)
        return False

    async def choose(self, request: Request) -> Response:
        return await self._enter(request, typed((await request.form()).get("compte"), most=36))

    async def _enter(self, request: Request, portal_id: str) -> Response:
        """Begin a session on an account of the proven contact, and offer a new password."""
        site = self._site

        def enter(connection: Connection) -> Entrance | None:
            journey = self._journey(connection, request)
            if journey is None or not journey.data["proven"]:
                return None
            if not self._steps.enter(connection, _contact(journey), portal_id):
                return None
            site.journeys.end(connection, journey)
            return site.enter(connection, request, portal_id, way=Way.CODE)

        entrance = await site.write(enter)
        if entrance is None:
            return site.see(FIRST)
        response = site.entered(entrance, "/nouveau-mot-de-passe")
        response.delete_cookie(JOURNEY)
        return response

    async def password(self, request: Request) -> Response:
        found = await self._site.write(lambda c: self._fresh(c, request))
        return self._site.see("/enfants") if found is None else self._password(request, found)

    def _password(
        self, request: Request, found: tuple[Row, list[str]], problem: str | None = None, seen: str = ""
    ) -> Response:
        portal, providers = found
        return self._site.render(
            request, "recovery/password.html", status=422 if problem else 200, login=portal["login"],
            policy=self._site.policy, providers=providers, problem=problem, seen=seen,
        )  # fmt: skip

    async def change(self, request: Request) -> Response:
        """Set the password; every other session ends."""
        site = self._site
        found = await site.write(lambda c: self._fresh(c, request))
        if found is None:
            return site.see("/enfants")
        form = await request.form()
        password = str(form.get("mot_de_passe", ""))[:200]
        if form.get("voir"):
            return self._password(request, found, seen=password)
        portal = found[0]
        problem = site.policy.problem(password, own=(portal["login"], *portal["folded_name"].split("|")))
        if problem is not None:
            return self._password(request, found, problem)
        password_hash = await site.hashing.hash(password)

        def change(connection: Connection) -> Entrance | None:
            if self._fresh(connection, request) is None:
                return None  # ended while the password was being hashed
            self._steps.choose_password(connection, portal["id"], password_hash)
            site.visits.end_all(connection, portal["id"])
            return site.enter(connection, request, portal["id"], way=Way.PASSWORD)

        entrance = await site.write(change)
        return site.entered(entrance) if entrance else site.see("/enfants")

    def _fresh(self, connection: Connection, request: Request) -> tuple[Row, list[str]] | None:
        """Who came in by a code a moment ago, and the providers by which the account opens where it has no password."""
        session = self._site.visits.session_row(connection, request.cookies.get(SESSION))
        if session is None or session["way"] != Way.CODE:
            return None
        portal = self._site.owner(connection, request)
        if portal is None or not is_within(session["created_at"], self._site.clock(), NEW_PASSWORD_WITHIN):
            return None
        labels = {provider.id: provider.label for provider in self._site.settings.federations}
        found = () if portal["password_hash"] else self._steps.providers(connection, portal["id"])
        return portal, [labels.get(one, one) for one in found]

    def _journey(self, connection: Connection, request: Request) -> Journey | None:
        return self._site.journeys.find(connection, kind=KIND, value=request.cookies.get(JOURNEY))


def _contact(journey: Journey) -> Contact:
    return Contact(journey.data["channel"], journey.data["contact"])

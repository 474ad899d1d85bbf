"""« Confirmez que c’est vous »: the password, or a code to a confirmed contact, before what matters."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection

from app.server.accounts import limits
from app.server.accounts.ways import ways_in
from app.server.portal.account.contacts import recipient_of
from app.server.portal.account.gate import CONFIRM, Gate, Visitor
from app.server.portal.guessing import counted
from app.server.portal.site import JOURNEY, SHORT_S, Addresses, typed
from app.services.languages import source as _

KIND = "prove"
PLACES = {
    "mail": "/compte/mail", "portable": "/compte/portable", "mot-de-passe": "/compte/mot-de-passe",
    "acces": "/compte/acces", "appareils": "/compte/appareils", "donnees": "/compte/donnees",
}  # fmt: skip
"""Where one goes on: nothing else can be asked for in the address."""
WRONG_PASSWORD = _("Ce mot de passe ne convient pas. Vérifiez-le, ou demandez un code.")
WRONG_CODE = _("Ce code ne convient pas ou n’est plus valable. Vérifiez-le, ou demandez-en un autre.")
TOO_MANY = _("Plusieurs codes viennent d’être demandés. Attendez une heure, ou donnez votre mot de passe.")
SCOPE = "prove"


class ProvePages:
    """Asked again after ten minutes."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._site = gate.site

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page(f"{CONFIRM}/{{lieu}}", self._gate.owned(self.ask))
        at.form(f"{CONFIRM}/{{lieu}}", self._gate.owned(self.check))
        at.form(f"{CONFIRM}/{{lieu}}/envoyer", self._gate.owned(self.send))
        at.page(f"{CONFIRM}/{{lieu}}/code", self._gate.owned(self.code))
        at.form(f"{CONFIRM}/{{lieu}}/code", self._gate.owned(self.check_code))

    async def ask(self, request: Request, visitor: Visitor) -> Response:
        return await self._ask(request, visitor)

    async def _ask(self, request: Request, visitor: Visitor, problem: str | None = None) -> Response:
        ways = await self._site.read(lambda c: ways_in(c, visitor.portal))
        kinds = {way.kind for way in ways}
        return self._site.render(
            request, "account/prove.html", status=422 if problem else 200, place=_place(request), kinds=kinds,
            problem=problem,
        )  # fmt: skip

    async def check(self, request: Request, visitor: Visitor) -> Response:
        password = str((await request.form()).get("mot_de_passe", ""))[:200]
        if not await right_password(self._gate, visitor, password):
            return await self._ask(request, visitor, WRONG_PASSWORD)
        return await self._go_on(request, visitor)

    async def send(self, request: Request, visitor: Visitor) -> Response:
        """A code to a contact that the owner has confirmed."""
        kind = typed((await request.form()).get("vers"), most=10)

        def send(connection: Connection) -> str | None:
            way = next((one for one in ways_in(connection, visitor.portal) if one.kind == kind and one.contact), None)
            if way is None:
                return None
            to = recipient_of(connection, visitor.portal, "mail" if kind == "email" else "sms", way.contact)
            code_id = self._site.codes.send(connection, to, really=True)
            data = {"code": code_id, "portal": visitor.id}
            return self._site.journeys.begin(connection, kind=KIND, data=data) if code_id else None

        journey = await self._site.write(send)
        if journey is None:
            return await self._ask(request, visitor, TOO_MANY)
        self._site.wake()
        there = self._site.see(f"{CONFIRM}/{_place(request)}/code")
        return self._site.with_cookie(there, JOURNEY, journey, seconds=SHORT_S)

    async def code(self, request: Request, visitor: Visitor) -> Response:
        return self._code(request)

    def _code(self, request: Request, problem: str | None = None) -> Response:
        action = f"{CONFIRM}/{_place(request)}/code"
        back = f"{CONFIRM}/{_place(request)}"
        return self._site.render(
            request, "account/code.html", status=422 if problem else 200, action=action, back=back, to="",
            problem=problem,
        )  # fmt: skip

    async def check_code(self, request: Request, visitor: Visitor) -> Response:
        digits, site = typed((await request.form()).get("code"), most=20), self._site

        def check(connection: Connection) -> bool | None:
            journey = site.journeys.find(connection, kind=KIND, value=request.cookies.get(JOURNEY))
            if journey is None or journey.data["portal"] != visitor.id:
                return None
            right = site.codes.check(connection, code_id=journey.data["code"], typed=digits)
            if right:
                site.journeys.end(connection, journey)
            return right

        right = await site.write(check)
        if right is None:
            return site.see(f"{CONFIRM}/{_place(request)}")
        return await self._go_on(request, visitor) if right else self._code(request, WRONG_CODE)

    async def _go_on(self, request: Request, visitor: Visitor) -> Response:
        session = await self._site.write(lambda c: self._gate.prove(c, visitor))
        return self._gate.go_on(PLACES.get(_place(request), "/compte"), session)


async def right_password(gate: Gate, visitor: Visitor, password: str) -> bool:
    """Whether this is the owner's password; wrong ones are counted, with a growing wait, and the schools hear of it."""
    site, stored = gate.site, visitor.portal["password_hash"]

    subjects = [(SCOPE, visitor.id)]
    judged = await counted(site, subjects, lambda: site.hashing.verify(password, [stored] if stored else []))
    if judged is None:
        return False
    right, count = judged[0] is not None, judged[1]

    def note(connection: Connection) -> None:
        if right:
            limits.forget(connection, scope=SCOPE, subject=visitor.id)
        elif count == 1 or count % 5 == 0:
            site.teller.tell(connection, visitor.id, "failed_try", {"reason": "password", "tries": count})

    await site.write(note)
    return right


def _place(request: Request) -> str:
    found = str(request.path_params["lieu"])
    return found if found in PLACES else "acces"

"""Children of another account, and corrections proposed to the school."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection

from app.server.portal.account.adding import Adding
from app.server.portal.account.entry_pages import NOBODYS
from app.server.portal.account.gate import Gate, Visitor
from app.server.portal.account.proposals import LABELS, TOO_MANY, Proposals, Subject, typed_values
from app.server.portal.guessing import counted
from app.server.portal.journeys import Journey
from app.server.portal.site import JOURNEY, SHORT_S, Addresses, network, typed
from app.server.portal.visits import account
from app.services.languages import source as _

KIND = "gather"
NEUTRAL = _(
    "Cet identifiant et ce mot de passe ne permettent pas d’ajouter des enfants à votre compte. Vérifiez-les\u202f; les deux "
    "comptes doivent être au même nom. Au besoin, demandez de l’aide à l’école."
)
MEANWHILE = _("Cet autre compte a changé entre-temps. Recommencez.")


class ChildPages:
    """What « Mes enfants » leads to."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._site = gate.site
        self._adding = Adding(gate.site)
        self._proposals = Proposals(gate.site)

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        gate = self._gate
        at.page("/enfants/ajouter", gate.owned(self.ask))
        at.form("/enfants/ajouter", gate.owned(self.look))
        at.page("/enfants/ajouter/confirmer", gate.owned(self.confirmation))
        at.form("/enfants/ajouter/confirmer", gate.owned(self.confirm))
        at.page("/compte/corrections", gate.owned(self.corrections))
        at.page("/compte/corriger", gate.owned(self.correction))
        at.form("/compte/corriger", gate.owned(self.propose))

    async def ask(self, request: Request, visitor: Visitor) -> Response:
        return self._ask(request)

    def _ask(self, request: Request, login: str = "", problem: str | None = None) -> Response:
        status = 422 if problem else 200
        return self._site.render(request, "account/add.html", status=status, other=login, problem=problem)

    async def look(self, request: Request, visitor: Visitor) -> Response:
        """Open the other account; whatever is wrong, the answer is one and the same."""
        form = await request.form()
        login, password = typed(form.get("identifiant"), most=100), str(form.get("mot_de_passe", ""))[:200]
        site, steps = self._site, self._adding
        subjects = steps.subjects(visitor.id, login, network(request))
        judged = await counted(site, subjects, lambda: steps.open(login, password))

        def judge(connection: Connection) -> str | None:
            found, count = judged or (None, 0)
            if found is None or not steps.fits(connection, visitor.portal, found.portal):
                if judged is not None:
                    steps.refuse(connection, login, count)
                return None
            steps.accept(connection, subjects)
            data = {"portal": visitor.id, "other": found.portal["id"], "sheet": found.sheet_id}
            return site.journeys.begin(connection, kind=KIND, data=data)

        journey = await site.write(judge)
        if journey is None:
            return self._ask(request, login, NEUTRAL)
        return site.with_cookie(site.see("/enfants/ajouter/confirmer"), JOURNEY, journey, seconds=SHORT_S)

    async def confirmation(self, request: Request, visitor: Visitor) -> Response:
        def look(connection: Connection) -> list[str] | None:
            journey = self._journey(connection, request, visitor)
            other = account(connection, journey.data["other"]) if journey else None
            if journey is None or other is None:
                return None
            return [one.first_name for one in self._adding.children(connection, other, journey.data["sheet"])]

        names = await self._site.write(look)
        if names is None:
            return self._site.see("/enfants/ajouter")
        return self._site.render(request, "account/add_confirm.html", names=names)

    async def confirm(self, request: Request, visitor: Visitor) -> Response:
        def add(connection: Connection) -> bool:
            journey = self._journey(connection, request, visitor)
            if journey is None:
                return False
            self._site.journeys.end(connection, journey)
            return self._adding.add(connection, visitor.portal, journey.data["other"], journey.data["sheet"])

        if not await self._site.write(add):
            return self._ask(request, problem=MEANWHILE)
        response = self._site.see("/enfants?fait=ajout")
        response.delete_cookie(JOURNEY)
        return response

    def _journey(self, connection: Connection, request: Request, visitor: Visitor) -> Journey | None:
        found = self._site.journeys.find(connection, kind=KIND, value=request.cookies.get(JOURNEY))
        return found if found is not None and found.data["portal"] == visitor.id else None

    async def corrections(self, request: Request, visitor: Visitor) -> Response:
        made = await self._site.read(lambda c: self._proposals.made(c, visitor.id))
        sent = request.query_params.get("fait") == "oui"
        return self._site.render(request, "account/corrections.html", made=made, labels=LABELS, sent=sent)

    async def correction(self, request: Request, visitor: Visitor) -> Response:
        pupil_id = typed(request.query_params.get("enfant"), most=36)
        subject = await self._site.read(lambda c: self._proposals.subject(c, visitor.id, pupil_id))
        return self._nobodys(request) if subject is None else self._form(request, subject, subject.values, {})

    async def propose(self, request: Request, visitor: Visitor) -> Response:
        form = {name: typed(value) for name, value in (await request.form()).items()}
        subject = await self._site.read(lambda c: self._proposals.subject(c, visitor.id, form.get("enfant", "")[:36]))
        if subject is None:
            return self._nobodys(request)
        values = typed_values(subject, form)
        problems = self._proposals.problems(subject, values)
        if not problems and not await self._site.write(
            lambda c: self._proposals.propose(c, visitor.id, subject, values)
        ):
            problems = {subject.fields[0]: TOO_MANY}
        if problems:
            return self._form(request, subject, values, problems)
        return self._site.see("/compte/corrections?fait=oui")

    def _form(self, request: Request, subject: Subject, values: object, problems: dict[str, str]) -> Response:
        return self._site.render(
            request, "account/correct.html", status=422 if problems else 200, subject=subject, values=values,
            labels=LABELS, problems=problems,
        )  # fmt: skip

    def _nobodys(self, request: Request) -> Response:
        return self._site.message(request, title=_("Page introuvable"), words=NOBODYS, status=404)

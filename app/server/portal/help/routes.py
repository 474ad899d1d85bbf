"""The pages of « Demander de l’aide à l’école »."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request, Response
from sqlalchemy import Connection
from starlette.datastructures import FormData

from app.models.clock import instant
from app.models.help_codes import read_code, shown_reference
from app.server.accounts import limits
from app.server.portal.help import schools
from app.server.portal.help.schools import Named, Ref
from app.server.portal.help.steps import Helping, TooMany, Typed, read_form
from app.server.portal.journeys import Journey
from app.server.portal.site import SHORT_S, Addresses, Site, network, typed
from app.services.languages import source as _
from app.services.requests import STEPS

COOKIE = "preau_h"
ASKING, ASKED = "help", "help_asked"
TRAP = "site"
"""A field that no person sees, and programs fill in."""
HOURLY_CODES = 20
FAILED_STEPS = {code: words for code, words in STEPS.items() if code != "other"}
AGAIN = _("Relisez votre demande, puis envoyez-la.")
UNKNOWN_CODE = _("Ce code n’est pas celui d’une école. Il a 8 lettres et chiffres, par exemple K7RW 3HNP.")
NO_SUCH = _("Aucune demande n’a cette référence et ce nom. Vérifiez-les.")
MANY_HERE = _("Beaucoup de demandes viennent d’être envoyées d’ici. Réessayez dans une heure, ou téléphonez à l’école.")
MANY_THERE = _("L’école a reçu beaucoup de demandes aujourd’hui. Téléphonez-lui, ou réessayez demain.")


class HelpPages:
    """From a refusal, the school is known by what the parent holds; otherwise its code is asked, or in the address."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._steps = Helping(site.clock, site.random_bytes, site.settings.key("help"))

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.form("/aide/demander", self.begin)
        at.page("/aide/ecole", self.which_school)
        at.form("/aide/ecole", self.take_code)
        at.page("/aide/demande", self.show)
        at.form("/aide/demande", self.send)
        at.page("/aide/recue", self.received)
        at.page("/aide/suivi", self.follow)
        at.form("/aide/suivi", self.look)
        at.page("/aide/{code}", self.by_address)

    async def begin(self, request: Request) -> Response:
        """The button of a refusal: which step failed is kept, and whose sheet was in hand."""
        step = typed((await request.form()).get("etape"), most=20)
        return await self._begin(request, step, named=None)

    async def by_address(self, request: Request) -> Response:
        """The address of a flyer's code: the form of that school, whose code stays in it."""
        named = await self._by_code(request, request.path_params["code"][:20])
        if named is None:
            return self._ask_code(request, UNKNOWN_CODE, status=404)
        return self._site.render(request, "help/named.html", name=named.name, code=request.path_params["code"][:20])

    async def which_school(self, request: Request) -> Response:
        return self._ask_code(request)

    async def take_code(self, request: Request) -> Response:
        form = await request.form()
        code = typed(form.get("code"), most=30)
        named = await self._by_code(request, code)
        if named is None:
            return self._ask_code(request, UNKNOWN_CODE, code=code, status=422)
        return await self._begin(request, "", named=named)

    async def show(self, request: Request) -> Response:
        data = await self._asking(request)
        if data is None:
            return self._site.see("/aide/ecole")
        return self._form(request, data, Typed(), {})

    async def send(self, request: Request) -> Response:
        data = await self._asking(request)
        if data is None:
            return self._site.see("/aide/ecole")
        form = await request.form()
        asked, moment = read_form(form.get), typed(form.get("moment"), most=200)
        problems = self._steps.problems(asked)
        nonce = self._steps.nonce(moment)
        if problems:
            return self._form(request, data, asked, problems, status=422, moment=moment if nonce else "")
        if nonce is None:
            return self._form(request, data, asked, {}, refusal=AGAIN, status=422)
        return await self._sent(request, data, asked, nonce, form)

    async def _sent(self, request: Request, data: Journey, asked: Typed, nonce: str, form: FormData) -> Response:
        """Keep the request, then show its reference on a page of its own."""
        site, steps = self._site, self._steps
        refs: Sequence[Ref] = [(school_id, account_id) for school_id, account_id in data.data["refs"]]

        def work(connection: Connection) -> str:
            if not form.get(TRAP):
                steps.ask(
                    connection, refs=refs, step=data.data["step"], typed=asked, nonce=nonce, network=network(request)
                )
            reference = shown_reference(steps.reference(nonce))
            return site.journeys.begin(connection, kind=ASKED, data={"reference": reference})

        try:
            cookie = await site.write(work)
        except TooMany as many:
            words = MANY_THERE if many.whole_school else MANY_HERE
            return self._form(request, data, asked, {}, refusal=words, status=429)
        return site.with_cookie(site.see("/aide/recue"), COOKIE, cookie, seconds=SHORT_S)

    async def received(self, request: Request) -> Response:
        found = await self._journey(request, ASKED)
        if found is None:
            return self._site.see("/aide/suivi")
        return self._site.render(request, "help/received.html", reference=found.data["reference"])

    async def follow(self, request: Request) -> Response:
        return self._follow(request)

    async def look(self, request: Request) -> Response:
        form = await request.form()
        reference, last_name = typed(form.get("reference"), most=30), typed(form.get("nom"), most=100)
        try:
            done = await self._site.write(
                lambda c: self._steps.handled(c, reference=reference, last_name=last_name, network=network(request))
            )
        except TooMany:
            return self._follow(request, reference, last_name, refusal=MANY_HERE, status=429)
        if done is None:
            return self._follow(request, reference, last_name, refusal=NO_SUCH, status=404)
        return self._follow(request, reference, last_name, state=_("traitée") if done else _("reçue"))

    async def _begin(self, request: Request, step: str, *, named: Named | None) -> Response:
        site = self._site

        def work(connection: Connection) -> tuple[str, bool]:
            before = site.journeys.find(connection, kind=ASKING, value=request.cookies.get(COOKIE))
            refs = [(named.school_id, None)] if named else schools.by_keys(connection, site, request)
            kept = step or (before.data["step"] if before else "other")
            data = {"step": kept, "refs": [list(ref) for ref in refs], "name": named.name if named else ""}
            return site.journeys.begin(connection, kind=ASKING, data=data), bool(refs)

        cookie, known = await site.write(work)
        return site.with_cookie(site.see("/aide/demande" if known else "/aide/ecole"), COOKIE, cookie, seconds=SHORT_S)

    async def _by_code(self, request: Request, text: str) -> Named | None:
        """The school of a code; whoever tries many of them is told nothing more for an hour."""
        site = self._site

        def work(connection: Connection) -> Named | None:
            subject = f"{network(request)}|{instant(site.clock())[:13]}"
            if limits.is_closed(connection, scope="help_code", subject=subject, limit=HOURLY_CODES):
                return None
            found = schools.by_code(connection, text)
            if found is None and read_code(text) and schools.learn_codes(connection):
                found = schools.by_code(connection, text)
            if found is None:
                limits.note_failure(connection, scope="help_code", subject=subject, clock=site.clock)
            return found

        return await site.write(work)

    async def _asking(self, request: Request) -> Journey | None:
        found = await self._journey(request, ASKING)
        return found if found is not None and found.data["refs"] else None

    async def _journey(self, request: Request, kind: str) -> Journey | None:
        value = request.cookies.get(COOKIE)
        return await self._site.write(lambda c: self._site.journeys.find(c, kind=kind, value=value))

    def _ask_code(self, request: Request, problem: str = "", *, code: str = "", status: int = 200) -> Response:
        return self._site.render(request, "help/school.html", problem=problem, code=code, status=status)

    def _form(
        self, request: Request, data: Journey, asked: Typed, problems: dict[str, str], *, status: int = 200,
        refusal: str | None = None, moment: str = "",
    ) -> Response:  # fmt: skip
        return self._site.render(
            request, "help/form.html", status=status, asked=asked, problems=problems, refusal=refusal,
            moment=moment or self._steps.moment(), trap=TRAP,
            step=data.data["step"], name=data.data["name"], steps=FAILED_STEPS,
        )  # fmt: skip

    def _follow(
        self, request: Request, reference: str = "", last_name: str = "", *, state: str = "", status: int = 200,
        refusal: str | None = None,
    ) -> Response:  # fmt: skip
        return self._site.render(
            request, "help/follow.html", status=status, reference=reference, last_name=last_name, state=state,
            refusal=refusal,
        )  # fmt: skip

"""The pages of scenario B, from « Je n’ai pas de compte » to the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request, Response
from sqlalchemy import Connection

from app.models.states import AccountOrigin, Way
from app.server.accounts import birth_dates
from app.server.portal.activation.steps import Form
from app.server.portal.create.steps import KIND, Asked, Creation
from app.server.portal.federation.steps import Bindings
from app.server.portal.gathering import Gathering
from app.server.portal.journeys import LIFE, Journey
from app.server.portal.offers import Offer
from app.server.portal.site import JOURNEY, Addresses, Entrance, Site, network, typed
from app.services.languages import source as _

FIRST, CODE, CHILDREN = "/creer", "/creer/code", "/creer/enfants"
PASSWORD, OWNED, NOBODY = "/creer/mot-de-passe", "/creer/deja-un-compte", "/creer/aucun-enfant"
WRONG_CODE = _("Ce code ne convient pas ou n’est plus valable. Vérifiez-le, ou demandez-en un autre.")
Result = TypeVar("Result")


class CreatePages:
    """Name and mobile, the code, the children one by one, the password."""

    def __init__(self, site: Site, bindings: Bindings) -> None:
        self._site = site
        self._bindings = bindings
        gathering = Gathering(site.teller, site.clock, site.new_id)
        self._steps = Creation(
            site.index, site.journeys, site.codes, site.teller, site.policy, gathering, site.clock
        )  # fmt: skip

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page("/sans-compte", self.choice)
        at.page("/sans-portable", self.without_mobile)
        at.page(FIRST, self.who)
        at.form(FIRST, self.begin)
        at.page(CODE, self.code)
        at.form(CODE, self.check)
        at.form("/creer/renvoyer", self.send_again)
        at.page(CHILDREN, self.child)
        at.form(CHILDREN, self.answer)
        at.page(PASSWORD, self.password)
        at.form(PASSWORD, self.finish)
        at.page(OWNED, self.owned)
        at.form(OWNED, self.enter)
        at.page(NOBODY, self.nobody)

    async def choice(self, request: Request) -> Response:
        return self._site.render(request, "create/choice.html")

    async def without_mobile(self, request: Request) -> Response:
        return self._site.render(request, "create/without_mobile.html")

    async def who(self, request: Request) -> Response:
        """The first page; who comes back to correct the number finds what was typed."""
        journey = await self._read(request, lambda c, journey: journey)
        if journey is None:
            return self._who(request, Asked(), {})
        asked = Asked(*(journey.data[name] for name in ("last_name", "first_name", "shown")))
        return self._who(request, asked, {}, journey.data.get("identity"))

    def _who(
        self, request: Request, asked: Asked, problems: dict[str, str], identity: dict[str, str] | None = None
    ) -> Response:
        """``identity``: a provider has named her, her names are no fields."""
        status = 422 if problems else 200
        return self._site.render(
            request, "create/who.html", status=status, asked=asked, problems=problems, identity=identity
        )

    async def begin(self, request: Request) -> Response:
        """Whoever is typed, the same page follows: a code was sent if the school has this name and number."""
        form = await request.form()
        named = await self._read(request, lambda c, journey: journey if "identity" in journey.data else None)
        if named is not None:
            return await self._begin_named(request, named, typed(form.get("portable"), most=120))
        asked = Asked(*(typed(form.get(name), most=120) for name in ("nom", "prenom", "portable")))
        if problems := asked.problems():
            return self._who(request, asked, problems)
        cookie = request.cookies.get(JOURNEY)

        def begin(connection: Connection) -> str:
            former = self._site.journeys.find(connection, kind=KIND, value=cookie)
            return self._steps.begin(connection, asked, former)

        value = await self._site.write(begin)
        self._site.wake()
        return self._site.with_cookie(self._site.see(CODE), JOURNEY, value, seconds=int(LIFE.total_seconds()))

    async def _begin_named(self, request: Request, journey: Journey, mobile: str) -> Response:
        """The names are the provider's, whatever the form says."""
        asked = Asked(journey.data["last_name"], journey.data["first_name"], mobile)
        problems = asked.problems()
        if "mobile" in problems:
            return self._who(request, asked, {"mobile": problems["mobile"]}, journey.data["identity"])
        await self._read(request, lambda c, again: self._steps.go_on_with(c, again, mobile))
        self._site.wake()
        return self._site.see(CODE)

    async def code(self, request: Request) -> Response:
        journey = await self._read(request, lambda c, journey: journey)
        if journey is None or not journey.data["mobile"]:
            return await self._go_on(request)
        return self._code(request, journey)

    def _code(self, request: Request, journey: Journey, *, problem: str | None = None) -> Response:
        life = self._site.settings.code_life_minutes
        return self._site.render(
            request, "create/code.html", status=422 if problem else 200, mobile=journey.data["mobile"],
            limited=journey.data["limited"], minutes=life, problem=problem,
        )  # fmt: skip

    async def check(self, request: Request) -> Response:
        digits = typed((await request.form()).get("code"), most=20)

        def check(connection: Connection, journey: Journey) -> Journey | None:
            return None if self._is_right(connection, request, journey, digits) else journey

        journey = await self._read(request, lambda c, journey: journey)
        if journey is None:
            return self._site.see(FIRST)
        refused = None if journey.data["proven"] else await self._read(request, check)
        return self._site.see(CHILDREN) if refused is None else self._code(request, refused, problem=WRONG_CODE)

    def _is_right(self, connection: Connection, request: Request, journey: Journey, digits: str) -> bool:
        codes, where = self._site.codes, network(request)
        if not codes.may_be_tried(connection, journey.data["codes"], network=where):
            return False
        if self._steps.check_code(connection, journey, digits):
            return True
        codes.note_wrong(connection, network=where)
        return False

    async def send_again(self, request: Request) -> Response:
        journey = await self._read(request, lambda c, journey: self._steps.send_again(c, journey))
        self._site.wake()
        return self._site.see(FIRST if journey is None else CODE)

    async def child(self, request: Request) -> Response:
        found = await self._read(request, self._offer)
        if found is None or found[1] is None:
            return await self._go_on(request)
        return self._child(request, found[0], found[1], Form(), {})

    def _offer(self, connection: Connection, journey: Journey) -> tuple[Journey, Offer | None]:
        return journey, self._steps.next_offer(connection, journey)

    def _child(
        self, request: Request, journey: Journey, offer: Offer, form: Form, problems: dict[str, str]
    ) -> Response:
        name = f"{journey.data['first_name']} {journey.data['last_name']}"
        return self._site.render(
            request, "create/child.html", status=422 if problems else 200, name=name, offer=offer, form=form,
            problems=problems, action=CHILDREN,
        )  # fmt: skip

    async def answer(self, request: Request) -> Response:
        """One child: her date, or not mine, or not now. A page of another child than the one asked for changes nothing."""
        asked = await request.form()
        form = Form(*(typed(asked.get(name), most=4) for name in ("jour", "mois", "annee")))
        choice, mark = typed(asked.get("choix"), most=20), typed(asked.get("enfant"), most=12)

        def settle(connection: Connection, journey: Journey) -> tuple[Journey, Offer, dict[str, str]] | None:
            offer = self._steps.next_offer(connection, journey)
            if offer is None or offer.mark != mark:
                return None
            problems = self._settle(connection, journey, offer, choice, form.birth_date())
            return (journey, offer, problems) if problems else None

        refused = await self._read(request, settle)
        return (
            await self._go_on(request)
            if refused is None
            else self._child(request, refused[0], refused[1], form, refused[2])
        )

    def _settle(
        self, connection: Connection, journey: Journey, offer: Offer, choice: str, date: str | None
    ) -> dict[str, str]:
        """What is wrong, by field; nothing where the child is settled."""
        if choice == "pas-le-mien":
            self._steps.deny(connection, journey, offer)
        elif choice == "passer":
            self._steps.skip(connection, journey, offer)
        elif date is None:
            return {"birth_date": birth_dates.INCOMPLETE}
        elif not self._steps.confirm(connection, journey, offer, date):
            return {"birth_date": birth_dates.NEUTRAL}
        return {}

    async def password(self, request: Request) -> Response:
        if await self._next(request) != PASSWORD:
            return await self._go_on(request)
        identity = await self._read(request, lambda c, journey: journey.data.get("identity"))
        return self._password(request, identity)

    def _password(
        self, request: Request, identity: dict[str, str] | None = None, problem: str | None = None, seen: str = ""
    ) -> Response:
        """``identity``: the account opens by a provider, nothing more is asked for. ``seen``: to be read again."""
        return self._site.render(
            request, "create/password.html", status=422 if problem else 200,
            problems={"password": problem} if problem else {}, policy=self._site.policy, identity=identity,
            seen=seen,
        )  # fmt: skip

    async def finish(self, request: Request) -> Response:
        """Of two creations at once, the second finds the account in use."""
        form = await request.form()
        password = str(form.get("mot_de_passe", ""))[:200]
        if await self._next(request) != PASSWORD:
            return await self._go_on(request)
        identity = await self._read(request, lambda c, journey: journey.data.get("identity"))
        if form.get("voir"):
            return self._password(request, identity, seen=password)
        problem = await self._read(request, lambda c, journey: self._steps.password_problem(journey, password))
        if problem is not None:
            return self._password(request, identity, problem)
        hashed = None if identity else await self._site.hashing.hash(password)
        return await self._in(request, lambda c, journey: self._steps.finish(c, journey, hashed), "/enfants")

    async def owned(self, request: Request) -> Response:
        found = await self._read(request, self._steps.plan)
        if found is None or await self._next(request) != OWNED:
            return await self._go_on(request)
        login = found.kept["login"] if found.kept else None
        return self._site.render(request, "create/owned.html", own=login)

    async def enter(self, request: Request) -> Response:
        return await self._in(request, self._steps.enter, "/nouveau-mot-de-passe")

    async def _in(self, request: Request, work: Callable[[Connection, Journey], str | None], path: str) -> Response:
        """Finish, and begin a session: she came in by a code, or by an identity that opens the account from now on."""
        site = self._site

        def finish(connection: Connection, journey: Journey) -> tuple[Entrance, bool] | None:
            portal_id = work(connection, journey)
            if portal_id is None:
                return None
            known = journey.data.get("identity")
            if known is None:
                return site.enter(connection, request, portal_id, way=Way.CODE), False
            self._bindings.bind(
                connection, provider=known["provider"], subject=known["subject"], portal_id=portal_id
            )  # fmt: skip
            way = Way.FRANCECONNECT if known["origin"] == AccountOrigin.FRANCECONNECT else Way.ENT
            return site.enter(connection, request, portal_id, way=way, federation=known["federation"]), True

        done = await self._read(request, finish)
        if done is None:
            return await self._go_on(request)
        site.wake()
        response = site.entered(done[0], "/enfants" if done[1] else path)
        response.delete_cookie(JOURNEY)
        return response

    async def nobody(self, request: Request) -> Response:
        return self._site.render(request, "create/nobody.html")

    async def _go_on(self, request: Request) -> Response:
        """The page that is due; who finished, and comes back by the arrow of the browser, finds the children."""
        due = await self._next(request)
        if due == FIRST and await self._site.read(lambda c: self._site.owner(c, request)) is not None:
            return self._site.see("/enfants")
        return self._site.see(due)

    async def _next(self, request: Request) -> str:
        """The page where the journey stands."""
        return await self._read(request, self._stage) or FIRST

    def _stage(self, connection: Connection, journey: Journey) -> str:
        if not journey.data["proven"]:
            return CODE if journey.data["mobile"] else FIRST
        if self._steps.next_offer(connection, journey) is not None:
            return CHILDREN
        found = self._steps.plan(connection, journey)
        if not found.keys and not found.elsewhere:
            return NOBODY
        return PASSWORD if found.kept is not None and not found.is_owned else OWNED

    async def _read(self, request: Request, work: Callable[[Connection, Journey], Result]) -> Result | None:
        """Run ``work`` with the journey of the cookie; None where there is none."""
        value = request.cookies.get(JOURNEY)

        def run(connection: Connection) -> Result | None:
            journey = self._site.journeys.find(connection, kind=KIND, value=value)
            return None if journey is None else work(connection, journey)

        return await self._site.write(run)

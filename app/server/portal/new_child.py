"""« Nouvel enfant »: a child whom a school has tied to a guardian who is in already, confirmed by the birth date."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy import Connection

from app.models.tables import Row
from app.server.accounts import birth_dates
from app.server.portal import offers, terms
from app.server.portal.activation.steps import Form
from app.server.portal.gathering import Gathering
from app.server.portal.offers import Offer
from app.server.portal.site import Addresses, Site, typed

PATH = "/nouvel-enfant"
CAUSE = "new_child"


class NewChild:
    """One child a page, as in scenario B; « plus tard » leaves everything as it is."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._gathering = Gathering(site.teller, site.clock, site.new_id)

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page(PATH, self.show)
        at.form(PATH, self.answer)

    async def show(self, request: Request) -> Response:
        offer = await self._site.read(lambda c: self._next(c, self._owner(c, request)))
        return self._site.see("/enfants") if offer is None else self._child(request, offer, Form(), {})

    async def answer(self, request: Request) -> Response:
        asked = await request.form()
        form = Form(*(typed(asked.get(name), most=4) for name in ("jour", "mois", "annee")))
        choice, mark = typed(asked.get("choix"), most=20), typed(asked.get("enfant"), most=12)

        def settle(connection: Connection) -> tuple[Offer, dict[str, str]] | None:
            portal = self._owner(connection, request)
            offer = self._next(connection, portal)
            if portal is None or offer is None or offer.mark != mark or choice == "passer":
                return None
            problems = self._settle(connection, portal, offer, choice, form.birth_date())
            return (offer, problems) if problems else None

        refused = await self._site.write(settle)
        if refused is not None:
            return self._child(request, refused[0], form, refused[1])
        return self._site.see("/enfants" if choice == "passer" else PATH)

    def _owner(self, connection: Connection, request: Request) -> Row | None:
        return terms.reader(self._site, connection, request)

    def _next(self, connection: Connection, portal: Row | None) -> Offer | None:
        return next(iter(offers.new_children(connection, portal, self._site.index)), None) if portal else None

    def _settle(
        self, connection: Connection, portal: Row, offer: Offer, choice: str, date: str | None
    ) -> dict[str, str]:
        """What is wrong, by field; nothing where the child is settled."""
        site = self._site
        if choice == "pas-le-mien":
            offers.deny(connection, offer, teller=site.teller, clock=site.clock)
            return {}
        if date is None:
            return {"birth_date": birth_dates.INCOMPLETE}
        right = offers.confirm(connection, offer, date, teller=site.teller, clock=site.clock)
        if not right:
            return {"birth_date": birth_dates.NEUTRAL}
        offers.prove(connection, [offer], right, clock=site.clock)
        if portal["mobile_verified_at"]:
            self._gathering.bring(connection, portal["id"], right, mobile=portal["mobile"], cause=CAUSE)
        return {}

    def _child(self, request: Request, offer: Offer, form: Form, problems: dict[str, str]) -> Response:
        return self._site.render(
            request, "new_child.html", status=422 if problems else 200, offer=offer, form=form, problems=problems,
            action=PATH, name="",
        )  # fmt: skip

"""Scenario B, « auto-inscription »: name and mobile, a code, each child's birth date, a password (deck, scenario B).

One function a step, each in the transaction that it is given. Up to the code nothing tells a known name or number from
an unknown one: the same sentences, the same statements. What is known afterwards is read anew at each step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.models.clock import Clock, instant
from app.models.contacts import LANDLINE, read_mobile
from app.models.states import AccountOrigin
from app.models.tables import schools
from app.server.accounts import limits
from app.server.accounts.child_claims import Key
from app.server.accounts.codes import Codes, Recipient
from app.server.accounts.guardian_index import Found, GuardianIndex, Ref
from app.server.accounts.passwords import Policy
from app.server.accounts.portal_accounts import portal_of
from app.server.inbox import NOBODY, Teller
from app.server.portal import offers
from app.server.portal.federation.client import Identity
from app.server.portal.gathering import Gathering, Plan, plan
from app.server.portal.journeys import Journey, Journeys
from app.server.portal.offers import Offer
from app.server.portal.site import Site
from app.services.languages import source as _

KIND = "create"
NO_ONE: Ref = (NOBODY, NOBODY)
_NOTHING_PROVEN: dict[str, Any] = {"codes": [], "wrong": 0, "proven": False, "confirmed": [], "settled": []}
"""Of a number: what was proven of another one is worth nothing."""
OTHER_NAMES = ("unknown_name", "federation_name")
"""A known number under a name that nobody bears here: as it was typed, or as an identity provider says it."""
WRONG_CODES = 5
"""Wrong codes after which the school hears of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the first page asks for."""

    last_name: str = ""
    first_name: str = ""
    mobile: str = ""

    @property
    def number(self) -> str | None:
        """In E.164, however it was typed."""
        return read_mobile(self.mobile, allow_fictional=True).e164

    def problems(self) -> dict[str, str]:
        """What is wrong, by field, before anybody is looked for."""
        found: dict[str, str] = {}
        if not self.last_name:
            found["last_name"] = _("Indiquez votre nom.")
        if not self.first_name:
            found["first_name"] = _("Indiquez votre prénom.")
        if self.number is None:
            found["mobile"] = _number_problem(self.mobile)
        return found


def _number_problem(text: str) -> str:
    if read_mobile(text, allow_fictional=True).flag == LANDLINE:
        return _("Ce numéro est celui d’un téléphone fixe\u00a0: le code arrive par SMS, sur un portable.")
    return _("Ce numéro de portable n’est pas complet, par exemple 06\u00a012\u00a034\u00a056\u00a078.")


@dataclass(frozen=True, slots=True)
class Creation:
    """The steps, with what they need from outside."""

    index: GuardianIndex
    journeys: Journeys
    codes: Codes
    teller: Teller
    policy: Policy
    gathering: Gathering
    clock: Clock

    def begin(self, connection: Connection, asked: Asked, former: Journey | None = None) -> str:
        """Send a code where name and number are those of one guardian; returns the journey's cookie.

        Who begins again with the same number may still use the codes that he has: they prove the number, nothing else.
        """
        same = former is not None and former.data["mobile"] == asked.number
        codes = former.data["codes"] if former is not None and same else []
        data: dict[str, Any] = {
            "last_name": asked.last_name, "first_name": asked.first_name, "mobile": asked.number, "shown": asked.mobile,
            **_NOTHING_PROVEN, "codes": codes,
        }  # fmt: skip
        data |= self._send(connection, data)
        return self.journeys.begin(connection, kind=KIND, data=data)

    def go_on_with(self, connection: Connection, journey: Journey, mobile: str) -> Journey:
        """Send a code to the number of whom a provider has named."""
        number = read_mobile(mobile, allow_fictional=True).e164
        again = _NOTHING_PROVEN if number != journey.data["mobile"] else {}
        journey = self.journeys.go_on(connection, journey, mobile=number, shown=mobile, **again)
        return self.send_again(connection, journey)

    def send_again(self, connection: Connection, journey: Journey) -> Journey:
        """Another code for the same number; the one before stays good."""
        return self.journeys.go_on(connection, journey, **self._send(connection, journey.data))

    def _send(self, connection: Connection, data: dict[str, Any]) -> dict[str, Any]:
        """Every statement is done for an unknown number too: where no code leaves, the school is told instead of it."""
        found = find(connection, self.index, data)
        school_id, account_id = found.matches[0] if found.matches else NO_ONE
        name = connection.execute(select(schools.c.name).where(schools.c.id == school_id)).scalar() or ""
        portal = portal_of(connection, school_id=school_id, account_id=account_id)
        really = bool(found.matches) and portal is not None
        to = Recipient("sms", data["mobile"], name, school_id, portal["id"] if portal else None)
        code_id = self.codes.send(connection, to, really=really)
        self._note(connection, data, found, sent=really and code_id is not None)
        return {"codes": [*data["codes"], code_id] if code_id else data["codes"], "limited": code_id is None}

    def _note(self, connection: Connection, data: dict[str, Any], found: Found, *, sent: bool) -> None:
        """Where no code left, tell the directors of who bears that name: the first time of a day and each fifth."""
        reason, told = ("sent", ()) if sent else _why_not(found, by_provider="identity" in data)
        mark = self.index.mark(last_name=data["last_name"], first_name=data["first_name"])
        if reason in OTHER_NAMES:  # whoever invents names for one number is told of once
            mark = self.index.mark_of_contact(data["mobile"] or "")
        subject = f"{mark}:{reason}:{instant(self.clock())[:10]}"
        count = limits.note_failure(connection, scope=KIND, subject=subject, clock=self.clock)
        often = count != 1 and count % 5
        if not sent:
            self.teller.tell_each(connection, () if often else told, "failed_try", {"reason": reason, "tries": count})

    def check_code(self, connection: Connection, journey: Journey, typed: str) -> bool:
        """Whether these digits are one of the codes sent; the journey knows it from then on."""
        checked = [
            self.codes.check(connection, code_id=code_id, typed=typed) for code_id in journey.data["codes"][::-1]
        ]
        if any(checked):
            self.journeys.go_on(connection, journey, proven=True)
            return True
        wrong = journey.data["wrong"] + 1
        self.journeys.go_on(connection, journey, wrong=wrong)
        if wrong % WRONG_CODES == 0:
            matches = find(connection, self.index, journey.data).matches
            self.teller.tell_each(connection, matches, "failed_try", {"reason": "code", "tries": wrong})
        return False

    def offers(self, connection: Connection, journey: Journey) -> list[Offer]:
        """Every child of every record that has this name and number now; nobody before the code."""
        if not journey.data["proven"]:
            return []
        return offers.offers_of(connection, find(connection, self.index, journey.data).matches)

    def next_offer(self, connection: Connection, journey: Journey) -> Offer | None:
        """The child whose date is to be asked for."""
        settled = {tuple(key) for key in journey.data["settled"]}
        waiting = (offer for offer in self.offers(connection, journey) if not settled.intersection(offer.keys))
        return next(waiting, None)

    def confirm(self, connection: Connection, journey: Journey, offer: Offer, typed: str) -> bool:
        """Whether the date is the child's."""
        right = offers.confirm(connection, offer, typed, teller=self.teller, clock=self.clock)
        if right:
            self._settle(connection, journey, offer, confirmed=right)
        return bool(right)

    def skip(self, connection: Connection, journey: Journey, offer: Offer) -> None:
        """Go on without this child: the others are attached."""
        self._settle(connection, journey, offer)

    def deny(self, connection: Connection, journey: Journey, offer: Offer) -> None:
        """« Je ne suis pas le représentant légal de cet élève »."""
        offers.deny(connection, offer, teller=self.teller, clock=self.clock)
        self._settle(connection, journey, offer)

    def _settle(self, connection: Connection, journey: Journey, offer: Offer, *, confirmed: Sequence[Key] = ()) -> None:
        values = {"settled": [*journey.data["settled"], *offer.keys],
                  "confirmed": [*journey.data["confirmed"], *confirmed]}  # fmt: skip
        journey = self.journeys.go_on(connection, journey, **values)
        if self.next_offer(connection, journey) is None:
            self.gathering.tell_elsewhere(connection, self.plan(connection, journey))

    def plan(self, connection: Connection, journey: Journey) -> Plan:
        """The account that the confirmed children end on; what the school closed meanwhile is left out."""
        offered = {key for offer in self.offers(connection, journey) for key in offer.keys}
        confirmed = [key for one in journey.data["confirmed"] if (key := tuple(one)) in offered]
        return plan(connection, confirmed, mobile=journey.data["mobile"])

    def finish(self, connection: Connection, journey: Journey, password_hash: str | None) -> str | None:
        """The account is active, with the confirmed children; its id. None where it is in use by now, or nobody's.

        Without a password it opens by the identity that the journey began with.
        """
        found, identity = self.plan(connection, journey), journey.data.get("identity")
        if found.kept is None or found.is_owned or (password_hash is None and identity is None):
            return None
        origin = AccountOrigin(identity["origin"]) if identity else AccountOrigin.GUARDIAN
        portal_id = self.gathering.activate(
            connection, found, mobile=journey.data["mobile"], origin=origin, password_hash=password_hash, cause=KIND
        )
        return self._prove(connection, journey, found, portal_id)

    def enter(self, connection: Connection, journey: Journey) -> str | None:
        """The account was in use already: her mobile and a date let its owner in; its id, or None where it is not."""
        found = self.plan(connection, journey)
        if not found.is_owned:
            return None
        portal_id = self.gathering.enter(connection, found, mobile=journey.data["mobile"], cause=KIND)
        return self._prove(connection, journey, found, portal_id)

    def _prove(self, connection: Connection, journey: Journey, found: Plan, portal_id: str) -> str:
        offers.prove(connection, self.offers(connection, journey), found.keys, clock=self.clock)
        self.journeys.end(connection, journey)
        return portal_id

    def password_problem(self, journey: Journey, password: str) -> str | None:
        """Why this password will not do; nothing where the account opens by an identity."""
        if "identity" in journey.data:
            return None
        return self.policy.problem(password, own=(journey.data["last_name"], journey.data["first_name"]))


def _why_not(found: Found, *, by_provider: bool) -> tuple[str, tuple[Ref, ...]]:
    """The true reason, and whose directors hear of it: of the name, else of the number that somebody gave another name."""
    if found.matches:
        return "too_many_codes", found.matches
    if found.shared:
        return "shared_mobile", found.named
    if found.closed:
        return "create_closed", found.closed
    if found.numbered and not found.named:
        return OTHER_NAMES[by_provider], found.numbered
    return "unknown_number", found.named


def proven_accounts(connection: Connection, site: Site, journey: str | None) -> tuple[Ref, ...]:
    """The accounts of who is on the way to one, name and mobile proven; nobody before the code."""
    found = site.journeys.find(connection, kind=KIND, value=journey)
    if found is None or not found.data["proven"]:
        return ()
    return find(connection, site.index, found.data).matches


def find(connection: Connection, index: GuardianIndex, data: dict[str, Any]) -> Found:
    """Whom the name and the number of a journey mean."""
    return index.find(
        connection, last_name=data["last_name"], first_name=data["first_name"], mobile=data["mobile"],
        usage_name=data.get("usage_name", ""),
    )  # fmt: skip


def begun_by_provider(identity: Identity, *, origin: AccountOrigin, label: str, federation: str) -> dict[str, Any]:
    """What a journey knows of who comes from an identity provider: the names, which nobody types; the mobile is next."""
    known = {"provider": identity.provider, "subject": identity.subject, "origin": origin.value, "label": label,
             "federation": federation}  # fmt: skip
    return {
        "last_name": identity.last_name, "usage_name": identity.usage_name, "first_name": identity.first_names,
        "mobile": None, "shown": "", "codes": [], "wrong": 0, "proven": False, "confirmed": [], "settled": [],
        "identity": known,
    }  # fmt: skip

"""From facts to an answer: which of A, B and C works for a guardian, and every cause with its sentences (issue, point 2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.models.states import AccountOrigin, AccountState
from app.models.tables import Row
from app.services.desk import Desk
from app.services.diagnosis.catalogue import CAUSES
from app.services.diagnosis.cause import Cause, Entrance, Remedy, Weight
from app.services.diagnosis.facts import Facts, SchoolFacts, school_facts
from app.services.diagnosis.finding import People
from app.services.records.grouped import standing_account


@dataclass(frozen=True, slots=True)
class FoundCause:
    """A cause that holds, every sentence ready to be shown."""

    code: str
    title: str
    fact: str
    advice: str
    where: str
    say: str
    stops: tuple[Entrance, ...]
    remedy: Remedy | None
    source: str
    told: bool
    """Whether the panel of the account tells it too."""
    pupil_id: str | None
    """The pupil whose record the remedy is about."""

    @property
    def sentence(self) -> str:
        """What is so, and what to do about it."""
        return f"{self.fact} {self.advice}"


@dataclass(frozen=True, slots=True)
class WayIn:
    """One of the three scenarios, and whether it opens."""

    entrance: Entrance
    works: bool
    words: str
    """Why, or how."""

    @property
    def answer(self) -> str:
        return "Oui" if self.works else "Non"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer about one guardian."""

    account_id: str
    guardian_id: str
    name: str
    children: str
    state: AccountState
    login: str | None
    email: str
    """Where a mail would go, or went; empty where nothing is known."""
    twins: tuple[str, ...]
    """The accounts of his other records, and of those that may be his."""
    ways: tuple[WayIn, ...]
    causes: tuple[FoundCause, ...]
    """What stops most first."""

    @property
    def stopping(self) -> tuple[FoundCause, ...]:
        """Those that stop a way in."""
        return tuple(cause for cause in self.causes if cause.stops)


def diagnose(desk: Desk, *, school_id: str, query: str) -> tuple[Diagnosis, ...]:
    """The guardians that a name, a phone, a mail or a log-in means, each with its diagnosis; nobody where it is none."""
    with desk.vault.read() as connection:
        facts = school_facts(connection, desk, school_id=school_id)
        return tuple(diagnosis(facts.of(account)) for account in People(facts).find(query))


def diagnose_school(desk: Desk, *, school_id: str) -> tuple[Diagnosis, ...]:
    """Everybody who follows a child of the school, in one pass. Slow on a large school."""
    with desk.vault.read() as connection:
        return tuple(map(diagnosis, school_facts(connection, desk, school_id=school_id).every()))


def why_not_in(facts: SchoolFacts, account: Row) -> tuple[str, ...]:
    """What the panel of an account and a request tell, a sentence a cause; nothing where the account is open."""
    found = diagnosis(facts.of(standing_account(facts.rows, account)))
    return tuple(cause.sentence for cause in found.causes if cause.told)


def counts(found: Iterable[Diagnosis]) -> dict[str, int]:
    """Guardians by the code of a cause, every code named; one who has several is counted in each."""
    held = Counter(cause.code for one in found for cause in one.causes)
    return {cause.code: held[cause.code] for cause in CAUSES}


def diagnosis(facts: Facts) -> Diagnosis:
    """What the causes say of these facts."""
    held = [(cause, about) for cause in CAUSES if (about := cause.holds(facts)) is not None]
    held.sort(key=lambda pair: -_force(pair[0], facts))
    causes = tuple(_found(cause, about, facts) for cause, about in held)
    return Diagnosis(
        account_id=facts.account["id"], guardian_id=facts.guardian["id"], name=facts.name,
        children=", ".join(child.name for child in facts.children), state=facts.state, login=facts.account["login"],
        email=facts.email or "", twins=tuple(twin["id"] for twin in facts.twins),
        ways=tuple(_way(entrance, facts, causes) for entrance in Entrance), causes=causes,
    )  # fmt: skip


def _found(cause: Cause, about: str, facts: Facts) -> FoundCause:
    return FoundCause(
        code=cause.code, title=cause.title, fact=cause.fact.replace("{}", about), advice=cause.advice,
        where=cause.where.value, say=cause.say, stops=tuple(way for way in Entrance if way in cause.stops),
        remedy=cause.remedy, source=cause.source, told=_is_told(cause, facts), pupil_id=cause.child_id(facts),
    )  # fmt: skip


def _force(cause: Cause, facts: Facts) -> int:
    """How many ways in it stops, of those that he still needs."""
    needless = cause.weight is Weight.BEFORE and facts.state is not AccountState.NOT_NOTIFIED
    return 0 if needless else len(cause.stops)


def _is_told(cause: Cause, facts: Facts) -> bool:
    if cause.weight is Weight.BEFORE:
        return facts.state is AccountState.NOT_NOTIFIED
    return cause.weight is Weight.DOOR


_IN_BY = {AccountOrigin.FRANCECONNECT: Entrance.FRANCECONNECT, AccountOrigin.GUARDIAN: Entrance.SMS,
          AccountOrigin.SCHOOL: Entrance.NOTIFIED}  # fmt: skip


def _way(entrance: Entrance, facts: Facts, causes: Iterable[FoundCause]) -> WayIn:
    stopped = next((cause for cause in causes if entrance in cause.stops), None)
    if stopped is not None:
        return WayIn(entrance, False, stopped.title)
    active = facts.state is AccountState.ACTIVE
    if active and _IN_BY.get(AccountOrigin(facts.account["origin"])) is entrance:
        return WayIn(entrance, True, "C’est ainsi qu’il a activé son compte")
    return WayIn(entrance, True, _WORKS[entrance, active])


_WORKS = {
    (Entrance.FRANCECONNECT, False): "Si le portail le propose",
    (Entrance.FRANCECONNECT, True): "Si le portail le propose\u00a0; il entre dans le même compte",
    (Entrance.SMS, False): "Rien ne l’empêche",
    (Entrance.SMS, True): "Il entre dans le même compte",
    (Entrance.NOTIFIED, False): "Avec ce que l’école lui a remis",
    (Entrance.NOTIFIED, True): "Identifiant et mot de passe",
}

"""Children whom schools tie to a guardian, before she has said that they are hers: each is confirmed by its birth date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.models.acts_requests import Answer
from app.models.clock import Clock
from app.models.corrections import effective
from app.models.tables import Row, requests
from app.server.accounts import birth_dates
from app.server.accounts.child_claims import DENIED, PROVEN, Key, claim, claims_of
from app.server.accounts.guardian_index import GuardianIndex, Ref
from app.server.accounts.portal_accounts import links_of
from app.server.inbox import Teller
from app.server.portal import family
from app.server.portal.gathering import may_be_taken
from app.server.tables import child_claims
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class Offer:
    """One child, with each school's record of it: one date confirms them all."""

    records: tuple[family.Child, ...]

    @property
    def child(self) -> family.Child:
        return self.records[0]

    @property
    def schools(self) -> str:
        return ", ".join(dict.fromkeys(record.school_name for record in self.records))

    @property
    def mark(self) -> str:
        """What a form says of the child that it asked for, so that an old page is not taken for the present one."""
        return hashlib.sha256("|".join(self.child.key).encode()).hexdigest()[:12]

    @property
    def keys(self) -> list[Key]:
        return [record.key for record in self.records]


def offers_of(connection: Connection, accounts: Sequence[tuple[str, str]]) -> list[Offer]:
    """The children that may be named to the guardian of these accounts, the youngest first; hidden ones never."""
    together: list[list[family.Child]] = []
    for child in family.allowed_children(connection, list(accounts)):
        if child.hidden or not child.birth_date:
            continue
        same = next((group for group in together if _is_same(group[0], child)), None)
        if same is None:
            together.append([child])
        else:
            same.append(child)
    return [Offer(tuple(group)) for group in together]


def _is_same(one: family.Child, other: family.Child) -> bool:
    """One child in two schools, or in two records of one guardian."""
    if one.ine and other.ine:
        return one.ine == other.ine
    return (one.folded_name, one.birth_date) == (other.folded_name, other.birth_date)


def new_children(connection: Connection, portal: Row, index: GuardianIndex) -> list[Offer]:
    """The children that the owner of an account has not spoken of yet, also in a school that has her name and mobile.

    One whom she said is not hers comes back once the school has answered « C’est bien le représentant ».
    """
    linked = links_of(connection, portal["id"])
    claims = claims_of(connection, portal["id"])
    accounts = [*linked, *(ref for ref in _elsewhere(connection, portal, linked, index) if ref not in linked)]
    denied = {key for key in _denied(connection, accounts) if _stands(connection, key)}
    found = []
    for offer in offers_of(connection, accounts):
        proven = any(claims.proves(one.school_id, one.pupil_id, one.ine) for one in offer.records)
        if not proven and not denied.intersection(offer.keys):
            found.append(offer)
    return found


def _elsewhere(connection: Connection, portal: Row, linked: Sequence[Ref], index: GuardianIndex) -> set[Ref]:
    """The accounts that other schools gave to who has her names and the mobile that she verified."""
    if not portal["mobile_verified_at"]:
        return set()
    found: set[Ref] = set()
    for first_name, last_name in sorted(_names(connection, linked)):
        matches = index.find(connection, last_name=last_name, first_name=first_name, mobile=portal["mobile"]).matches
        found.update(ref for ref in matches if may_be_taken(connection, ref, mobile=portal["mobile"]))
    return found


def _names(connection: Connection, linked: Sequence[Ref]) -> set[tuple[str, str]]:
    """(first name, surname) as each of her schools writes them."""
    found = set()
    for school_id, account_id in linked:
        rows = SchoolRows(connection, school_id)
        account = rows.get("accounts", account_id)
        guardian = rows.get("guardians", account["guardian_id"]) if account else None
        if guardian is not None:
            surnames = (effective(guardian, "last_name"), effective(guardian, "usage_name"))
            found |= {(effective(guardian, "first_name") or "", surname) for surname in surnames if surname}
    return found


def _denied(connection: Connection, accounts: Sequence[Ref]) -> frozenset[Key]:
    """The children of these accounts of whom it was said that they are another’s."""
    said: set[Key] = set()
    for school_id, account_id in accounts:
        mine = (child_claims.c.school_id == school_id, child_claims.c.account_id == account_id)
        statement = select(child_claims.c.pupil_id).where(*mine, child_claims.c.state == DENIED)
        said |= {(school_id, account_id, pupil_id) for pupil_id in connection.execute(statement).scalars()}
    return frozenset(said)


def _stands(connection: Connection, key: Key) -> bool:
    """Whether the school has not contradicted « je ne suis pas le représentant légal »."""
    school_id, account_id, pupil_id = key
    asked = (requests.c.account_id == account_id, requests.c.pupil_id == pupil_id, requests.c.kind == "not_guardian")
    statement = select(requests.c.answer).where(requests.c.school_id == school_id, *asked)
    answers = connection.execute(statement.order_by(requests.c.at.desc())).scalars().all()
    return not answers or (answers[0] or {}).get("how") != Answer.IS_GUARDIAN


def confirm(connection: Connection, offer: Offer, typed: str, *, teller: Teller, clock: Clock) -> list[Key]:
    """The records of the child that have this birth date; none where it is wrong or was tried too often."""
    records = [birth_dates.Record(*one.key, one.birth_date) for one in offer.records]
    right = birth_dates.confirm(connection, records, typed, teller=teller, clock=clock)
    return [(one.school_id, one.account_id, one.pupil_id) for one in right]


def prove(connection: Connection, offers: Iterable[Offer], keys: Sequence[Key], *, clock: Clock) -> None:
    """These children are hers."""
    ines = {one.key: one.ine for offer in offers for one in offer.records}
    claim(connection, [(key, ines[key]) for key in keys if key in ines], state=PROVEN, clock=clock)


def deny(connection: Connection, offer: Offer, *, teller: Teller, clock: Clock) -> None:
    """« Je ne suis pas le représentant légal de cet élève »: the school hears of it, the child is not shown."""
    claim(connection, [(one.key, one.ine) for one in offer.records], state=DENIED, clock=clock)
    for school_id, account_id, pupil_id in offer.keys:
        teller.tell_school(connection, school_id, account_id, "not_guardian", {"pupil_id": pupil_id})

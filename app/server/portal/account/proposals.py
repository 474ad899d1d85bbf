"""« Proposer une correction »: what the school has of a parent and his children, and what he says it should be.

The director accepts or refuses; what is accepted stands beside ONDE's value and on the list of what to correct in ONDE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select

from app.models.acts_requests import RequestKind, RequestStatus
from app.models.clock import instant, later
from app.models.contacts import is_mail, read_mobile
from app.models.corrections import effective
from app.models.tables import Row
from app.server.accounts.birth_dates import read_date
from app.server.accounts.portal_accounts import links_of
from app.server.portal import family
from app.server.portal.site import Site
from app.server.tables import inbox
from app.services.languages import source as _
from app.services.records.rows import SchoolRows

DAILY = 10
KIND = "correction_proposed"
OWN = ("first_name", "last_name", "usage_name", "address", "postal_code", "town", "email", "mobile")
CHILD = ("first_name", "last_name", "birth_date")
LABELS = {
    "first_name": _("Prénom"), "last_name": _("Nom de famille"), "usage_name": _("Nom d’usage"), "address": _("Adresse"),
    "postal_code": _("Code postal"), "town": _("Ville"), "email": _("Adresse mail"), "mobile": _("Téléphone portable"),
    "birth_date": _("Date de naissance"),
}  # fmt: skip
TOO_MANY = _("Vous avez proposé plusieurs corrections aujourd’hui. Réessayez demain, ou adressez-vous à l’école.")
NOTHING = _("Changez au moins une donnée, ou revenez en arrière.")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data: the parent's own where ``child`` is None. ``values`` are what a school has, by field."""

    child: family.Child | None
    values: Mapping[str, str]
    accounts: tuple[tuple[str, str], ...]
    """(school, account) of the schools that have it."""

    @property
    def fields(self) -> tuple[str, ...]:
        return OWN if self.child is None else CHILD


@dataclass(frozen=True, slots=True)
class Proposal:
    """One that was made. ``status`` is open, answered or refused; ``said`` is the director's sentence."""

    field: str
    value: str
    first_name: str
    at: str
    status: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Proposals:
    """The steps."""

    site: Site

    def subject(self, connection: Connection, portal_id: str, pupil_id: str) -> Subject | None:
        """The parent himself for an empty ``pupil_id``, or a child of his; None for anybody else's."""
        if not pupil_id:
            return _own(connection, portal_id)
        child = next((one for one in family.children_of(connection, portal_id) if one.pupil_id == pupil_id), None)
        return _of_child(connection, child) if child else None

    def problems(self, subject: Subject, typed: Mapping[str, str]) -> dict[str, str]:
        """What is wrong, by field."""
        found: dict[str, str] = {}
        if typed.get("email") and not is_mail(typed["email"]):
            found["email"] = _("Cette adresse mail n’est pas complète, par exemple prenom.nom@exemple.fr.")
        if typed.get("mobile") and read_mobile(typed["mobile"], allow_fictional=True).e164 is None:
            found["mobile"] = _("Ce numéro de portable n’est pas complet, par exemple 06 12 34 56 78.")
        for field in ("first_name", "last_name"):
            if not typed.get(field):
                found[field] = _("Ce nom ne peut pas être vide.")
        if subject.child is not None and not typed.get("birth_date"):
            found["birth_date"] = _("Indiquez le jour, le mois et l’année, par exemple 14 3 2018.")
        return found or ({} if self._changed(subject, typed) else {subject.fields[0]: NOTHING})

    def propose(self, connection: Connection, portal_id: str, subject: Subject, typed: Mapping[str, str]) -> bool:
        """Tell each school that has it; False where too many were proposed since yesterday."""
        changed = self._changed(subject, typed)
        if self._recent(connection, portal_id) + len(changed) > DAILY:
            return False
        for field, value in changed.items():
            payload = {"field": field, "value": value, "seen": subject.values.get(field) or None}
            if subject.child is not None:
                payload["pupil_id"] = subject.child.pupil_id
            for school_id, account_id in subject.accounts:
                self.site.teller.tell_school(connection, school_id, account_id, KIND, payload)
        return True

    def made(self, connection: Connection, portal_id: str) -> list[Proposal]:
        """Those that the schools have, and those on their way, the latest first; the same to two schools is one."""
        names = {child.pupil_id: child.first_name for child in family.children_of(connection, portal_id)}
        found: dict[tuple[str, str, str], Proposal] = {}
        for school_id, account_id in links_of(connection, portal_id):
            for proposal, pupil_id in _of_school(connection, school_id, account_id):
                if pupil_id and pupil_id not in names:
                    continue
                key = (proposal.field, proposal.value, proposal.at[:10] + pupil_id)
                known = found.get(key)
                if known is None or known.status == RequestStatus.OPEN:
                    name = names.get(pupil_id, "")
                    found[key] = Proposal(
                        proposal.field, proposal.value, name, proposal.at, proposal.status, proposal.said
                    )
        return sorted(found.values(), key=lambda one: one.at, reverse=True)

    def _changed(self, subject: Subject, typed: Mapping[str, str]) -> dict[str, str]:
        return {
            field: typed[field]
            for field in subject.fields
            if field in typed and typed[field] != (subject.values.get(field) or "")
        }

    def _recent(self, connection: Connection, portal_id: str) -> int:
        since = later(instant(self.site.clock()), -timedelta(days=1))
        accounts = links_of(connection, portal_id)
        mine = (inbox.c.kind == KIND, inbox.c.at > since, inbox.c.account_id.in_([one for _, one in accounts]))
        rows = connection.execute(select(inbox.c.school_id, inbox.c.account_id).where(*mine)).all()
        return max((sum(row.school_id == school for row in rows) for school, _ in accounts), default=0)


def typed_values(subject: Subject, form: Mapping[str, str]) -> dict[str, str]:
    """What was typed, as it is stored: a date as a date, « » for what was emptied."""
    values = {field: " ".join(form.get(field, "").split()) for field in subject.fields if field != "birth_date"}
    if subject.child is not None:
        values["birth_date"] = read_date(*(form.get(part, "") for part in ("jour", "mois", "annee"))) or ""
    return values


def _own(connection: Connection, portal_id: str) -> Subject | None:
    """The parent as the first of his schools has him; every school hears of a correction."""
    accounts = tuple(links_of(connection, portal_id))
    for school_id, account_id in accounts:
        rows = SchoolRows(connection, school_id)
        account = rows.get("accounts", account_id)
        guardian = rows.get("guardians", account["guardian_id"]) if account else None
        if guardian is not None:
            return Subject(None, {field: effective(guardian, field) or "" for field in OWN}, accounts)
    return None


def _of_child(connection: Connection, child: family.Child) -> Subject | None:
    pupil = SchoolRows(connection, child.school_id).get("pupils", child.pupil_id)
    if pupil is None:
        return None
    values = {field: effective(pupil, field) or "" for field in CHILD}
    return Subject(child, values, ((child.school_id, child.account_id),))


def _of_school(connection: Connection, school_id: str, account_id: str) -> list[tuple[Proposal, str]]:
    rows = SchoolRows(connection, school_id)
    asked = rows.where("requests", kind=RequestKind.CORRECTION.value, account_id=account_id)
    found = [_read(row["detail"] or {}, row["at"], row["status"], row["answer"], row["pupil_id"]) for row in asked]
    waiting = (inbox.c.kind == KIND, inbox.c.account_id == account_id, inbox.c.folded_at.is_(None))
    statement = select(inbox.c.payload, inbox.c.at).where(inbox.c.school_id == school_id, *waiting)
    on_the_way = [
        _read(item.payload, item.at, RequestStatus.OPEN.value, None, item.payload.get("pupil_id"))
        for item in connection.execute(statement)
    ]
    return found + on_the_way


def _read(detail: Row, at: str, status: str, answer: Row | None, pupil_id: str | None) -> tuple[Proposal, str]:
    said = (answer or {}).get("said") or ""
    return Proposal(detail.get("field", ""), detail.get("value") or "", "", at, status, said), pupil_id or ""

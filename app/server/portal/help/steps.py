"""A parent who cannot come in asks the school: one function a step, each in the transaction that it is given.

Nothing is looked up among children here: the request waits in the school's inbox, and its records say who asks when it is
folded in, under the school's lock. So the answer and its time are the same whoever is named.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta

from sqlalchemy import Connection, insert, select

from app.models.acts_requests import LIVING
from app.models.clock import Clock, instant, parse_instant
from app.models.contacts import is_mail, read_mobile
from app.models.help_codes import REFERENCE_LENGTH, letters
from app.models.ids import RandomBytes, derived_id
from app.models.names import surname_key
from app.models.secrets import typed as typed_code
from app.models.tables import requests
from app.server import inbox
from app.server.accounts import limits
from app.server.accounts.portal_accounts import portal_of
from app.server.portal import family
from app.server.portal.help.schools import Ref
from app.server.tables import help_tickets
from app.services.languages import source as _
from app.services.requests import STEPS

MOST_WORDS, MOST_NAME, MOST_CONTACT = 500, 80, 254
QUICKEST, SLOWEST = timedelta(seconds=3), timedelta(hours=4)
"""Nobody fills the form in faster; a page left open for longer is to be sent again."""
HOURLY_NETWORK, DAILY_SCHOOL, HOURLY_LOOKS = 6, 60, 30


@dataclass(frozen=True, slots=True)
class Typed:
    """What the parent typed. ``contact`` is a number or an address."""

    last_name: str = ""
    first_name: str = ""
    child_last_name: str = ""
    child_first_name: str = ""
    contact: str = ""
    words: str = ""


FIELDS = {
    "last_name": "nom", "first_name": "prenom", "child_last_name": "nom_enfant", "child_first_name": "prenom_enfant",
    "contact": "contact", "words": "message",
}  # fmt: skip
_MISSING = {
    "last_name": _("Indiquez votre nom."), "first_name": _("Indiquez votre prénom."),
    "child_first_name": _("Indiquez le prénom de votre enfant."), "child_last_name": _("Indiquez le nom de votre enfant."),
    "contact": _("Indiquez un numéro de téléphone ou une adresse mail."),
}  # fmt: skip


class TooMany(Exception):
    """The network, or the school, has had its share. ``whole_school``: it is the school's."""

    def __init__(self, *, whole_school: bool) -> None:
        self.whole_school = whole_school
        super().__init__()


@dataclass(frozen=True, slots=True)
class Helping:
    """The steps, with what they need from outside. ``key`` signs moments and hashes references."""

    clock: Clock
    random_bytes: RandomBytes
    key: bytes

    def moment(self) -> str:
        """What the form carries: when it was shown, signed; it serves once."""
        said = f"{instant(self.clock())}.{self.random_bytes(9).hex()}"
        return f"{said}.{self._keyed(said)}"

    def nonce(self, moment: str) -> str | None:
        """What makes this showing of the form unlike any other; None where it is forged, too young or too old."""
        said, _, signature = moment.rpartition(".")
        if not said or not hmac.compare_digest(signature.encode(), self._keyed(said).encode()):
            return None
        at, _, nonce = said.rpartition(".")
        age = self.clock() - parse_instant(at)
        return nonce if QUICKEST <= age <= SLOWEST else None

    def problems(self, typed: Typed) -> dict[str, str]:
        """What is wrong, by field."""
        found = {name: words for name, words in _MISSING.items() if not getattr(typed, name)}
        for name in ("last_name", "first_name", "child_last_name", "child_first_name"):
            if len(getattr(typed, name)) > MOST_NAME:
                found[name] = _("Ce nom est trop long.")
        if typed.contact and not _reached(typed.contact):
            found["contact"] = _("Écrivez un numéro comme 06 12 34 56 78, ou une adresse comme prenom.nom@exemple.fr.")
        if len(typed.words) > MOST_WORDS:
            found["words"] = _("Votre message est trop long\u00a0: 500 caractères au plus.")
        return found

    def ask(
        self, connection: Connection, *, refs: Sequence[Ref], step: str, typed: Typed, nonce: str, network: str
    ) -> str:
        """Put the request into the school's inbox; returns its reference. Sent twice, it is one. Raises TooMany."""
        reference, request_id = self.reference(nonce), derived_id("help", nonce)
        known = select(help_tickets.c.request_id).where(help_tickets.c.request_id == request_id)
        if connection.execute(known).first() is not None:
            return reference
        school_id, account_id = self._addressee(connection, refs, typed)
        self._count(connection, network, school_id)
        at = instant(self.clock())
        payload = {
            **{field.name: getattr(typed, field.name) for field in fields(typed) if field.name != "contact"},
            **_reached(typed.contact), "reference": reference, "step": step if step in STEPS else "other",
        }  # fmt: skip
        inbox.append(
            connection, school_id=school_id, account_id=account_id, kind="help_request", payload=payload, at=at,
            new_id=lambda: request_id,
        )  # fmt: skip
        connection.execute(
            insert(help_tickets).values(
                ticket_hash=self._ticket(reference, typed.last_name), school_id=school_id, request_id=request_id,
                created_at=at,
            )
        )  # fmt: skip
        return reference

    def reference(self, nonce: str) -> str:
        """The reference of the request that this showing of the form makes."""
        return letters(hmac.digest(self.key, f"reference:{nonce}".encode(), "sha256"), REFERENCE_LENGTH)

    def handled(self, connection: Connection, *, reference: str, last_name: str, network: str) -> bool | None:
        """Whether a request was answered; None where there is none of this reference and name. Raises TooMany."""
        subject = f"{network}|{instant(self.clock())[:13]}"
        if limits.note_failure(connection, scope="help_look", subject=subject, clock=self.clock) > HOURLY_LOOKS:
            raise TooMany(whole_school=False)
        tickets = help_tickets.c
        hashed = self._ticket(typed_code(reference), last_name)
        ticket = connection.execute(
            select(tickets.school_id, tickets.request_id).where(tickets.ticket_hash == hashed)
        ).first()
        school_id, request_id = (ticket[0], ticket[1]) if ticket else ("-", "-")
        mine = (requests.c.school_id == school_id, requests.c.id == request_id)
        status = connection.execute(select(requests.c.status).where(*mine)).scalar()
        return None if ticket is None else status is not None and status not in LIVING

    def _addressee(self, connection: Connection, refs: Sequence[Ref], typed: Typed) -> Ref:
        """Of several schools of one parent the one where his child of that first name is."""
        wanted = surname_key(typed.child_first_name)
        for school_id, account_id in refs if len(refs) > 1 else ():
            portal = portal_of(connection, school_id=school_id, account_id=account_id or "")
            children = family.children_of(connection, portal["id"]) if portal else []
            if any(child.school_id == school_id and surname_key(child.first_name) == wanted for child in children):
                return school_id, account_id
        return refs[0]

    def _count(self, connection: Connection, network: str, school_id: str) -> None:
        now = instant(self.clock())
        for scope, subject, most in (
            ("help_network", f"{network}|{now[:13]}", HOURLY_NETWORK),
            ("help_school", f"{school_id}|{now[:10]}", DAILY_SCHOOL),
        ):
            if limits.note_failure(connection, scope=scope, subject=subject, clock=self.clock) > most:
                raise TooMany(whole_school=scope == "help_school")

    def _ticket(self, reference: str, last_name: str) -> str:
        return hmac.digest(self.key, f"{reference}|{surname_key(last_name)}".encode(), "sha256").hex()

    def _keyed(self, text: str) -> str:
        return hmac.digest(self.key, text.encode(), "sha256").hex()


def read_form(get: Callable[[str], object]) -> Typed:
    """The form as typed, without invisible characters; only the message may have several lines."""
    found = {name: _plain(get(field), most=2000 if name == "words" else 300) for name, field in FIELDS.items()}
    one_line = {name: " ".join(text.split()) for name, text in found.items() if name != "words"}
    return Typed(**one_line, words=found["words"].strip())


def _plain(value: object, *, most: int) -> str:
    text = value[:most].replace("\r\n", "\n") if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter)[0] != "C")


def _reached(contact: str) -> dict[str, str]:
    """A contact as the school reads it: ``email``, ``mobile`` or ``phone``; nothing for what is none."""
    if "@" in contact:
        return {"email": contact} if is_mail(contact) and len(contact) <= MOST_CONTACT else {}
    mobile = read_mobile(contact, allow_fictional=True)
    if mobile.e164 is not None:
        return {"mobile": contact}
    return {"phone": contact} if mobile.flag == "mobile_is_landline" else {}

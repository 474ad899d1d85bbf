"""Phones and mail addresses, as schools write them and as they can be used (onde.md, « Traps »)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from app.models.names import fold

OVERSEAS = ("FR", "RE", "GP", "GF", "MQ", "YT", "PM", "NC", "WF", "PF")
LANDLINE = "mobile_is_landline"
INVALID = "mobile_invalid"
_MOBILE_TYPES = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_FICTIONAL = re.compile(r"^\+33(?:63998|19900|26191|35301|46571|53649)\d{4}$")
"""Ranges that the French regulator keeps for fiction: no message may ever leave for them in earnest."""

MAIL_DOMAINS = (
    "gmail.com", "hotmail.fr", "hotmail.com", "outlook.fr", "outlook.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr",
    "laposte.net", "yahoo.fr", "yahoo.com", "live.fr", "icloud.com", "bbox.fr", "neuf.fr", "msn.com", "numericable.fr",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mobile:
    """What a « téléphone portable » cell is worth: ``e164`` if a message may be sent there, else a flag (None if empty)."""

    e164: str | None
    flag: str | None


@lru_cache(maxsize=100_000)
def read_mobile(text: str | None, *, allow_fictional: bool = False) -> Mobile:
    """Judge a mobile number. A landline or a wrong number is kept by the caller, flagged, and never written to."""
    if text is None or not text.strip():
        return Mobile(None, None)
    if fictional := _fictional(text):
        return Mobile(fictional, None) if allow_fictional else Mobile(None, INVALID)
    number, mobile = _parse(text)
    if number is None:
        return Mobile(None, INVALID)
    if not mobile:
        return Mobile(None, LANDLINE)
    return Mobile(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None)


def _fictional(text: str) -> str | None:
    digits = re.sub(r"^(?:\+|00)330?", "0", re.sub(r"[^\d+]", "", text))
    e164 = f"+33{digits[1:]}"
    return e164 if _FICTIONAL.match(e164) else None


def _parse(text: str) -> tuple[PhoneNumber | None, bool]:
    """The first valid reading of a number, mobile ones first: France, then each overseas territory."""
    landline = None
    for region in OVERSEAS:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if not phonenumbers.is_valid_number(number):
            continue
        if phonenumbers.number_type(number) in _MOBILE_TYPES:
            return number, True
        landline = landline or number
    return landline, False


@lru_cache(maxsize=100_000)
def show_phone(text: str | None) -> str:
    """A number in groups of two, « 06 12 34 56 78 »; as it was written where it cannot be read."""
    if text is None or not text.strip():
        return ""
    number, _ = _parse(text)
    if number is None and (fictional := _fictional(text)):
        number = phonenumbers.parse(fictional)
    if number is None:
        return text.strip()
    if number.country_code == 33:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=100_000)
def is_mail(text: str) -> bool:
    """Whether a text has the shape of a mail address that mail gateways take. No network is asked."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            text.strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            globally_deliverable=False,
            test_environment=True,
        )
    except EmailNotValidError:
        return False
    return "." in found.domain


def mail_suggestion(text: str) -> str | None:
    """The address that was probably meant (``gamil.com`` for ``gmail.com``); proposed, never written by itself."""
    name, at, domain = text.strip().rpartition("@")
    domain = domain.lower()
    if not at or domain in MAIL_DOMAINS:
        return None
    found = process.extractOne(domain, MAIL_DOMAINS, scorer=DamerauLevenshtein.distance, score_cutoff=2)
    if found is None or (found[1] == 2 and len(domain) < 9):
        return None
    return f"{name}@{found[0]}"


def mail_problem(text: str) -> str | None:
    """What is wrong with the optional mail address of a school, in a sentence."""
    return None if not text or is_mail(text) else "Une adresse mail s’écrit nom@domaine.fr."


def phone_problem(text: str) -> str | None:
    """What is wrong with the optional number of a school: it needs digits enough to be called."""
    digits = "".join(fold(text).split()).removeprefix("0033").removeprefix("33")
    return None if not text or (digits.isdigit() and 9 <= len(digits) <= 12) else "Un numéro s’écrit 05 61 00 00 00."

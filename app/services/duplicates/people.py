"""A guardian as two records are compared: names folded, contacts as they can be used, the family around him."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from app.models.contacts import read_mobile
from app.models.corrections import effective
from app.models.names import fold, surname_key
from app.models.tables import Row
from app.services.records.grouped import Grouped

_TITLES = {"m": "m", "mr": "m", "monsieur": "m", "mme": "f", "madame": "f", "mlle": "f", "mademoiselle": "f"}
_STREETS = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "r": "rue", "pl": "place",
    "imp": "impasse", "all": "allee", "ch": "chemin", "che": "chemin", "rte": "route", "st": "saint", "ste": "sainte",
    "res": "residence", "sq": "square", "fg": "faubourg",
}  # fmt: skip
_NOT_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Person:
    """One guardian's record. Every text is a key: folded, empty where nothing is known."""

    school_id: str
    guardian_id: str
    surnames: tuple[str, ...]
    """Nom de famille, then nom d’usage where it is another one."""
    first: str
    """All first names, single spaces between them."""
    initials: str
    """First letters of the surnames."""
    title: str
    """« m », « f » or empty."""
    mobile: str
    """E.164; a landline or a wrong number counts for nothing."""
    email: str
    phones: frozenset[str]
    """Digits of the phones of home and work."""
    address: str
    children: frozenset[str]
    """By INE and by name and birth date, so that one child of two schools is the same."""
    partners: frozenset[str]
    """The records of the other guardians of his children."""
    partner_names: tuple[tuple[str, str], ...]
    """(folded first names, surname) of each of them."""
    kin: frozenset[str]
    """Surnames of his children and of their other guardians."""
    row: Row = field(compare=False, repr=False)
    account_id: str | None = None
    login: str | None = None

    @property
    def last(self) -> str:
        """Nom de famille."""
        return self.surnames[0]

    @property
    def key(self) -> tuple[str, str]:
        """(school id, guardian id)."""
        return self.school_id, self.guardian_id


@dataclass(frozen=True, slots=True)
class School:
    """The rows of one school among which duplicates are looked for."""

    school_id: str
    guardians: Iterable[Row]
    links: Iterable[Row]
    pupils: Iterable[Row]
    accounts: Iterable[Row] = ()


def people_of(school: School, *, only: frozenset[str] | None = None) -> list[Person]:
    """The present guardians of a school, without those whose record is only kept, and one for those grouped already.

    ``only``: these guardians alone, among everybody around them.
    """
    reader = _Reader(school)
    return [reader.person(row_id) for row_id in reader.standing() if only is None or row_id in only]


class _Reader:
    """Makes people out of the rows of one school."""

    def __init__(self, school: School) -> None:
        accounts = list(school.accounts)
        self._school_id = school.school_id
        self._pupils = {row["id"]: row for row in school.pupils if row["last_name"]}
        self._rows = {row["id"]: row for row in school.guardians if _is_here(row)}
        self._grouped = Grouped(accounts, frozenset(row["id"] for row in school.guardians if row["gone_on"]))
        self._accounts = {row["guardian_id"]: (row["id"], row["login"]) for row in accounts}
        self._children, self._parents = _ties(school.links, self._rows, self._pupils, self._grouped)

    def standing(self) -> list[str]:
        """The guardians whose own account stands."""
        return [row_id for row_id in self._rows if self._grouped.standing(row_id) is None]

    def person(self, row_id: str) -> Person:
        """One guardian."""
        row, mine = self._rows[row_id], self._children.get(row_id, set())
        others = {other for child in mine for other in self._parents[child]} - {row_id}
        account_id, login = self._accounts.get(row_id, (None, None))
        beside = {_name(self._rows[other]) for other in others}
        kin = {last for _, last in beside} | {_name(self._pupils[child])[1] for child in mine}
        first, last = _name(row)
        return Person(
            school_id=self._school_id, guardian_id=row_id, account_id=account_id, login=login, row=row, first=first,
            surnames=_surnames(last, surname_key(effective(row, "usage_name"))), initials=_initials(row),
            title=_TITLES.get(fold(row["civility"] or ""), ""), mobile=mobile_key(effective(row, "mobile")),
            email=_mail_key(row), phones=_phones(row),
            address=address_key(effective(row, "address"), effective(row, "postal_code")),
            children=frozenset(key for child in mine for key in child_keys(self._pupils[child])),
            partners=frozenset(others), partner_names=tuple(sorted(beside)), kin=frozenset(kin - {""}),
        )  # fmt: skip


def _name(row: Row) -> tuple[str, str]:
    """(folded first names, surname)."""
    return fold(effective(row, "first_name") or ""), surname_key(effective(row, "last_name"))


def _is_here(row: Row) -> bool:
    return bool(row["last_name"]) and row["gone_on"] is None and row["limited"] is None


def _ties(
    links: Iterable[Row], rows: Mapping[str, Row], pupils: Mapping[str, Row], grouped: Grouped
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """(the children of each guardian, the guardians of each child); records that were grouped count as one."""
    children: dict[str, set[str]] = defaultdict(set)
    parents: dict[str, set[str]] = defaultdict(set)
    for link in links:
        guardian_id = grouped.guardian(link["guardian_id"])
        if link["ended_on"] is None and guardian_id in rows and link["pupil_id"] in pupils:
            children[guardian_id].add(link["pupil_id"])
            parents[link["pupil_id"]].add(guardian_id)
    return children, parents


def _surnames(last: str, usage: str) -> tuple[str, ...]:
    return (last, usage) if usage and usage != last else (last,)


def _initials(row: Row) -> str:
    return "".join(surname_key(effective(row, name))[:1] for name in ("last_name", "usage_name"))


def child_keys(pupil: Row) -> list[str]:
    """By what a child is the same in two records."""
    ine, born = effective(pupil, "ine"), effective(pupil, "birth_date")
    name = f"{surname_key(effective(pupil, 'last_name'))} {fold(effective(pupil, 'first_name') or '')}"
    known = ([ine] if ine else []) + ([f"{name} {born}"] if born else [])
    return known or [f"{pupil['school_id']} {pupil['id']}"]


@lru_cache(maxsize=100_000)
def mobile_key(text: str | None) -> str:
    """A mobile in E.164, empty for anything else. Fictional numbers count: they are compared, never called."""
    return (read_mobile(text, allow_fictional=True).e164 or "") if text else ""


def _mail_key(row: Row) -> str:
    return (effective(row, "email") or "").strip().casefold()


def _phones(row: Row) -> frozenset[str]:
    found = (phone_key(effective(row, name) or "") for name in ("phone_home", "phone_work"))
    return frozenset(found) - {""}


def phone_key(text: str) -> str:
    """The nine significant digits of a French number, or all digits of another one."""
    digits = _NOT_DIGITS.sub("", text).removeprefix("00").removeprefix("33")
    return digits.lstrip("0")


@lru_cache(maxsize=100_000)
def address_key(street: str | None, postal_code: str | None) -> str:
    """A postal address as it is compared; empty without a street. « 12, av. Foch » is « 12 avenue Foch »."""
    words = [_STREETS.get(word, word) for word in fold(street or "").split(" ")]
    return f"{' '.join(words)} {fold(postal_code or '')}" if street and words != [""] else ""

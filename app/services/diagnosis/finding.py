"""Who is meant: a name, a phone however typed, a mail or an identifiant, whole or in part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.corrections import effective
from app.models.names import fold
from app.models.tables import Row

if TYPE_CHECKING:
    from app.services.diagnosis.facts import SchoolFacts

_PHONE = re.compile(r"^[\d\s.+()/-]+$")
FEWEST_DIGITS = 4
"""Of a number: people say the last four."""
NATIONAL_DIGITS = 9
"""A French number without its 0 or its +33, overseas included."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed: folded ``words`` that are all looked for, ``digits`` of a number, or a log-in or mail as it is."""

    words: tuple[str, ...] = ()
    digits: str = ""
    sign: str = ""

    @property
    def empty(self) -> bool:
        return not (self.words or self.digits or self.sign)


def read_query(text: str) -> Query:
    """What a text asks for; nothing where a number is too short to mean anybody."""
    typed = text.strip()
    if _PHONE.match(typed):
        return Query(digits=national_digits(typed) if sum(map(str.isdigit, typed)) >= FEWEST_DIGITS else "")
    if "@" in typed or ("." in typed and " " not in typed):
        return Query(sign=typed.casefold())
    return Query(words=tuple(fold(typed).split()))


def national_digits(phone: str | None) -> str:
    """The digits of a number as they are compared: « +33 6 12… », « 06.12… » and « 0033612… » are one."""
    return re.sub(r"\D", "", phone or "").lstrip("0")[-NATIONAL_DIGITS:]


class People:
    """The guardians of a school as they are looked for: texts laid out once, side by side, searched in memory."""

    def __init__(self, facts: SchoolFacts) -> None:
        self._accounts: list[Row] = []
        self._names: list[str] = []
        self._numbers: list[str] = []
        self._signs: list[str] = []
        for account in facts.accounts:
            guardian = facts.rows.get("guardians", account["guardian_id"])
            if guardian is not None:
                self._add(account, guardian)

    def _add(self, account: Row, guardian: Row) -> None:
        phones = [account["mobile"], *(effective(guardian, field) for field in ("mobile", "phone_home", "phone_work"))]
        signs = [account["login"], account["email"], effective(guardian, "email")]
        names = [effective(guardian, field) or "" for field in ("usage_name", "last_name", "first_name")]
        self._accounts.append(account)
        self._names.append(fold(" ".join(names)))
        self._numbers.append("|".join(filter(None, map(national_digits, phones))))
        self._signs.append(f"|{'|'.join(sign.casefold() for sign in signs if sign)}|")

    def find(self, text: str) -> list[Row]:
        """The accounts that a text means, names in order; a log-in or mail that is whole means nobody else."""
        query = read_query(text)
        if query.empty:
            return []
        places = self._places(query)
        return [self._accounts[place] for place in sorted(places, key=self._names.__getitem__)]

    def _places(self, query: Query) -> list[int]:
        if query.digits:
            return _holding(self._numbers, query.digits)
        if query.sign:
            return _holding(self._signs, f"|{query.sign}|") or _holding(self._signs, query.sign)
        first, *others = sorted(query.words, key=len, reverse=True)  # the longest leaves the fewest
        return [place for place in _holding(self._names, first) if all(word in self._names[place] for word in others)]


def _holding(texts: list[str], part: str) -> list[int]:
    return [place for place, text in enumerate(texts) if part in text]

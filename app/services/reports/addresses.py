"""Whether a document shows where a guardian lives: both parents get the same file, and one may not know of the other.

Two signs: an address of the records, and the shape of an address that is not the school's. Lines that are on every
document of a file are the letterhead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.models.corrections import effective
from app.services.records.rows import SchoolRows
from app.services.reports.pdf_words import folded

FLAG = "postal_address"
LETTERHEAD_LEAST = 3
"""Documents of which a line must be on every one to be the letterhead."""
_LEAST_LETTERS = 8
_STREET = re.compile(
    r"\b\d{1,4} ?(?:bis|ter|quater|[a-d])? (?:rue|avenue|av|boulevard|bd|place|pl|chemin|ch|allee|impasse|imp|route|rte|quai|"
    r"cours|square|lotissement|residence|passage|sentier|hameau|cite|villa|voie|ruelle|montee|faubourg|esplanade)\b"
)
_TOWN = re.compile(
    r"\b((?:0[1-9]|[1-8]\d|9[0-8])\d{3})[ \u00a0]+([A-ZÀ-Þ][A-Za-zÀ-ÿ’'\u00a0-]{2,}(?: [A-ZÀ-Þ0-9][^\n]*)?)"
)

_CEDEX = re.compile(r"\bcedex\b")


@dataclass(frozen=True, slots=True)
class Addresses:
    """``homes`` are folded streets of families; ``school`` the folded address, postal code and town of the school."""

    homes: frozenset[str]
    school: tuple[str, str, str]

    @classmethod
    def read(cls, rows: SchoolRows) -> Addresses:
        school = rows.get("schools", rows.school_id) or {}
        own = tuple(folded(school.get(name) or "") for name in ("address", "postal_code", "town"))
        homes = {
            folded(effective(row, "address") or "") for table in ("guardians", "pupils") for row in rows.all(table)
        }
        return cls(
            frozenset(home for home in homes if len(home) >= _LEAST_LETTERS) - {own[0]}, (own[0], own[1], own[2])
        )

    def shown(self, text: str, letterhead: frozenset[str] = frozenset()) -> bool:
        """Whether a document shows an address of a family. ``letterhead`` are its lines that are the school's."""
        lines = [line for line in text.splitlines() if _key(line) not in letterhead]
        plain = folded("\n".join(lines))
        if self._known(plain):
            return True
        return any(self._looks_like(line) for line in lines)

    def _known(self, plain: str) -> bool:
        """Told from streets that begin alike by what follows: a known home is whole words."""
        framed = f" {plain} "
        return any(f" {home} " in framed for home in self.homes if home in plain)

    def _looks_like(self, line: str) -> bool:
        street, code, town = self.school
        plain = folded(line)
        if street and street in plain:
            return False
        if _STREET.search(plain):
            return True
        found = _TOWN.search(line)
        if found is not None and _CEDEX.search(plain):
            return False  # a delivery to organisations: no family has one
        return found is not None and not (found[1] == code and (not town or folded(found[2]).startswith(town)))


def letterhead(texts: Sequence[str]) -> frozenset[str]:
    """The lines that are on every document of a file, once there are enough to tell."""
    if len(texts) < LETTERHEAD_LEAST:
        return frozenset()
    counts = Counter(line for text in texts for line in _keys(text.splitlines()))
    return frozenset(line for line, count in counts.items() if count == len(texts))


def _keys(lines: Iterable[str]) -> set[str]:
    return {_key(line) for line in lines} - {""}


def _key(line: str) -> str:
    return " ".join(line.split())

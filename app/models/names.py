"""Names compared: one function for search, matching and log-ins (DESIGN, « Names compared »)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_BEYOND_UNICODE = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "ẞ": "SS",
     "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i", "’": "'", "‘": "'", "ʼ": "'", "`": "'"}
)  # fmt: skip
"""What Unicode's decomposition leaves as it is."""

_SEPARATORS = re.compile(r"[^0-9a-z]+")
_NOT_LETTERS = re.compile(r"[^a-z]")


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """``text`` as it is compared: no accents, no case, every separator one space.

    >>> fold("D’ORNANO  Lœtitia-Élise")
    'd ornano loetitia elise'
    """
    plain = unicodedata.normalize("NFKD", text.translate(_BEYOND_UNICODE))
    bare = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return _SEPARATORS.sub(" ", bare).strip()


def surname_key(text: str | None) -> str:
    """A surname as it is compared whole: folded, its separators dropped (« LE GOFF » is « Legoff »)."""
    return fold(text or "").replace(" ", "")


def first_name_keys(text: str | None) -> tuple[str, str]:
    """(all first names as one word, the first of them): of several first names the first alone matches too."""
    words = fold(text or "").split(" ")
    return "".join(words), words[0]


def login_stem(first_name: str, last_name: str) -> str:
    """``initiale.nom``, letters only: the beginning of a log-in (arena.md, Identifiant). Never empty.

    >>> login_stem("Éric", "N’Guessan-Œuvrard")
    'e.nguessanoeuvrard'
    """
    initial = _NOT_LETTERS.sub("", fold(first_name))[:1]
    name = _NOT_LETTERS.sub("", fold(last_name))[:40]
    return f"{initial or 'x'}.{name or 'parent'}"

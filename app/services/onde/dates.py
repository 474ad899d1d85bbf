"""Dates as ONDE writes them: two forms in the same school."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?![/.\-\d])")
_ISO = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?![/.\-\d])")


def shown_date(stored: str | None) -> str | None:
    """A stored ``AAAA-MM-JJ`` as it is shown: ``JJ-MM-AAAA``."""
    return "-".join(reversed(stored.split("-"))) if stored else None


def find_date(text: str) -> date | None:
    """The first date within a text, « Extraction du 12/09/2026 à 8 h »; None where there is none."""
    found = re.search(r"(?<!\d)\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?!\d)", text)
    return read_date(found[0]) if found else None


@lru_cache(maxsize=20_000)
def read_date(text: str) -> date | None:
    """``JJ/MM/AAAA`` and ``AAAA-MM-JJ`` (an hour may follow); None for anything else and for impossible days."""
    plain = text.strip()
    if french := _FRENCH.match(plain):
        day, month, year = map(int, french.groups())
    elif iso := _ISO.match(plain):
        year, month, day = map(int, iso.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None

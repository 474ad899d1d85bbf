"""The values of LSU's XML, one by one: tolerant, since other software than the ministry's wrote them (lsu.md, « traps »)."""

from __future__ import annotations

import re
from datetime import date, datetime

_DAY = re.compile(r"\s*(\d{4}-\d\d-\d\d)")
_MOMENT = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|[+-]\d\d:?\d\d)?\s*$")
_UNSEEN = re.compile("[\x80-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
"""What turns the direction of the text that follows, and controls that no screen shows."""
_BLANKS = re.compile(r"[ \t]+\n")
_TRUE = frozenset({"1", "true", "oui"})


def words(text: str | None) -> str | None:
    """A short text on one line; None where nothing is left."""
    return " ".join(_UNSEEN.sub("", text or "").split()) or None


def paragraphs(text: str | None) -> str | None:
    """A text whose line breaks are kept; None where nothing is left."""
    plain = _UNSEEN.sub("", text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _BLANKS.sub("\n", plain).strip() or None


def day(text: str | None) -> str | None:
    """An xs:date, with or without its zone, as ``YYYY-MM-DD``; None for anything else."""
    found = _DAY.match(text or "")
    try:
        return date.fromisoformat(found[1]).isoformat() if found else None
    except ValueError:
        return None


def moment(text: str | None) -> datetime | None:
    """An xs:dateTime (naive where it has no zone), or the first instant of an xs:date; None for anything else."""
    found = _MOMENT.match(text or "")
    if found is None:
        return None
    day_, hour, minute, second, zone = found.groups()
    try:
        return datetime.fromisoformat(f"{day_}T{hour or '00'}:{minute or '00'}:{second or '00'}{zone or ''}")
    except ValueError:
        return None


def number(text: str | None, *, least: int, most: int) -> int | None:
    """A whole number within bounds; None for anything else."""
    plain = (text or "").strip()
    if not plain.isascii() or not plain.isdigit() or len(plain) > 6:
        return None
    value = int(plain)
    return value if least <= value <= most else None


def is_true(text: str | None) -> bool:
    """An xs:boolean: ``1`` is as good as ``true``."""
    return (text or "").strip().lower() in _TRUE


def refs(text: str | None) -> tuple[str, ...]:
    """An xs:IDREFS."""
    return tuple((text or "").split())

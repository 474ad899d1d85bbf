"""The school's code on flyers and sheets, by which a parent reaches it on the portal without looking for a child.

It stands for the school's id and nothing else: 39 bits that nobody guesses, and that every PC of the school prints alike,
offline. It opens a form, so it is no secret.
"""

from __future__ import annotations

import hashlib

from app.models.secrets import ALPHABET, GROUP_LENGTH, grouped, typed

LENGTH = 8
REFERENCE_LENGTH = 9
"""Of a request's reference, « K7R-3HN-PX2 »: 44 bits."""


def help_code(school_id: str) -> str:
    """The code of a school, without spaces."""
    return letters(hashlib.sha256(f"aide:{school_id}".encode()).digest(), LENGTH)


def shown_code(school_id: str) -> str:
    """« K7RW 3HNP »."""
    return grouped(help_code(school_id))


def read_code(text: str) -> str | None:
    """A code as typed (small letters, spaces, hyphens), or None where it is none."""
    code = typed(text)
    return code if len(code) == LENGTH == 2 * GROUP_LENGTH and set(code) <= set(ALPHABET) else None


def letters(digest: bytes, length: int) -> str:
    """The first ``length`` characters, without look-alikes, that a digest of at least 16 bytes makes."""
    value, found = int.from_bytes(digest[:16], "big"), ""
    for _ in range(length):
        value, place = divmod(value, len(ALPHABET))
        found += ALPHABET[place]
    return found


def shown_reference(reference: str) -> str:
    """« K7R-3HN-PX2 »."""
    return "-".join(reference[start : start + 3] for start in range(0, len(reference), 3))

"""Enrolment codes of PCs: 84 bits in an alphabet without look-alikes; what a server keeps of them."""

from __future__ import annotations

import hashlib

from app.models.ids import RandomBytes
from app.models.secrets import ALPHABET

LENGTH = 17
"""17 characters of 31: 84 bits, above the 80 that an enrolment code must have."""
_FAIR = 256 - 256 % len(ALPHABET)


def new_code(random_bytes: RandomBytes) -> str:
    """A fresh code in groups of four, « K7RW-3HNP-XD4T-9M2Q-C »; each character equally likely."""
    chosen: list[str] = []
    while len(chosen) < LENGTH:
        chosen += [ALPHABET[byte % len(ALPHABET)] for byte in random_bytes(LENGTH) if byte < _FAIR]
    code = "".join(chosen[:LENGTH])
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def hash_code(code: str) -> str:
    """The stored form of a code; spaces, hyphens and case do not matter in it."""
    plain = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(plain.encode()).hexdigest()

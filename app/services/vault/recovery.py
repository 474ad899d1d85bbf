"""The recovery code: 28 characters on paper from which the vault's key derives (docs/adr/0003).

27 of them are random, 133 bits; the last one checks the others. The alphabet has 31 characters, a prime: the weighted
sum modulo 31 tells every single wrong character and every two that changed places.
"""

from __future__ import annotations

import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.models.errors import VaultError
from app.models.ids import RandomBytes
from app.models.secrets import ALPHABET

LENGTH = 28
GROUP = 4
KEY_BYTES = 32
_FAIR = 256 - 256 % len(ALPHABET)
_PURPOSE = b"preau vault key 1"


def new_code(random_bytes: RandomBytes) -> str:
    """A fresh code as it is printed: seven groups of four characters."""
    chosen: list[str] = []
    while len(chosen) < LENGTH - 1:
        chosen += [ALPHABET[byte % len(ALPHABET)] for byte in random_bytes(LENGTH) if byte < _FAIR]
    start = "".join(chosen[: LENGTH - 1])
    return grouped(start + _check(start))


def grouped(code: str) -> str:
    """« ABCD-EFGH-… »: the form on paper."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str) -> str:
    """A code as people type it, in its 28 characters. Raises VaultError where it cannot be one, and says what to look at."""
    code = re.sub(r"[\s\-‐‑–—.]", "", text).upper()
    foreign = sorted(set(code) - set(ALPHABET))
    if foreign:
        shown = ", ".join(foreign)
        raise _mistyped(f"il ne contient jamais {shown} (ni 0, O, 1, I, L)")
    if len(code) != LENGTH:
        raise _mistyped(f"il a {LENGTH} caractères, et {len(code)} ont été saisis")
    if _check(code[:-1]) != code[-1]:
        raise _mistyped("un caractère est faux, ou deux sont inversés")
    return code


def key_of(code: str) -> bytes:
    """The 32-byte key of a vault from its code, as typed. Raises VaultError like ``read_code``.

    The code has 133 bits of its own: a slow function would add nothing.
    """
    return HKDF(hashes.SHA256(), KEY_BYTES, None, _PURPOSE).derive(read_code(code).encode("ascii"))


def _check(start: str) -> str:
    weighted = sum(place * ALPHABET.index(character) for place, character in enumerate(start, 1))
    return ALPHABET[weighted * _INVERSE % len(ALPHABET)]


_INVERSE = pow(-LENGTH, -1, len(ALPHABET))
"""Makes the weighted sum of all 28 characters 0 modulo 31."""


def _mistyped(why: str) -> VaultError:
    return VaultError("recovery_mistyped", f"Ce n’est pas un code de récupération\u00a0: {why}. Vérifiez votre papier.")

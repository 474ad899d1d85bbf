"""Provisional passwords and sheet tokens: their alphabet, their shape on paper, and how they are recognised.

Source: reference table « Secrets »: 12 characters of an alphabet without look-alikes, printed in three groups; a
128-bit token for the QR code; Argon2id m=19456, t=2, p=1 (OWASP), whose parameters are checked exactly, because the
hash is made on a PC.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta

from app.models.ids import RandomBytes

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Capitals and digits without 0/O, 1/I/L: 31 characters, so 59 bits for 12 of them."""

PASSWORD_LENGTH = 12
GROUP_LENGTH = 4
TOKEN_BYTES = 16

ARGON2_MEMORY_KIB = 19456
ARGON2_TIME = 2
ARGON2_LANES = 1
ARGON2_SALT_BYTES = 16
ARGON2_HASH_BYTES = 32
PASSWORD_HASH_PATTERN = (
    rf"^\$argon2id\$v=19\$m={ARGON2_MEMORY_KIB},t={ARGON2_TIME},p={ARGON2_LANES}"
    r"\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$"
)
TOKEN_HASH_PATTERN = r"^[0-9a-f]{64}$"  # noqa: S105 - a shape, no secret

SHEET_LIFE = timedelta(days=92)
"""Three months from the server's acceptance, unless the school's setting ``sheet_life_days`` says otherwise."""

_FAIR = 256 - 256 % len(ALPHABET)
_HASH = re.compile(PASSWORD_HASH_PATTERN)


def new_password(random_bytes: RandomBytes) -> str:
    """Twelve characters of ``ALPHABET``, each equally likely (bytes that would favour some are thrown away)."""
    chosen: list[str] = []
    while len(chosen) < PASSWORD_LENGTH:
        chosen += [ALPHABET[byte % len(ALPHABET)] for byte in random_bytes(PASSWORD_LENGTH) if byte < _FAIR]
    return "".join(chosen[:PASSWORD_LENGTH])


def grouped(password: str) -> str:
    """The password as it is printed and shown: groups of four, one space between them."""
    return " ".join(password[start : start + GROUP_LENGTH] for start in range(0, len(password), GROUP_LENGTH))


def typed(text: str) -> str:
    """A provisional password as people type it (small letters, spaces, hyphens) in the form that is hashed."""
    return re.sub(r"[\s\-‐‑–—]", "", text).upper()


def new_token(random_bytes: RandomBytes) -> str:
    """A single-use token of 128 bits, as 22 characters that need no escaping in an address."""
    return base64.urlsafe_b64encode(random_bytes(TOKEN_BYTES)).rstrip(b"=").decode("ascii")


def token_hash(token: str) -> str:
    """The SHA-256 of a token in hexadecimal: all that a server keeps of it."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def is_password_hash(text: str) -> bool:
    """True for an Argon2id hash with exactly our parameters, lengths included."""
    return _HASH.fullmatch(text) is not None


def activation_address(portal_url: str, token: str) -> str:
    """The address in a sheet's QR code."""
    return f"{portal_url.rstrip('/')}/a/{token}"

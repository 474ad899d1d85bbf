"""Passwords that have leaked elsewhere, where the operator gives a list: SHA-1 in hexadecimal, a line each, in order.

That is the form of « Pwned Passwords » (« ABCD…:42 » a line, 40 GB): what follows the 40 digits is left aside. The list is
searched where it lies, in some forty looks; nothing of a password leaves this machine.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.models.errors import Refused

DIGITS = 40


@dataclass(frozen=True, slots=True)
class Leaked:
    """One list. Raises Refused for a file that is none."""

    path: Path

    def __post_init__(self) -> None:
        try:
            with self.path.open("rb") as file:
                first = file.readline(200)[:DIGITS]
            if len(bytes.fromhex(first.decode("ascii"))) * 2 < DIGITS:
                raise ValueError("too short")
        except (OSError, ValueError) as error:
            raise Refused(
                "leaked_passwords",
                f"PREAU_LEAKED_PASSWORDS\u00a0: {self.path} n’est pas une liste d’empreintes SHA-1 triées.",
            ) from error

    def has(self, password: str) -> bool:
        """Whether the list has this password."""
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self.path.open("rb") as file:
            low, high = 0, file.seek(0, 2)
            while low < high:  # the wanted line begins in [low, high)
                middle = (low + high) // 2
                line, ends = _line_at(file, middle)
                if line[:DIGITS].upper() < wanted:
                    low = ends
                else:
                    high = middle
            return _line_at(file, low)[0][:DIGITS].upper() == wanted


def _line_at(file: BinaryIO, place: int) -> tuple[bytes, int]:
    """The first line that begins at ``place`` or after it, and where it ends; a line beyond every other at the end."""
    file.seek(max(place - 1, 0))
    if place:
        file.readline()  # the end of the line before, or of the one that ``place`` is in
    line = file.readline()
    return (line, file.tell()) if line else (b"~", file.tell())

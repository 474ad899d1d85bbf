"""Passwords that parents choose: one policy object writes the sentence and does the check; hashing never blocks a page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.models.secrets import ARGON2_HASH_BYTES, ARGON2_LANES, ARGON2_MEMORY_KIB, ARGON2_SALT_BYTES, ARGON2_TIME
from app.server.accounts.common import is_common, plain
from app.services.languages import source as _

Result = TypeVar("Result")

_EDUCONNECT = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[0-9A-Za-z]{8,14}")


@dataclass(frozen=True, slots=True)
class Policy:
    """``sentence`` stands under the field; ``problem`` is None for a password that may be chosen."""

    name: str
    sentence: str
    least: int
    most: int
    check: Callable[[str], bool]
    leaked: Callable[[str], bool] = lambda _password: False
    """Whether a password stands on the operator's list of those that leaked elsewhere."""

    def problem(self, password: str, *, own: Iterable[str]) -> str | None:
        """Why this password is refused, in a sentence; ``own`` are the person's own data, that it must not be made of."""
        if not self.check(password):
            return self.sentence
        if len(set(password)) < 4 or is_common(password) or self.leaked(password):
            return _("Ce mot de passe est trop courant : choisissez-en un autre.")
        whole = left = plain(password)
        for part in map(plain, own):
            left = left.replace(part, "") if len(part) >= 4 else left
        if left != whole and len(left) < 6:
            return _("Ce mot de passe ressemble trop à votre nom ou à votre identifiant : choisissez-en un autre.")
        return None


POLICIES = {
    "renforcée": Policy(
        "renforcée",
        _("Au moins 12 caractères. Une phrase courte convient très bien."),
        12,
        128,
        lambda password: 12 <= len(password) <= 128,
    ),
    "educonnect-2019": Policy(
        "educonnect-2019",
        _(
            "Entre 8 et 14 caractères (uniquement chiffres et lettres non accentuées, minuscules ou majuscules, "
            "au moins un chiffre et une lettre)."
        ),
        8,
        14,
        lambda password: _EDUCONNECT.fullmatch(password) is not None,
    ),
}


class Busy(Exception):
    """Too many passwords wait to be checked: the answer is 503, come back later."""


class Hashing:
    """Argon2id on a few threads, with a bounded queue."""

    def __init__(self, *, workers: int, waiting: int) -> None:
        self._hasher = PasswordHasher(
            time_cost=ARGON2_TIME,
            memory_cost=ARGON2_MEMORY_KIB,
            parallelism=ARGON2_LANES,
            hash_len=ARGON2_HASH_BYTES,
            salt_len=ARGON2_SALT_BYTES,
        )
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="preau-argon2")
        self._limit = workers + waiting
        self._under_way = 0
        self._dummy = self._hasher.hash("an account that does not exist")

    @property
    def threads(self) -> Executor:
        """Where ``check`` is to run, by who holds a place."""
        return self._pool

    @property
    def under_way(self) -> int:
        """How many are being checked, or wait."""
        return self._under_way

    @property
    def limit(self) -> int:
        """How many there may be before the answer is Busy."""
        return self._limit

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of those that may be under way: a log-in holds it from its beginning, so that those sent away cost little.

        Raises Busy.
        """
        if self._under_way >= self._limit:
            raise Busy
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def hash(self, password: str) -> str:
        """The stored form of a chosen password. Raises Busy."""
        return await self.run(lambda: self._hasher.hash(password))

    async def verify(self, password: str, stored: Iterable[str]) -> int | None:
        """``check``, off the event loop. Raises Busy."""
        return await self.run(lambda: self.check(password, stored))

    def check(self, password: str, stored: Iterable[str], *, as_many_as: int = 1) -> int | None:
        """The place of the hash that the password opens, or None.

        A refusal costs at least ``as_many_as`` hashes: an unknown account is not told by its time.
        """
        hashes = list(stored)
        hashes += [self._dummy] * (as_many_as - len(hashes))
        for place, one in enumerate(hashes):
            try:
                if self._hasher.verify(one, password):
                    return None if one is self._dummy else place
            except (VerificationError, InvalidHashError):
                continue
        return None

    async def run(self, work: Callable[[], Result]) -> Result:
        """Carry out ``work`` on the threads. Raises Busy."""
        with self.place():
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=True)

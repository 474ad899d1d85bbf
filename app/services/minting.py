"""New provisional secrets: a password and a token for each account of a plan, hashed for the server, sealed for the school.

Hashing is slow on purpose (Argon2id), so that it goes on in other threads while the sheets are drawn.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType, TracebackType
from typing import Self

from app.models.acts_notify import SheetFields
from app.models.secrets import ALPHABET, ARGON2_SALT_BYTES, new_password, new_token, token_hash
from app.models.tables import Row
from app.services.desk import Desk
from app.services.hashing import hash_password
from app.services.letters.batch import Cancellation, Cancelled
from app.services.letters.plan import PlannedSheet, day_of
from app.services.sealing import SchoolKey, SheetSecret, ensure_school_key, seal_secret

Progress = Callable[[int, int], None]
"""Told (sheets done, sheets in all), from the thread that works."""


def batch_number(desk: Desk, school: Row, prefix: str) -> str:
    """« L-0912-3F »: the day where the school is, and two characters that tell apart the batches of a day."""
    day = day_of(desk.now(), school)
    first, second = (ALPHABET[byte % len(ALPHABET)] for byte in desk.random_bytes(2))
    return f"{prefix}-{day:%m%d}-{first}{second}"


@dataclass(frozen=True, slots=True)
class _Made:
    """The secrets of one sheet, and the hash that is on its way."""

    sheet_id: str
    secret: SheetSecret | None
    password_hash: Future[str] | None


class Mint:
    """The secrets of one batch. ``secrets`` are there at once; ``sheets`` waits for the hashes.

    ``kept`` holds, by account, passwords that were given before and stay as they are.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        school_id: str,
        sheets: Sequence[PlannedSheet],
        progress: Progress,
        kept: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._desk, self._planned, self._kept = desk, tuple(sheets), kept
        with desk.vault.write() as connection:
            self._key = ensure_school_key(
                connection, school_id=school_id, clock=desk.clock, random_bytes=desk.random_bytes
            )
        self._counter = _Counter(progress, len(self._planned))
        self._pool = ThreadPoolExecutor(1 + (os.cpu_count() or 1), thread_name_prefix="hash")
        self._made: list[_Made] = []

    def __enter__(self) -> Self:
        self._made = [self._make(sheet) for sheet in self._planned]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def secrets(self) -> Iterator[tuple[PlannedSheet, SheetSecret | None]]:
        """What is secret on each sheet; None on a reminder."""
        for sheet, made in zip(self._planned, self._made, strict=True):
            yield sheet, made.secret

    def drawn(self, pages: int = 1) -> None:
        """Some more pages are drawn, by this thread."""
        self._counter.drawn(pages)

    def sheets(self, cancelled: Cancelled) -> tuple[SheetFields, ...]:
        """The sheets as the act holds them, once their passwords are hashed. Raises Cancellation."""
        found = []
        for sheet, made in zip(self._planned, self._made, strict=True):
            if cancelled():
                raise Cancellation
            found.append(_sheet_fields(self._desk, made, sheet, self._key))
            self._counter.drawn()
        return tuple(found)

    def _make(self, sheet: PlannedSheet) -> _Made:
        """Choose the secrets of a sheet and send the password to be hashed."""
        desk = self._desk
        if not sheet.with_secret:
            self._counter.hashed()
            return _Made(desk.new_id(), None, None)
        password = self._kept.get(sheet.recipient.account_id) or new_password(desk.random_bytes)
        secret = SheetSecret(password, new_token(desk.random_bytes))
        future = self._pool.submit(hash_password, secret.password, desk.random_bytes(ARGON2_SALT_BYTES))
        future.add_done_callback(self._counter.hashed)
        return _Made(desk.new_id(), secret, future)


class _Counter:
    """Counts drawn pages and ready passwords together, half a sheet each, so that the bar never stands still."""

    def __init__(self, progress: Progress, sheets: int) -> None:
        self._progress, self._sheets, self._drawn, self._shown = progress, sheets, 0, -1
        self._hashed, self._lock = 0, Lock()

    def hashed(self, _: object = None) -> None:
        """One more password is ready; called by any thread."""
        with self._lock:
            self._hashed += 1

    def drawn(self, pages: int = 0) -> None:
        """Some more pages are drawn; called by the printing thread, which is the one that tells the progress."""
        self._drawn += pages
        done = (self._drawn + self._hashed) // 2
        if done != self._shown:
            self._shown = done
            self._progress(done, self._sheets)


def _sheet_fields(desk: Desk, made: _Made, sheet: PlannedSheet, key: SchoolKey) -> SheetFields:
    sealed: dict[str, str | int] = {}
    if made.secret is not None and made.password_hash is not None:
        sealed = {
            "sealed": seal_secret(made.secret, key=key, sheet_id=made.sheet_id, random_bytes=desk.random_bytes),
            "key_version": key.version,
            "password_hash": made.password_hash.result(),
            "token_hash": token_hash(made.secret.token),
        }
    return SheetFields.model_validate(
        {
            "sheet_id": made.sheet_id,
            "account_id": sheet.recipient.account_id,
            "guardian_id": sheet.recipient.guardian_id,
            "classroom_id": sheet.classroom_id,
            "classroom_label": sheet.classroom or None,
            "number": sheet.number,
            "total": sheet.total,
            "letter": sheet.letter,
            "login": sheet.recipient.login,
            "with_secret": sheet.with_secret,
            "by_post": sheet.by_post,
            **sealed,
        }
    )

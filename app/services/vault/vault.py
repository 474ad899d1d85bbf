"""An opened vault: a SQLCipher file, one writer, many readers, nothing lost once a write has returned."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from app.models.errors import VaultError
from app.models.tables import metadata as school_metadata
from app.services.vault import schema
from app.services.vault.faults import in_words
from app.services.vault.lock import FileLock
from app.services.vault.tables import metadata as desk_metadata

CACHE_KIB = 64 * 1024
BUSY_TIMEOUT_S = 5.0
KEY_BYTES = 32
SALT_BYTES = 16
"""SQLCipher's salt, in clear at the start of each file. With a raw key it makes the key of the pages' HMAC only."""


class Vault:
    """Use ``create_vault`` and ``open_vault``. ``write`` is for one thread at a time, ``read`` for any number."""

    def __init__(self, path: Path, engine: Engine, lock: FileLock | None) -> None:
        self.path = path
        self.read_only = lock is None
        self._engine = engine
        self._lock = lock
        self._writing = threading.RLock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the file from its first query to its last."""
        with self._engine.connect() as connection, connection.begin(), in_words(self.path):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The writer's connection: committed and durable on exit, rolled back on any exception.

        Raises VaultError where the vault was opened for reading, or where the disk refuses.
        """
        if self.read_only:
            raise VaultError(
                "vault_in_use", "Préau est déjà ouvert sur ce fichier : fermez sa fenêtre, puis réessayez."
            )
        with self._writing, in_words(self.path), self._engine.connect() as connection:
            connection = connection.execution_options(preau_write=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close the file and let go of it. Does nothing the second time."""
        self._engine.dispose()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def create_vault(path: Path, *, key: bytes, salt: bytes | None = None) -> Vault:
    """A new vault at ``path``, encrypted with the 32 raw bytes of ``key``. Raises VaultError where one is there already.

    ``salt`` (16 bytes, random where not given) begins the file and is the vault's id. A failure leaves no file behind.
    """
    if path.exists():
        raise VaultError("vault_exists", f"Un fichier {path.name} existe déjà dans ce dossier : rien n’a été changé.")
    if not path.parent.is_dir():
        raise VaultError("folder_missing", f"Le dossier {path.parent} n’existe pas. Choisissez un autre dossier.")
    lock = FileLock.acquire(path)
    engine = _engine(path, key, mode="rwc", salt=salt or b"")
    try:
        with in_words(path), engine.connect() as connection, connection.execution_options(preau_write=True).begin():
            school_metadata.create_all(connection)
            desk_metadata.create_all(connection)
            schema.stamp(connection)
    except BaseException:
        engine.dispose()
        remove_files(path)
        lock.release()
        raise
    return Vault(path, engine, lock)


def open_vault(path: Path, *, key: bytes, read_only: bool = False) -> Vault:
    """Open the vault at ``path``. Raises VaultError, with the file as it was, for each reason why it cannot be."""
    check_file(path)
    lock = None if read_only else _lock_for_writing(path)
    engine = _engine(path, key, mode="ro" if read_only else "rw")
    try:
        with in_words(path), engine.connect() as connection:
            schema.check(connection, path)
    except BaseException:
        engine.dispose()
        if lock is not None:
            lock.release()
        raise
    return Vault(path, engine, lock)


def check_file(path: Path) -> None:
    """Raise VaultError where ``path`` is no file, cannot be read, is empty, or is a plain SQLite file."""
    if not path.is_file():
        raise VaultError("vault_missing", f"Le fichier {path} est introuvable. Vérifiez le dossier, ou la clé USB.")
    try:
        with path.open("rb") as file:
            start = file.read(SALT_BYTES)
    except OSError as error:
        raise VaultError("vault_unreadable", f"Le fichier {path} ne peut pas être lu : {error.strerror}.") from error
    if len(start) < SALT_BYTES or start == b"SQLite format 3\x00":
        raise VaultError("not_a_vault", f"{path.name} n’est pas un fichier de Préau.")


def remove_files(path: Path) -> None:
    """Remove a database file of ours and what SQLite lays beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _lock_for_writing(path: Path) -> FileLock:
    lock = FileLock.acquire(path)
    if not os.access(path, os.W_OK):
        lock.release()
        raise VaultError("vault_read_only", f"Le fichier {path.name} est en lecture seule : rien n’a été changé.")
    return lock


def connect(path: Path, key: bytes, *, mode: str, salt: bytes = b"") -> Any:
    """A bare SQLCipher connection. ``mode`` is SQLite's: ``ro``, ``rw`` or ``rwc``."""
    connection = dbapi2.connect(
        f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False,
        isolation_level=None,
    )  # fmt: skip
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}{salt.hex()}'\"")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        if mode != "ro":
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _engine(path: Path, key: bytes, *, mode: str, salt: bytes = b"") -> Engine:
    if len(key) != KEY_BYTES:
        raise VaultError("bad_key", "La clé d’un fichier de Préau a 32 octets (64 chiffres hexadécimaux).")
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: connect(path, key, mode=mode, salt=salt),
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Take the writer's lock at the start of a write, so that a write never fails half-way for want of it."""
    immediate = connection.get_execution_options().get("preau_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

"""An opened vault: a SQLCipher file, one writer, many readers, nothing lost once a write has returned."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from app.models.errors import VaultError
from app.models.tables import metadata as school_metadata
from app.services.vault import schema
from app.services.vault.faults import in_words
from app.services.vault.files import KEY_BYTES, check_file, connect, copy_whole, remove_files
from app.services.vault.lock import FileLock
from app.services.vault.tables import metadata as desk_metadata


class Vault:
    """Use ``create_vault`` and ``open_vault``. ``write`` is for one thread at a time, ``read`` for any number."""

    def __init__(self, path: Path, key: bytes, engine: Engine, lock: FileLock | None) -> None:
        self.path = path
        self.read_only = lock is None
        self._key = key
        self._engine = engine
        self._lock = lock
        self._writing = threading.RLock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the file from its first query to its last."""
        with in_words(self.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The writer's connection: committed and durable on exit, rolled back on any exception.

        Raises VaultError where the vault was opened for reading, or where the disk refuses.
        """
        if self.read_only:
            raise VaultError(
                "vault_in_use", "Préau est déjà ouvert sur ce fichier\u00a0: fermez sa fenêtre, puis réessayez."
            )
        with self._writing, in_words(self.path), self._engine.connect() as connection:
            connection = connection.execution_options(preau_write=True)
            with connection.begin():
                yield connection

    def copy_to(self, target: Path) -> None:
        """A copy of one state of the vault, same key, same id, verified; reads and writes may go on. Raises VaultError."""
        connection = self._engine.raw_connection()
        try:
            copy_whole(connection, target, source=self.path, key=self._key)
        finally:
            connection.close()

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
        raise VaultError(
            "vault_exists", f"Un fichier {path.name} existe déjà dans ce dossier\u00a0: rien n’a été changé."
        )
    if not path.parent.is_dir():
        raise VaultError("folder_missing", f"Le dossier {path.parent} n’existe pas. Choisissez un autre dossier.")
    _check_key(key)
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
    return Vault(path, key, engine, lock)


def open_vault(path: Path, *, key: bytes, read_only: bool = False) -> Vault:
    """Open the vault at ``path``. Raises VaultError, with the file as it was, for each reason why it cannot be."""
    check_file(path)
    _check_key(key)
    lock = None if read_only else _lock_for_writing(path)
    vault = Vault(path, key, _engine(path, key, mode="ro" if read_only else "rw"), lock)
    try:
        with vault.read() as connection:
            found = schema.check(connection, path)
        if found < schema.VERSION:
            _bring_up_to_date(vault, found)
    except BaseException:
        vault.close()
        raise
    return vault


def _bring_up_to_date(vault: Vault, found: int) -> None:
    if vault.read_only:
        raise VaultError(
            "vault_older",
            f"{vault.path.name} vient d’une version plus ancienne de Préau\u00a0: ouvrez d’abord sa fenêtre, "
            "qui en fait une copie et le met à jour.",
        )
    from app.services.vault.upgrade import upgrade_vault  # Alembic is slow to import, and rarely needed

    upgrade_vault(vault, found=found)


def _lock_for_writing(path: Path) -> FileLock:
    lock = FileLock.acquire(path)
    if not os.access(path, os.W_OK):
        lock.release()
        raise VaultError("vault_read_only", f"Le fichier {path.name} est en lecture seule\u00a0: rien n’a été changé.")
    return lock


def _check_key(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise VaultError("bad_key", "La clé d’un fichier de Préau a 32 octets (64 chiffres hexadécimaux).")


def _engine(path: Path, key: bytes, *, mode: str, salt: bytes = b"") -> Engine:
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

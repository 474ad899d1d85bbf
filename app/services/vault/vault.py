"""An opened vault: a SQLCipher file, one writer, many readers, nothing lost once a write has returned."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError as SaDatabaseError
from sqlalchemy.exc import OperationalError as SaOperationalError
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from app.models.errors import VaultError
from app.models.tables import metadata as school_metadata
from app.services.vault import schema
from app.services.vault.lock import FileLock
from app.services.vault.tables import metadata as desk_metadata

CACHE_KIB = 64 * 1024
BUSY_TIMEOUT_S = 5.0
KEY_BYTES = 32


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
        with self._engine.connect() as connection, connection.begin(), _sentences(self.path):
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
        with self._writing, _sentences(self.path), self._engine.connect() as connection:
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


def create_vault(path: Path, *, key: bytes) -> Vault:
    """A new vault at ``path``, encrypted with the 32 raw bytes of ``key``. Raises VaultError where one is there already."""
    if path.exists():
        raise VaultError("vault_exists", f"Un fichier {path.name} existe déjà dans ce dossier : rien n’a été changé.")
    if not path.parent.is_dir():
        raise VaultError("folder_missing", f"Le dossier {path.parent} n’existe pas. Choisissez un autre dossier.")
    lock = FileLock.acquire(path)
    engine = _engine(path, key)
    try:
        with _sentences(path), engine.connect() as connection, connection.execution_options(preau_write=True).begin():
            school_metadata.create_all(connection)
            desk_metadata.create_all(connection)
            schema.stamp(connection)
    except BaseException:
        engine.dispose()
        lock.release()
        raise
    return Vault(path, engine, lock)


def open_vault(path: Path, *, key: bytes, read_only: bool = False) -> Vault:
    """Open the vault at ``path``. Raises VaultError, with the file as it was, for each reason why it cannot be."""
    check_file(path)
    lock = None if read_only else FileLock.acquire(path)
    engine = _engine(path, key, read_only=read_only)
    try:
        with _sentences(path), engine.connect() as connection:
            schema.check(connection, path)
    except BaseException:
        engine.dispose()
        if lock is not None:
            lock.release()
        raise
    return Vault(path, engine, lock)


def check_file(path: Path) -> None:
    """Raise VaultError where ``path`` is no file, is empty, or is a plain SQLite file."""
    if not path.is_file():
        raise VaultError("vault_missing", f"Le fichier {path} est introuvable. Vérifiez le dossier, ou la clé USB.")
    start = path.open("rb").read(16)
    if len(start) < 16 or start == b"SQLite format 3\x00":
        raise VaultError("not_a_vault", f"{path.name} n’est pas un fichier de Préau.")


def _engine(path: Path, key: bytes, *, read_only: bool = False) -> Engine:
    if len(key) != KEY_BYTES:
        raise VaultError("bad_key", "La clé d’un fichier de Préau a 32 octets (64 chiffres hexadécimaux).")

    def connect() -> Any:
        mode = "ro" if read_only else "rwc"
        connection = dbapi2.connect(
            f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False,
            isolation_level=None,
        )  # fmt: skip
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        return connection

    engine = create_engine(
        "sqlite://", module=dbapi2, creator=connect, poolclass=QueuePool, pool_size=4, max_overflow=8
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Take the writer's lock at the start of a write, so that a write never fails half-way for want of it."""
    immediate = connection.get_execution_options().get("preau_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Turn what SQLCipher says into what a director can act upon."""
    try:
        yield
    except (SaDatabaseError, dbapi2.DatabaseError) as error:
        raise explain(error, path) from error


def explain(error: Exception, path: Path) -> Exception:
    """The VaultError for a database error, or the error itself where it is our own fault."""
    text = str(error).lower()
    for needle, code, sentence in _REASONS:
        if needle in text:
            return VaultError(code, sentence.format(name=path.name, folder=path.parent))
    if isinstance(error, SaOperationalError | dbapi2.OperationalError):
        return VaultError("vault_unreadable", f"Le fichier {path.name} ne peut pas être lu ou écrit : {error.args[0]}")
    return error


_REASONS = (
    ("file is not a database", "wrong_key", "La clé n’ouvre pas {name} : ce n’est pas la bonne clé, ou le fichier est abîmé. "
     "Saisissez la phrase de passe ou le code de récupération."),
    ("malformed", "vault_damaged", "Le fichier {name} est abîmé. Rien n’y a été changé : restaurez la dernière sauvegarde."),
    ("disk image", "vault_damaged", "Le fichier {name} est abîmé. Rien n’y a été changé : restaurez la dernière sauvegarde."),
    ("full", "disk_full", "Le disque de {folder} est plein : rien n’a été enregistré. Libérez de la place, puis réessayez."),
    ("disk i/o error", "disk_full", "Le disque de {folder} refuse l’écriture (plein ou débranché) : rien n’a été enregistré."),
    ("readonly", "vault_read_only", "Le fichier {name} ou son dossier est en lecture seule : rien n’a été enregistré."),
    ("unable to open", "vault_read_only", "Le dossier {folder} ne permet pas d’écrire {name} : choisissez un autre dossier."),
    ("locked", "vault_in_use", "Le fichier {name} est occupé par un autre programme. Fermez-le, puis réessayez."),
)  # fmt: skip

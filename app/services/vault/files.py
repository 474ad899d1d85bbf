"""The file of a vault: its id, its first look, its connections, a verified copy of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from app.models.errors import VaultError
from app.services.vault import schema
from app.services.vault.faults import in_words

CACHE_KIB = 64 * 1024
BUSY_TIMEOUT_S = 5.0
KEY_BYTES = 32
SALT_BYTES = 16
"""SQLCipher's salt, in clear at the start of each file. With a raw key it makes the key of the pages' HMAC only."""


def check_file(path: Path) -> None:
    """Raise VaultError where ``path`` is no file, cannot be read, is empty, or is a plain SQLite file."""
    if not path.is_file():
        raise VaultError("vault_missing", f"Le fichier {path} est introuvable. Vérifiez le dossier, ou la clé USB.")
    try:
        with path.open("rb") as file:
            start = file.read(SALT_BYTES)
    except OSError as error:
        raise VaultError(
            "vault_unreadable", f"Le fichier {path} ne peut pas être lu\u00a0: {error.strerror}."
        ) from error
    if len(start) < SALT_BYTES or start == b"SQLite format 3\x00":
        raise VaultError("not_a_vault", f"{path.name} n’est pas un fichier de Préau.")


def vault_id(path: Path) -> str:
    """The id of a vault and of its copies: the salt that opens its file, 32 hexadecimal digits. Says nothing of the key."""
    check_file(path)
    with path.open("rb") as file:
        return file.read(SALT_BYTES).hex()


def remove_files(path: Path) -> None:
    """Remove a database file of ours and what SQLite lays beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


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


def find_troubles(connection: Any) -> list[str]:
    """What is wrong with the pages or the structure, in SQLCipher's own words; empty for a whole file.

    Reads the whole file: some 5 ms for each MB.
    """
    broken = [str(row[0]) for row in connection.execute("PRAGMA cipher_integrity_check")]
    if broken:
        return broken
    found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(10)")]
    return [] if found == ["ok"] else found


def damaged(path: Path, troubles: list[str]) -> VaultError:
    """The refusal for a file with these troubles."""
    plural = "s" if len(troubles) > 1 else ""
    return VaultError(
        "vault_damaged",
        f"Le fichier {path.name} est abîmé ({len(troubles)} endroit{plural}). Rien n’y a été changé\u00a0: "
        "restaurez la dernière sauvegarde.",
        troubles=troubles[:10],
    )


def verify(path: Path, *, key: bytes) -> int:
    """Open and read a closed vault from end to end; returns its version. Raises VaultError: newer, damaged, wrong key."""
    check_file(path)
    with in_words(path):
        connection = connect(path, key, mode="ro")
        try:
            version = schema.check_number(connection.execute("PRAGMA user_version").fetchone()[0], path)
            troubles = find_troubles(connection)
        finally:
            connection.close()
    if troubles:
        raise damaged(path, troubles)
    return version


def copy_whole(connection: Any, target: Path, *, source: Path, key: bytes) -> None:
    """Copy an open vault to ``target``, encrypted alike: one state of it, verified, flushed, then named.

    ``connection`` is a bare one on ``source``; others may read and write meanwhile. Raises VaultError, with nothing at
    ``target``.
    """
    draft = target.with_name(f".{target.name}.partiel")
    try:
        remove_files(draft)  # left by a power cut
        with in_words(target):
            _vacuum_into(connection, draft, source)
        verify(draft, key=key)
        publish(draft, target)
    finally:
        remove_files(draft)


def publish(draft: Path, target: Path) -> None:
    """Flush a finished file and give it its name. Raises VaultError where the disk refuses."""
    try:
        flush(draft)
        draft.replace(target)
        flush_folder(target.parent)
    except OSError as error:
        raise VaultError(
            "disk_full",
            f"Le disque de {target.parent} refuse l’écriture ({error.strerror})\u00a0: rien n’a été enregistré.",
        ) from error


def flush(path: Path) -> None:
    """Bring a file's content to the disk itself. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Bring a folder's names to the disk itself, where the system knows how (Windows does it by itself)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _vacuum_into(connection: Any, draft: Path, source: Path) -> None:
    """A page that cannot be read is the source's trouble; all the rest is the target's."""
    try:
        connection.execute("VACUUM INTO ?", (str(draft.resolve()),))
    except dbapi2.DatabaseError as error:
        if "malformed" in str(error):
            raise damaged(source, [str(error)]) from error
        raise

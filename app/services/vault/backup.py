"""An encrypted backup in a folder or on a USB stick, and its restore.

A backup is a vault like any other: the same key opens it, so the same keyring, passphrase or printed recovery code.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from sqlcipher3 import dbapi2

from app.models.clock import Clock
from app.models.errors import VaultError
from app.services.vault.files import connect, flush, flush_folder, publish, remove_files, vault_id, verify
from app.services.vault.keyrings import Keyring
from app.services.vault.keys import find_key, proving
from app.services.vault.lock import FileLock
from app.services.vault.passphrase import check_passphrase, key_file, wraps
from app.services.vault.vault import Vault

_NAME = re.compile(r"^Preau-sauvegarde-(\d{4})-(\d{2})-(\d{2})-(\d{2})(\d{2})(?:-\d+)?\.preau$")


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup in a folder. ``made_at`` is the PC's own time, « 24-11-2026 à 14 h 05 »."""

    path: Path
    made_at: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored vault, closed, and where the one before it was kept, or None where there was none.

    What this PC did after the backup is in ``kept_aside`` and, if it was sent, on the server. At its first
    synchronisation the server may answer ``device_copied``: the PC then enters again with a new enrolment code, and its
    queue is kept.
    """

    path: Path
    kept_aside: Path | None
    sentence: str


def back_up(vault: Vault, folder: Path, *, clock: Clock, zone: tzinfo | None = None) -> Backup:
    """Copy an open vault into ``folder``: one state, encrypted alike, read back from end to end, then named.

    ``zone`` is the PC's own where not given. Raises VaultError: folder missing or read-only, disk full, vault damaged.
    """
    if not folder.is_dir():
        raise VaultError("folder_missing", f"Le dossier {folder} n’existe pas. Branchez la clé USB, puis réessayez.")
    target = free_name(folder / f"Preau-sauvegarde-{clock().astimezone(zone):%Y-%m-%d-%H%M}.preau")
    copy_with_key(vault, target)
    return _backup(target)


def copy_with_key(vault: Vault, target: Path) -> None:
    """Copy an open vault, and its key file where it has one. Raises VaultError, with nothing at ``target``."""
    wrapped = key_file(vault.path)
    try:
        if wraps(wrapped, vault_id=vault_id(vault.path)):
            _copy(wrapped, key_file(target))
        vault.copy_to(target)
    except BaseException:
        key_file(target).unlink(missing_ok=True)
        raise


def backups(folder: Path) -> tuple[Backup, ...]:
    """The backups in a folder, the newest first; none where there is no such folder."""
    if not folder.is_dir():
        return ()
    found = [path for path in folder.iterdir() if _NAME.match(path.name) and path.is_file()]
    return tuple(
        _backup(path) for path in sorted(found, key=lambda path: path.name.removesuffix(".preau"), reverse=True)
    )


def restore(
    backup: Path,
    path: Path,
    *,
    environ: Mapping[str, str],
    keyring: Keyring | None,
    passphrase: str | None = None,
    recovery: str | None = None,
    clock: Clock,
    zone: tzinfo | None = None,
) -> Restored:
    """Put a backup in the vault's place. The present vault must be closed; it is kept aside, never erased.

    The backup is first opened by the ways of ``keys.unlock`` and read from end to end. Then ``keys.unlock`` opens the
    vault, with the same answers. Raises VaultError, with the present vault as it was.
    """
    if backup.resolve() == path.resolve():
        raise VaultError("same_file", f"{backup.name} est le fichier ouvert lui-même\u00a0: choisissez une sauvegarde.")
    if recovery is not None and passphrase is not None:
        check_passphrase(passphrase)  # it is to be the new one: refused before anything is moved
    key = find_key(backup, environ=environ, keyring=keyring, passphrase=passphrase, recovery=recovery)
    with proving(backup, environ=environ, recovery=recovery):
        verify(backup, key=key)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock.acquire(path)
    try:
        _settle(path, key)
        moment = f"{clock().astimezone(zone):%Y-%m-%d-%H%M}"
        kept = _keep_aside(path, free_name(path.with_name(f"{path.stem}-avant-restauration-{moment}.preau")))
        _put_in_place(backup, path)
    finally:
        lock.release()
    return Restored(path, kept, _sentence(backup, kept))


def _settle(path: Path, key: bytes) -> None:
    """Bring the present vault's journal into its file, so that a power cut between the two steps below loses nothing.

    It may have another key or be damaged, which is why one restores: then the copy kept aside is what remains of it.
    """
    if not path.with_name(path.name + "-wal").exists():
        return
    with suppress(dbapi2.DatabaseError), closing(connect(path, key, mode="rw")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _put_in_place(backup: Path, path: Path) -> None:
    draft = path.with_name(f".{path.name}.partiel")
    try:
        _copy(backup, draft)
        remove_journals(path)
        publish(draft, path)
    finally:
        remove_files(draft)
    own_id = vault_id(path)
    if key_file(backup).exists():
        _copy(key_file(backup), key_file(path))
    elif not wraps(key_file(path), vault_id=own_id):
        key_file(path).unlink(missing_ok=True)


def _keep_aside(path: Path, aside: Path) -> Path | None:
    """Copy the present vault, journal and key file included, before anything of it is touched."""
    if not path.exists():
        return None
    for suffix in ("-wal", ".cle", ""):
        source = path.with_name(path.name + suffix)
        if source.exists():
            _copy(source, aside.with_name(aside.name + suffix))
    return aside


def remove_journals(path: Path) -> None:
    """A journal left by the vault before must never be played into the one that takes its place."""
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
        flush(target)
        flush_folder(target.parent)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise VaultError(
            "disk_full",
            f"Le disque de {target.parent} refuse l’écriture ({error.strerror})\u00a0: rien n’a été changé.",
        ) from error


def free_name(path: Path) -> Path:
    """``path``, or the same with a number where that name is taken."""
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_stem(f"{path.stem}-{number}")
    return candidate


def _backup(path: Path) -> Backup:
    found = _NAME.match(path.name)
    assert found is not None
    year, month, day, hour, minute = found.group(1, 2, 3, 4, 5)
    return Backup(path, f"{day}-{month}-{year} à {int(hour)} h {minute}", path.stat().st_size)


def _sentence(backup: Path, kept: Path | None) -> str:
    before = f" Le fichier d’avant est gardé sous le nom {kept.name}." if kept else ""
    return (
        f"{backup.name} est restauré.{before} Synchronisez\u00a0: le serveur rendra ce qui manque. S’il demande un nouveau "
        "code d’inscription pour ce poste, saisissez-le dans «\u00a0Mon école\u00a0»\u202f; rien n’est perdu."
    )

"""One window on one vault: an operating-system lock that dies with its process."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Self

from app.models.errors import VaultError


class FileLock:
    """A lock on ``<vault>.lock``, held until ``release`` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    @classmethod
    def acquire(cls, vault_path: Path) -> Self:
        """Take the lock. Raises VaultError where another window or command holds it, or where the folder is read-only."""
        path = vault_path.with_name(vault_path.name + ".lock")
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise VaultError(
                "vault_read_only",
                f"Le dossier {vault_path.parent} est en lecture seule ou inaccessible\u00a0: choisissez un autre dossier.",
            ) from error
        if not _lock(descriptor):
            os.close(descriptor)
            raise VaultError(
                "vault_in_use",
                f"Préau est déjà ouvert sur {vault_path.name}\u00a0: utilisez sa fenêtre, ou fermez-la puis réessayez.",
            )
        return cls(descriptor)

    def release(self) -> None:
        """Let go. Does nothing the second time."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

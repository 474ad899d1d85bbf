"""Getting at the vault: where it is, which key opens it, what to ask when none does. Without any widget."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.models.clock import Clock, system_clock
from app.models.errors import PreauError
from app.services.vault import keyrings
from app.services.vault.keyrings import Keyring
from app.services.vault.keys import (
    KEY_VARIABLE,
    PATH_VARIABLE,
    Opening,
    new_vault,
    recovery_code,
    secret_store,
    unlock,
    vault_path,
)
from app.services.vault.vault import Vault

ASK_PASSPHRASE = frozenset({"passphrase_needed", "wrong_passphrase"})
ASK_RECOVERY = frozenset({"key_not_found", "keyring_locked", "recovery_mistyped", "wrong_recovery"})
"""Codes of a VaultError that a person can answer; every other one ends the start with its sentence."""
DAMAGED = frozenset({"vault_damaged", "not_a_vault", "vault_unreadable"})
"""Codes for which a backup is offered."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How the person proves again: ``asks`` whether a passphrase is needed, ``prove`` raises VaultError where it fails."""

    asks: Callable[[], bool]
    prove: Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways into one vault. ``find_keyring`` is called late: the library is slow to import."""

    environ: Mapping[str, str]
    find_keyring: Callable[[], Keyring | None] = keyrings.system_keyring
    clock: Clock = system_clock

    @property
    def path(self) -> Path:
        return vault_path(self.environ)

    @property
    def exists(self) -> bool:
        """Whether there is a file to open: else it is a first run. A path given by a script is never replaced."""
        return self.path.exists()

    def has_keyring(self) -> bool:
        """Whether this machine keeps keys by itself."""
        return self._keyring() is not None

    def make(self, passphrase: str | None) -> Opening:
        """A new vault in the usual place. Raises VaultError, ``passphrase_needed`` where there is no keyring."""
        if PATH_VARIABLE not in self.environ:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        keyring = self._keyring()
        made = new_vault(self.path, environ=self.environ, keyring=keyring, passphrase=passphrase)
        return self._opening(made.vault, keyring)

    def open(self, passphrase: str | None = None, recovery: str | None = None) -> Opening:
        """Open the vault. Raises VaultError; its code says what to ask (ASK_PASSPHRASE, ASK_RECOVERY)."""
        keyring = self._keyring()
        vault = unlock(
            self.path, environ=self.environ, keyring=keyring, passphrase=passphrase, recovery=recovery
        )  # fmt: skip
        return self._opening(vault, keyring)

    def restore(self, backup: Path, passphrase: str | None = None, recovery: str | None = None) -> Opening:
        """Put a backup in the vault's place, keep the one before aside, and open it with the same answers."""
        from app.services.vault.backup import restore

        restore(
            backup, self.path, environ=self.environ, keyring=self._keyring(), passphrase=passphrase,
            recovery=recovery, clock=self.clock,
        )  # fmt: skip
        return self.open(passphrase, recovery)

    def back_up(self, vault: Vault, folder: Path) -> str:
        """Copy the open vault into a folder; returns the sentence that says so."""
        from app.services.vault.backup import back_up

        made = back_up(vault, folder, clock=self.clock)
        return f"Sauvegarde vérifiée\u00a0: {made.path.name}, le {made.made_at}."

    def proof(self) -> Proof:
        """How the person at the open window proves again that it is hers."""
        from app.services.vault.again import asks_passphrase, prove

        return Proof(
            asks=lambda: asks_passphrase(self.path, environ=self.environ),
            prove=lambda words: prove(self.path, environ=self.environ, keyring=self._keyring(), passphrase=words),
        )

    def _opening(self, vault: Vault, keyring: Keyring | None) -> Opening:
        try:
            secrets = secret_store(vault, environ=self.environ, keyring=keyring)
            return Opening(vault, secrets, recovery_code(vault))
        except BaseException:
            vault.close()
            raise

    def _keyring(self) -> Keyring | None:
        return None if self.environ.get(KEY_VARIABLE) else self.find_keyring()


def try_open(doors: Doors) -> Opening | PreauError:
    """Open without asking anything, or the reason why not."""
    try:
        return doors.open()
    except PreauError as error:
        return error


def environment() -> Mapping[str, str]:
    """The process's own environment."""
    return os.environ

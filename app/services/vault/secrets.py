"""Where a device's secrets live: the machine's keyring, or the vault itself where there is none."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import delete, insert, select

from app.services.vault import keyrings
from app.services.vault.keyrings import Keyring
from app.services.vault.tables import secrets
from app.services.vault.vault import Vault


class SecretStore(Protocol):
    """Named text secrets of one vault."""

    def fetch(self, name: str) -> str | None:
        """The secret of that name, or None."""

    def store(self, name: str, value: str) -> None:
        """Keep a secret, in place of the one before."""


class VaultSecrets:
    """Secrets kept in the vault: for scripts and for machines without a keyring."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def fetch(self, name: str) -> str | None:
        with self._vault.read() as connection:
            value: str | None = connection.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar()
            return value

    def store(self, name: str, value: str) -> None:
        with self._vault.write() as connection:
            connection.execute(delete(secrets).where(secrets.c.name == name))
            connection.execute(insert(secrets).values(name=name, value=value))


class KeyringSecrets:
    """Secrets kept in the operating system's keyring, under this vault's id. A vault copied to another PC lacks them."""

    def __init__(self, keyring: Keyring, vault_id: str) -> None:
        self._keyring = keyring
        self._vault_id = vault_id

    def fetch(self, name: str) -> str | None:
        return keyrings.fetch(self._keyring, f"{self._vault_id}:{name}")

    def store(self, name: str, value: str) -> None:
        keyrings.store(self._keyring, f"{self._vault_id}:{name}", value)

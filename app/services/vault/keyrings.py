"""The operating system's keyring, where it has one worth trusting. The library is imported at first use: it is slow."""

from __future__ import annotations

from typing import Protocol

from app.models.errors import VaultError

SERVICE = "preau"
_TRUSTED_PRIORITY = 1
"""Backends below it are refusals, nothing at all, or files in plain text (keyring's own scale)."""


class Keyring(Protocol):
    """What we use of a backend of the ``keyring`` library."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


def system_keyring() -> Keyring | None:
    """The session's keyring (Windows, macOS, Secret Service, KWallet), or None where there is none to trust."""
    import keyring

    backend = keyring.get_keyring()
    chained = getattr(backend, "backends", ()) or (backend,)  # several at once: a chain, whatever its links are worth
    return next((link for link in chained if link.priority >= _TRUSTED_PRIORITY), None)


def fetch(keyring: Keyring, user: str) -> str | None:
    """The entry of that name, or None. Raises VaultError where the keyring does not answer."""
    try:
        return keyring.get_password(SERVICE, user)
    except Exception as error:  # each backend has its own family: D-Bus, Windows, macOS
        raise _refused() from error


def store(keyring: Keyring, user: str, value: str) -> None:
    """Keep an entry, in place of the one before. Raises VaultError where the keyring refuses."""
    try:
        keyring.set_password(SERVICE, user, value)
    except Exception as error:
        raise _refused() from error


def forget(keyring: Keyring, user: str) -> None:
    """Remove an entry; one that is not there is no trouble."""
    try:
        keyring.delete_password(SERVICE, user)
    except Exception as error:
        if keyring.get_password(SERVICE, user) is not None:
            raise _refused() from error


def _refused() -> VaultError:
    return VaultError(
        "keyring_locked",
        "Le trousseau de mots de passe de ce poste est verrouillé ou ne répond pas. Déverrouillez-le "
        "(en général, il l’est à l’ouverture de la session), ou saisissez le code de récupération.",
    )

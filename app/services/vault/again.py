"""Proving again that the person at the PC may read the open vault, to unlock its window (docs/adr/0011)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.models.errors import VaultError
from app.services.vault.files import vault_id
from app.services.vault.keyrings import Keyring
from app.services.vault.keys import find_key, given_key
from app.services.vault.passphrase import key_file, unwrap_key, wraps


def asks_passphrase(path: Path, *, environ: Mapping[str, str]) -> bool:
    """Whether the vault has a passphrase: then it is asked, even where a keyring would open too."""
    return given_key(environ) is None and wraps(key_file(path), vault_id=vault_id(path))


def prove(path: Path, *, environ: Mapping[str, str], keyring: Keyring | None, passphrase: str | None) -> None:
    """The passphrase where there is one, else the keyring's consent now. Raises VaultError."""
    if not asks_passphrase(path, environ=environ):
        find_key(path, environ=environ, keyring=keyring)
    elif passphrase is None:
        raise VaultError("passphrase_needed", "Saisissez la phrase de passe pour déverrouiller Préau.")
    else:
        unwrap_key(key_file(path), passphrase=passphrase, vault_id=vault_id(path))

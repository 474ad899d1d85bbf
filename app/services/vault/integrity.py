"""Is a vault whole? Each page's seal, then the structure of the tables."""

from __future__ import annotations

from app.services.vault.files import damaged, find_troubles
from app.services.vault.vault import Vault


def check(vault: Vault) -> None:
    """Raise VaultError ``vault_damaged`` where any page was altered or the structure is broken. Changes nothing."""
    with vault.read() as connection:
        troubles = find_troubles(connection.connection)
    if troubles:
        raise damaged(vault.path, troubles)

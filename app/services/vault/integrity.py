"""Is a vault whole? Each page's seal, then the structure of the tables."""

from __future__ import annotations

from app.models.errors import VaultError
from app.services.vault.vault import Vault


def check(vault: Vault) -> None:
    """Raise VaultError ``vault_damaged`` where any page was altered or the structure is broken. Changes nothing.

    Reads the whole file: some 5 ms for each MB.
    """
    with vault.read() as connection:
        troubles = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
        if not troubles:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(10)")]
            troubles = [] if found == ["ok"] else found
    if troubles:
        raise VaultError(
            "vault_damaged",
            f"Le fichier {vault.path.name} est abîmé ({len(troubles)} endroit{'s' if len(troubles) > 1 else ''}). "
            "Rien n’y a été changé : restaurez la dernière sauvegarde.",
            troubles=troubles[:10],
        )

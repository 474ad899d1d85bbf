"""An older vault becomes one of this version: copied first, encrypted alike, then migrated in one transaction."""

from __future__ import annotations

from pathlib import Path

from app.models.errors import VaultError
from app.services.migrations.runner import Home, stamp, upgrade
from app.services.vault import schema
from app.services.vault.backup import copy_with_key, free_name
from app.services.vault.vault import Vault


def upgrade_vault(vault: Vault, *, found: int, home: Home = schema.HOME) -> Path:
    """Migrate an opened vault of version ``found`` to the head of ``home``; returns the copy of before.

    The version that counts is the file's own ``user_version``; Alembic's table is set from it. Raises VaultError, with
    the vault as it was: disk full (the copy did not fit), vault damaged, or ``migration_failed``.
    """
    copy = free_name(vault.path.with_name(f"{vault.path.stem}-avant-version-{int(home.head)}.preau"))
    copy_with_key(vault, copy)
    try:
        with vault.write() as connection:
            stamp(connection, home, revision=f"{found:04d}")
            upgrade(connection, home)
            schema.stamp(connection, version=int(home.head))
    except VaultError:
        raise
    except Exception as error:
        raise VaultError(
            "migration_failed",
            f"La mise à jour de {vault.path.name} n’a pas abouti. Rien n’y a été changé, et {copy.name} en est une copie. "
            "Gardez l’ancienne version de Préau et signalez ce message.",
        ) from error
    return copy

"""The version of a vault's tables, and the refusal of a file that is newer than the program."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from app.models.errors import VaultError
from app.models.tables import metadata as school_metadata
from app.services.migrations.runner import Home
from app.services.vault.tables import metadata as desk_metadata

VERSION = 1
"""Grows with each migration (app/services/vault/migrations): revision « 0001 » is version 1."""

HOME = Home("app.services.vault:migrations", f"{VERSION:04d}", (school_metadata, desk_metadata))


def stamp(connection: Connection, *, version: int = VERSION) -> None:
    """Write a version into the file; it takes part in the transaction."""
    connection.exec_driver_sql(f"PRAGMA user_version = {version:d}")


def check(connection: Connection, path: Path) -> int:
    """The version of an opened vault. Raises VaultError where it is newer than this program, or no vault at all."""
    return check_number(connection.exec_driver_sql("PRAGMA user_version").scalar_one(), path)


def check_number(found: int, path: Path) -> int:
    """``found`` itself where this program can use a vault of that version. Raises VaultError elsewhere."""
    if found > VERSION:
        raise VaultError(
            "vault_newer",
            f"{path.name} vient d’une version plus récente de Préau. Mettez Préau à jour sur ce poste\u202f; "
            "le fichier n’a pas été changé.",
        )
    if found < 1:
        raise VaultError("not_a_vault", f"{path.name} n’est pas un fichier de Préau.")
    return found

"""What a person likes on this PC; kept in the vault, sent nowhere."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from app.models.errors import InputError
from app.services.vault.tables import preferences
from app.services.vault.vault import Vault

LOCK_MINUTES = 10
LOCK_RANGE = (1, 120)


def lock_minutes(vault: Vault) -> int:
    """After how many minutes without a key or a click the window locks."""
    kept = _kept(vault, "lock_minutes")
    return int(kept) if kept is not None else LOCK_MINUTES


def set_lock_minutes(vault: Vault, minutes: int) -> None:
    """Raises InputError outside 1 to 120: a window that never locks is not offered."""
    if not LOCK_RANGE[0] <= minutes <= LOCK_RANGE[1]:
        raise InputError("lock_minutes_wrong", "Le verrouillage se règle de 1 à 120 minutes.")
    _keep(vault, "lock_minutes", minutes)


def last_school(vault: Vault) -> str | None:
    """The school that was at work when the window was last used; it may have another id by now, or be gone."""
    kept = _kept(vault, "last_school")
    return str(kept) if kept is not None else None


def set_last_school(vault: Vault, school_id: str) -> None:
    """Open the window on this school next time."""
    _keep(vault, "last_school", school_id)


def _kept(vault: Vault, key: str) -> Any:
    with vault.read() as connection:
        return connection.execute(select(preferences.c.value).where(preferences.c.key == key)).scalar()


def _keep(vault: Vault, key: str, value: int | str) -> None:
    with vault.write() as connection:
        connection.execute(delete(preferences).where(preferences.c.key == key))
        connection.execute(insert(preferences).values(key=key, value=value))

"""What a person likes on this PC; kept in the vault, sent nowhere."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from app.models.errors import InputError
from app.services.vault.tables import preferences
from app.services.vault.vault import Vault

LOCK_MINUTES = 10
LOCK_RANGE = (1, 120)


def lock_minutes(vault: Vault) -> int:
    """After how many minutes without a key or a click the window locks."""
    with vault.read() as connection:
        kept = connection.execute(select(preferences.c.value).where(preferences.c.key == "lock_minutes")).scalar()
    return int(kept) if kept is not None else LOCK_MINUTES


def set_lock_minutes(vault: Vault, minutes: int) -> None:
    """Raises InputError outside 1 to 120: a window that never locks is not offered."""
    if not LOCK_RANGE[0] <= minutes <= LOCK_RANGE[1]:
        raise InputError("lock_minutes_wrong", "Le verrouillage se règle de 1 à 120 minutes.")
    with vault.write() as connection:
        connection.execute(delete(preferences).where(preferences.c.key == "lock_minutes"))
        connection.execute(insert(preferences).values(key="lock_minutes", value=minutes))

"""What every desktop service receives: an opened vault, a clock, a source of randomness, and who is sitting there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.models.clock import Clock, instant
from app.models.ids import RandomBytes, uuid7
from app.services.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Desk:
    """The director's desk. ``person_name`` signs the acts until a server has said who the person is."""

    vault: Vault
    clock: Clock
    random_bytes: RandomBytes
    person_name: str = "Direction"

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        return uuid7(self.clock(), self.random_bytes)

    def now(self) -> str:
        """The present, as a stored instant."""
        return instant(self.clock())

    def signed_by(self, person_name: str) -> Desk:
        """The same desk, used by somebody else."""
        return replace(self, person_name=person_name)

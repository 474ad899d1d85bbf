"""The documents of each school on the server: a folder a school, one key from the settings, apart from the base."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.models.errors import PreauError
from app.models.tables import reports
from app.server.database import Database
from app.services.documents.store import FolderStore


@dataclass(frozen=True, slots=True)
class Documents:
    """Opens the store of a school. School ids are ours, never a path of somebody's."""

    folder: Path
    key: bytes
    former_keys: tuple[bytes, ...] = ()
    """Of a secret that was changed."""

    def of(self, school_id: str) -> FolderStore:
        """The store of one school."""
        place = self.folder / school_id
        return CarryingOver(place, self.key, former=[FolderStore(place, one) for one in self.former_keys])


class CarryingOver(FolderStore):
    """A store whose key was changed: what a former key closed is closed with today's when it is asked for."""

    def __init__(self, folder: Path, key: bytes, *, former: list[FolderStore]) -> None:
        super().__init__(folder, key)
        self._former = former

    def has(self, wanted: str) -> bool:
        return super().has(wanted) or any(self._took_over(store, wanted) for store in self._former)

    def get(self, wanted: str) -> bytes:
        self.has(wanted)
        return super().get(wanted)

    def _took_over(self, store: FolderStore, wanted: str) -> bool:
        try:
            document = store.get(wanted)
        except PreauError:
            return False
        self._write(self._path(wanted), document, bound_to=wanted)
        store.delete(wanted)
        return True


def carry_over(database: Database, documents: Documents) -> int:
    """Close every document that a row names with the key of today; returns how many are here."""
    with database.read() as connection:
        named = connection.execute(select(reports.c.school_id, reports.c.document).distinct()).all()
    return sum(documents.of(school_id).has(document) for school_id, document in named)

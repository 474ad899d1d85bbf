"""Documents on a PC: in the vault itself, so that its key, its backups and its recovery code are theirs too."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from app.models.clock import Clock, instant
from app.models.report_content import document_id
from app.services.documents.store import damaged, missing
from app.services.vault.tables import documents
from app.services.vault.vault import Vault


class VaultStore:
    """The store of one vault."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def put(self, document: bytes) -> str:
        return self.put_all([document])[0]

    def put_all(self, found: Iterable[bytes]) -> list[str]:
        """Keep several in one transaction; returns their SHA-256, in order. Raises VaultError: full disk…"""
        with self._vault.write() as connection:
            return [self._keep(connection, document) for document in found]

    def get(self, wanted: str) -> bytes:
        with self._vault.read() as connection:
            found = connection.execute(select(documents.c.content).where(documents.c.id == wanted)).scalar()
        if found is None:
            raise missing()
        if document_id(found) != wanted:
            raise damaged()
        return bytes(found)

    def has(self, wanted: str) -> bool:
        with self._vault.read() as connection:
            return is_here(connection, wanted)

    def delete(self, unwanted: str) -> None:
        with self._vault.write() as connection:
            connection.execute(delete(documents).where(documents.c.id == unwanted))

    def keep_only(self, names: set[str], *, added_before: str) -> int:
        """Forget every other document that came before that instant; returns how many."""
        with self._vault.write() as connection:
            old = select(documents.c.id).where(documents.c.added_at < added_before)
            unwanted = set(connection.execute(old).scalars()) - names
            for name in unwanted:
                connection.execute(delete(documents).where(documents.c.id == name))
        return len(unwanted)

    def _keep(self, connection: Connection, document: bytes) -> str:
        name = document_id(document)
        if not is_here(connection, name):
            values = {"id": name, "content": document, "size": len(document), "added_at": instant(self._clock())}
            connection.execute(insert(documents).values(values))
        return name


def is_here(connection: Connection, wanted: str) -> bool:
    """Whether the vault has a document."""
    return connection.execute(select(documents.c.id).where(documents.c.id == wanted)).first() is not None

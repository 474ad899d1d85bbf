"""Documents on their way to the server and back, once each, in parcels that a line which drops need not send again.

The records go first: the server wants a document only once a row names it. What it has is asked before anything is
sent, so a cut costs at most one parcel; parcels are small on a line that fails, larger on one that holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, select

from app.models.clock import instant
from app.models.errors import TransportError
from app.models.parcels import (
    MAX_ASKED,
    MAX_PARCEL_BYTES,
    AskedDocument,
    FetchRequest,
    Piece,
    WantedRequest,
    pack,
    piece_of,
    unpack,
)
from app.models.tables import reports
from app.services.desk import Desk
from app.services.documents import named
from app.services.documents.vault_store import VaultStore
from app.services.records.rows import SchoolRows
from app.services.sync.transport import Address, DocumentLine
from app.services.vault.tables import documents

FIRST_PARCEL_BYTES = 64 * 1024
SMALLEST_PARCEL_BYTES = 16 * 1024
Sizes = dict[str, int]
"""Bytes by document."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is still to be sent for a school: documents and bytes."""

    school_id: str
    documents: int
    bytes: int


@dataclass(slots=True)
class Courier:
    """Carries the documents of one vault. ``told`` is called after each parcel."""

    desk: Desk
    line: DocumentLine
    told: Callable[[Left], None] = lambda _left: None
    _parcel_bytes: int = field(default=FIRST_PARCEL_BYTES)

    def carry(self, address: Address) -> int:
        """Send what the server wants; returns how many it has now unknown to the rows. Raises TransportError or Refused."""
        with self.desk.vault.read() as connection:
            sizes = to_send(connection, address.school_id)
        if not sizes:
            return 0
        received = self._asked(address, sizes)
        known = sum(received.get(one) == size for one, size in sizes.items())
        wanted = {one: received[one] for one, size in sizes.items() if one in received and received[one] < size}
        while wanted:
            self._tell(address, wanted, sizes)
            now = self._send(address, wanted, sizes)
            known += sum(now.get(one) == sizes[one] for one in wanted)
            wanted = _moved(wanted, now, sizes)
        self._tell(address, wanted, sizes)
        return known

    def fetch(self, address: Address, document: str) -> bytes:
        """A document that another PC sent; it is kept here from then on. Raises NotFound, TransportError or Refused."""
        store = VaultStore(self.desk.vault, self.desk.clock)
        if store.has(document):
            return store.get(document)
        whole = b"".join(self._fetched(address, document))
        if store.put(whole) != document:
            raise TransportError("bad_reply", "Le document reçu n’est pas celui qui était demandé. Réessayez.")
        return whole

    def _asked(self, address: Address, sizes: Sizes) -> Sizes:
        found: Sizes = {}
        names = list(sizes)
        for start in range(0, len(names), MAX_ASKED):
            some = [AskedDocument(document=one, size=sizes[one]) for one in names[start : start + MAX_ASKED]]
            found |= self.line.wanted(address, WantedRequest(documents=some)).received
        return found

    def _send(self, address: Address, wanted: Sizes, sizes: Sizes) -> Sizes:
        try:
            received = self.line.send_parcel(address, pack(self._pieces(wanted))).received
        except TransportError:
            self._parcel_bytes = max(SMALLEST_PARCEL_BYTES, self._parcel_bytes // 2)
            raise
        self._parcel_bytes = min(MAX_PARCEL_BYTES, self._parcel_bytes * 2)
        return received

    def _pieces(self, wanted: Sizes) -> Iterator[Piece]:
        """The next pieces, as many as a parcel holds."""
        store = VaultStore(self.desk.vault, self.desk.clock)
        room = self._parcel_bytes
        for one, offset in wanted.items():
            if room <= 0:
                return
            piece = piece_of(one, store.get(one), offset=offset, most=room)
            room -= piece.head.length
            yield piece

    def _fetched(self, address: Address, document: str) -> Iterator[bytes]:
        offset, size = 0, 1
        while offset < size:
            parcel = self.line.fetch_parcel(address, FetchRequest(document=document, offset=offset))
            try:
                (piece,) = unpack(parcel)
            except ValueError as error:
                raise TransportError("bad_reply", "Le document est arrivé incomplet. Réessayez.") from error
            if piece.head.document != document or piece.head.offset != offset:
                raise TransportError("bad_reply", "Le document reçu n’est pas celui qui était demandé. Réessayez.")
            offset, size = offset + piece.head.length, piece.head.size
            yield piece.content

    def _tell(self, address: Address, wanted: Sizes, sizes: Sizes) -> None:
        left = sum(sizes[one] - offset for one, offset in wanted.items())
        self.told(Left(address.school_id, len(wanted), left))


def forget_unwanted(desk: Desk) -> int:
    """Delete from the vault what no row of its schools names any more; returns how many documents.

    Not those of the last day: the act that will name them may be under way.
    """
    now, names = desk.clock(), set[str]()
    with desk.vault.read() as connection:
        for school_id in connection.execute(select(reports.c.school_id).distinct()).scalars().all():
            names |= named.wanted(SchoolRows(connection, school_id), now=now)
    return VaultStore(desk.vault, desk.clock).keep_only(names, added_before=instant(now - timedelta(days=1)))


def to_send(connection: Connection, school_id: str) -> Sizes:
    """The documents here that rows of the school name and that its server is not known to have."""
    named = (
        select(reports.c.document, documents.c.size)
        .join(documents, documents.c.id == reports.c.document)
        .where(reports.c.school_id == school_id, reports.c.stored_at.is_(None), reports.c.removed_at.is_(None))
        .order_by(reports.c.imported_at, reports.c.id)
    )
    return {str(row.document): int(row.size) for row in connection.execute(named)}


def left_to_send(desk: Desk, *, school_id: str) -> Left:
    """How much is still to be sent for a school."""
    with desk.vault.read() as connection:
        sizes = to_send(connection, school_id)
    return Left(school_id, len(sizes), sum(sizes.values()))


def _moved(wanted: Sizes, now: Sizes, sizes: Sizes) -> Sizes:
    """What is still wanted after a parcel. Raises TransportError where nothing of it has moved: no endless sending."""
    left = {one: now.get(one, offset) for one, offset in wanted.items() if now.get(one, offset) < sizes[one]}
    if left == wanted:
        raise TransportError("documents_stuck", "Le serveur ne garde pas les documents. Nouvel essai automatique.")
    return left

"""What a school's PCs send and fetch of documents: only what a row of that very school names (DESIGN, « Documents »)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.models.clock import Clock, instant
from app.models.errors import NotFound, Refused
from app.models.parcels import FetchRequest, Piece, ReceivedReply, WantedRequest, piece_of
from app.models.states import Role
from app.server.database import Database
from app.server.documents.stores import Documents
from app.server.sync import heads
from app.server.sync.exchange import Caller
from app.services.records.rows import SchoolRows

READERS = frozenset({Role.DIRECTOR, Role.DEPUTY})
Sizes = dict[str, int]


@dataclass(frozen=True, slots=True)
class DocumentService:
    """Documents of all schools. Raises Refused for a school out of the token's scope, or a role that reads no report."""

    database: Database
    clock: Clock
    documents: Documents

    def wanted(self, *, caller: Caller, school_id: str, request: WantedRequest) -> ReceivedReply:
        """What is here of the documents that rows of the school name; those that are whole are noted in the rows."""
        _check(caller, school_id)
        store = self.documents.of(school_id)
        named = self._named(school_id)
        received = {
            asked.document: asked.size if store.has(asked.document) else store.received(asked.document)
            for asked in request.documents
            if named.get(asked.document) == asked.size
        }
        self._note(school_id, {one for one in received if received[one] == named[one]})
        return ReceivedReply(received=received)

    def take(self, *, caller: Caller, school_id: str, pieces: Iterable[Piece]) -> ReceivedReply:
        """Keep the pieces of a parcel; a document that no row names is passed over."""
        _check(caller, school_id)
        store, named = self.documents.of(school_id), self._named(school_id)
        received: Sizes = {}
        for piece in pieces:
            head = piece.head
            if named.get(head.document) == head.size:
                received[head.document] = store.add(
                    head.document, offset=head.offset, size=head.size, content=piece.content
                )
        self._note(school_id, {one for one, count in received.items() if count == named[one]})
        return ReceivedReply(received=received)

    def fetch(self, *, caller: Caller, school_id: str, request: FetchRequest) -> Piece:
        """The next bytes of a document. Raises NotFound where no row names it, or it has not come yet."""
        _check(caller, school_id)
        if request.document not in self._named(school_id):
            raise NotFound("document_missing", "Ce document n’est pas (ou pas encore) sur le serveur.")
        document = self.documents.of(school_id).get(request.document)
        if request.offset >= len(document):
            raise Refused("past_the_end", "Ce document est déjà entier ici.")
        return piece_of(request.document, document, offset=request.offset)

    def _named(self, school_id: str) -> Sizes:
        """Sizes of the documents that rows of the school name, those taken out of the livret included."""
        with self.database.read() as connection:
            rows = SchoolRows(connection, school_id).all("reports")
        return {row["document"]: row["size"] for row in rows}

    def _note(self, school_id: str, whole: set[str]) -> None:
        """Write into the rows that their documents have come: a short transaction under the school's lock."""
        if not whole:
            return
        with self.database.write() as connection:
            head = heads.lock(connection, school_id)
            rows = SchoolRows(connection, school_id)
            for row in rows.all("reports"):
                if row["document"] in whole and row["stored_at"] is None:
                    rows.change("reports", row["id"], stored_at=instant(self.clock()))
            rows.flush(head.next)
            heads.save(connection, head)


def _check(caller: Caller, school_id: str) -> None:
    if caller.role not in READERS:
        raise Refused("not_for_this_role", "Ce poste ne lit pas les bilans.")
    if caller.school_id != school_id:
        raise Refused("other_school", "Ce poste n’est pas inscrit dans cette école.")

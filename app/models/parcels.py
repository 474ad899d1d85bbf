"""How documents travel between a PC and the server: pieces, several in a parcel, each with its place in its document.

A parcel is a sequence of pieces; a piece is one line of JSON and its bytes. Small documents go many at a time, a large
one goes in pieces that a cut line need not send twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.models.acts_reports import Sha256
from app.models.wire import Message

PARCEL_TYPE = "application/vnd.preau.parcel"
MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
"""A bilan that is larger is a scan by mistake."""
MAX_PARCEL_BYTES = 512 * 1024
MAX_ASKED = 500
_MAX_HEAD_BYTES = 400


class Head(BaseModel):
    """What stands before the bytes of a piece: whose they are, from which byte on, of how many, how many follow."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: Sha256
    offset: int = Field(ge=0, le=MAX_DOCUMENT_BYTES)
    size: int = Field(ge=1, le=MAX_DOCUMENT_BYTES)
    length: int = Field(ge=1, le=MAX_PARCEL_BYTES)


class Piece(BaseModel):
    """Some bytes of a document."""

    model_config = ConfigDict(frozen=True)

    head: Head
    content: bytes


class AskedDocument(Message):
    """A document that a PC could send."""

    document: Sha256
    size: int = Field(ge=1, le=MAX_DOCUMENT_BYTES)


class WantedRequest(Message):
    """What a PC has and the server may lack."""

    documents: list[AskedDocument] = Field(max_length=MAX_ASKED)


class FetchRequest(Message):
    """The next bytes of a document, from ``offset`` on."""

    document: Sha256
    offset: int = Field(default=0, ge=0, le=MAX_DOCUMENT_BYTES)


class ReceivedReply(Message):
    """How many bytes of each document the server has; one that it does not want is not named."""

    received: dict[str, int]


def pack(pieces: Iterable[Piece]) -> bytes:
    """The bytes of a parcel."""
    return b"".join(piece.head.model_dump_json().encode() + b"\n" + piece.content for piece in pieces)


def unpack(body: bytes) -> Iterator[Piece]:
    """The pieces in a parcel. Raises ValueError where it is none, or was cut."""
    start = 0
    while start < len(body):
        end = body.find(b"\n", start, start + _MAX_HEAD_BYTES)
        if end < 0:
            raise ValueError("a piece without its head")
        try:
            head = Head.model_validate_json(body[start:end])
        except ValidationError as error:
            raise ValueError("an unreadable head") from error
        start = end + 1 + head.length
        if start > len(body) or head.offset + head.length > head.size:
            raise ValueError("a piece that is cut, or longer than its document")
        yield Piece(head=head, content=body[end + 1 : start])


def piece_of(document_id: str, document: bytes, *, offset: int, most: int = MAX_PARCEL_BYTES) -> Piece:
    """The bytes of a document from ``offset`` on, at most ``most`` of them."""
    content = document[offset : offset + most]
    head = Head(document=document_id, offset=offset, size=len(document), length=len(content))
    return Piece(head=head, content=content)

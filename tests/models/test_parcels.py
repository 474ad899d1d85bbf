"""Parcels of documents: what was packed comes out, what was cut is refused."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.parcels import Piece, pack, piece_of, unpack

DOCUMENTS = st.lists(st.binary(min_size=1, max_size=300), max_size=5)


def pieces_of(documents: list[bytes]) -> list[Piece]:
    return [piece_of(hashlib.sha256(one).hexdigest(), one, offset=len(one) // 2) for one in documents]


@given(DOCUMENTS)
def test_what_was_packed_comes_out(documents: list[bytes]) -> None:
    pieces = pieces_of(documents)
    assert list(unpack(pack(pieces))) == pieces


@given(DOCUMENTS.filter(bool), st.data())
def test_a_cut_parcel_is_refused(documents: list[bytes], data: st.DataObject) -> None:
    body = pack(pieces_of(documents))
    ends = {len(pack(pieces_of(documents[:count]))) for count in range(len(documents) + 1)}
    cut = data.draw(st.integers(1, len(body) - 1).filter(lambda at: at not in ends))
    with pytest.raises(ValueError, match=r"piece|head"):
        list(unpack(body[:cut]))


@given(st.binary(max_size=600))
def test_any_bytes_end_in_pieces_or_a_refusal(body: bytes) -> None:
    try:
        list(unpack(body))
    except ValueError:
        return


def test_no_piece_reaches_past_its_document() -> None:
    piece = piece_of("a" * 64, b"0123456789", offset=4, most=3)
    assert (piece.head.offset, piece.head.length, piece.content) == (4, 3, b"456")
    longer = piece.model_copy(update={"head": piece.head.model_copy(update={"size": 5})})
    with pytest.raises(ValueError, match="longer"):
        list(unpack(pack([longer])))

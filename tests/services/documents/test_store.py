"""Documents in a folder and in a vault: kept once, durable, nothing readable without the key, pieces in any order."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.errors import NotFound, PreauError
from app.services.documents.store import DocumentStore, FolderStore
from app.services.documents.vault_store import VaultStore
from app.services.vault.vault import create_vault, open_vault
from tests.conftest import FakeClock

KEY = bytes(range(32))
DOCUMENT = b"Bilan de Clemence Loyez" * 50


@pytest.fixture(params=["folder", "vault"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DocumentStore]:
    if request.param == "folder":
        yield FolderStore(tmp_path / "documents", KEY)
        return
    with create_vault(tmp_path / "vault.preau", key=KEY) as vault:
        yield VaultStore(vault, FakeClock())


def test_a_document_comes_back_under_its_own_hash(store: DocumentStore) -> None:
    name = store.put(DOCUMENT)
    assert name == hashlib.sha256(DOCUMENT).hexdigest()
    assert store.has(name) and store.get(name) == DOCUMENT
    assert store.put(DOCUMENT) == name


def test_what_is_not_here_is_said_so(store: DocumentStore) -> None:
    name = store.put(DOCUMENT)
    store.delete(name)
    store.delete(name)
    assert not store.has(name)
    with pytest.raises(NotFound, match="pas encore"):
        store.get(name)


def test_nothing_of_a_document_is_in_the_folder(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, KEY)
    name = store.put(DOCUMENT)
    store.add("f" * 64, offset=0, size=900, content=b"Clemence" * 100)
    for path in store.files():
        assert b"Clemence" not in path.read_bytes() and name not in str(path) and "f" * 64 not in str(path)


def test_a_damaged_or_foreign_file_is_told(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, KEY)
    name = store.put(DOCUMENT)
    (path,) = store.files()
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(PreauError, match="abîmé"):
        store.get(name)
    path.write_bytes(b"short")
    with pytest.raises(PreauError, match="abîmé"):
        store.get(name)
    assert not FolderStore(tmp_path, os.urandom(32)).has(name)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("a file where the folder should be")
    with pytest.raises(PreauError, match="n’a pas pu être gardé"):
        FolderStore(tmp_path / "documents", KEY).put(DOCUMENT)


def test_documents_of_a_vault_are_in_its_copies(tmp_path: Path) -> None:
    with create_vault(tmp_path / "vault.preau", key=KEY) as vault:
        name = VaultStore(vault, FakeClock()).put(DOCUMENT)
        vault.copy_to(tmp_path / "copy.preau")
    with open_vault(tmp_path / "copy.preau", key=KEY) as copy:
        assert VaultStore(copy, FakeClock()).get(name) == DOCUMENT


@given(cuts=st.lists(st.integers(1, len(DOCUMENT) - 1), max_size=6), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_pieces_that_come_again_or_too_early_make_the_document_all_the_same(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], data: st.DataObject
) -> None:
    store = FolderStore(tmp_path_factory.mktemp("pieces"), KEY)
    name = hashlib.sha256(DOCUMENT).hexdigest()
    starts = sorted({0, *cuts})
    sent = data.draw(st.lists(st.sampled_from(starts), max_size=6))
    ends = [data.draw(st.integers(start + 1, len(DOCUMENT))) for start in sent]
    for start, end in [*zip(sent, ends, strict=True), *((start, len(DOCUMENT)) for start in starts)]:
        reached = store.add(name, offset=start, size=len(DOCUMENT), content=DOCUMENT[start:end])
        assert store.has(name) == (reached == len(DOCUMENT))
    assert store.get(name) == DOCUMENT
    assert len(list(store.files())) == 1


def test_bytes_that_are_not_the_documents_begin_again(tmp_path: Path) -> None:
    store = FolderStore(tmp_path, KEY)
    name = hashlib.sha256(DOCUMENT).hexdigest()
    assert store.add(name, offset=0, size=len(DOCUMENT), content=b"x" * len(DOCUMENT)) == 0
    assert list(store.files()) == []
    assert store.add(name, offset=0, size=len(DOCUMENT), content=DOCUMENT) == len(DOCUMENT)

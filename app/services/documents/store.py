"""Where documents are kept: by the SHA-256 of their bytes, encrypted, never named by a person (DESIGN, « Documents »).

A store knows no pupil. Who may read a document is decided by the row that names it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.models.errors import NotFound, PreauError
from app.models.report_content import document_id
from app.services.vault.files import flush_folder

NONCE_BYTES = 12


class DocumentStore(Protocol):
    """A place for documents. What ``put`` has returned is durable."""

    def put(self, document: bytes) -> str:
        """Keep a document; returns its SHA-256. The same document twice is kept once. Raises PreauError: full disk…"""

    def get(self, wanted: str) -> bytes:
        """The document of that SHA-256. Raises NotFound ``document_missing``, PreauError ``document_damaged``."""

    def has(self, wanted: str) -> bool:
        """Whether it is here."""

    def delete(self, unwanted: str) -> None:
        """Forget it; does nothing where it is not here."""


def missing() -> NotFound:
    """The sentence for a document that is not here."""
    return NotFound("document_missing", "Ce document n’est pas (ou pas encore) ici.")


def damaged() -> PreauError:
    """The sentence for a document whose bytes are not those that were kept."""
    return PreauError("document_damaged", "Ce document est abîmé sur le disque\u00a0: importez-le de nouveau.")


class FolderStore:
    """Documents in a folder, one file each: AES-256-GCM, bound to the document; the file's name is a keyed hash of its own.

    Whoever reads the folder without the key learns sizes, nothing else: not even whether a document that he has is there.
    """

    def __init__(self, folder: Path, key: bytes, *, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self._folder = folder
        self._names, self._cipher = _derived(key, b"names"), AESGCM(_derived(key, b"contents"))
        self._random_bytes = random_bytes

    def put(self, document: bytes) -> str:
        name = document_id(document)
        if not self.has(name):
            self._write(self._path(name), document, bound_to=name)
        return name

    def get(self, wanted: str) -> bytes:
        document = self._read(self._path(wanted), bound_to=wanted)
        if document_id(document) != wanted:
            raise damaged()
        return document

    def has(self, wanted: str) -> bool:
        return self._path(wanted).is_file()

    def delete(self, unwanted: str) -> None:
        self._path(unwanted).unlink(missing_ok=True)
        for piece, _ in self._pieces(unwanted):
            piece.unlink(missing_ok=True)

    def received(self, wanted: str) -> int:
        """How many bytes of an arriving document are here from its start on, without a hole."""
        reached = 0
        for path, offset in self._pieces(wanted):
            if offset > reached:
                break
            reached = max(reached, offset + path.stat().st_size - NONCE_BYTES - 16)
        return reached

    def add(self, wanted: str, *, offset: int, size: int, content: bytes) -> int:
        """Keep some bytes of an arriving document; returns how many are here. Whole, it is checked and kept.

        A document whose bytes are not those of its name is forgotten, and begins again at 0.
        """
        if self.has(wanted):
            return size
        reached = self.received(wanted)
        if offset > reached or offset + len(content) <= reached:  # a hole, or nothing new
            return reached
        self._write(self._piece_path(wanted, offset), content, bound_to=f"{wanted}:{offset}")
        if (reached := self.received(wanted)) < size:
            return reached
        document = self._joined(wanted)
        right = document_id(document) == wanted
        if right:
            self._write(self._path(wanted), document, bound_to=wanted)
        for path, _ in self._pieces(wanted):
            path.unlink(missing_ok=True)
        return size if right else 0

    def _joined(self, wanted: str) -> bytes:
        document = bytearray()
        for path, offset in self._pieces(wanted):
            content = self._read(path, bound_to=f"{wanted}:{offset}")
            document[offset : offset + len(content)] = content
        return bytes(document)

    def _pieces(self, wanted: str) -> list[tuple[Path, int]]:
        folder = self._path(wanted).parent
        found = folder.glob(f"{self._path(wanted).name}.*.piece") if folder.is_dir() else ()
        return sorted(((path, int(path.suffixes[-2][1:])) for path in found), key=lambda piece: piece[1])

    def _piece_path(self, wanted: str, offset: int) -> Path:
        path = self._path(wanted)
        return path.with_name(f"{path.name}.{offset}.piece")

    def _path(self, wanted: str) -> Path:
        name = hmac.digest(self._names, wanted.encode(), hashlib.sha256).hex()
        return self._folder / name[:2] / name

    def _write(self, path: Path, content: bytes, *, bound_to: str) -> None:
        nonce = self._random_bytes(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, content, bound_to.encode())
        temporary = path.with_name(f".{self._random_bytes(8).hex()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _flushed(temporary, sealed)
            temporary.replace(path)
            flush_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise PreauError("store_full", f"Le document n’a pas pu être gardé\u00a0: {error.strerror}.") from error

    def _read(self, path: Path, *, bound_to: str) -> bytes:
        try:
            sealed = path.read_bytes()
        except FileNotFoundError as error:
            raise missing() from error
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
        except (InvalidTag, ValueError) as error:
            raise damaged() from error

    def keep_only(self, names: Iterable[str], *, untouched_since: float) -> int:
        """Forget every other document, and pieces of one, that was written before that time; returns how many files."""
        kept = {self._path(name).name for name in names}
        unwanted = [
            path for path in self.files()
            if path.name.partition(".")[0] not in kept and path.stat().st_mtime < untouched_since
        ]  # fmt: skip
        for path in unwanted:
            path.unlink(missing_ok=True)
        return len(unwanted)

    def files(self) -> Iterator[Path]:
        """Every file of the store, for sizes and backups."""
        return (path for path in sorted(self._folder.rglob("*")) if path.is_file())


def _flushed(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, b"documents: " + purpose).derive(key)

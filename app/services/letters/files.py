"""PDF files in the director's folder: written under temporary names, given their names once the act is durable."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from app.models.errors import PreauError
from app.services.letters.batch import Cancelled, Document, DrawnFile, Progress, draw_files
from app.services.letters.content import Booklet, SchoolHead

FULL_DISK = 28
"""errno ENOSPC."""


class PdfFiles:
    """The files of one print. Leaving the block without ``publish`` removes whatever was written."""

    def __init__(self, documents: Sequence[Document], paths: Sequence[Path]) -> None:
        self.documents = tuple(documents)
        self._paths = tuple(paths)

    def __enter__(self) -> Self:
        for folder in {path.parent for path in self._paths}:
            with _sentences(folder):
                folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for path in self._paths:
            with suppress(OSError):
                _temporary(path).unlink(missing_ok=True)

    @classmethod
    def at(
        cls,
        booklets: Sequence[Booklet],
        number: str,
        *,
        folder: Path | None = None,
        single_file: Path | None = None,
        suffix: str = "",
    ) -> Self:
        """A PDF a booklet in ``folder``, or all of them in ``single_file``: exactly one of the two is given."""
        if single_file is not None and folder is None:
            return cls([tuple(booklets)], [single_file])
        if folder is None or single_file is not None:
            raise ValueError("give folder or single_file")
        return cls([(one,) for one in booklets], [folder / name for name in document_names(booklets, number, suffix)])

    def draw(self, head: SchoolHead, *, progress: Progress, cancelled: Cancelled, processes: int | None = None) -> None:
        """Draw everything under temporary names, flushed to the disk. Raises Cancellation and PreauError."""
        for drawn in draw_files(head, self.documents, progress=progress, cancelled=cancelled, processes=processes):
            self._write(drawn)

    def _write(self, drawn: DrawnFile) -> None:
        path = self._paths[drawn.index]
        with _sentences(path.parent), _temporary(path).open("wb") as file:
            file.write(drawn.pdf)
            file.flush()
            os.fsync(file.fileno())

    def publish(self, *, notified: bool = False) -> tuple[Path, ...]:
        """Give the files their names, and return them in order.

        Raises PreauError; where the accounts are already ``notified``, it says that the batch is to be reprinted.
        """
        try:
            for path in self._paths:
                _temporary(path).replace(path)
        except OSError as error:
            folder = self._paths[0].parent
            done = "Les comptes sont notifiés, mais les" if notified else "Les"
            again = "réimprimez ce lot" if notified else "recommencez"
            raise PreauError(
                "files_not_named",
                f"{done} feuilles n’ont pas pu être rangées dans {folder}\u00a0: {again} dans un autre dossier.",
            ) from error
        return self._paths


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def document_names(booklets: Sequence[Booklet], number: str, suffix: str = "") -> list[str]:
    """« Preau-Feuilles-CE2B-L-0912-3F.pdf »: a name a booklet, all different, with nothing personal in them."""
    names: list[str] = []
    for booklet in booklets:
        base = f"Preau-Feuilles-{_plain(booklet.group)}-{number}{suffix}"
        same = sum(name == base or name.startswith(f"{base}_") for name in names)
        names.append(f"{base}_{same + 1}" if same else base)
    return [f"{name}.pdf" for name in names]


def _plain(label: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_only).strip("-")[:40] or "Classe"


@contextmanager
def _sentences(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == FULL_DISK:
            sentence = f"Le disque est plein\u00a0: les feuilles n’ont pas pu être écrites dans {folder}."
            raise PreauError("disk_full", sentence) from error
        raise PreauError(
            "folder_not_writable",
            f"Les feuilles n’ont pas pu être écrites dans {folder}\u00a0: choisissez un autre dossier, ou fermez "
            "le fichier s’il est ouvert.",
        ) from error

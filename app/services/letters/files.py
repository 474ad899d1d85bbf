"""PDF files in the director's folder: written under temporary names, given their names once the act is durable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from app.models.errors import PreauError
from app.services.letters.batch import Cancelled, Document, Progress, draw_files
from app.services.letters.content import Booklet, SchoolHead
from app.services.writing import Draft


class PdfFiles:
    """The files of one print. Leaving the block without ``publish`` removes whatever was written."""

    def __init__(self, documents: Sequence[Document], paths: Sequence[Path]) -> None:
        self.documents = tuple(documents)
        self._paths = tuple(paths)
        self._drafts = [Draft(path) for path in self._paths]
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        for draft in self._drafts:
            self._opened.enter_context(draft)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

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
            self._drafts[drawn.index].write(drawn.pdf)

    def publish(self, *, notified: bool = False) -> tuple[Path, ...]:
        """Give the files their names, and return them in order.

        Raises PreauError; where the accounts are already ``notified``, it says that the batch is to be reprinted.
        """
        try:
            return tuple(draft.publish() for draft in self._drafts)
        except PreauError as error:
            folder = self._paths[0].parent
            done = "Les comptes sont notifiés, mais les" if notified else "Les"
            again = "réimprimez ce lot" if notified else "recommencez"
            raise PreauError(
                "files_not_named",
                f"{done} feuilles n’ont pas pu être rangées dans {folder}\u00a0: {again} dans un autre dossier.",
            ) from error


def document_names(booklets: Sequence[Booklet], number: str, suffix: str = "") -> list[str]:
    """« Preau-Feuilles-CE2B-L-0912-3F.pdf »: a name a booklet, all different, with nothing personal in them."""
    names: list[str] = []
    for booklet in booklets:
        base = f"Preau-Feuilles-{plain_name(booklet.group)}-{number}{suffix}"
        same = sum(name == base or name.startswith(f"{base}_") for name in names)
        names.append(f"{base}_{same + 1}" if same else base)
    return [f"{name}.pdf" for name in names]


def plain_name(label: str) -> str:
    """A class’s name as a part of a file’s name, on any system."""
    ascii_only = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_only).strip("-")[:40] or "Classe"

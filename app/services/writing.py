"""A file for the director, whole or not at all: drafted beside its place, flushed, then given its name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from app.models.errors import PreauError

FULL_DISK = 28
"""errno ENOSPC."""


class Draft:
    """One file under way. Leaving the block without ``publish`` removes whatever was written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._temporary = path.with_name(f".{path.name}.part")

    def __enter__(self) -> Self:
        with _sentences(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def write(self, content: bytes) -> None:
        """Write under the temporary name, flushed to the disk. Raises PreauError."""
        with _sentences(self._path), self._temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def publish(self) -> Path:
        """Give the file its name. Raises PreauError."""
        with _sentences(self._path):
            self._temporary.replace(self._path)
        return self._path


def write_whole(path: Path, content: bytes) -> Path:
    """Write one file at once. Raises PreauError, having left nothing."""
    with Draft(path) as draft:
        draft.write(content)
        return draft.publish()


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == FULL_DISK:
            sentence = f"Le disque est plein\u00a0: {path.name} n’a pas pu être écrit dans {path.parent}."
            raise PreauError("disk_full", sentence) from error
        raise PreauError(
            "folder_not_writable",
            f"{path.name} n’a pas pu être écrit dans {path.parent}\u00a0: choisissez un autre dossier, ou fermez le "
            "fichier s’il est ouvert.",
        ) from error

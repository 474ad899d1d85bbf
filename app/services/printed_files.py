"""The PDF files that this PC wrote: they hold passwords, so their deletion is offered once the paper is handed out.

Only a file at the very path that was recorded, with the very bytes that were written, is ever deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, insert, select

from app.services.desk import Desk
from app.services.vault.tables import printed_files


@dataclass(frozen=True, slots=True)
class Deleted:
    """What became of the files: gone, or left because they are not what was written (or are held open)."""

    gone: tuple[Path, ...]
    kept: tuple[Path, ...]

    @property
    def sentence(self) -> str:
        """What the person reads."""
        many = "s" * (len(self.gone) > 1)
        said = f"{len(self.gone)}\u00a0fichier{many} effacé{many}."
        if self.kept:
            said += f" Laissés en place, car modifiés ou ouverts\u00a0: {', '.join(path.name for path in self.kept)}."
        return said


def remember(desk: Desk, *, school_id: str, batch_id: str, paths: Iterable[Path]) -> None:
    """Record files just written."""
    rows = [
        {"path": str(path.resolve()), "school_id": school_id, "batch_id": batch_id, "sha256": _digest(path),
         "written_at": desk.now()}
        for path in paths
    ]  # fmt: skip
    with desk.vault.write() as connection:
        for row in rows:
            connection.execute(delete(printed_files).where(printed_files.c.path == row["path"]))
            connection.execute(insert(printed_files).values(**row))


def still_there(desk: Desk, *, school_id: str, batch_ids: Sequence[str]) -> tuple[Path, ...]:
    """The recorded files of some batches that are still on the disk."""
    statement = (
        select(printed_files.c.path)
        .where(printed_files.c.school_id == school_id, printed_files.c.batch_id.in_(list(batch_ids)))
        .order_by(printed_files.c.path)
    )
    with desk.vault.read() as connection:
        found = [Path(path) for path in connection.execute(statement).scalars()]
    return tuple(path for path in found if path.is_file())


def delete_files(desk: Desk, *, paths: Iterable[Path]) -> Deleted:
    """Delete those that are what was written, and forget them."""
    gone: list[Path] = []
    kept: list[Path] = []
    for path in paths:
        (gone if _delete(desk, path) else kept).append(path)
    with desk.vault.write() as connection:
        for path in gone:
            connection.execute(delete(printed_files).where(printed_files.c.path == str(path)))
    return Deleted(tuple(gone), tuple(kept))


def _delete(desk: Desk, path: Path) -> bool:
    with desk.vault.read() as connection:
        written = connection.execute(
            select(printed_files.c.sha256).where(printed_files.c.path == str(path))
        ).scalar()  # fmt: skip
    with suppress(OSError):
        if written is not None and not path.is_symlink() and _digest(path) == written:
            path.unlink()
            return True
    return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

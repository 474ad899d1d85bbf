"""Any PDF that is not a sheet: drawn in memory with our fonts, then written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from app.models.errors import PreauError
from app.services.letters.files import FULL_DISK
from app.services.letters.fonts import REGULAR, load_fonts


def draw_paper(
    draw: Callable[[Canvas], None], *, size: tuple[float, float], title: str, author: str, language: str = "fr"
) -> bytes:
    """The bytes of a PDF; ``draw`` ends each of its pages. ``size`` is that of a page, in points."""
    load_fonts()
    memory = BytesIO()
    canvas = Canvas(memory, pagesize=size, lang=language, initialFontName=REGULAR)  # type: ignore[arg-type]
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator("Préau")
    draw(canvas)
    canvas.save()
    return memory.getvalue()


def write_paper(path: Path, pdf: bytes) -> Path:
    """Put a PDF in its place, flushed to the disk; a file of that name is replaced. Raises PreauError."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if error.errno == FULL_DISK:
            raise PreauError("disk_full", f"Le disque est plein : {path.name} n’a pas pu être écrit.") from error
        raise PreauError(
            "file_not_written",
            f"{path.name} n’a pas pu être écrit dans {path.parent} : choisissez un autre dossier, ou fermez le fichier "
            "s’il est ouvert.",
        ) from error
    return path

"""Any PDF that is not a sheet: drawn in memory with our fonts."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

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

"""A document page by page, as pictures for a window: the same templates that draw the PDF, nothing written anywhere."""

from __future__ import annotations

import json
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from app.models.errors import PreauError
from app.services.reports.rendering.pdf import TEMPLATES, compiler, template_data
from app.services.reports.rendering.presentation import Presentation

SHARP = 110.0
"""Dots an inch: a page of A4 is some 910 wide."""
MOST_PAGES = 30
_VIEWER = b"""#set page(width: auto, height: auto, margin: 0pt)
#let whole = bytes(json(bytes(sys.inputs.whole)))
#for n in range(int(sys.inputs.pages)) { page(image(whole, format: "pdf", page: n + 1)) }
"""


def draw_pages(presentation: Presentation, *, dpi: float = SHARP) -> tuple[bytes, ...]:
    """The pages of a bilan, PNG."""
    said = {"bilan": template_data(presentation)}
    return _pictures(compiler().compile(TEMPLATES / "bilan.typ", sys_inputs=said, format="png", ppi=dpi))


def draw_pages_of_pdf(pdf: bytes, *, dpi: float = SHARP) -> tuple[bytes, ...]:
    """The first pages of a PDF that came from elsewhere, PNG. Raises PreauError where it cannot be drawn."""
    try:
        count = min(len(PdfReader(BytesIO(pdf)).pages), MOST_PAGES)
        said = {"whole": json.dumps(list(pdf)), "pages": str(count)}
        return _pictures(compiler().compile(_VIEWER, sys_inputs=said, format="png", ppi=dpi))
    except (PyPdfError, RuntimeError, ValueError, KeyError) as error:
        sentence = "Ce PDF ne peut pas être montré ici\u00a0: ouvrez-le avec un autre logiciel avant de le publier."
        raise PreauError("pdf_not_drawn", sentence) from error


def text_of_pdf(pdf: bytes) -> str:
    """Its words, for who hears rather than sees; empty where it has none."""
    try:
        pages = PdfReader(BytesIO(pdf)).pages
        return "\n".join(page.extract_text() for page in pages[:MOST_PAGES])
    except (PyPdfError, ValueError, KeyError):
        return ""


def _pictures(drawn: bytes | list[bytes] | None) -> tuple[bytes, ...]:
    assert drawn is not None
    return (drawn,) if isinstance(drawn, bytes) else tuple(drawn)

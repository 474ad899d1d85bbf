"""The paper of one class as one PDF: a list to tick, then for each family a page to fold and its documents."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from app.models.errors import PreauError
from app.services.reports.rendering.pdf import draw_template


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One line of the list; no number where nothing was printed."""

    number: int | None
    pupil: str
    guardian: str
    note: str


@dataclass(frozen=True, slots=True)
class Folded:
    """What goes to one address: a page with it, and PDFs behind."""

    address: tuple[str, ...]
    carried: str
    contents: tuple[str, ...]
    documents: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The words of a class's paper, and its documents."""

    title: str
    subtitle: str
    advice: str
    heads: tuple[str, ...]
    sender: tuple[str, ...]
    lines: tuple[CoverLine, ...]
    folded: tuple[Folded, ...]


def draw_paper(paper: Paper, *, two_sided: bool) -> bytes:
    """The PDF. On both sides, the back of an address is blank, and each family begins on a sheet of its own.

    Raises PreauError ``document_damaged`` where a document cannot be read.
    """
    ours = PdfReader(BytesIO(draw_template("papier", _words(paper))))
    covers = len(ours.pages) - len(paper.folded)
    writer = PdfWriter()
    for page in ours.pages[:covers]:
        writer.add_page(page)
    for address, folded in zip(ours.pages[covers:], paper.folded, strict=True):
        _turn(writer, two_sided)
        writer.add_page(address)
        _turn(writer, two_sided)
        for document in folded.documents:
            _append(writer, document, folded)
    writer.add_metadata({"/Title": paper.title, "/Creator": "Préau"})
    memory = BytesIO()
    writer.write(memory)
    return memory.getvalue()


def _words(paper: Paper) -> dict[str, object]:
    words = {field.name: getattr(paper, field.name) for field in fields(paper) if field.name != "folded"}
    return {**words, "packets": tuple(replace(one, documents=()) for one in paper.folded)}


def _turn(writer: PdfWriter, two_sided: bool) -> None:
    """Leave the back of the last sheet blank, so that what comes next begins another one."""
    if two_sided and len(writer.pages) % 2:
        writer.add_blank_page()


def _append(writer: PdfWriter, document: bytes, folded: Folded) -> None:
    try:
        writer.append(BytesIO(document), import_outline=False)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PreauError(
            "document_damaged",
            f"Un document de {folded.contents[0]} ne peut pas être lu\u00a0: importez-le de nouveau, puis réimprimez.",
        ) from error

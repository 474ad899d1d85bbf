"""A document as the guardian gets it: without what he must not learn, as a page or as a PDF, under a name of its own."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from app.models.names import fold
from app.models.report_content import (
    CertificateKind,
    ReportKind,
    read_content,
    year_label,
)
from app.server.portal.reports.books import Books, Entry
from app.services.reports.rendering.pdf import draw_pdf
from app.services.reports.rendering.presentation import Presentation
from app.services.reports.rendering.presenting import present_to


def shown(books: Books, entry: Entry, *, language: str) -> Presentation | None:
    """What a page shows of a content; None for a PDF."""
    if not entry.is_content:
        return None
    return present_to(read_content(books.content(entry)), language=language, hidden=entry.child.hidden)


def pdf(books: Books, entry: Entry, *, language: str) -> bytes | None:
    """The PDF to keep; None where it would name a school that the guardian must not learn of."""
    if entry.is_on_paper_only:
        return None
    presentation = shown(books, entry, language=language)
    return draw_pdf(presentation) if presentation else books.content(entry)


def bundle(books: Books, entries: list[Entry], *, language: str) -> bytes:
    """A ZIP of the PDFs that can be given; two of one name, of two schools or years, do not replace each other."""
    packed, taken = BytesIO(), Counter[str]()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for entry in entries:
            document = pdf(books, entry, language=language)
            if document is not None:
                name = file_name(entry)
                taken[name] += 1
                again = f"-{taken[name]}" if taken[name] > 1 else ""
                archive.writestr(ZipInfo(f"{name.removesuffix('.pdf')}{again}.pdf"), document)
    return packed.getvalue()


def file_name(entry: Entry) -> str:
    """« Livret-Zoe-2026-2027-periode-1.pdf »: the first name tells brothers and sisters apart, nothing says where."""
    row = entry.row
    match ReportKind(row["kind"]):
        case ReportKind.PERIODIC:
            what = f"{year_label(row['year'])}-periode-{row['period_index'] or 1}"
        case ReportKind.CYCLE:
            what = f"fin-de-cycle-{row['cycle'] or ''}".rstrip("-")
        case ReportKind.CERTIFICATE:
            what = f"attestation-{fold(CertificateKind(row['certificate']).value)}"
    child = "-".join(fold(entry.child.first_name).title().split()) or "Enfant"
    return f"Livret-{child}-{what}.pdf"

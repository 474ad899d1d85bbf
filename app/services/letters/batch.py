"""Files of sheets: drawn page by page, on every core where there are many, and dropped at once when cancelled."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.services import languages
from app.services.cancelling import Cancellation as Cancellation
from app.services.cancelling import Cancelled as Cancelled
from app.services.letters.back import draw_back
from app.services.letters.bidi import forget_shapes
from app.services.letters.content import Booklet, SchoolHead
from app.services.letters.cover import draw_cover
from app.services.letters.fonts import REGULAR, load_fonts
from app.services.letters.layout import forget_layouts
from app.services.letters.sheet import draw_sheet

PARALLEL_FROM = 100
"""Pages above which other processes are worth their half-second of start."""

CHUNK = 60
"""Pages that one process draws in one go: small enough to be cancelled soon, large enough to share their fonts."""

Progress = Callable[[int], None]
"""Told how many pages more were drawn."""


Document = tuple[Booklet, ...]
"""What one PDF holds: the papers of one class, or of all of them."""


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """The bytes of one PDF."""

    index: int
    """Its place among the documents that were asked for."""
    pdf: bytes


def draw_document(head: SchoolHead, document: Document, tick: Callable[[], None] = lambda: None) -> bytes:
    """The PDF of one document: each cover, then its sheets. ``tick`` is called after each sheet and may raise."""
    load_fonts()
    memory = BytesIO()
    canvas = Canvas(memory, pagesize=A4, lang="fr-FR", initialFontName=REGULAR)  # type: ignore[arg-type]
    canvas.setTitle(", ".join(dict.fromkeys(booklet.group for booklet in document)))
    canvas.setAuthor(head.name)
    canvas.setCreator("Préau")
    if document:
        canvas.setViewerPreference("Duplex", "DuplexFlipLongEdge" if document[0].two_sided else "Simplex")
    for booklet in document:
        if booklet.lines:
            draw_cover(canvas, head, booklet)
            _fill_paper(canvas, booklet)
        for sheet in booklet.sheets:
            draw_sheet(canvas, head, sheet)
            if (language := languages.find(sheet.language)) is not None:
                draw_back(canvas, head, sheet, language)
            _fill_paper(canvas, booklet)
            tick()
    canvas.save()
    return memory.getvalue()


def _fill_paper(canvas: Canvas, booklet: Booklet) -> None:
    """Leave the back of the last paper blank, so that what comes next begins another one."""
    if booklet.two_sided and canvas.getPageNumber() % 2 == 0:
        canvas.showPage()


def sided(document: Document) -> Document:
    """The document on both sides of the paper where a sheet has a translation on its back, else on one."""
    both = any(sheet.language != languages.FRENCH for booklet in document for sheet in booklet.sheets)
    return tuple(replace(booklet, two_sided=both) for booklet in document)


def draw_files(
    head: SchoolHead,
    documents: Sequence[Document],
    *,
    progress: Progress = lambda pages: None,
    cancelled: Cancelled = lambda: False,
    processes: int | None = None,
) -> Iterator[DrawnFile]:
    """Draw each document as one PDF, yielded as soon as it is ready, in any order. Raises Cancellation.

    Beyond a hundred pages the work is shared by ``processes`` (default: the machine's cores).
    """
    workers = processes or os.cpu_count() or 1
    documents = [sided(document) for document in documents]
    try:
        if workers == 1 or sum(_page_count(document) for document in documents) <= PARALLEL_FROM:
            yield from _draw_here(head, documents, progress, cancelled)
        else:
            yield from _draw_with_processes(head, documents, progress, cancelled, workers)
    finally:
        forget_layouts()
        forget_shapes()


def _page_count(document: Document) -> int:
    return sum(len(booklet.sheets) for booklet in document)


def _draw_here(
    head: SchoolHead, documents: Sequence[Document], progress: Progress, cancelled: Cancelled
) -> Iterator[DrawnFile]:
    for index, document in enumerate(documents):
        yield DrawnFile(index, draw_document(head, document, _ticker(progress, cancelled)))


def _ticker(progress: Progress, cancelled: Cancelled) -> Callable[[], None]:
    def tick() -> None:
        if cancelled():
            raise Cancellation
        progress(1)

    return tick


class _Parts:
    """The parts of all the documents: those still to be drawn and those that wait for the rest of their document."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.all = [chunks(document) for document in documents]
        self._drawn: list[dict[int, bytes]] = [{} for _ in documents]

    def add(self, index: int, place: int, pdf: bytes) -> Iterator[DrawnFile]:
        """Keep a drawn part; yields its document if it was the last that was missing."""
        drawn = self._drawn[index]
        drawn[place] = pdf
        if len(drawn) == len(self.all[index]):
            yield DrawnFile(index, joined([drawn.pop(each) for each in range(len(self.all[index]))]))


def _draw_with_processes(
    head: SchoolHead, documents: Sequence[Document], progress: Progress, cancelled: Cancelled, workers: int
) -> Iterator[DrawnFile]:
    """Other processes draw from the first part on; this one, which need not be started, from the last part back."""
    # Spawn, never fork: the window has threads, and a fork would copy the vault's connection.
    pool = ProcessPoolExecutor(workers - 1, mp_context=multiprocessing.get_context("spawn"))
    parts = _Parts(documents)
    try:
        pending = {
            pool.submit(draw_document, head, part): (index, place)
            for index, document in enumerate(parts.all)
            for place, part in enumerate(document)
        }
        while pending:
            own = next((future for future in reversed(pending) if future.cancel()), None)
            if own is not None:
                index, place = pending.pop(own)
                part = parts.all[index][place]
                yield from parts.add(index, place, draw_document(head, part, _ticker(progress, cancelled)))
            done, _ = wait(pending, timeout=0 if own else 0.1, return_when=FIRST_COMPLETED)
            for future in done:
                index, place = pending.pop(future)
                progress(_page_count(parts.all[index][place]))
                yield from parts.add(index, place, future.result())
            if cancelled():
                raise Cancellation
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def chunks(document: Document) -> list[Document]:
    """The document in parts of at most CHUNK sheets, in order; the cover goes with the first sheets of its booklet."""
    parts: list[list[Booklet]] = [[]]
    for booklet in document:
        for start in range(0, max(1, len(booklet.sheets)), CHUNK):
            sheets = booklet.sheets[start : start + CHUNK]
            if parts[-1] and _page_count(tuple(parts[-1])) + len(sheets) > CHUNK:
                parts.append([])
            parts[-1].append(replace(booklet, lines=() if start else booklet.lines, sheets=sheets))
    return [tuple(part) for part in parts]


def joined(pdfs: Sequence[bytes]) -> bytes:
    """Several PDFs as one, with the title and the author of the first."""
    if len(pdfs) == 1:
        return pdfs[0]
    # Imported here: the processes that only draw would wait for it.
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=BytesIO(pdfs[0]))
    for pdf in pdfs[1:]:
        writer.append(BytesIO(pdf), import_outline=False)
    memory = BytesIO()
    writer.write(memory)
    return memory.getvalue()

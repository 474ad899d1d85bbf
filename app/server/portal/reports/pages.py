"""« Livret scolaire »: a child's documents by cycle, one of them, its PDF, all of them, « Pris connaissance »."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from app.models.errors import PreauError
from app.models.states import ReceiptKind
from app.models.tables import Row
from app.server.portal import terms
from app.server.portal.reports import papers
from app.server.portal.reports.books import READ, Book, Books, Entry
from app.server.portal.site import Addresses, Site, typed
from app.services.languages import source as _
from app.services.records.rows import SchoolRows
from app.services.reports.overview import OPENINGS

PATH = "/livrets"
GONE = _("Ce document n’est pas (ou plus) à lire ici")
ASK = _("Il a peut-être été remplacé ou retiré. Revenez à la liste, ou demandez à l’école.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is logged in, and one of the documents that he may see."""

    portal: Row
    entry: Entry


class ReportPages:
    """The addresses name documents by the id of their row; each is looked for among what the account sees now."""

    def __init__(self, site: Site, books: Books) -> None:
        self._site = site
        self._books = books

    def open(self, at: Addresses) -> None:
        """Its addresses."""
        at.page(PATH, self.show)
        at.page(f"{PATH}/tout.zip", self.keep_all)
        at.page(PATH + "/{report_id}", self.read)
        at.page(PATH + "/{report_id}/pdf", self.keep)
        at.form(PATH + "/{report_id}/lu", self.confirm)

    async def show(self, request: Request) -> Response:
        owned = await self._site.write(lambda connection: self._owned(connection, request))
        if owned is None:
            return self._site.see("/enfants")
        book = _chosen(owned, request)
        return self._site.render(request, "reports/list.html", books=owned, book=book, names=_NAMES)

    async def read(self, request: Request) -> Response:
        reader = await self._reader(request, ReceiptKind.OPENED)
        if isinstance(reader, Response):
            return reader
        language = getattr(request.state, "language", None) or "fr"
        try:
            shown = await run_in_threadpool(papers.shown, self._books, reader.entry, language=language)
        except PreauError:
            return self._gone(request)
        return self._site.render(
            request, "reports/show.html", shown=shown, entry=reader.entry, names=_NAMES,
            done=request.query_params.get("fait") == "lu",
        )  # fmt: skip

    async def keep(self, request: Request) -> Response:
        reader = await self._reader(request, ReceiptKind.DOWNLOADED)
        if isinstance(reader, Response):
            return reader
        work = papers.pdf
        return await self._file(request, lambda spoken: work(self._books, reader.entry, language=spoken), reader.entry)

    async def keep_all(self, request: Request) -> Response:
        entries = await self._site.write(lambda connection: self._all_kept(connection, request))
        if not entries:
            return self._site.see("/enfants")
        return await self._file(request, lambda spoken: papers.bundle(self._books, entries, language=spoken), None)

    async def confirm(self, request: Request) -> Response:
        asked = await request.form()
        document = typed(asked.get("document"), most=64)

        def note(connection: Connection) -> Entry | None:
            entry = self._entry(connection, request)
            seen = entry is not None and not entry.is_on_paper_only and entry.row["document"] == document
            if entry is not None and seen and entry.read_at is None:
                self._tell(connection, entry, ReceiptKind.READ)
            return entry

        entry = await self._site.write(note)
        return self._gone(request) if entry is None else self._site.see(f"{PATH}/{entry.id}?fait=lu")

    async def _file(self, request: Request, draw: Callable[[str], bytes | None], entry: Entry | None) -> Response:
        language = getattr(request.state, "language", None) or "fr"
        try:
            document = await run_in_threadpool(draw, language)
        except PreauError:
            document = None
        if document is None:
            return self._gone(request)
        name, kind = (
            ("Livret.zip", "application/zip") if entry is None else (papers.file_name(entry), "application/pdf")
        )
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
        return Response(document, media_type=kind, headers=headers)

    async def _reader(self, request: Request, how: ReceiptKind) -> Reader | Response:
        """The document that is asked for; noted where the school wants to know. Else the answer that says no."""

        def look(connection: Connection) -> tuple[Row | None, Entry | None]:
            portal = self._owner(connection, request)
            entry = self._books.find(connection, portal["id"], request.path_params["report_id"]) if portal else None
            if entry is not None:
                self._note(connection, entry, how)
            return portal, entry

        portal, entry = await self._site.write(look)
        if portal is None:
            return self._site.see("/enfants")
        return self._gone(request) if entry is None else Reader(portal, entry)

    def _owner(self, connection: Connection, request: Request) -> Row | None:
        return terms.reader(self._site, connection, request)

    def _owned(self, connection: Connection, request: Request) -> list[Book] | None:
        portal = self._owner(connection, request)
        return self._books.of(connection, portal["id"]) if portal else None

    def _entry(self, connection: Connection, request: Request) -> Entry | None:
        portal = self._owner(connection, request)
        return self._books.find(connection, portal["id"], request.path_params["report_id"]) if portal else None

    def _all_kept(self, connection: Connection, request: Request) -> list[Entry]:
        """Every document of the chosen child; each that the ZIP will hold is noted like one that is downloaded alone."""
        book = _chosen(self._owned(connection, request) or [], request)
        entries = list(book.entries) if book else []
        for entry in entries:
            self._note(connection, entry, ReceiptKind.DOWNLOADED)
        return entries

    def _note(self, connection: Connection, entry: Entry, how: ReceiptKind) -> None:
        """Tell of an opening where the school wants to know, and there was something to see."""
        school_id = entry.child.school_id
        school = SchoolRows(connection, school_id).need("schools", school_id)
        if (school["settings"] or {}).get(OPENINGS, False) and not entry.is_on_paper_only:
            self._tell(connection, entry, how)

    def _tell(self, connection: Connection, entry: Entry, how: ReceiptKind) -> None:
        """Tell the school of the document, by the account that it knows; nobody else hears of it."""
        payload: dict[str, Any] = {"report_id": entry.id, "document": entry.row["document"], "kind": how.value}
        self._site.teller.tell_school(connection, entry.child.school_id, entry.child.account_id, READ, payload)

    def _gone(self, request: Request) -> Response:
        return self._site.message(request, title=GONE, words=ASK, status=404)


def _chosen(books: list[Book], request: Request) -> Book | None:
    """The book that is asked for, else the first."""
    asked = request.query_params.get("enfant")
    return next((book for book in books if book.mark == asked), books[0] if books else None)


_NAMES = {
    "cycles": {
        1: _("Cycle 1 (maternelle)"), 2: _("Cycle 2 (CP, CE1, CE2)"), 3: _("Cycle 3 (CM1, CM2, 6e)"),
        None: _("Attestations"),
    },
    "certificates": {
        "aper": _("Attestation de première éducation à la route"), "swimming": _("Attestation du savoir-nager"),
        "assr1": _("Attestation scolaire de sécurité routière, niveau 1"),
        "assr2": _("Attestation scolaire de sécurité routière, niveau 2"),
        "psc1": _("Certificat de premiers secours"),
    },
}  # fmt: skip
"""Fixed words of the list, by cycle and by kind of certificate."""

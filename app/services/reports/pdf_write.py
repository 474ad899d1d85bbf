"""Some pages of a PDF as a PDF of their own, with nothing of the other pages (lsu.md; ASVS 12, files of strangers).

A page is rebuilt from what it draws: its contents, and of its resources those that the contents name. Programs that print a
whole class let all pages share one dictionary of resources, where the drawings of every child are. Metadata, links,
attached files, forms and scripts stay behind. The same pages give the same bytes, so that a second import is noticed.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from app.services.reports.found import refusal
from app.services.reports.pdf_notes import drawn_notes, value_of
from app.services.reports.pdf_pages import opened

_PAGE_KEYS = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit")
_USERS = {
    "Do": "/XObject", "Tf": "/Font", "gs": "/ExtGState", "cs": "/ColorSpace", "CS": "/ColorSpace", "sh": "/Shading",
    "scn": "/Pattern", "SCN": "/Pattern", "BDC": "/Properties", "DP": "/Properties",
}  # fmt: skip
"""The operators that name a resource, and of which kind."""
_INLINE_IMAGE = "INLINE IMAGE"
_LEFT = frozenset(
    {"/Parent", "/Metadata", "/PieceInfo", "/StructParent", "/StructParents", "/LastModified", "/OPI", "/Alternates", "/AF",
     "/Measure", "/PtData", "/Ref", "/OC"}
)  # fmt: skip
"""What leads from a drawing to the rest of the file."""
_REST_OF_FILE = frozenset({"/Page", "/Pages", "/Catalog", "/StructTreeRoot", "/StructElem", "/Annot", "/Filespec"})
MOST_DEPTH = 60
MOST_OBJECTS = 20_000


def write_pages(name: str, content: bytes, pages: Sequence[int]) -> bytes:
    """The ``pages`` (from 1) of a PDF as one PDF. Raises InputError where they cannot be read."""
    with opened(name, content) as reader:
        return PageWriter(name, reader).write(pages)


def write_groups(
    name: str, content: bytes, groups: Sequence[Sequence[int]], go_on: Callable[[], None] = lambda: None
) -> list[bytes]:
    """Several documents out of one file, which is opened once. ``go_on`` is called before each, and may raise."""
    if not groups:
        return []
    written = []
    with opened(name, content) as reader:
        for pages in groups:
            go_on()
            written.append(PageWriter(name, reader).write(pages))
    return written


class PageWriter:
    """Writes one document; what pages share is written once."""

    def __init__(self, name: str, reader: PdfReader) -> None:
        self._name = name
        self._reader = reader
        self._writer = PdfWriter()
        self._known: dict[tuple[int, int], IndirectObject] = {}
        self._count = 0

    def write(self, pages: Sequence[int]) -> bytes:
        for number in pages:
            self._add(self._reader.pages[number - 1])
        root = self._writer.root_object
        root[NameObject("/Lang")] = TextStringObject("fr-FR")
        self._writer.metadata = None
        stream = io.BytesIO()
        self._writer.write(stream)
        return stream.getvalue()

    def _add(self, page: Any) -> None:
        width, height = page.mediabox.width, page.mediabox.height
        blank = self._writer.add_blank_page(width, height)
        for key in _PAGE_KEYS:
            value = _inherited(page, key)
            if value is not None:
                blank[NameObject(key)] = self._copied(value, MOST_DEPTH)
        contents = page.get_contents()
        data, kept = b"", DictionaryObject()
        if contents is not None:
            data, used = contents.get_data(), _used(contents)
            if (resources := _inherited(page, "/Resources")) is not None:
                table = resources.get_object()
                self._borrow(table, used)
                kept = self._resources(table, used, MOST_DEPTH)
        data = self._with_notes(page, data, kept)
        stream = StreamObject()
        stream.set_data(data)
        blank[NameObject("/Contents")] = self._writer._add_object(stream.flate_encode())
        blank[NameObject("/Resources")] = kept

    def _with_notes(self, page: Any, data: bytes, resources: DictionaryObject) -> bytes:
        """The contents of a page, and after them what its fields and stamps show."""
        lines = []
        for number, note in enumerate(drawn_notes(page)):
            forms = resources.setdefault(NameObject("/XObject"), DictionaryObject())
            forms[NameObject(f"/Note{number}")] = self._copied(note.form, MOST_DEPTH)
            matrix = " ".join(f"{value:.4f}" for value in note.matrix)
            lines.append(f"q {matrix} cm /Note{number} Do Q\n")
        return b"q\n" + data + b"\nQ\n" + "".join(lines).encode() if lines else data

    def _borrow(self, resources: Any, used: dict[str, set[str]]) -> None:
        """An old form without resources of its own draws with those of the page."""
        forms = value_of(resources, "/XObject") or {}
        for name in sorted(used.get("/XObject", ())):
            form = value_of(forms, name)
            if isinstance(form, StreamObject) and value_of(form, "/Subtype") == "/Form" and "/Resources" not in form:
                for kind, names in _used(ContentStream(form, self._reader)).items():
                    used.setdefault(kind, set()).update(names)

    def _resources(self, resources: Any, used: dict[str, set[str]], depth: int) -> DictionaryObject:
        """Of some resources those that are used, each copied."""
        kept = DictionaryObject()
        for kind, names in sorted(used.items()):
            table = value_of(resources, kind)
            if not isinstance(table, DictionaryObject):
                continue
            entries = DictionaryObject()
            for name in sorted(names & set(table)):
                entries[NameObject(name)] = self._copied(table.raw_get(name), depth - 1)
            if entries:
                kept[NameObject(kind)] = entries
        return kept

    def _copied(self, value: Any, depth: int) -> PdfObject:
        """A copy that leads nowhere else. Raises InputError beyond what a drawing may weigh."""
        if depth <= 0:
            raise refusal("broken_pdf", self._name, "est trop compliqué : ce n’est pas un PDF de LSU.")
        if isinstance(value, IndirectObject):
            return self._followed(value, depth)
        if isinstance(value, StreamObject):
            return self._stream(value, depth)
        if isinstance(value, DictionaryObject):
            return self._dictionary(value, depth)
        if isinstance(value, ArrayObject):
            return ArrayObject([self._copied(one, depth - 1) for one in value])
        return value.clone(self._writer) if isinstance(value, PdfObject) else NullObject()

    def _followed(self, reference: IndirectObject, depth: int) -> PdfObject:
        key = (reference.idnum, reference.generation)
        if key not in self._known:
            self._count += 1
            if self._count > MOST_OBJECTS:
                raise refusal("broken_pdf", self._name, "contient trop d’objets : ce n’est pas un PDF de LSU.")
            # Entered before it is copied: drawings may refer to themselves.
            self._known[key] = self._writer._add_object(NullObject())
            copy = self._copied(reference.get_object(), depth - 1)
            self._writer._replace_object(self._known[key], copy)
        return self._known[key]

    def _dictionary(self, value: DictionaryObject, depth: int) -> PdfObject:
        if value_of(value, "/Type") in _REST_OF_FILE:
            return NullObject()
        copy = DictionaryObject()
        drawn = value_of(value, "/Subtype") == "/Type3"
        if drawn and "/Resources" in value:
            copy[NameObject("/Resources")] = self._resources(
                value["/Resources"].get_object(), self._glyphs(value), depth - 1
            )
        for key in value:
            if key not in _LEFT and not (drawn and key == "/Resources"):
                copy[NameObject(key)] = self._copied(value.raw_get(key), depth - 1)
        return copy

    def _glyphs(self, font: DictionaryObject) -> dict[str, set[str]]:
        """What the letters of a font of drawings draw with."""
        used: dict[str, set[str]] = {}
        for letter in (value_of(font, "/CharProcs") or {}).values():
            for kind, names in _used(ContentStream(letter.get_object(), self._reader)).items():
                used.setdefault(kind, set()).update(names)
        return used

    def _stream(self, value: StreamObject, depth: int) -> StreamObject:
        """A stream as it is stored; a form keeps of its own resources those that it uses."""
        copy = type(value)()
        copy._data = value._data
        for key in value:
            if key not in _LEFT and key not in ("/Length", "/Resources"):
                copy[NameObject(key)] = self._copied(value.raw_get(key), depth - 1)
        if (resources := value_of(value, "/Resources")) is not None:
            used = _used(ContentStream(value, self._reader))
            copy[NameObject("/Resources")] = self._resources(resources, used, depth - 1)
        copy[NameObject("/Length")] = NumberObject(len(copy._data))
        return copy


def _used(contents: Any) -> dict[str, set[str]]:
    """The names of the resources that a content draws with, by kind."""
    found: dict[str, set[str]] = {}
    for operands, operator in contents.operations:
        word = operator.decode("latin-1") if isinstance(operator, bytes) else str(operator)
        names = operands.get("settings", {}).values() if word == _INLINE_IMAGE else operands
        kind = "/ColorSpace" if word == _INLINE_IMAGE else _USERS.get(word)
        if kind is not None:
            found.setdefault(kind, set()).update(str(one) for one in names if isinstance(one, NameObject))
    return found


def _inherited(page: Any, key: str) -> Any:
    """A value of a page, or of the tree above it."""
    seen = 0
    while page is not None and seen < MOST_DEPTH:
        if key in page:
            return page.raw_get(key)
        parent = page.get("/Parent")
        page, seen = (parent.get_object() if parent is not None else None), seen + 1
    return None

"""A child's pages as a PDF of their own: drawn alike, and nothing of the others in any byte of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from app.services.reports.pdf_pages import read_pdf
from app.services.reports.pdf_write import write_pages
from tests.services.reports.cast import CLASS, JEAN, JEAN_PIERRE, ZOE
from tests.support.class_pdfs import class_pdf, labelled, lsu_like


def everything(document: bytes) -> bytes:
    """The bytes of a PDF, and those of each of its streams once unpacked."""
    found = [document]
    reader = PdfReader(io.BytesIO(document))
    for number in range(1, len(reader.xref[0]) + 1):
        try:
            value: Any = reader.get_object(IndirectObject(number, 0, reader))
        except Exception:  # an object number that is free
            continue
        if isinstance(value, StreamObject):
            found.append(value.get_data())
        found.append(repr(value).encode())
    return b"\n".join(found)


def pixels(number: int) -> bytes:
    """What a portrait draws."""
    return bytes([number, 7, 251]) * 16


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("core", [True, False])
def test_nothing_of_the_other_children_is_left(compress: bool, core: bool) -> None:
    content = class_pdf(CLASS, lsu_like, compress=compress, core=core)
    assert b"Secret de la classe" in content  # the file had it
    document = write_pages("classe.pdf", content, [3, 4])
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    assert "MARTIN Jean" in text and "Secret de Jean :" in text and JEAN.ine in text
    inside = everything(document)
    for other in (ZOE, JEAN_PIERRE):
        for trace in (
            other.ine,
            f"Secret de {other.first_name}",
            other.last_name if other is ZOE else "Jean-P",
        ):
            assert trace.encode("latin-1", "replace") not in inside and trace.encode("utf-16-be") not in inside, trace
    for word in (b"Secret de la classe", b"/Outlines", b"/Annot", b"/Title", b"/Dest", b"/Producer"):
        assert word not in document
    assert pixels(1) in inside and pixels(0) not in inside and pixels(2) not in inside


def test_the_same_pages_give_the_same_bytes() -> None:
    content = class_pdf(CLASS, labelled)
    assert write_pages("a.pdf", content, [1, 2]) == write_pages("b.pdf", content, [1, 2])


def test_shared_resources_forms_and_active_content_stay_behind() -> None:
    document = write_pages("classe.pdf", loaded(), [1])
    inside = everything(document)
    assert b"(SECRET OF THE SECOND) Tj" not in inside and b"(FIRST) Tj" in inside and b"(NESTED) Tj" in inside
    for word in (
        b"/JavaScript",
        b"/OpenAction",
        b"/EmbeddedFiles",
        b"/AA",
        b"/PieceInfo",
        b"/Metadata",
        b"app.alert",
        b"/AcroForm",
    ):
        assert word not in inside, word
    assert "FIRST" in PdfReader(io.BytesIO(document)).pages[0].extract_text()


def test_what_a_filled_field_shows_is_drawn_and_read() -> None:
    content = filled_form()
    assert "Zoe CHATELAIN" in read_pdf("a.pdf", content).texts[0]
    document = write_pages("a.pdf", content, [1])
    text = PdfReader(io.BytesIO(document)).pages[0].extract_text()
    assert "Zoe CHATELAIN" in text and "HIDDEN" not in text
    inside = everything(document)
    assert b"/Annot" not in inside and b"/Widget" not in inside and b"HIDDEN" not in inside


def filled_form() -> bytes:
    """A page with a field that is filled in, and one that is hidden."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    fonts = _table({"/Font": _table({"/F1": _table({
        "/Type": NameObject("/Font"), "/Subtype": NameObject("/Type1"), "/BaseFont": NameObject("/Helvetica"),
    })})})  # fmt: skip
    notes = ArrayObject()
    for words, flags in (("Zoe CHATELAIN", 4), ("HIDDEN", 2)):
        form = _form(writer, f"BT /F1 12 Tf 5 5 Td ({words}) Tj ET".encode(), fonts)
        rect = ArrayObject([NumberObject(one) for one in (10, 10, 110, 110)])
        notes.append(writer._add_object(_table({
            "/Type": NameObject("/Annot"), "/Subtype": NameObject("/Widget"), "/F": NumberObject(flags), "/Rect": rect,
            "/FT": NameObject("/Tx"), "/V": TextStringObject(words), "/AP": _table({"/N": form}),
        })))  # fmt: skip
    page[NameObject("/Annots")] = notes
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def loaded() -> bytes:
    """Two pages that share one dictionary of resources, where each has its form, in a file full of the rest."""
    writer = PdfWriter()
    font = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
    })  # fmt: skip
    forms = DictionaryObject()
    nested = _form(writer, b"BT /F1 12 Tf (NESTED) Tj ET", DictionaryObject())
    for name, text in (("/A", b"(FIRST) Tj ET /N Do"), ("/P", b"(SECRET OF THE SECOND) Tj ET")):
        tables = {"/XObject": {"/N": nested}, "/Font": {"/F1": font}}
        inner = DictionaryObject({NameObject(kind): _table(entries) for kind, entries in tables.items()})
        forms[NameObject(name)] = _form(writer, b"BT /F1 12 Tf " + text, inner)
    shared = writer._add_object(DictionaryObject({
        NameObject("/XObject"): forms, NameObject("/Font"): DictionaryObject({NameObject("/F1"): font}),
    }))  # fmt: skip
    for name in ("/A", "/P"):
        page = writer.add_blank_page(200, 200)
        page[NameObject("/Resources")] = shared
        contents = ContentStream(None, writer)
        contents.set_data(f"BT /F1 12 Tf ET {name} Do".encode())
        page[NameObject("/Contents")] = writer._add_object(contents)
        page[NameObject("/PieceInfo")] = DictionaryObject({NameObject("/X"): TextStringObject("SECRET")})
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): TextStringObject("app.alert(1)")})
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('SECRET')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment("secret.txt", b"SECRET OF THE SECOND")
    writer.add_metadata({"/Title": "SECRET"})
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _table(entries: dict[str, Any]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in entries.items()})


def _form(writer: PdfWriter, data: bytes, resources: DictionaryObject) -> IndirectObject:
    form = StreamObject()
    form.set_data(data)
    form.update({
        NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form"),
        NameObject("/BBox"): ArrayObject([NumberObject(0), NumberObject(0), NumberObject(200), NumberObject(200)]),
        NameObject("/Resources"): resources,
    })  # fmt: skip
    return writer._add_object(form)

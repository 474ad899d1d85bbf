"""PDFs from strangers: encrypted, broken, endless, empty: a sentence each, in bounded time."""

from __future__ import annotations

import io
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from app.models.errors import InputError
from app.services.reports import pdf_pages
from app.services.reports.pdf_pages import read_pdf
from app.services.reports.pdf_split import split
from app.services.reports.pdf_write import write_pages
from app.services.reports.roster import Roster
from tests.services.reports.cast import CLASS, ZOE
from tests.support.class_pdfs import class_pdf, one_pdf, sheet_of

WHOLE = class_pdf(CLASS)


def refused(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read_pdf("bilan.pdf", content)
    assert "bilan.pdf" in caught.value.sentence and caught.value.sentence.endswith(".")
    return caught.value


def locked(user_password: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(one_pdf(ZOE)))
    writer.encrypt(user_password, owner_password="direction", algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def of_images() -> bytes:
    pdf = sheet_of(core=True)
    pdf.add_page()
    return bytes(pdf.output())


def raw(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalog."""
    parts, places = [b"%PDF-1.7\n"], []
    for number, body in enumerate(objects, 1):
        places.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = sum(map(len, parts))
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, start
    )  # fmt: skip
    return b"".join(parts) + end


def one_page(content: bytes, *, filters: bytes = b"", more: bytes = b"") -> bytes:
    stream = b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(content), filters, content)
    return raw(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<%b>>>>" % more, stream,
    )  # fmt: skip


BOMB = zlib.compress(b"BT (x) Tj ET\n" * 20_000_000, 9)


@pytest.mark.parametrize(("content", "code"), [
    (b"", "reports_empty"), (b"PK\x03\x04", "reports_not_pdf"), (locked("secret"), "reports_encrypted"),
    (WHOLE[: len(WHOLE) // 2], "reports_broken_pdf"), (b"%PDF-1.7\nrien", "reports_broken_pdf"),
    (of_images(), "reports_no_text"),
    (raw(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0/Kids[]>>"), "reports_no_page"),
    (raw(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[2 0 R]>>"), "reports_broken_pdf"),
    (one_page(BOMB, filters=b"/Filter/FlateDecode"), "reports_no_text"),
])  # fmt: skip
def test_a_pdf_that_cannot_be_read_is_a_sentence(content: bytes, code: str) -> None:
    started = time.monotonic()
    assert refused(content).code == code
    assert time.monotonic() - started < 60


def test_one_that_forbids_only_to_change_it_is_read() -> None:
    assert "CHÂTELAIN Zoé" in read_pdf("bilan.pdf", locked("")).texts[0]
    assert "CHÂTELAIN" in read_pdf("bilan.pdf", write_pages("bilan.pdf", locked(""), [1])).texts[0]


def test_a_page_that_draws_itself_ends() -> None:
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 5>>\nstream\n/X Do\nendstream"
    content = one_page(b"/X Do /X Do BT (Zoe) Tj ET", more=b"/XObject<</X 5 0 R>>").replace(
        b"xref\n0 5", b"xref\n0 5"
    )  # fmt: skip
    looped = raw(*_objects(content), form)
    read = read_pdf("bilan.pdf", looped)
    assert len(read.texts) == 1
    assert write_pages("bilan.pdf", looped, [1]).startswith(b"%PDF")


def _objects(content: bytes) -> list[bytes]:
    parts = content.split(b"endobj\n")[:-1]
    return [part.partition(b" 0 obj\n")[2].rstrip(b"\n") for part in parts]


def test_the_time_of_a_file_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(0, 10_000, 50))
    with pytest.raises(InputError) as caught:
        read_pdf("bilan.pdf", WHOLE, timer=lambda: float(next(seconds)))
    assert caught.value.code == "reports_too_long"
    monkeypatch.setattr(pdf_pages, "MAX_PAGES", 2)
    assert refused(WHOLE).code == "reports_too_many"
    monkeypatch.setattr(pdf_pages, "MAX_BYTES", 100)
    assert refused(WHOLE).code == "reports_too_large"


@given(start=st.integers(0, len(WHOLE)), length=st.integers(0, 300), noise=st.binary(max_size=40))
@settings(max_examples=60, deadline=None)
def test_whatever_was_damaged_is_read_or_refused(start: int, length: int, noise: bytes) -> None:
    content = WHOLE[:start] + noise + WHOLE[start + length :]
    try:
        for group in split(read_pdf("bilan.pdf", content), Roster()):
            write_pages("bilan.pdf", content, group.pages)
    except InputError as error:
        assert error.code.startswith("reports_") and error.sentence.endswith(".")

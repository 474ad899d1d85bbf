from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from app.services.letters import batch
from app.services.letters.batch import Cancellation, chunks, draw_files
from tests.services.letters.samples import HEAD, booklet


def _texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_a_document_is_a_cover_then_its_sheets_in_order() -> None:
    (file,) = draw_files(HEAD, [(booklet(3),)])
    cover, *sheets = _texts(file.pdf)
    assert cover.startswith("Feuilles à remettre — CE2B")
    assert [f"feuille {number} / 3" in text for number, text in enumerate(sheets, start=1)] == [True] * 3
    assert PdfReader(BytesIO(file.pdf)).metadata.title == "CE2B"  # type: ignore[union-attr]


def test_every_font_is_embedded() -> None:
    (file,) = draw_files(HEAD, [(booklet(1),)])
    fonts = [
        font.get_object()["/FontDescriptor"].get_object()
        for page in PdfReader(BytesIO(file.pdf)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    assert fonts
    assert all("/FontFile2" in font for font in fonts)


def test_one_file_may_hold_every_class() -> None:
    (file,) = draw_files(HEAD, [(booklet(2, "CP A"), booklet(1, "CE2B"))])
    texts = _texts(file.pdf)
    assert [text.startswith("Feuilles à remettre") for text in texts] == [True, False, False, True, False]


def test_a_large_batch_shared_by_processes_is_the_same_as_drawn_by_one() -> None:
    documents = [(booklet(70, "CP A"), booklet(20, "CE1")), (booklet(40, "CE2B"),)]
    seen: list[int] = []
    shared = sorted(draw_files(HEAD, documents, progress=seen.append, processes=2), key=lambda file: file.index)
    alone = sorted(draw_files(HEAD, documents, processes=1), key=lambda file: file.index)
    assert [_texts(file.pdf) for file in shared] == [_texts(file.pdf) for file in alone]
    assert sum(seen) == 130


def test_parts_keep_every_sheet_in_order_and_one_cover_each() -> None:
    document = (booklet(150, "CP A"), booklet(10, "CE1"), booklet(55, "CE2B"))
    parts = chunks(document)
    assert max(sum(len(one.sheets) for one in part) for part in parts) <= batch.CHUNK
    assert [s for part in parts for one in part for s in one.sheets] == [s for one in document for s in one.sheets]
    assert sum(bool(one.lines) for part in parts for one in part) == 3


@pytest.mark.parametrize("count", [10, 130])
def test_cancelled_it_stops_at_once(count: int) -> None:
    drawn: list[int] = []
    with pytest.raises(Cancellation):
        list(
            draw_files(HEAD, [(booklet(count),)], progress=drawn.append, cancelled=lambda: len(drawn) >= 1, processes=2)
        )
    assert sum(drawn) < count


def test_no_name_stays_in_the_caches() -> None:
    from app.services.letters.layout import wrap

    list(draw_files(HEAD, [(booklet(2),)]))
    assert wrap.cache_info().currsize == 0

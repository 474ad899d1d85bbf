"""Each guide as PDF: every heading and picture in it, tagged, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.models.errors import PreauError
from app.services.guides import catalogue, pdf
from app.services.guides.blocks import Block, Heading, Items, Paragraph, Picture, pictures, plain
from app.services.guides.catalogue import Guide


def flat(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("guide", Guide)
def test_the_paper_says_every_heading_and_shows_every_picture(guide: Guide) -> None:
    drawn = pdf.draw_guide(guide)
    reader = PdfReader(BytesIO(drawn))
    text = flat("".join(page.extract_text() for page in reader.pages))
    blocks = catalogue.blocks(guide)
    headings = [plain(block.spans) for block in blocks if isinstance(block, Heading)]
    assert [title for title in headings if flat(title) not in text] == []
    shown = sum(len(page.images) for page in reader.pages)
    assert shown == len(list(pictures(blocks)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"].startswith("fr")
    assert reader.metadata is not None and reader.metadata.title == catalogue.title(guide)
    parts = [block for block in blocks if isinstance(block, Heading) and block.level == 2]
    assert len(reader.outline) >= len(parts)
    assert drawn == pdf.draw_guide(guide)


def led(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    """Each picture in the order of the text, with the words that lead to it; none where a picture or a table does."""
    for before, block in pairwise((None, *blocks)):
        words = plain(before.spans) if isinstance(before, Paragraph) else ""
        if isinstance(block, Picture):
            yield words, block.path
        elif isinstance(block, Items):
            for item in block.items:
                yield from led(item)
        elif block is not None:
            yield from (("", path) for path in pictures([block]))


@pytest.mark.parametrize("guide", Guide)
def test_a_picture_stands_on_the_page_of_the_words_that_lead_to_it(guide: Guide) -> None:
    pages = PdfReader(BytesIO(pdf.draw_guide(guide))).pages
    page_of = [number for number, page in enumerate(pages) for _ in page.images]
    found = list(led(catalogue.blocks(guide)))
    assert len(found) == len(page_of)
    for page, (words, path) in zip(page_of, found, strict=True):
        assert flat(words)[-20:] in flat(pages[page].extract_text()), path


def test_a_lost_picture_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    of: Callable[[], Path] = lambda: tmp_path  # noqa: E731
    catalogue.blocks(Guide.PARENT)
    monkeypatch.setattr(catalogue, "folder", of)
    with pytest.raises(PreauError, match="parent-accueil"):
        pdf.draw_guide(Guide.PARENT)
    with pytest.raises(PreauError, match="guide_missing"):
        catalogue.markdown(Guide.PARENT)

"""Markdown as guides use it, read into blocks; what they do not use is refused rather than lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import InputError
from app.services.guides.blocks import (
    Code,
    Heading,
    Items,
    Paragraph,
    Picture,
    Span,
    Table,
    anchor_of,
    pictures,
    plain,
    read_blocks,
)

TEXT = """# Titre

Une phrase **forte**, une *douce*, `du code` :
la suite, et [un lien](erun.md#doublons).

![Un écran](../images/a.png)

1. Un
2. Deux

   ![Un autre](../images/b.png)

| a | b |
| --- | --- |
| x | ![Un troisième](../images/c.png) |

```
preau sync
```
"""


def test_each_block_is_read_with_its_hands() -> None:
    title, paragraph, picture, items, table, code = read_blocks(TEXT)
    assert title == Heading(1, (Span("Titre"),), "titre")
    assert isinstance(paragraph, Paragraph) and Span("forte", strong=True) in paragraph.spans
    assert Span("douce", emphasis=True) in paragraph.spans and Span("du code", code=True) in paragraph.spans
    assert Span("un lien", link="erun.md#doublons") in paragraph.spans
    assert "du code\u00a0: la suite" in plain(paragraph.spans)
    assert picture == Picture("../images/a.png", "Un écran")
    assert isinstance(items, Items) and items.numbered and len(items.items) == 2
    assert isinstance(table, Table) and [plain(cell) for cell in table.head] == ["a", "b"] and len(table.rows) == 1
    assert code == Code("preau sync")


def test_pictures_are_found_in_lists_and_tables_too() -> None:
    assert list(pictures(read_blocks(TEXT))) == ["../images/a.png", "../images/b.png", "../images/c.png"]


@pytest.mark.parametrize("mark", ["> cité", "---", "<b>html</b>", "a <b>html</b>"])
def test_another_mark_is_refused(mark: str) -> None:
    with pytest.raises(InputError, match="guide_unknown_mark"):
        read_blocks(f"Une phrase.\n\n{mark}\n")


def test_anchors_are_those_of_forges() -> None:
    assert anchor_of("Le livret, d’un coup") == "le-livret-dun-coup" and anchor_of("1. À revoir") == "1-à-revoir"


@given(st.text(st.characters(whitelist_categories=("L", "N")), min_size=1, max_size=40))
def test_words_come_through(words: str) -> None:
    (block,) = read_blocks(f"a {words}")
    assert isinstance(block, Paragraph) and plain(block.spans) == f"a {words}"

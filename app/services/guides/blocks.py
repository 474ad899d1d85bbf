"""A guide as blocks, from the Markdown that guides use: what else CommonMark knows is refused, so that no reader loses it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.models.errors import InputError
from app.models.typography import typeset


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line, in one hand. ``link`` is as written: ``#section``, ``erun.md#section`` or an address.

    Where ``picture`` names a file, the piece is that picture, and ``text`` says what is to be seen.
    """

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str = ""
    picture: str = ""


_OPENED = re.compile(r"(?<=«) $")
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """``anchor`` is what a link names it by."""

    level: int
    spans: Spans
    anchor: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One run of text."""

    spans: Spans
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to type as they are."""

    text: str
    kind: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Picture:
    """``path`` is beside the guide, as written; ``alt`` says what is to be seen."""

    path: str
    alt: str
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered or not; an item is blocks."""

    numbered: bool
    items: tuple[tuple[Block, ...], ...]
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Table:
    """A head and lines of as many cells."""

    head: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]
    kind: Literal["table"] = "table"


Block = Heading | Paragraph | Code | Picture | Items | Table


def read_blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of a guide. Raises InputError ``guide_unknown_mark`` on Markdown that guides do not use."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    return tuple(_Reader(tokens).until(""))


def anchor_of(title: str) -> str:
    """What a link names a heading by, as forges make it.

    >>> anchor_of("PC volé, ou perdu")
    'pc-volé-ou-perdu'
    """
    return re.sub(r"[^\w\- ]", "", title.casefold()).replace(" ", "-")


def pictures(blocks: Sequence[Block]) -> Iterator[str]:
    """The paths of all pictures, in the order of the text."""
    for block in blocks:
        if isinstance(block, Picture):
            yield block.path
        elif isinstance(block, Items):
            for item in block.items:
                yield from pictures(item)
        elif isinstance(block, Table):
            cells = (cell for row in (block.head, *block.rows) for cell in row)
            yield from (span.picture for cell in cells for span in cell if span.picture)


def plain(spans: Sequence[Span]) -> str:
    """The words alone."""
    return "".join(span.text for span in spans)


class _Reader:
    """Walks the flat list of tokens that markdown-it gives."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._at = tokens, 0

    def until(self, end: str) -> Iterator[Block]:
        """The blocks before the token of type ``end``, which is passed over."""
        while self._at < len(self._tokens):
            token = self._next()
            if token.type == end:
                return
            yield self._block(token)

    def _next(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _block(self, token: Token) -> Block:
        match token.type:
            case "heading_open":
                spans = self._line("heading_close")
                return Heading(int(token.tag[1:]), spans, anchor_of(plain(spans)))
            case "paragraph_open":
                return self._paragraph()
            case "fence" | "code_block":
                return Code(token.content.rstrip("\n"))
            case "bullet_list_open" | "ordered_list_open":
                return self._items(token)
            case "table_open":
                return self._table()
        raise _unknown(token)

    def _line(self, end: str) -> Spans:
        spans = _spans(self._next())
        closed = self._next()
        assert closed.type == end, closed.type
        return spans

    def _paragraph(self) -> Block:
        inline = self._next()
        self._next()
        spans = _spans(inline)
        if len(spans) == 1 and spans[0].picture:
            return Picture(spans[0].picture, spans[0].text)
        return Paragraph(spans)

    def _items(self, token: Token) -> Items:
        items = []
        while (inside := self._next()).type == "list_item_open":
            items.append(tuple(self.until("list_item_close")))
        assert inside.type == token.type.replace("open", "close"), inside.type
        return Items(token.type == "ordered_list_open", tuple(items))

    def _table(self) -> Table:
        rows: list[tuple[Spans, ...]] = []
        while (token := self._next()).type != "table_close":
            if token.type == "tr_open":
                rows.append(self._cells())
        return Table(rows[0], tuple(rows[1:]))

    def _cells(self) -> tuple[Spans, ...]:
        cells = []
        while (token := self._next()).type != "tr_close":
            cells.append(self._line(token.type.replace("open", "close")))
        return tuple(cells)


def _spans(inline: Token) -> Spans:
    found: list[Span] = []
    hand = Span("")
    for token in inline.children or []:
        match token.type:
            case "text":
                found.append(replace(hand, text=token.content))
            case "code_inline":
                found.append(replace(hand, text=token.content, code=True))
            case "image":
                found.append(replace(hand, text=token.content, picture=str(token.attrs["src"])))
            case "softbreak":
                found.append(replace(hand, text=" "))
            case "strong_open" | "strong_close":
                hand = replace(hand, strong=token.nesting == 1)
            case "em_open" | "em_close":
                hand = replace(hand, emphasis=token.nesting == 1)
            case "link_open" | "link_close":
                hand = replace(hand, link=unquote(str(token.attrs.get("href", ""))))
            case _:
                raise _unknown(token)
    return tuple(_set([span for span in found if span.text]))


def _set(spans: Sequence[Span]) -> Iterator[Span]:
    """With the spaces of French typography, those between two spans too."""
    before = ""
    for span in spans:
        text = span.text if span.code else _OPENED.sub("\u00a0", typeset(f"{before}{span.text}")[len(before) :])
        yield replace(span, text=text)
        before = span.text[-1]


def _unknown(token: Token) -> InputError:
    where = f", ligne {token.map[0] + 1}" if token.map else ""
    return InputError(
        "guide_unknown_mark", f"Le guide contient une marque que Préau ne dessine pas\u00a0: {token.type}{where}."
    )

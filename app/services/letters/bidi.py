"""Lines of a text in any of our languages, from right to left where its script is: ordered, shaped, wrapped.

The order is the Unicode bidirectional algorithm (UAX 9) of python-bidi, the shapes of letters are HarfBuzz's, through
reportlab. Whatever is put into a sentence (a name, a class, an address) is an isolate (UAX 9, 3.1.4): it stands in the
sentence as one neutral object and is ordered by itself, so that no name moves the words around it. Controls of
direction in it are dropped: they are no part of a name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from string import Formatter
from typing import Any

from bidi import algorithm
from bidi.mirror import MIRRORED
from reportlab.pdfbase.ttfonts import shapeStr

from app.services.languages import is_rtl
from app.services.letters.fonts import BOLD, REGULAR, text_width
from app.services.letters.layout import Line

OBJECT = "\ufffc"
"""Stands for an isolate among its neighbours: neutral, as UAX 9 wants it."""
NO_LETTERS = ("Cc", "Cf", "Cs", "Zl", "Zp")
JOINERS = "\u200c\u200d"
"""Controls that shape letters, which Persian needs; all the others go."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one font; ``isolate`` tells the inserted texts of a sentence apart, 0 is the sentence itself."""

    text: str
    font: str = REGULAR
    isolate: int = 0


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Char:
    """A character in its font. ``odd`` once it is ordered: it is read from right to left."""

    text: str
    font: str
    isolate: int
    rtl_isolate: bool = False
    odd: bool = False


def sentence(template: str, font: str = REGULAR, **values: str | Spans) -> Spans:
    """A sentence whose ``{names}`` are replaced by isolated texts, in bold, or by spans of one isolate each."""
    spans: list[Span] = []
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            spans.append(Span(literal, font))
        if name:
            value = values[name]
            inserted = (Span(value, BOLD, 1),) if isinstance(value, str) else value
            offset = max((span.isolate for span in spans), default=0)
            spans += (Span(span.text, span.font, span.isolate and span.isolate + offset) for span in inserted)
    return tuple(spans)


@lru_cache(maxsize=512)
def set_lines(spans: Spans, size: float, width: float, *, rtl: bool) -> tuple[Line, ...]:
    """Break spans into lines of at most ``width`` points; from right to left they end at the right edge."""
    lines: list[list[_Char]] = []
    room = 0.0
    for word in (part for whole in _words(_chars(spans)) for part in _short(whole, size, width)):
        advance = _advance(word, size)
        if lines and advance <= room:
            lines[-1] += word
        else:
            lines.append(word[1:] if word[0].text == " " else word)
            room, advance = width, _advance(lines[-1], size)
        room -= advance
    return tuple(_line(line, size, width, rtl=rtl) for line in lines if line)


def _chars(spans: Spans) -> list[_Char]:
    whole: dict[int, str] = {}
    for span in spans:
        whole[span.isolate] = whole.get(span.isolate, "") + span.text
    towards = {isolate: is_rtl(text) for isolate, text in whole.items()}
    return [
        _Char(character, span.font, span.isolate, towards[span.isolate])
        for span in spans
        for character in span.text
        if unicodedata.category(character) not in NO_LETTERS or character in JOINERS
    ]


def _words(chars: list[_Char]) -> Iterator[list[_Char]]:
    """The words, each with the plain space before it."""
    word: list[_Char] = []
    for char in chars:
        if char.text == " " and word:
            yield word
            word = []
        word.append(char)
    if word:
        yield word


def _short(word: list[_Char], size: float, width: float) -> Iterator[list[_Char]]:
    """The word, or its parts where it is wider than a whole line."""
    rest = word
    while len(rest) > 1 and _advance(rest, size) > width:
        count = len(rest) - 1
        while count > 1 and _advance(rest[:count], size) > width:
            count = count * 3 // 4
        yield rest[:count]
        rest = rest[count:]
    yield rest


def _advance(chars: list[_Char], size: float) -> float:
    return sum(width for _, _, width in _pieces(tuple(chars), size, False))


def _line(chars: list[_Char], size: float, width: float, *, rtl: bool) -> Line:
    found = _pieces(tuple(chars), size, rtl)
    total = sum(advance for _, _, advance in found)
    x = width - total if rtl else 0.0
    placed: list[tuple[float, str, str]] = []
    for font, text, advance in found:
        placed.append((x, font, text))
        x += advance
    return Line(tuple(placed), total)


@lru_cache(maxsize=4096)
def _pieces(chars: tuple[_Char, ...], size: float, rtl: bool) -> tuple[tuple[str, str, float], ...]:
    """(font, text as it is drawn, width), from left to right."""
    ordered = _ordered(_with_objects(chars), rtl=rtl)
    runs = groupby(ordered, key=lambda char: (char.font, char.odd))
    return tuple(_drawn(font, odd, "".join(char.text for char in run), size) for (font, odd), run in runs)


def _with_objects(chars: Iterable[_Char]) -> list[tuple[str, list[_Char]]]:
    """The characters of the sentence itself, and one object for each isolate, with its own characters."""
    found: list[tuple[str, list[_Char]]] = []
    for isolate, group in groupby(chars, key=lambda char: char.isolate):
        members = list(group)
        found += [(OBJECT, members)] if isolate else [(char.text, [char]) for char in members]
    return found


def _ordered(items: list[tuple[str, list[_Char]]], *, rtl: bool) -> list[_Char]:
    """UAX 9 on one line of one paragraph: the characters from left to right."""
    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = int(rtl), "LR"[rtl]
    algorithm.get_embedding_levels("".join(text for text, _ in items), storage)
    for entry, (_, members) in zip(storage["chars"], items, strict=True):
        entry["members"] = members
    _classify(storage["chars"])
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    algorithm.reorder_resolved_levels(storage, False)
    return [char for entry in storage["chars"] for char in _members(entry)]


def _classify(entries: list[dict[str, Any]]) -> None:
    """Class what python-bidi does not: unassigned characters, and joiners, which X9 would drop (UAX 9, 5.2)."""
    before = "ON"
    for entry in entries:
        if entry["type"] in ("BN", ""):
            entry["type"] = entry["orig"] = before if entry["type"] else "L"
        before = entry["type"]


def _members(entry: dict[str, Any]) -> list[_Char]:
    members: list[_Char] = entry["members"]
    if entry["ch"] == OBJECT and members[0].isolate:
        return _ordered([(char.text, [_outside(char)]) for char in members], rtl=members[0].rtl_isolate)
    return [_Char(char.text, char.font, 0, False, bool(entry["level"] % 2)) for char in members]


def _outside(char: _Char) -> _Char:
    return _Char(char.text, char.font, 0)


def _drawn(font: str, odd: bool, visual: str, size: float) -> tuple[str, str, float]:
    """A run as reportlab draws it. HarfBuzz wants it as it is read, and mirrors and joins it."""
    if odd and any(unicodedata.bidirectional(character) in ("R", "AL") for character in visual):
        shaped = shapeStr(visual[::-1], font, size, force=True)
        return font, shaped, sum(data.x_advance for data in shaped.__shapeData__) * size / 1000
    text = "".join(MIRRORED.get(character, character) for character in visual) if odd else visual
    return font, text, text_width(text, font, size)


def forget_shapes() -> None:
    """Empty the caches of shaped text, which names people."""
    set_lines.cache_clear()
    _pieces.cache_clear()

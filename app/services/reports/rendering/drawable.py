"""Texts that the paper's font can draw, whatever a name or a teacher's text holds.

PDF/UA forbids a character without a shape, and a text without a place to break runs out of its cell.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import uharfbuzz

FONT_FOLDER = Path(__file__).resolve().parents[4] / "resources" / "fonts"
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")

REPLACEMENT = "\ufffd"
"""Stands for what our font has no shape for."""
_NO_LETTERS = ("Cc", "Cf", "Cs", "Zl", "Zp")
_JOINERS = "\u200c\u200d"
"""Controls that shape letters; all the others would only move the words around them."""
_LONG = re.compile(r"\S{26,}")
"""Longer than any word of a school's French."""
_PIECE = re.compile(r"\S{12}(?=\S)")
BREAK = "\u200b"


def drawable(text: str) -> str:
    """The text as paper shows it: lines kept, controls dropped, what has no shape replaced, endless words breakable.

    >>> drawable("a\\x07\\r\\nb 中")
    'a\\nb \\ufffd'
    """
    if not (_shapes().issuperset(text) and unicodedata.is_normalized("NFC", text)):
        text = "\n".join(_line(line) for line in text.splitlines()).rstrip("\n")
    return _LONG.sub(lambda found: _PIECE.sub(rf"\g<0>{BREAK}", found.group()), text)


def _line(line: str) -> str:
    shapes = _shapes()
    kept = "".join(" " if one == "\t" else one for one in line if _is_letter(one) or one == "\t")
    return "".join(one if one in shapes else REPLACEMENT for one in unicodedata.normalize("NFC", kept))


def _is_letter(one: str) -> bool:
    return one in _JOINERS or unicodedata.category(one) not in _NO_LETTERS


@cache
def _shapes() -> frozenset[str]:
    """The letters that each of our fonts can draw, and the controls that shape them."""
    faces = [uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FONT_FOLDER / name))) for name in _FONTS]
    drawn = frozenset.intersection(*(frozenset(face.unicodes) for face in faces))
    return frozenset(one for one in map(chr, drawn) if _is_letter(one)) | frozenset(_JOINERS)

"""The fonts of our papers, registered once a process; they are embedded, so that any printer draws the same page."""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT_FOLDER = Path(__file__).resolve().parents[3] / "resources" / "fonts"

REGULAR = "Preau-Regular"
BOLD = "Preau-Bold"
MONO = "Preau-Mono"
"""Bold, and with a dotted zero: where a 0 and an O must differ at arm's length."""

_FILES = {REGULAR: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf", MONO: "DejaVuSansMono-Bold.ttf"}


@cache
def load_fonts() -> None:
    """Register our fonts with the PDF library (about 40 ms, then nothing)."""
    # ASCII 85 is for printers of the 1990s on serial lines; it costs a fifth of the drawing and a quarter of the file.
    rl_config.useA85 = 0
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(FONT_FOLDER / file)))


def text_width(text: str, font: str, size: float) -> float:
    """The width of one line of text, in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


def glyphs_of(font: str) -> Container[int]:
    """The code points that a font of ours can draw."""
    found: Any = pdfmetrics.getFont(font)
    return frozenset(found.face.charToGlyph)

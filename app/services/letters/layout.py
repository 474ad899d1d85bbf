"""Lines of text for a fixed width: measured, wrapped, shrunk. Text is only ever text: nothing in it is markup."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from reportlab.pdfgen.canvas import Canvas

from app.services.letters.fonts import BOLD, REGULAR, text_width

Run = tuple[str, str]
"""(font, text): a stretch of one font."""

Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line that fits: stretches of text, each with its distance from the left edge in points."""

    pieces: tuple[tuple[float, str, str], ...]
    """(x, font, text)."""
    width: float


def plain(text: str, font: str = REGULAR) -> Runs:
    """A text of one font."""
    return ((font, text),)


def fill(template: str, **values: str | Runs) -> Runs:
    """Replace ``{name}`` in a sentence by a text, set in bold, or by runs as they are."""
    runs: list[Run] = []
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            runs.append((REGULAR, literal))
        if name:
            value = values[name]
            runs += ((BOLD, value),) if isinstance(value, str) else value
    return tuple(runs)


@lru_cache(maxsize=512)
def wrap(runs: Runs, size: float, width: float) -> tuple[Line, ...]:
    """Break ``runs`` into lines of at most ``width`` points, at plain spaces only; a longer word is cut."""
    lines: list[Line] = []
    line: list[tuple[float, str, str]] = []
    x = 0.0
    for word in _words(runs, size, width):
        advance = sum(part_width for _, _, part_width in word.parts)
        gap = word.space if line else 0.0
        if line and x + gap + advance > width:
            lines.append(Line(tuple(line), x))
            line, x, gap = [], 0.0, 0.0
        x += gap
        for index, (font, text, part_width) in enumerate(word.parts):
            _append(line, x, font, text, (word.space_font, gap) if gap and not index else None)
            x += part_width
    if line:
        lines.append(Line(tuple(line), x))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Word:
    parts: tuple[tuple[str, str, float], ...]
    space: float
    space_font: str


def _append(
    line: list[tuple[float, str, str]], x: float, font: str, text: str, space: tuple[str, float] | None
) -> None:
    """Join words of one font into one piece, so that a line costs few drawing calls and reads back with its spaces.

    ``space`` is the font and the width of the space before ``text``: it is drawn in its own font, as it was measured.
    """
    if line and space and line[-1][1] == space[0]:
        start, old, before = line[-1]
        line[-1] = (start, old, before + " ")
    elif space and space[0] == font:
        x, text = x - space[1], " " + text
    elif space:
        line.append((x - space[1], space[0], " "))
    if line and line[-1][1] == font:
        start, _, before = line[-1]
        line[-1] = (start, font, before + text)
    else:
        line.append((x, font, text))


def _words(runs: Runs, size: float, width: float) -> list[_Word]:
    words: list[_Word] = []
    parts: list[tuple[str, str, float]] = []
    space, space_font = 0.0, ""
    for font, text in runs:
        chunks = text.split(" ")
        for index, chunk in enumerate(chunks):
            if index:
                words += _finished(parts, space, space_font)
                parts, space, space_font = [], text_width(" ", font, size), font
            if chunk:
                parts.append((font, chunk, text_width(chunk, font, size)))
    words += _finished(parts, space, space_font)
    return [short for word in words for short in _cut(word, size, width)]


def _finished(parts: list[tuple[str, str, float]], space: float, space_font: str) -> list[_Word]:
    return [_Word(tuple(parts), space, space_font)] if parts else []


def _cut(word: _Word, size: float, width: float) -> list[_Word]:
    if sum(part_width for _, _, part_width in word.parts) <= width:
        return [word]
    cut: list[_Word] = []
    for font, text, _ in word.parts:
        while text:
            count = _fitting(text, font, size, width)
            cut.append(_Word(((font, text[:count], text_width(text[:count], font, size)),), 0.0, font))
            text = text[count:]
    return [_Word(cut[0].parts, word.space, word.space_font), *cut[1:]]


def _fitting(text: str, font: str, size: float, width: float) -> int:
    count = min(len(text), 200)
    while count > 1 and text_width(text[:count], font, size) > width:
        count -= 1
    return max(count, 1)


def fitting_size(text: str, font: str, *, size: float, smallest: float, width: float) -> float:
    """The largest size between ``smallest`` and ``size`` at which ``text`` keeps to one line of ``width`` points."""
    natural = text_width(text, font, size)
    return size if natural <= width else max(smallest, size * width / natural)


def draw_lines(canvas: Canvas, lines: tuple[Line, ...], *, x: float, y: float, size: float, leading: float) -> float:
    """Draw lines downwards, the first baseline at ``y``; returns the baseline after the last."""
    text = canvas.beginText()
    for line in lines:
        for offset, font, piece in line.pieces:
            text.setFont(font, size)
            text.setTextOrigin(x + offset, y)
            text.textOut(piece)
        y -= leading
    canvas.drawText(text)
    return y


def draw_fitted(canvas: Canvas, text: str, *, x: float, y: float, width: float, font: str, size: float) -> None:
    """Draw one line that is never wider than ``width``: shrunk first, and cut with « … » below 60 % of its size."""
    fitted, shown = _fitted(text, font, size, width)
    canvas.setFont(font, fitted)
    canvas.drawString(x, y, shown)


def draw_right(canvas: Canvas, text: str, *, x: float, y: float, width: float, font: str, size: float) -> None:
    """Like ``draw_fitted``, with ``x`` the right edge."""
    fitted, shown = _fitted(text, font, size, width)
    canvas.setFont(font, fitted)
    canvas.drawRightString(x, y, shown)


@lru_cache(maxsize=512)
def _fitted(text: str, font: str, size: float, width: float) -> tuple[float, str]:
    fitted = fitting_size(text, font, size=size, smallest=size * 0.6, width=width)
    shown = text
    while len(shown) > 1 and text_width(shown, font, fitted) > width:
        shown = shown[:-2].rstrip() + "…"
    return fitted, shown


def forget_layouts() -> None:
    """Empty the caches of measured text: between two batches, no name of a person stays in memory."""
    wrap.cache_clear()
    _fitted.cache_clear()

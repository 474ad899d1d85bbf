"""A terminal as a picture: what was typed at a prompt, and what the command said below it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.services.reports.rendering.drawable import FONT_FOLDER

COLUMNS = 100
"""As many as fit on a page of a guide, at the size of its code."""
MOST_LINES = 34
SIZE, LEADING, MARGIN, BAR = 18, 25, 16, 30
GROUND, INK, FAINT, PROMPT, HEAD, EDGE = "#fbfcfe", "#1b2430", "#5a6675", "#1f5f9e", "#dfe5ec", "#b4bfcc"
DOTS = ("#9aa7b6",) * 3
ROOT_PROMPT, USER_PROMPT = "root@portail:~# ", "vous@poste:~$ "
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True)
class Typed:
    """One command, as the guide writes it, and what was read below it."""

    command: str
    said: str = ""
    prompt: str = ROOT_PROMPT


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    prompt: str = ""


def draw(session: Sequence[Typed], file: Path, *, title: str = "Terminal", most: int = MOST_LINES) -> Path:
    """The picture of a window of ``COLUMNS`` columns; of a long session the first and the last lines."""
    lines = [line for typed in session for line in _lines(typed)]
    if len(lines) > most:
        lines = [*lines[: most // 2], _Line("  […]"), *lines[most // 2 - most :]]
    font = ImageFont.truetype(str(FONT_FOLDER / "DejaVuSansMono-Bold.ttf"), SIZE)
    width = round(font.getlength("m") * COLUMNS) + 2 * MARGIN
    picture = Image.new("RGB", (width, BAR + 2 * MARGIN + LEADING * len(lines)), GROUND)
    pen = ImageDraw.Draw(picture)
    _head(pen, width, title)
    pen.rectangle((0, 0, picture.width - 1, picture.height - 1), outline=EDGE, width=2)
    for number, line in enumerate(lines):
        place = (MARGIN, BAR + MARGIN + LEADING * number)
        pen.text(place, line.prompt, font=font, fill=PROMPT)
        after = place[0] + font.getlength(line.prompt)
        pen.text((after, place[1]), line.text, font=font, fill=INK)
    picture.save(file)
    return file


def _head(pen: ImageDraw.ImageDraw, width: int, title: str) -> None:
    pen.rectangle((0, 0, width, BAR), fill=HEAD)
    for number, colour in enumerate(DOTS):
        left = MARGIN + 22 * number
        pen.ellipse((left, 9, left + 12, 21), fill=colour)
    font = ImageFont.truetype(str(FONT_FOLDER / "DejaVuSans-Bold.ttf"), 14)
    pen.text((width / 2, BAR / 2), title, font=font, fill=FAINT, anchor="mm")


def _lines(typed: Typed) -> Iterator[_Line]:
    first, *rest = _folded(typed.prompt + typed.command)
    yield _Line(first[len(typed.prompt) :], typed.prompt)
    yield from (_Line(line) for line in rest)
    said = _ESCAPES.sub("", typed.said).translate(_SPACES).expandtabs().rstrip("\n")
    for line in said.split("\n") if said else ():
        yield from (_Line(part) for part in _folded(line.rstrip()))


def _folded(line: str) -> list[str]:
    """A long line goes on below, between two words."""
    return textwrap.wrap(line, COLUMNS, drop_whitespace=False, break_on_hyphens=False) or [""]

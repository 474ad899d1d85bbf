"""From bytes to cells: encoding, separator, quotes, blank lines (onde.md, « Traps »)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.models.clock import instant
from app.models.errors import InputError

MAX_BYTES = 64 * 1024 * 1024
"""Ten times the file of 15,000 pupils; beyond, somebody chose the wrong file."""
MAX_LINES = 250_000
_DELIMITERS = ";\t,|"
_HEADER_LINES = 20
_HEADER_CHARS = 64 * 1024
_CELL_LINES = 4
"""Lines that one quoted cell may span; beyond, a quotation mark was never closed."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROLS_SHARE = 0.01
_UNSEEN = re.compile("[\x80-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What no name holds and no screen shows, such as the marks that turn the direction of what follows."""
_TWICE_ENCODED = re.compile("[ÃÂ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜‘’“”„‚•–—…†‡‰‹›€™]")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as chosen: the name shown in messages, and its bytes."""

    name: str
    content: bytes
    written_at: str | None = None
    """A stored instant: when the file was last written, which ONDE's own date overrules."""

    @classmethod
    def read(cls, path: Path) -> SourceFile:
        """Read a file chosen by a person. Raises InputError where it is missing, a folder, empty or far too large."""
        try:
            if not path.is_file():
                raise FileNotFoundError(path)
            found = path.stat()
            size = found.st_size
            if size > MAX_BYTES:
                raise _too_large(path.name, size)
            return cls(path.name, path.read_bytes(), instant(datetime.fromtimestamp(found.st_mtime, UTC)))
        except OSError as error:
            raise _refusal(
                "unreadable", path.name, "ne peut pas être lu. Vérifiez qu’il existe et qu’il est à vous."
            ) from error


@dataclass(frozen=True, slots=True)
class Cells:
    """One line of a table: its number in the file, and its cells without spaces around."""

    line: int
    values: list[str]
    damaged: bool = False
    """A quotation mark was opened and never closed: the line was read without its quotation marks."""


def decode(source: SourceFile) -> str:
    """The text of a file: UTF-8 with or without its mark, else Windows' Western encoding. Raises InputError for no text."""
    content = source.content
    if not content.strip():
        raise _refusal("empty", source.name, "est vide. Relancez l’extraction dans ONDE.")
    if len(content) > MAX_BYTES:
        raise _too_large(source.name, len(content))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    elif b"\x00" in content:
        raise _not_csv(source.name)
    else:
        text = _western(content)
    if len(_CONTROLS.findall(text)) > _CONTROLS_SHARE * len(text):
        raise _not_csv(source.name)
    return _UNSEEN.sub("", _repair(_CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n")))


def _western(content: bytes) -> str:
    """Decoded whole where it is UTF-8, else line by line: files pasted together have both encodings."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "\n".join(_line(line) for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"))


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _repair(text: str) -> str:
    """Undo an encoding made twice by another program (« Ã© »), line by line, where that gives text again."""
    if _TWICE_ENCODED.search(text) is None:
        return text
    return "\n".join(_repair_line(line) if _TWICE_ENCODED.search(line) else line for line in text.split("\n"))


def _repair_line(line: str) -> str:
    for encoding in ("cp1252", "latin-1"):
        try:
            return line.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return line


def read_cells(source: SourceFile) -> Iterator[Cells]:
    """The lines of a table, header first; blank lines are passed over. Raises InputError where it is no table."""
    text = decode(source)
    delimiter = _delimiter(text)
    if delimiter is None:
        raise _refusal(
            "no_table", source.name, "n’est pas un tableau CSV. Choisissez le fichier CSVExtraction.csv d’ONDE."
        )
    if text.count("\n") > MAX_LINES:
        raise _refusal(
            "too_large", source.name, f"a plus de {MAX_LINES} lignes\u00a0: ce n’est pas une extraction d’ONDE."
        )
    for cells in _rows(text.split("\n"), delimiter):
        if any(cells.values):
            yield cells


def _rows(lines: list[str], delimiter: str) -> Iterator[Cells]:
    place = 0
    while place < len(lines):
        row, taken, damaged = _row(lines, place, delimiter)
        yield Cells(place + 1, [" ".join(cell.split()) if cell else cell for cell in row], damaged)
        place += taken


def _row(lines: list[str], place: int, delimiter: str) -> tuple[list[str], int, bool]:
    """(cells, lines taken, damaged). A cell that is never closed must not swallow the lines below it."""
    plain = _plain(lines[place], delimiter)
    if plain is not None:
        return plain, 1, False
    for taken in range(1, _CELL_LINES + 1):
        try:
            return _parse("\n".join(lines[place : place + taken]), delimiter, strict=True), taken, False
        except csv.Error:
            continue
    line = lines[place]
    if line.count('"') % 2 == 0:
        try:
            return _parse(line, delimiter, strict=False), 1, False
        except csv.Error:
            pass  # an endless cell: read plainly below, where cells are cut
    return line.replace('"', "").split(delimiter), 1, True


def _plain(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line without quotation marks, or with all its cells in them and none inside: nearly every line."""
    marks = line.count('"')
    if marks == 0:
        return line.split(delimiter)
    if line[0] != '"' or line[-1] != '"':
        return None
    cells = line[1:-1].split(f'"{delimiter}"')
    return cells if marks == 2 * len(cells) else None


def _parse(line: str, delimiter: str, *, strict: bool) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, strict=strict), [])


def _delimiter(text: str) -> str | None:
    for line in text[:_HEADER_CHARS].split("\n")[:_HEADER_LINES]:
        bare = line.replace('"', "")
        if not bare.strip(_DELIMITERS + " \u00a0"):
            continue
        best = max(_DELIMITERS, key=bare.count)
        if bare.count(best) >= 1:
            return best
    return None


def _too_large(name: str, size: int) -> InputError:
    return _refusal(
        "too_large",
        name,
        f"pèse {size // 1_000_000} Mo, plus que les {MAX_BYTES // 1_000_000} Mo possibles\u00a0: "
        "ce n’est pas une extraction d’ONDE.",
    )


def _not_csv(name: str) -> InputError:
    return _refusal("binary", name, "n’est pas un fichier CSV. Choisissez le fichier CSVExtraction.csv d’ONDE.")


def _refusal(code: str, name: str, what: str) -> InputError:
    return InputError(f"onde_{code}", f"Le fichier «\u00a0{name}\u00a0» {what}")

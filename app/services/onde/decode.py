"""From bytes to cells: encoding, separator, blank lines (onde.md, « Traps »)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.models.errors import InputError

MAX_BYTES = 64 * 1024 * 1024
"""Forty times the largest school's file; beyond, somebody chose the wrong file."""
_DELIMITERS = ";\t,|"
_HEADER_LINES = 20
csv.field_size_limit(1024 * 1024)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as chosen: the name shown in messages, and its bytes."""

    name: str
    content: bytes

    @classmethod
    def read(cls, path: Path) -> SourceFile:
        """Read a file chosen by a person. Raises InputError where it is missing, a folder, empty or far too large."""
        try:
            size = path.stat().st_size
            if size > MAX_BYTES:
                raise _refusal(
                    "too_large", path.name, f"pèse {size // 1_000_000} Mo : ce n’est pas une extraction d’ONDE."
                )
            return cls(path.name, path.read_bytes())
        except OSError as error:
            raise _refusal(
                "unreadable", path.name, "ne peut pas être lu. Vérifiez qu’il existe et qu’il est à vous."
            ) from error


@dataclass(frozen=True, slots=True)
class Cells:
    """One line of a table: its number in the file, and its cells without spaces around."""

    line: int
    values: list[str]


def decode(source: SourceFile) -> str:
    """The text of a file: UTF-8 with or without its mark, else Windows' Western encoding. Raises InputError for no text."""
    content = source.content
    if not content.strip():
        raise _refusal("empty", source.name, "est vide. Relancez l’extraction dans ONDE.")
    if len(content) > MAX_BYTES:
        raise _refusal("too_large", source.name, "est trop grand : ce n’est pas une extraction d’ONDE.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        raise _refusal(
            "binary", source.name, "n’est pas un fichier CSV. Choisissez le fichier CSVExtraction.csv d’ONDE."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace") if _is_cp1252(content) else content.decode("latin-1")


def _is_cp1252(content: bytes) -> bool:
    return not any(byte in content for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))


def read_cells(source: SourceFile) -> Iterator[Cells]:
    """The lines of a table, header first; blank lines are passed over. Raises InputError where it is no table."""
    text = decode(source)
    delimiter = _delimiter(text)
    if delimiter is None:
        raise _refusal(
            "no_table", source.name, "n’est pas un tableau CSV. Choisissez le fichier CSVExtraction.csv d’ONDE."
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            values = [" ".join(cell.split()) for cell in row]
            if any(values):
                yield Cells(reader.line_num, values)
    except csv.Error as error:
        raise _refusal(
            "broken", source.name, f"est abîmé à la ligne {reader.line_num} : relancez l’extraction."
        ) from error


def _delimiter(text: str) -> str | None:
    for line in text.splitlines()[:_HEADER_LINES]:
        bare = line.replace('"', "")
        if not bare.strip(_DELIMITERS + " "):
            continue
        best = max(_DELIMITERS, key=bare.count)
        return best if bare.count(best) >= 1 else None
    return None


def _refusal(code: str, name: str, what: str) -> InputError:
    return InputError(f"onde_{code}", f"Le fichier « {name} » {what}")

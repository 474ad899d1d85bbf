"""Tables as spreadsheets: CSV as Excel opens it in French, and XLSX. A cell is text, whatever a name looks like.

A cell that a spreadsheet would take for a formula gets an apostrophe in CSV (OWASP, « CSV Injection »); in XLSX it is a
cell of text, formatted as such, so that it stays text even when it is edited.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook

BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What begins a formula; full-width forms count as what they stand for."""

_WIDEST = 40
_WIDTH_SAMPLE = 500


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """``;``, CRLF, UTF-8 with a BOM: what Excel reads with its accents. Every cell is neutralised."""
    lines = [header, *rows]
    cells = set[str]().union(*lines)
    if len(header) > 1 and _is_plain(cells):
        return (BOM + "".join([f"{line}\r\n" for line in map(";".join, lines)])).encode("utf-8")
    risky, text = _risky(cells), StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([[risky.get(cell, cell) for cell in line] for line in lines])
    return (BOM + text.getvalue()).encode("utf-8")


def _is_plain(cells: Iterable[str]) -> bool:
    """Whether nothing in a list could calculate or wants quotes: names repeat, and are all looked at together."""
    joined = "".join(cells)
    firsts = "".join({cell[:1] for cell in cells})
    return joined.isprintable() and ";" not in joined and '"' not in joined and firsts.isalnum()


def _risky(cells: Iterable[str]) -> dict[str, str]:
    """What each cell that cannot stay as it is becomes; each is looked at once, most of them at a glance."""
    unusual = (cell for cell in cells if not (cell[:1].isalnum() and cell.isprintable()))
    return {cell: safe for cell in unusual if (safe := neutral(cell)) != cell}


def neutral(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would calculate, and without characters of control."""
    begins = unicodedata.normalize("NFKC", cell.lstrip(" \u00a0\u200b\ufeff")[:1])
    risky = cell.startswith(FORMULA_STARTS) or begins.startswith(FORMULA_STARTS)
    return ("'" if risky else "") + _printable(cell)


def _printable(cell: str) -> str:
    return cell if cell.isprintable() else "".join(" " if unicodedata.category(char) == "Cc" else char for char in cell)


def xlsx_bytes(header: Sequence[str], rows: Sequence[Sequence[str]], *, title: str) -> bytes:
    """One sheet: a bold header that stays in sight, filters, and cells of text only. Written in memory, no other file."""
    memory = BytesIO()
    book = Workbook(memory, {"in_memory": True})
    book.set_properties({"title": title, "comments": ""})
    sheet = book.add_worksheet(title[:31])
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
        sheet.set_column(column, column, _width(name, [row[column] for row in rows[:_WIDTH_SAMPLE]]))
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(number, column, _printable(cell), text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(header) - 1)
    book.close()
    return memory.getvalue()


def _width(name: str, cells: Sequence[str]) -> int:
    """In characters, as Excel counts: wide enough for most, never for a name made to be endless."""
    return min(max(map(len, (name, *cells))) + 2, _WIDEST)

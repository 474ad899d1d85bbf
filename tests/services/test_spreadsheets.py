from __future__ import annotations

import csv
import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.services.spreadsheets import csv_bytes, neutral, xlsx_bytes

FORMULAS = [
    '=HYPERLINK("http://x","y")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", "－1",
    "\u200b=1",
]  # fmt: skip


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert neutral(cell).startswith("'")
    ((read,),) = csv.reader(io.StringIO(csv_bytes([], [[cell]]).decode("utf-8-sig").lstrip("\r\n")), delimiter=";")
    assert read.startswith("'") and not any(ord(char) < 32 for char in read)


@pytest.mark.parametrize("cell", ["", "DUPONT", "D'=ANGELO", "1-2", "é@x", "L’Haÿ-les-Roses"])
def test_an_ordinary_cell_stays_as_it_is(cell: str) -> None:
    assert neutral(cell) == cell


def test_no_character_at_the_head_of_an_ordinary_word_becomes_a_formula() -> None:
    risky = [chr(code) for code in range(sys.maxunicode) if chr(code).isalnum() and neutral(chr(code)) != chr(code)]
    assert risky == []


@given(st.lists(st.lists(st.text() | st.sampled_from(FORMULAS), min_size=2, max_size=2)))
def test_every_cell_of_a_csv_is_neutral(rows: list[list[str]]) -> None:
    read = csv.reader(io.StringIO(csv_bytes(["Nom", "Prénom"], rows).decode("utf-8-sig"), newline=""), delimiter=";")
    assert list(read)[1:] == [[neutral(cell) for cell in row] for row in rows]


def test_csv_opens_with_its_accents_and_keeps_its_cells_apart() -> None:
    written = csv_bytes(["Élève", "Classe"], [['ÇA ; "va"', "CE1\r\nCE2"]])
    assert written.startswith(b"\xef\xbb\xbf") and written.count(b"\r\n") == 2
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig")), delimiter=";"))
    assert rows == [["Élève", "Classe"], ['ÇA ; "va"', "CE1  CE2"]]


@given(st.lists(st.lists(st.sampled_from(["", "DUPONT", "L’Haÿ", "a;b", 'a"b', "1-2", "-1"]), min_size=2, max_size=2)))
def test_a_list_of_plain_cells_is_written_as_the_library_writes_it(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([["Nom", "Prénom"], *([neutral(cell) for cell in row] for row in rows)])
    assert csv_bytes(["Nom", "Prénom"], rows).decode("utf-8-sig") == text.getvalue()


def test_xlsx_cells_are_text() -> None:
    cells = [*FORMULAS, "http://example.org", "12345678901234", "2019-03-14", "<b>Ana</b>", "x" * 300]
    book = load_workbook(io.BytesIO(xlsx_bytes(["Nom"], [[cell] for cell in cells], title="Liste")))
    sheet = book["Liste"]
    for row, cell in zip(sheet.iter_rows(min_row=2), cells, strict=True):
        assert row[0].data_type == "s" and row[0].number_format == "@" and row[0].hyperlink is None
        assert row[0].value is not None and row[0].value.split() == cell.split()
    assert sheet.freeze_panes == "A2" and sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width < 60


def test_an_empty_table_is_a_header() -> None:
    sheet = load_workbook(io.BytesIO(xlsx_bytes(["Nom", "Prénom"], [], title="Liste"))).active
    assert [cell.value for cell in sheet[1]] == ["Nom", "Prénom"]

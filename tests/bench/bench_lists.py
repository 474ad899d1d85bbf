"""The list of 15,000 guardians as CSV, XLSX and PDF, beside the same library writing the same cells and nothing else.

The floors pick the cells of the same lines in one comprehension; ``csv`` and XlsxWriter write them, a bare reportlab
canvas draws texts and lines that were measured and placed beforehand. They flush their file to the disk as ours does.
Ours also reads the school, neutralises formulas, fits each cell to its column, numbers pages and tells its progress.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from reportlab.pdfgen.canvas import Canvas
from xlsxwriter import Workbook

from app.services import lists
from app.services.accounts import AccountRow, list_accounts
from app.services.letters import roster
from app.services.letters.fonts import REGULAR, load_fonts
from app.services.lists import HEADER, ListFormat
from app.services.schools import one_school
from tests.bench.large import GUARDIANS, large_stage
from tests.bench.ratio import Ratio, against
from tests.services.letters.recorder import Mark, OtherMark, Recorder, TextMark
from tests.ui.desk_stage import StandIn

AT_MOST = 1.5
ROUNDS = {ListFormat.CSV: 15, ListFormat.XLSX: 4, ListFormat.PDF: 3}
Cells = Sequence[Sequence[str]]


def measure() -> list[Ratio]:
    """A ratio for each format."""
    with TemporaryDirectory() as name, large_stage(Path(name)) as stage:
        accounts = list_accounts(stage.desk, school_id=stage.school_id)
        assert len(accounts.everybody) >= GUARDIANS
        return [_measure(Path(name), stage, accounts.rows, wanted) for wanted in ListFormat]


def _measure(folder: Path, stage: StandIn, rows: Sequence[AccountRow], wanted: ListFormat) -> Ratio:
    ours, floor = folder / f"ours.{wanted}", folder / f"floor.{wanted}"
    school = one_school(stage.desk, school_id=stage.school_id)
    bare = partial(_flushed, floor, _FLOORS[wanted](partial(_cells, school.uai, school.name, rows)))
    write = partial(lists.write_list, stage.desk, school_id=stage.school_id, rows=rows, wanted=wanted, file=ours)
    ratio = against(f"list of {GUARDIANS} as {wanted.value}", write, bare, at_most=AT_MOST, rounds=ROUNDS[wanted])
    assert abs(ours.stat().st_size - floor.stat().st_size) < 0.02 * ours.stat().st_size
    return ratio


def _cells(uai: str, name: str, rows: Sequence[AccountRow]) -> Cells:
    return [
        (uai, name, *row.pupil_names, row.level or "", row.classroom, *row.guardian_names, row.login or "", "")
        for row in rows
    ]


def _flushed(file: Path, content: Callable[[], bytes]) -> None:
    with file.open("wb") as target:
        target.write(content())
        target.flush()
        os.fsync(target.fileno())


def _bare_csv(cells: Callable[[], Cells]) -> Callable[[], bytes]:
    def content() -> bytes:
        text = StringIO()
        writer = csv.writer(text, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(cells())
        return text.getvalue().encode("utf-8-sig")

    return content


def _bare_xlsx(cells: Callable[[], Cells]) -> Callable[[], bytes]:
    def content() -> bytes:
        memory = BytesIO()
        book = Workbook(memory, {"in_memory": True})
        sheet, text = book.add_worksheet(), book.add_format({"num_format": "@"})
        for number, row in enumerate((HEADER, *cells())):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell, text)
        book.close()
        return memory.getvalue()

    return content


def _bare_pdf(cells: Callable[[], Cells]) -> Callable[[], bytes]:
    load_fonts()
    pages = _marked_pages(cells())

    def content() -> bytes:
        memory = BytesIO()
        size = (roster.PAGE_WIDTH, roster.PAGE_HEIGHT)
        canvas = Canvas(memory, pagesize=size, initialFontName=REGULAR)  # type: ignore[arg-type]
        for marks in pages:
            for mark in marks:
                _draw(canvas, mark)
            canvas.showPage()
        canvas.save()
        return memory.getvalue()

    return content


def _marked_pages(cells: Cells) -> list[list[Mark]]:
    """The marks of each page of our own list."""
    found = Recorder()
    lines = [row[2:] for row in cells]
    roster.draw_roster(found, roster.Roster("21/11/2026", cells[0][0], cells[0][1], lines, False))  # type: ignore[arg-type]
    pages: list[list[Mark]] = [[]]
    for mark in found.marks:
        if isinstance(mark, OtherMark) and mark.name == "showPage":
            pages.append([])
        else:
            pages[-1].append(mark)
    return pages[:-1]


def _draw(canvas: Canvas, mark: Mark) -> None:
    if isinstance(mark, TextMark):
        canvas.setFont(mark.font, mark.size)
        canvas.drawString(mark.x, mark.y, mark.text)
    elif isinstance(mark, OtherMark):
        getattr(canvas, mark.name)(*mark.args)


_FLOORS: dict[ListFormat, Callable[[Callable[[], Cells]], Callable[[], bytes]]] = {
    ListFormat.CSV: _bare_csv, ListFormat.XLSX: _bare_xlsx, ListFormat.PDF: _bare_pdf,
}  # fmt: skip


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least:.2f}) — {ratio.detail}")

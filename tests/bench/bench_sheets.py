"""How fast sheets are drawn and passwords hashed, as ratios to bare floors measured in the same run.

The floor of the drawing is a bare reportlab canvas that is handed the very marks of our pages, already measured and
placed, and draws them, with the same QR codes made by segno; it lays out nothing. The floor of the hashing is Argon2id
alone, on as many threads.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
from argon2.low_level import Type, hash_secret
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.services import notify
from app.services.hashing import hash_password
from app.services.letters.batch import draw_files
from app.services.letters.content import SheetContent
from app.services.letters.fonts import load_fonts
from app.services.letters.layout import forget_layouts
from app.services.letters.sheet import draw_sheet
from tests.bench.ratio import Ratio
from tests.services.letters.recorder import Mark, QrMark, Recorder, TextMark
from tests.services.letters.samples import HEAD, booklet
from tests.services.sheet_cast import SCHOOL, casting, open_desk

PAGES = 200
MANY = 600
HASHES = 90


def measure() -> list[Ratio]:
    """Every figure of this bench."""
    return [measure_drawing(), measure_processes(), measure_hashing(), measure_overlap()]


def measure_drawing(rounds: int = 7) -> Ratio:
    """Pages a second of one core against the bare canvas: the median of ``rounds`` paired runs, in processor time."""
    load_fonts()
    sheets = booklet(PAGES).sheets
    marks = [_marks(sheet) for sheet in sheets]
    pairs = []
    for _ in range(rounds):
        forget_layouts()
        ours = _pages_a_second(lambda canvas, n: draw_sheet(canvas, HEAD, sheets[n]))
        floor = _pages_a_second(lambda canvas, n: _floor_page(canvas, marks[n], sheets[n].link))
        pairs.append((ours, floor))
    ours, floor = sorted(pairs, key=lambda pair: pair[0] / pair[1])[rounds // 2]
    return Ratio("sheets drawn by one core", ours / floor, 0.8, f"{ours:.0f} pages/s, floor {floor:.0f}")


def _marks(sheet: SheetContent) -> list[Mark]:
    recorder = Recorder()
    draw_sheet(recorder, HEAD, sheet)  # type: ignore[arg-type]
    return recorder.marks


def _pages_a_second(draw: Callable[[Canvas, int], None]) -> float:
    started = time.process_time()
    canvas = Canvas(BytesIO(), pagesize=A4)
    for number in range(PAGES):
        draw(canvas, number)
    canvas.save()
    return PAGES / (time.process_time() - started)


def _floor_page(canvas: Canvas, marks: list[Mark], link: str) -> None:
    for mark in marks:
        if isinstance(mark, TextMark):
            canvas.setFont(mark.font, mark.size)
            canvas.drawString(mark.x, mark.y, mark.text)
        elif isinstance(mark, QrMark):
            _floor_qr(canvas, link, mark)
        else:
            getattr(canvas, mark.name)(*mark.args)


def _floor_qr(canvas: Canvas, link: str, mark: QrMark) -> None:
    runs: list[str] = []
    for line, row in enumerate(segno.make_qr(link, error="m", mask=2, boost_error=False).matrix):
        column = 0
        for dark, modules in groupby(row):
            length = len(list(modules))
            if dark:
                runs.append(f"{column} {line} {length} 1 re")
            column += length
    canvas.saveState()
    canvas.transform(mark.module, 0, 0, -mark.module, mark.x, mark.top)
    canvas.addLiteral("\n".join(runs) + "\nf")
    canvas.restoreState()


def measure_processes() -> Ratio:
    """A large batch on all the cores against the same on one: start of the processes included."""
    cores = os.cpu_count() or 1
    classes = [(booklet(25, f"CE2 {number}"),) for number in range(MANY // 25)]
    alone = _seconds(lambda: list(draw_files(HEAD, classes, processes=1)))
    shared = _seconds(lambda: list(draw_files(HEAD, classes, processes=cores)))
    detail = f"{MANY} pages: {shared:.1f} s on {cores} cores, {alone:.1f} s on one"
    return Ratio("sheets drawn by all cores", alone / shared, 1.2 if cores > 1 else 0.8, detail)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure_hashing(rounds: int = 3) -> Ratio:
    """New passwords a second against bare Argon2id, both on all the cores: the median of paired runs."""
    pairs = [(HASHES / _seconds(_our_hashes), HASHES / _seconds(_floor_hashes)) for _ in range(rounds)]
    ours, floor = sorted(pairs, key=lambda pair: pair[0] / pair[1])[rounds // 2]
    return Ratio("passwords hashed", ours / floor, 0.9, f"{ours:.0f} a second, floor {floor:.0f}")


def _our_hashes() -> None:
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(lambda number: hash_password(f"K7RW3HNP{number:04d}", os.urandom(16)), range(HASHES)))


def measure_overlap(rounds: int = 3) -> Ratio:
    """A whole print against its pages and its passwords one after the other.

    The print also checks the plan, seals, journals the act and flushes the files, which the floor does not.
    """
    pairs = []
    for _ in range(rounds):
        apart = _seconds(_floor_hashes) + _seconds(lambda: list(draw_files(HEAD, [(booklet(HASHES),)], processes=1)))
        pairs.append((apart, _printing_seconds()))
    apart, together = sorted(pairs, key=lambda pair: pair[0] / pair[1])[rounds // 2]
    detail = f"{HASHES} sheets printed and notified in {together:.1f} s; passwords then pages alone {apart:.1f} s"
    return Ratio("passwords overlapped with pages", apart / together, 0.9, detail)


def _printing_seconds() -> float:
    with TemporaryDirectory() as name, open_desk(Path(name)) as desk:
        with casting(desk) as cast:
            cast.school()
            room = cast.classroom("CE2B")
            accounts = [
                cast.guardian(f"Mme Lise BRAUN-{n}", cast.pupil(f"Elsa BRAUN-{n}", room), login=f"l.braun{n}")
                for n in range(HASHES)
            ]
        plan = notify.plan(desk, school_id=SCHOOL, account_ids=accounts, reset=False)
        return _seconds(lambda: notify.print_sheets(desk, plan=plan, folder=Path(name) / "sheets"))


def _floor_hashes() -> None:
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(_floor_hash, range(HASHES)))


def _floor_hash(number: int) -> bytes:
    return hash_secret(
        f"K7RW3HNP{number:04d}".encode(), os.urandom(16), time_cost=2, memory_cost=19456, parallelism=1, hash_len=32,
        type=Type.ID,
    )  # fmt: skip


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least}) — {ratio.detail}")

"""How fast bilans are drawn, as a ratio to the same engine that is handed the very marks of our pages and draws them.

The floor is Typst alone, warm, with our fonts and the same standard: every stretch of text, line and tint of our own
pages, already measured and placed; it lays out nothing. Processor time, so that what the machine does meanwhile counts
for neither.
"""

from __future__ import annotations

import io
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import typst
from pypdf import PageObject, PdfReader

from app.models import report_content as rc
from app.services.reports.rendering.drawable import FONT_FOLDER
from app.services.reports.rendering.pdf import draw_pdf
from app.services.reports.rendering.presenting import present
from tests.bench.ratio import Ratio
from tests.services.reports.rendering import samples

BILANS = 500
ROUNDS = 10
FLOOR_BILANS = 25
"""Of each round, drawn by the floor: reading the marks takes longer than drawing them."""
FLOOR = Path(__file__).with_name("marks.typ")
Marks = list[dict[str, list[Any]]]
"""Of each page: texts (x, y, size, weight, turned, words), lines (x, y, dx, dy), fills (x, y, width, height), in points."""


def measure() -> list[Ratio]:
    """Every figure of this bench."""
    return [measure_drawing(), measure_cores()]


def measure_drawing() -> Ratio:
    """Bilans a second of processor time, from their content to their bytes: the best of some rounds of each, in turn."""
    reports = [bilan(number) for number in range(BILANS)]
    compiler = _floor_compiler()
    bests = [float("inf"), float("inf")]
    for turn in range(ROUNDS):
        some = reports[turn::ROUNDS]
        others = [bilan(BILANS + FLOOR_BILANS * turn + number) for number in range(FLOOR_BILANS)]  # Typst remembers
        marks = [json.dumps(marks_of(draw_pdf(present(report)))) for report in others]
        ours = _processor_seconds(lambda some=some: [draw_pdf(present(report)) for report in some]) / len(some)
        floor = _processor_seconds(lambda marks=marks: [_draw_floor(compiler, one) for one in marks]) / len(marks)
        bests = [min(bests[0], ours), min(bests[1], floor)]
    ours, floor = bests
    return Ratio("bilans drawn", floor / ours, 0.6, f"{1000 * ours:.1f} ms each, floor {1000 * floor:.1f}")


def measure_cores() -> Ratio:
    """Threads on all the cores against one thread, in elapsed time."""
    shown = [present(bilan(number)) for number in range(BILANS // 5)]
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(draw_pdf, shown[: 2 * cores]))  # a compiler a thread
        shared = _seconds(lambda: list(pool.map(draw_pdf, shown)))
    alone = _seconds(lambda: [draw_pdf(one) for one in shown])
    detail = f"{len(shown)} bilans: {shared:.1f} s on {cores} threads, {alone:.1f} s on one"
    return Ratio("bilans drawn by all cores", alone / shared, 1.2 if cores > 1 else 0.8, detail)


def bilan(number: int) -> rc.PeriodicReport:
    """A whole bilan, no two alike."""
    whole = samples.periodic()
    domains = tuple(
        domain.model_copy(update={"appreciation": f"Élève {number}. {domain.appreciation or samples.LONG}"})
        for domain in whole.domains
    )
    pupil = rc.PupilOfReport(last_name=f"LOYEZ-{number}", first_name="Clémence", birth_date="2019-03-14")
    return samples.periodic(domains=domains, pupil=pupil, general=f"{samples.LONG}{number}")


def marks_of(pdf: bytes) -> Marks:
    """What is drawn on each page of a PDF."""
    return [_page_marks(page) for page in PdfReader(io.BytesIO(pdf)).pages]


def _page_marks(page: PageObject) -> dict[str, list[Any]]:
    marks: dict[str, list[Any]] = {"texts": [], "lines": [], "fills": []}
    height = float(page.mediabox.height)
    path: list[tuple[float, float]] = []

    def text(words: str, cm: list[float], tm: list[float], font: dict[str, Any] | None, size: float) -> None:
        if words.strip() and font is not None:
            weight = "bold" if "Bold" in str(font["/BaseFont"]) else "regular"
            turned = abs(cm[1]) > abs(cm[0])
            x, y = _placed(cm, tm[4], tm[5])
            marks["texts"].append((x, height - y, size, weight, turned, words.strip()))

    def operand(name: bytes, args: list[Any], cm: list[float], tm: list[float]) -> None:
        if name == b"m":
            path.clear()
        if name in (b"m", b"l"):
            x, y = _placed(cm, *map(float, args))
            path.append((x, height - y))
        elif name in (b"S", b"s"):
            marks["lines"] += [(*one, two[0] - one[0], two[1] - one[1]) for one, two in pairwise(path)]
        elif name in (b"f", b"f*") and path:
            across, down = zip(*path, strict=True)
            marks["fills"].append((min(across), min(down), max(across) - min(across), max(down) - min(down)))

    page.extract_text(visitor_text=text, visitor_operand_before=operand)
    return marks


def _placed(cm: list[float], x: float, y: float) -> tuple[float, float]:
    return cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]


def _floor_compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT_FOLDER])
    return typst.Compiler(FLOOR, root=FLOOR.parent, font_paths=fonts)


def _draw_floor(compiler: typst.Compiler, marks: str) -> None:
    compiler.compile(sys_inputs={"marks": marks}, format="pdf", pdf_standards="ua-1", timestamp=0)


def _processor_seconds(work: Any) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _seconds(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started

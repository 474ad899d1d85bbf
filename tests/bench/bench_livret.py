"""The page of a child's livret beside « Mes enfants », from the same server and for the same parents: at most 1.3 times.

By the processor's time, which other programs disturb least; the rate of the seconds that they left stands beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.bench.bench_portal import Rate, page_rate
from tests.bench.cores import SERVER
from tests.bench.portal_stage import Page, Served, fill, workers
from tests.bench.ratio import Ratio

ROUNDS = 9
AT_MOST = 1.3


def measure() -> Iterator[Ratio]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        town = fill(folder, f"sqlite:///{folder / 'server.db'}", livrets=True)
        with workers(folder, town, [SERVER], documents_dir=folder / "documents") as served:
            children, livret = town.pages
            yield _compare(served, children, livret)


def _compare(served: Served, children: Page, livret: Page) -> Ratio:
    """The median of paired rounds."""
    pairs: list[tuple[Rate, Rate]] = [
        (page_rate(livret, served), page_rate(children, served)) for _ in range(ROUNDS)
    ]  # fmt: skip
    ratios = sorted(other.processor_ms / one.processor_ms for one, other in pairs)
    by_rate = median(one.a_second / other.a_second for one, other in pairs)
    one, other = pairs[0]
    detail = (
        f"{one.words}, {livret.reads} reads, {livret.writes} writes; children {other.words}, {children.reads} reads, "
        f"{children.writes} writes; by the rate {by_rate:.2f}; rounds {ratios[0]:.2f} to {ratios[-1]:.2f}"
    )
    return Ratio("page of a livret against « Mes enfants »", median(ratios), 1 / AT_MOST, detail)

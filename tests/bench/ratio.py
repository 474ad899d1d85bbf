"""One figure of the bench, and how two times are compared on a machine that does other things too."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """``value`` must be at least ``at_least`` (1 is as fast as the floor); ``detail`` gives what was measured."""

    name: str
    value: float
    at_least: float
    detail: str

    @property
    def holds(self) -> bool:
        return self.value >= self.at_least


def against(
    name: str, ours: Callable[[], object], floor: Callable[[], object], *, at_most: float, rounds: int, note: str = ""
) -> Ratio:
    """The best of ``rounds`` of each, in turn: what the machine did meanwhile slows single runs, never the best of many."""
    bests = [float("inf"), float("inf")]
    for _ in range(rounds):
        for place, work in enumerate((ours, floor)):
            bests[place] = min(bests[place], seconds_of(work))
    detail = f"{1000 * bests[0]:.2f} ms, floor {1000 * bests[1]:.2f} ({bests[0] / bests[1]:.2f} ×)"
    return Ratio(name, bests[1] / bests[0], 1 / at_most, f"{detail}{note}")


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds of one call, without Python's collector, which would look at the garbage of the other's."""
    gc.collect()
    gc.disable()
    try:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started
    finally:
        gc.enable()

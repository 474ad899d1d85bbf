"""Which processors a process may use, and how much of them other programs took meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SERVER, CLIENT = {0}, {max(os.sched_getaffinity(0))}
"""The server and its floor on one, what asks them on another where there is one."""


@contextmanager
def pinned(cores: set[int]) -> Iterator[None]:
    """What is started meanwhile by this thread stays on these processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass
class Share:
    """What some processes had of some processors, from its making on."""

    pids: tuple[int, ...]
    cores: set[int]
    _began: tuple[float, float, float] = field(init=False)

    def __post_init__(self) -> None:
        self._began = self._now()

    def take(self) -> Taken:
        wall, ours, all_ = (now - then for now, then in zip(self._now(), self._began, strict=True))
        return Taken(wall, ours, max(all_ - ours, 0.0), len(self.cores))

    def _now(self) -> tuple[float, float, float]:
        return time.perf_counter(), sum(map(cpu_seconds, self.pids)), _busy_seconds(self.cores)


@dataclass(frozen=True, slots=True)
class Taken:
    """``elsewhere`` is what other programs took of the processors, in seconds of one."""

    wall: float
    ours: float
    elsewhere: float
    cores: int

    @property
    def left(self) -> float:
        """Seconds of a processor that there were for us, used or not."""
        return self.wall * self.cores - self.elsewhere


def cpu_seconds(pid: int) -> float:
    """What a process has used, its threads and ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def _busy_seconds(cores: set[int]) -> float:
    """Seconds of work on these processors since the machine started, by anybody, this machine's host included."""
    lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
    found = [line.split()[1:9] for line in lines if line.startswith(tuple(f"cpu{core} " for core in cores))]
    return sum(int(ticks) for line in found for place, ticks in enumerate(line) if place not in (3, 4)) / TICKS

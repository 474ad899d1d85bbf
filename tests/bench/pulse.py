"""The pulse of the window's event loop: a timer that notes how late each beat comes, and where the loop was meanwhile.

Another process beats beside it and does nothing else: what keeps that one waiting is the machine's, not ours.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from types import FrameType
from typing import Self

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5
LOOK_S = 0.01
LATE_S = 0.04
"""From this on, the watching thread looks at what the window's thread is doing."""


Moment = tuple[float, float, float]
"""Seconds on the wall, of the window's thread, of the whole program."""
NONE: Moment = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Pause:
    """The longest time between two beats, and the innermost lines of ours seen then: « page.py:search »."""

    ms: float
    work_ms: float
    """How long the window's thread itself worked meanwhile: the rest, it waited for Python, or for a processor."""
    ours_ms: float
    """How long any thread of this program worked meanwhile, at most ``ms``: the rest is other programs'."""
    machine_ms: float
    """The longest pause of the other process meanwhile."""
    where: str


_METRONOME = f"""
import select, sys, time
last, longest = time.perf_counter(), 0.0
while True:
    asked = select.select([sys.stdin], [], [], {BEAT_MS / 1000})[0]
    now = time.perf_counter()
    last, longest = now, max(longest, now - last)
    if asked:
        if not sys.stdin.readline():
            break
        print(1000 * longest, flush=True)
        longest = 0.0
"""


class Metronome:
    """A process that beats like the window and has nothing else to do."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _METRONOME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.take()

    def take(self) -> float:
        """Milliseconds of its longest pause since the last call."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


class Pulse(QObject):
    """Beats on the window's thread while it is used as a context; ``take`` gives the longest pause since the last take."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._last = self._longest = NONE
        self._where: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._window = threading.get_ident()
        self._machine = Metronome()
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="bench-pulse", daemon=True)

    def __enter__(self) -> Self:
        self._last = _now()
        self._timer.start()
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        self._ended.set()
        self._watching.join()
        self._machine.close()

    def take(self) -> Pause:
        """The longest pause since the last call, one under way included."""
        self._beat()
        named = sorted(self._where, key=lambda place: -self._where[place])[:3]
        wall, work, ours = (1000 * seconds for seconds in self._longest)
        machine = self._machine.take()
        self._beat()
        self._longest, self._where = NONE, {}
        return Pause(wall, work, min(wall, ours), machine, ", ".join(named))

    def _beat(self) -> None:
        now = _now()
        gap = now[0] - self._last[0], now[1] - self._last[1], now[2] - self._last[2]
        if gap[0] > self._longest[0]:
            self._longest, self._where = gap, self._seen
        self._last, self._seen = now, {}

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_S):
            if time.perf_counter() - self._last[0] > LATE_S:
                place = _place(sys._current_frames().get(self._window))
                self._seen[place] = self._seen.get(place, 0) + 1


def _now() -> Moment:
    return time.perf_counter(), time.thread_time(), time.process_time()


def _place(frame: FrameType | None) -> str:
    """The innermost function of ours, or of the bench's."""
    while frame is not None:
        path = frame.f_code.co_filename
        if "/app/" in path or ("/tests/" in path and "pulse" not in path and "driver" not in path):
            return f"{path.rpartition('/')[2]}:{frame.f_code.co_name}"
        frame = frame.f_back
    return "Qt"

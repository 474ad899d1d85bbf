"""Python's cyclic garbage, collected on the window's thread only.

A widget that sits in a reference cycle must die on the thread of the windows; Python would collect it on whichever
thread happens to allocate next, and Qt would crash there (seen with a page's timer collected by an import).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

CHECK_MS = 5_000


class Collector(QObject):
    """Switches automatic collection off while it lives, and looks itself from time to time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.check)
        self._timer.start()

    def check(self) -> None:
        """Collect the generations whose thresholds are passed, as Python would have."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if counts[generation] > thresholds[generation] > 0]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        """Collect a last time and give the work back to Python."""
        self._timer.stop()
        gc.collect()
        gc.enable()

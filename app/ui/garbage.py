"""Python's cyclic garbage, collected on the window's thread only, and never for long.

A widget that sits in a reference cycle must die on the thread of the windows; Python would collect it on whichever
thread happens to allocate next, and Qt would crash there (seen with a page's timer collected by an import).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

CHECK_MS = 5_000
MANY = 20_000
"""So many new objects are records that somebody reads or has read, not garbage: 15,000 guardians make 50,000 for a list
and 450,000 for the preview of an import, with some 350 in cycles. Looking at them would stop the window for 0.1 to 0.7 s."""


class Collector(QObject):
    """Switches automatic collection off while it lives, and looks itself from time to time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()  # what the libraries made at the start stays to the end
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.check)
        self._timer.start()

    def check(self) -> None:
        """Collect the generations whose thresholds are passed, as Python would have; leave masses alone."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        if counts[0] > MANY:
            gc.freeze()
            return
        due = [generation for generation in range(3) if counts[generation] > thresholds[generation] > 0]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        """Collect a last time, what was left alone too, and give the work back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()

"""Reading for a page off the window's thread: one reading at a time, and once more where it was asked meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from app.models.errors import PreauError
from app.ui import work


class Reader:
    """Runs ``read(job)`` in the background and gives its result to ``show`` on this thread."""

    def __init__(
        self,
        parent: QObject,
        read: Callable[[work.Job], Any],
        show: Callable[[Any], None],
        failed: Callable[[PreauError], None],
    ) -> None:
        self._parent, self._read, self._show, self._failed = parent, read, show, failed
        self._job: work.Job | None = None
        self._again = False

    @property
    def busy(self) -> bool:
        """Whether a reading is under way."""
        return self._job is not None

    def again(self) -> None:
        """Read anew; what is asked during a reading makes one more."""
        if self._job is not None:
            self._again = True
            return
        self._again = False
        self._job = work.start(self._read, parent=self._parent, done=self._on_done, failed=self._on_failed)

    def wait(self) -> None:
        """Block until the reading has ended: the vault may then close."""
        self._again = False
        if self._job is not None:
            self._job.wait()

    def _on_done(self, result: Any) -> None:
        self._job = None
        self._show(result)
        if self._again:
            self.again()

    def _on_failed(self, error: PreauError) -> None:
        self._job = None
        self._failed(error)

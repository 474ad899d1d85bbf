"""What is written down when something unexpected happens: where in the code, never what the data was."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from app.ui.work import UNEXPECTED

log = logging.getLogger("preau")
MAX_BYTES = 512 * 1024
_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class PlacesOnly(logging.Formatter):
    """Formats an exception as its type and its lines of code: a message may hold a name, an address, a birth date."""

    def format(self, record: logging.LogRecord) -> str:
        kept, record.exc_text = record.exc_text, None  # another formatter may have left its own, messages included
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, ei: _Info) -> str:
        kind, _, trace = ei
        frames = traceback.extract_tb(trace)
        places = "\n".join(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        return f"{kind.__name__ if kind else 'error'}\n{places}"

    def formatStack(self, stack_info: str) -> str:
        return ""


def log_to(path: Path) -> logging.Handler | None:
    """Write the program's warnings and errors into ``path``; None where the folder refuses."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8", delay=True)
    except OSError:
        return None
    handler.setLevel(logging.WARNING)
    handler.setFormatter(PlacesOnly("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    return handler


class Hook:
    """Takes the exceptions that nobody caught, in slots and in threads: one sentence, one entry in the log.

    ``interrupted`` is called at Ctrl+C in a terminal.
    """

    def __init__(self, tell: Callable[[str], None], interrupted: Callable[[], None] = lambda: None) -> None:
        self._tell, self._interrupted = tell, interrupted
        self._telling = False
        self._before = sys.excepthook, threading.excepthook

    def install(self) -> None:
        """Take the place of Python's own."""
        sys.excepthook = self._on_error
        threading.excepthook = lambda args: log.error(
            "unexpected error in a thread",
            exc_info=(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback),
        )

    def remove(self) -> None:
        """Give the place back."""
        sys.excepthook, threading.excepthook = self._before

    def _on_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._interrupted()
            return
        log.error("unexpected error", exc_info=(kind, error, trace))
        if not self._telling:
            self._telling = True
            try:
                self._tell(UNEXPECTED)
            finally:
                self._telling = False

"""Logs that a machine reads: a JSON object a line, without anything personal.

Of an exception stand its kind and where it happened, never its words: they may hold what somebody typed.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import IO, Any

from app.server.portal.guards import mask

OURS = "app"


class JsonLines(logging.Formatter):
    """One object a line: at, level, logger, and either the request or the words."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        request = getattr(record, "request", None)
        said |= request if isinstance(request, dict) else {"message": _words(record)}
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])
            said["exception"] = record.exc_info[0].__name__
            said["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
        return json.dumps(said, ensure_ascii=False)


def _words(record: logging.LogRecord) -> str:
    """Our own messages are made without personal data; those of libraries are shown before their values are put in."""
    own = record.name == OURS or record.name.startswith(f"{OURS}.")
    return mask(record.getMessage() if own else str(record.msg))


def log_as_json(stream: IO[str] | None = None) -> None:
    """Everything of this process goes to ``stream`` (stderr) as JSON: each request of ours, warnings of the others."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)

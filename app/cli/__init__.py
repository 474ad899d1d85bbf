"""The ``preau`` command: each use of the desktop without a window, and the server's administration."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> None:
    """The entry point. Light to import: processes that draw sheets start from here too."""
    multiprocessing.freeze_support()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may still speak cp1252
    from app.cli.commands import app

    app()

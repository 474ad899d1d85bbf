"""The window of the demonstration: on screen where there is one, else in pictures."""

from __future__ import annotations

from collections.abc import Callable

from app.cli.demo.stage import Stage


def show(here: Stage, school_id: str, tell: Callable[[str], None], *, headless: bool) -> None:
    """Open the window on « Responsables » until it is closed; without a display, take its pictures."""

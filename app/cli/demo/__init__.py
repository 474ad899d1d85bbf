"""``preau demo``: the main job on real input, on this machine only, with invented people."""

from __future__ import annotations

from pathlib import Path


def run(*, output: Path | None) -> int:
    """Play the whole story; with a display the window stays open. Returns the exit code."""
    from app.cli.demo.story import tell

    return tell(output)

"""``preau demo``: the main job on real input, on this machine only, with invented people."""

from __future__ import annotations

from pathlib import Path

from app.cli.output import end
from app.cli.parts import need_server
from app.models.errors import PreauError


def run(*, output: Path | None) -> int:
    """Play the whole story; with a display the window stays open. Returns the exit code."""
    try:
        need_server()
    except PreauError as error:
        end(error, as_json=False)
    from app.cli.demo.story import tell

    return tell(output)

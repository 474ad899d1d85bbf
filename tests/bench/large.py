"""A vault with as many guardians as the largest commune would have, imported by the real importer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.services import imports
from tests.support.onde_files import crowd, guardians_file, pupils_file
from tests.ui.desk_stage import StandIn, demo_stage, live_a_little

PUPILS = 8_300
GUARDIANS = 15_000
"""At least so many behind so many pupils."""


def crowd_files(folder: Path, pupils: int = PUPILS) -> list[Path]:
    """ONDE's two extractions on the disk."""
    children, adults = crowd(pupils)
    files = []
    for name, content in (
        ("eleves.csv", pupils_file(children, encoding="utf-8")),
        ("responsables.csv", guardians_file(adults, encoding="utf-8")),
    ):
        path = folder / name
        path.write_bytes(content)
        files.append(path)
    return files


@contextmanager
def large_stage(folder: Path, pupils: int = PUPILS) -> Iterator[StandIn]:
    """``poste.preau`` in ``folder``, imported, with log-ins and states; open until the end of the block."""
    with demo_stage(folder, imported=False) as stage:
        preview = imports.preview(
            stage.desk, school_id=stage.school_id, files=crowd_files(folder, pupils), allow_fictional=True
        )
        imports.commit(stage.desk, preview=preview)
        live_a_little(stage)
        yield stage

"""Plays histories until one breaks an invariant, and says which: ``python -m tests.sim.hunt SEED…``.

Run by the mutants' test in a copy of the project that holds a bug, and by hand to find the history of a new one.
Prints one JSON object: {"played", "seed", "invariant", "what"}; ``seed`` is null where nothing was found.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.server.database import Database
from tests.sim.history import run_history
from tests.sim.oracle import BrokenInvariant
from tests.sim.world import template_vault

MEMORY = Path("/dev/shm")


def hunt(seeds: Iterable[int]) -> dict[str, Any]:
    """The first of these histories that fails. An error of the product itself counts as invariant 0."""
    folder = Path(tempfile.mkdtemp(prefix="preau-hunt-", dir=MEMORY if MEMORY.is_dir() else None))
    played = 0
    try:
        template, base = template_vault(folder), folder / "template.db"
        database = Database(f"sqlite:///{base}")
        database.create_if_empty()
        database.close()
        for played, seed in enumerate(seeds, 1):
            found = _play(seed, folder / f"history-{played}", template, base)
            if found is not None:
                return {"played": played, "seed": seed, **found}
    finally:
        shutil.rmtree(folder)
    return {"played": played, "seed": None}


def _play(seed: int, folder: Path, template: Path, base: Path) -> dict[str, Any] | None:
    folder.mkdir()
    shutil.copyfile(base, folder / "server.db")
    database = Database(f"sqlite:///{folder / 'server.db'}")
    try:
        run_history(seed, database=database, folder=folder, template=template)
    except BrokenInvariant as error:
        return {"invariant": error.number, "what": str(error)}
    except Exception as error:
        return {"invariant": 0, "what": f"{type(error).__name__}: {error}"}
    finally:
        database.close()
        shutil.rmtree(folder)
    return None


if __name__ == "__main__":
    print(json.dumps(hunt(int(seed) for seed in sys.argv[1:])))

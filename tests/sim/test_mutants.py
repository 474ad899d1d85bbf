"""The simulator proven: bugs of protocol, as patches to the production code, each caught by some history.

Each patch is applied to a copy of ``app`` and histories are played there, in a process of its own, until one breaks an
invariant. The run prints which history and which invariant caught it (``pytest -s tests/sim/test_mutants.py``).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = sorted((Path(__file__).parent / "mutants").glob("*.patch"))
LEAST = 15
SEEDS = range(3000, 3150)
CAUGHT_BY = {
    "before-images-kept-old": 3003, "closed-access-mails-leave": 3059, "collision-replaced": 3004, "copy-not-noticed": 3042,
    "correction-ends-in-silence": 4076, "feed-page-skips": 3013, "given-up-untold": 5081, "gone-by-absence": 3006,
    "import-overwrites": 3004, "loser-not-kept": 3047, "mail-to-closed-access": 3119, "mails-sent-again": 5114,
    "other-guardians-reading-forgotten": 3030, "pages-taken-one-by-one": 3013, "remap-ignored": 3009, "report-takes-back": 3044,
    "server-forgets-what-it-judged": 3002, "stale-reply-accepted": 3075, "undo-overwrites": 3012,
}  # fmt: skip
"""The history that caught a rare one, played first. The others follow, so that this is only quicker."""


def copy_with(patch: Path, folder: Path) -> None:
    """A copy of the product and of the simulator that holds one bug."""
    ignore = shutil.ignore_patterns("__pycache__", "*.patch")
    shutil.copytree(ROOT / "app", folder / "app", ignore=ignore)
    shutil.copytree(ROOT / "tests" / "sim", folder / "tests" / "sim", ignore=ignore)
    (folder / "tests" / "__init__.py").touch()
    done = subprocess.run(["patch", "-p1", "-s", "-i", patch], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, f"{patch.name} does not apply any more: {done.stdout}"


def hunt(folder: Path, seeds: list[int]) -> dict[str, object]:
    """Play histories in the copy."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.sim.hunt", *map(str, seeds)],
        cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_there_are_enough_mutants() -> None:
    assert len(MUTANTS) >= LEAST


@pytest.mark.parametrize("patch", MUTANTS, ids=lambda patch: patch.stem)
def test_a_history_catches(patch: Path, tmp_path: Path) -> None:
    copy_with(patch, tmp_path)
    first = [CAUGHT_BY[patch.stem]] if patch.stem in CAUGHT_BY else []
    found = hunt(tmp_path, [*first, *SEEDS])
    assert found["seed"] is not None, f"{patch.stem} survives {found['played']} histories"
    print(f"\n{patch.stem}: history {found['seed']}, invariant {found['invariant']} ({found['what']})")

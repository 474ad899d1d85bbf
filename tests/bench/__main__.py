"""``make bench``: every figure beside its floor, measured in the same run. ``make bench ONLY=sheets`` for one of them."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    wanted = sys.argv[1:]
    names = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    chosen = [name for name in names if not wanted or name.removeprefix("bench_") in wanted]
    if not chosen:
        print(f"unknown bench; there are: {', '.join(name.removeprefix('bench_') for name in names)}")
        return 2
    missed = 0
    for name in chosen:
        for ratio in importlib.import_module(f"tests.bench.{name}").measure():
            missed += not ratio.holds
            verdict = "ok" if ratio.holds else "MISSED"
            print(f"{verdict:7}{ratio.name:44}{ratio.value:8.2f}  (≥ {ratio.at_least:.2f})  {ratio.detail}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":  # processes that draw sheets import this module too
    sys.exit(main())

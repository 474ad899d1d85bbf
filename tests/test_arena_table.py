"""docs/arena.md names tests that exist, and a test for every line."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def lines() -> list[str]:
    text = (ROOT / "docs" / "arena.md").read_text(encoding="utf-8")
    return [
        line for line in text.splitlines() if line.startswith("| ") and "---" not in line and "shown by" not in line
    ]


def test_every_line_has_a_test() -> None:
    assert [line for line in lines() if not NAMED.search(line)] == []


def test_every_test_exists() -> None:
    missing = []
    for path, name in sorted({found for line in lines() for found in NAMED.findall(line)}):
        file = ROOT / path
        if not file.is_file() or f"def {name}(" not in file.read_text(encoding="utf-8"):
            missing.append(f"{path}::{name}")
    assert missing == []

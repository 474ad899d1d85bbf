"""docs/portail.md names tests that exist, a test for every line, and every film where it says that it is."""

from __future__ import annotations

import re
from pathlib import Path

from tests.test_arena_table import NAMED, ROOT

TABLE = ROOT / "docs" / "portail.md"
FILM = re.compile(r'(?:Film\(browser, page, |reel\()f?"([^"]+)"\)')


def lines() -> list[str]:
    """The lines of the tables: headers, rulers and the count of fields (which has tests of its own) left out."""
    text = TABLE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "---" not in line]
    return [
        row for row in rows if not row.endswith(("| montré par |", "| joué par |", "| pourquoi |")) and " → " not in row
    ]


def counted() -> list[str]:
    return [line for line in TABLE.read_text(encoding="utf-8").splitlines() if re.search(r"\d → \d", line)]


def test_every_line_has_a_test() -> None:
    assert len(lines()) > 80 and len(counted()) == 6
    assert [line for line in lines() if not NAMED.search(line)] == []


def test_every_test_exists() -> None:
    missing = []
    for path, name in sorted(set(NAMED.findall(TABLE.read_text(encoding="utf-8")))):
        file = ROOT / path
        if not file.is_file() or f"def {name}(" not in file.read_text(encoding="utf-8"):
            missing.append(f"{path}::{name}")
    assert missing == []


def test_every_film_is_in_the_table() -> None:
    """By the beginning of its folder's name, where its width comes from the test's parameter."""
    named = TABLE.read_text(encoding="utf-8")
    films = [
        found for path in (ROOT / "tests" / "e2e").glob("test_*.py") for found in FILM.findall(path.read_text("utf-8"))
    ]
    assert len(films) >= 12
    assert [film for film in films if f"`{film.partition('{')[0]}" not in named] == []


def test_a_person_is_told_where_the_films_are() -> None:
    assert "screenshots/films" in TABLE.read_text(encoding="utf-8")
    assert "docs/portail.md" in Path(ROOT / "README.md").read_text(encoding="utf-8")

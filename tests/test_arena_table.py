"""docs/arena.md names tests that exist, a test for every line, and nothing that Arena's own list has is missing from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
TO_COME = "à venir"
DIFFERENT = "## Labels that differ"
REFERENCE = ROOT.parent / "shared" / "reference" / "arena.md"
PLACEHOLDERS = re.compile(r"JJ/MM/AAAA|JJ-MM-AAAA|AAAAMMJJHHMMSS|HH:MM:SS|UAI - nom|…|\(total : .*| / ")
"""What a label holds in place of a value, or between labels."""

needs_reference = pytest.mark.skipif(
    not REFERENCE.is_file(), reason="the list of Arena's labels is not beside the project"
)


def plain(text: str) -> str:
    """Words as they compare: straight apostrophes, ordinary spaces, one at a time."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text.replace("’", "'")).strip()


def table() -> str:
    return (ROOT / "docs" / "arena.md").read_text(encoding="utf-8")


def lines(text: str) -> list[str]:
    """The lines of the tables that show something: headers and rulers left out."""
    return [
        line for line in text.splitlines() if line.startswith("| ") and "---" not in line and "shown by" not in line
    ]


def shown() -> list[str]:
    return lines(table().partition(DIFFERENT)[0])


def labels() -> list[str]:
    """What Arena writes between « », each once; « » alone is how its list speaks of them."""
    text = plain(REFERENCE.read_text(encoding="utf-8")).replace("« » ", "")
    return list(dict.fromkeys(re.findall(r"« (.+?) »", text)))


def sources() -> str:
    """Every string of the product as it reads on the screen: broken lines joined, escapes of spaces undone."""
    files = sorted(path for path in (ROOT / "app").rglob("*") if path.suffix in (".py", ".html"))
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    text = re.sub(r"\\u00a0|\\u202f|\\n", " ", text)
    return plain(re.sub(r'"\s*\n\s*f?"', "", text))


def test_every_line_has_a_test_or_says_that_it_is_to_come() -> None:
    without = [line for line in shown() if not NAMED.search(line)]
    assert [line for line in without if not line.endswith(f"| {TO_COME} |")] == []


def test_every_test_exists() -> None:
    missing = []
    for path, name in sorted({found for line in shown() for found in NAMED.findall(line)}):
        file = ROOT / path
        if not file.is_file() or f"def {name}(" not in file.read_text(encoding="utf-8"):
            missing.append(f"{path}::{name}")
    assert missing == []


@pytest.mark.needs_shared
@needs_reference
def test_every_label_of_arena_is_in_the_table() -> None:
    known = plain(table())
    assert [label for label in labels() if plain(label) not in known] == []


@pytest.mark.needs_shared
@needs_reference
def test_every_label_is_in_the_product_or_differs_knowingly() -> None:
    product, differing = sources(), plain(table().partition(DIFFERENT)[2])
    missing = [
        label
        for label in labels()
        if f"« {label} »" not in differing
        and any(part.strip() not in product for part in PLACEHOLDERS.split(label) if part and part.strip())
    ]
    assert missing == []


@pytest.mark.needs_shared
@needs_reference
def test_what_differs_is_really_not_in_the_product() -> None:
    """A label that Préau says word for word is no difference: the list must not grow for nothing."""
    product = sources()
    named = re.findall(r"^\| « (.+?) »", table().partition(DIFFERENT)[2], flags=re.MULTILINE)
    assert named and [label for label in named if plain(label) not in {plain(one) for one in labels()}] == []
    strings = (f'"{plain(label)}"' for label in named)
    assert [label for label in strings if label in product] == []


@pytest.mark.needs_shared
@needs_reference
def test_every_part_and_every_quoted_value_of_arena_is_in_the_table() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    headings = re.findall(r"^## ([\w ]+)", table(), flags=re.MULTILINE)
    for part in re.findall(r"^## ([^,(\n]+)", text, flags=re.MULTILINE):
        assert any(heading.startswith(part.strip().split(" lack")[0]) for heading in headings), part
    known = table()
    values = [value for value in re.findall(r"`([^`\n]+)`", text) if not re.search(r"\.png|seeds|;", value)]
    assert [value for value in values if value.replace("AAAAMMJJHHMMSS.", "") not in known.replace("\\|", "|")
            and "Liste" not in value] == []  # fmt: skip
    assert [letter for letter in re.findall(r"C0[1-7]", text) if letter not in known] == []


def words(text: str) -> set[str]:
    """The words of five letters and more, which say what a sentence is about."""
    return set(re.findall(r"[a-zà-ÿœ]{5,}", plain(text).lower()))


@pytest.mark.needs_shared
@needs_reference
def test_no_sentence_of_arena_is_missing_from_the_table() -> None:
    """Crude on purpose: a sentence most of whose words are not in the table is one that nobody has dealt with."""
    text = "## Frame" + REFERENCE.read_text(encoding="utf-8").partition("## Frame")[2]
    known = words(table())
    sentences = [part for part in re.split(r"(?<=[.:;])\s+|\n(?=[-|#])|\n\n", text) if len(words(part)) > 2]
    assert len(sentences) > 80
    assert [part for part in sentences if len(words(part) & known) < 0.6 * len(words(part))] == []

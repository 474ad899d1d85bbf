"""Whom to hold beside whom: records that share a name, a contact, a child, a family or an address.

15,000 records are 112 million pairs; blocks leave some hundred thousand names to compare, all at once by rapidfuzz.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from rapidfuzz import fuzz, process

from app.services.duplicates.people import Person

Pair = tuple[int, int]
"""Places of two people in the list, the smaller first."""
BEGINNING = 3
"""Letters by which a name is looked up."""
ALIKE = 84.0
"""Least likeness (rapidfuzz ratio) of two whole names that only a name brings together."""


def name_blocks(people: Sequence[Person]) -> list[list[int]]:
    """Those of whom two names begin alike, wherever they stand: a slip is seldom among the first letters."""
    return _blocks(
        {name[:BEGINNING] for name in (*person.surnames, person.first.replace(" ", ""))} for person in people
    )  # fmt: skip


def fact_blocks(people: Sequence[Person]) -> list[list[int]]:
    """Those who share something else than a name."""
    return _blocks(
        (person.mobile, person.email, person.address, *person.children, *person.partners) for person in people
    )


def _blocks(keys: Iterable[Iterable[str]]) -> list[list[int]]:
    """The places that have a key in common; most keys are one record's alone and get no list."""
    first: dict[str, int] = {}
    found: dict[str, list[int]] = {}
    for place, mine in enumerate(keys):
        for key in mine:
            before = first.setdefault(key, place)
            if before != place and key:
                found.setdefault(key, [before]).append(place)
    return list(found.values())


def written(person: Person) -> str:
    """A whole name with its words in order, so that it does not matter which stands where."""
    return " ".join(sorted((person.last, *person.first.split(" "))))


def alike_names(people: Sequence[Person], blocks: Sequence[list[int]]) -> Iterator[list[Pair]]:
    """Pairs whose whole names are alike, block after block."""
    lines = [written(person) for person in people]
    for block in blocks:
        names = [lines[place] for place in block]
        table = process.cdist(names, names, scorer=fuzz.ratio, score_cutoff=ALIKE)
        rows, columns = table.nonzero()
        once = rows < columns
        pairs = zip(rows[once].tolist(), columns[once].tolist(), strict=True)
        yield [(block[row], block[column]) for row, column in pairs]


def facing(block: Sequence[int]) -> list[Pair]:
    """Every pair of a block."""
    return list(combinations(block, 2))

"""Guardians who stand twice: how many are found, beside two simpler rules on the same set, and how fast.

The set is tests/services/duplicates/labelled.py, of a seed that nothing was tuned on. The floor of the time is one
``cdist`` of whole names over each of the same blocks. Figures of finding are ratios to what is asked for: 1 is just
enough; those of the simpler rules are printed and asked for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations

from rapidfuzz import fuzz, process

from app.models.names import fold
from app.models.tables import Row
from app.services.duplicates.blocks import ALIKE, fact_blocks, name_blocks, written
from app.services.duplicates.matching import matches
from app.services.duplicates.people import Person, people_of
from tests.bench.ratio import Ratio, against
from tests.services.duplicates.labelled import Labelled, Pairs, make_set, measured, told

SIZE, SCHOOLS, SEED = 15_000, 40, 1906
ROUNDS = 7
AT_MOST = 3.0
PRECISION, RECALL = 0.98, 0.95
FUZZY = 60.0


def measure() -> list[Ratio]:
    """Precision and recall of three rules, then the time of ours."""
    labelled = make_set(SEED, size=SIZE, schools=SCHOOLS)
    people = [person for school in labelled.schools for person in people_of(school)]
    return [
        *_found("", labelled, told(matches(people))),
        *_found("same folded name: ", labelled, _same_name(people), asked=False),
        *_found("fuzzy 0.6 and two equalities: ", labelled, _fuzzy(people), asked=False),
        against(
            f"duplicates of {len(people)} guardians", lambda: matches(people), _cdist(people), at_most=AT_MOST,
            rounds=ROUNDS,
        ),
    ]  # fmt: skip


def _found(rule: str, labelled: Labelled, found: Pairs, *, asked: bool = True) -> Iterator[Ratio]:
    precision, recall = measured(labelled, found)
    detail = f"{len(found)} pairs told, {len(labelled.same)} with evidence, {len(labelled.bare)} without"
    yield Ratio(f"{rule}precision", precision, PRECISION if asked else 0.0, detail)
    yield Ratio(f"{rule}recall", recall, RECALL if asked else 0.0, detail)


def _same_name(people: list[Person]) -> Pairs:
    """One name, folded."""
    by_name: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in people:
        by_name[_value(person.row, "last_name"), _value(person.row, "first_name")].append(person)
    return {
        frozenset((one.key, other.key)) for alike in by_name.values() for one, other in combinations(alike, 2)
    }  # fmt: skip


def _fuzzy(people: list[Person]) -> Pairs:
    """Both names alike at 0.6, and two of last name, first name and mail the very same."""
    found: Pairs = set()
    for names in combinations(("last_name", "first_name", "email"), 2):
        by_two: dict[tuple[str, ...], list[Person]] = defaultdict(list)
        for person in people:
            values = tuple(_value(person.row, name) for name in names)
            if all(values):
                by_two[values].append(person)
        found |= {
            frozenset((one.key, other.key))
            for alike in by_two.values()
            for one, other in combinations(alike, 2)
            if _both_alike(one.row, other.row)
        }
    return found


def _both_alike(one: Row, other: Row) -> bool:
    return all(fuzz.ratio(_value(one, name), _value(other, name)) >= FUZZY for name in ("last_name", "first_name"))


def _value(row: Row, name: str) -> str:
    return fold(row[name] or "")


def _cdist(people: list[Person]) -> Callable[[], object]:
    lines = [written(person) for person in people]
    blocks = [[lines[place] for place in block] for block in (*fact_blocks(people), *name_blocks(people))]

    def compare() -> None:
        for names in blocks:
            process.cdist(names, names, scorer=fuzz.ratio, score_cutoff=ALIKE)

    return compare


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.3f} (at least {ratio.at_least:.2f}) — {ratio.detail}")

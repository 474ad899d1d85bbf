"""What is found in a labelled set of seeds on which nothing was tuned (1 to 5 were)."""

from __future__ import annotations

import pytest

from app.services.duplicates.evidence import Sign, Surroundings
from app.services.duplicates.matching import Stopped, judge, matches
from app.services.duplicates.people import Person, people_of
from tests.services.duplicates.labelled import Labelled, make_set, told

SEEDS = (1907, 1936, 1968)
SIZE, SCHOOLS = 3_000, 8


def _people(labelled: Labelled) -> list[Person]:
    return [person for school in labelled.schools for person in people_of(school)]


def test_who_stands_twice_is_found_and_nobody_else() -> None:
    said = right = found = asked = 0
    for seed in SEEDS:
        labelled = make_set(seed, size=SIZE, schools=SCHOOLS)
        pairs = told(matches(_people(labelled)))
        said, right = said + len(pairs), right + len(pairs & (labelled.same | labelled.bare))
        asked, found = asked + len(labelled.same), found + len(pairs & labelled.same)
        assert len(labelled.same) > 10 * len(labelled.bare) > 0  # those without evidence are few, and counted apart
    assert right / said >= 0.98
    assert found / asked >= 0.95


def test_the_set_holds_the_traps_that_it_names() -> None:
    """Couples who share a mailbox, people of one name under one roof: told apart by more than luck."""
    labelled = make_set(SEEDS[0], size=SIZE, schools=SCHOOLS)
    people = _people(labelled)
    true = labelled.same | labelled.bare
    by_mail: dict[str, list[Person]] = {}
    by_name: dict[tuple[str, str, str], list[Person]] = {}
    for person in people:
        if person.email:
            by_mail.setdefault(person.email, []).append(person)
        by_name.setdefault((person.first, person.last, person.address), []).append(person)

    def strangers(groups: dict[str, list[Person]] | dict[tuple[str, str, str], list[Person]]) -> int:
        return sum(frozenset((group[0].key, group[1].key)) not in true for group in groups.values() if len(group) == 2)

    assert strangers(by_mail) > 100 and strangers(by_name) > 5


def test_it_tells_how_far_it_is_and_stops_when_asked() -> None:
    people = _people(make_set(1, size=300, schools=2))
    steps: list[tuple[int, int]] = []
    matches(people, progress=lambda done, total: steps.append((done, total)))
    assert steps[0][0] == 0 and steps[-1][0] == steps[-1][1] > 100
    with pytest.raises(Stopped):
        matches(people, stop=lambda: True)


def test_the_surest_come_first_and_each_once() -> None:
    found = matches(_people(make_set(2, size=600, schools=3)))
    sure = [match for match in found if match.likelihood.is_told]
    assert [match.score for match in sure] == sorted((match.score for match in sure), reverse=True)
    assert found[: len(sure)] == sure
    assert len({frozenset((match.one.key, match.other.key)) for match in found}) == len(found) > 20


def test_different_first_names_end_it() -> None:
    people = _people(make_set(3, size=600, schools=2))
    around = Surroundings.of(people)
    couple = next(
        (one, other) for one in people for other in people if one.email and one.email == other.email and one.title == "m"
        and other.title == "f"
    )  # fmt: skip
    assert judge(*couple, around).signs == (Sign.FIRST_OTHER,)

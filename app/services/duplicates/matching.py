"""Every pair of records that are probably one person, out of thousands, with progress and a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from app.models.errors import PreauError
from app.services.duplicates.blocks import Pair, alike_names, facing, fact_blocks, name_blocks
from app.services.duplicates.evidence import Signs, Surroundings, signs_of
from app.services.duplicates.people import Person
from app.services.duplicates.scoring import Likelihood, likelihood_of, score_of

STEP = 250
"""Blocks between two looks at whether to stop."""
Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


class Stopped(PreauError):
    """The person asked to stop; nothing was written."""

    def __init__(self) -> None:
        super().__init__("stopped", "Recherche arrêtée\u00a0: rien n’a été changé.")


@dataclass(frozen=True, slots=True)
class Match:
    """Two records that are probably one person, and all that speaks for and against."""

    one: Person
    other: Person
    signs: Signs
    score: float
    likelihood: Likelihood


def matches(
    people: Sequence[Person],
    *,
    progress: Progress = lambda _done, _total: None,
    stop: Stop = lambda: False,
) -> list[Match]:
    """The likely pairs, and the possible ones, the surest first. Raises Stopped."""
    around, found, seen = Surroundings.of(people), [], set[Pair]()
    for pairs in _watched(people, progress, stop):
        for pair in pairs:
            if pair not in seen:
                seen.add(pair)
                one, other = people[pair[0]], people[pair[1]]
                signs = signs_of(one, other, around)
                if len(signs) > 1 and _worth(one, other, signs) is not Likelihood.NO:
                    found.append(_match(one, other, signs))
    return sorted(found, key=_surest)


def _surest(match: Match) -> tuple[object, ...]:
    return not match.likelihood.is_told, -match.score, match.one.key, match.other.key


def judge(one: Person, other: Person, around: Surroundings) -> Match:
    """What two records say."""
    return _match(one, other, signs_of(one, other, around))


def _match(one: Person, other: Person, signs: Signs) -> Match:
    return Match(one, other, signs, score_of(signs), _worth(one, other, signs))


def _worth(one: Person, other: Person, signs: Signs) -> Likelihood:
    return likelihood_of(signs, one_school=one.school_id == other.school_id)


def _watched(people: Sequence[Person], progress: Progress, stop: Stop) -> Iterator[list[Pair]]:
    """The pairs to judge, block after block; some come twice."""
    facts, names = fact_blocks(people), name_blocks(people)
    total = len(facts) + len(names)
    for done, pairs in enumerate(chain(map(facing, facts), alike_names(people, names))):
        if done % STEP == 0:
            if stop():
                raise Stopped
            progress(done, total)
        yield pairs
    progress(total, total)

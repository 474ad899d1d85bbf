"""What the tests of the diagnosis share: each says which causes it makes fire, and is held to it.

A test under ``fires`` must have seen each of its causes after a parent had really knocked at the portal, and must have seen
at least one diagnosis without it. ``test_diagnosis_covered.py`` compares what they say with the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from app.services.diagnosis.diagnose import Diagnosis, diagnose
from tests.server.portal.household import Household

Given = ParamSpec("Given")
FIRED: dict[str, list[str]] = {}
"""The tests of each cause, by its code; they enter themselves as their files are read."""


@dataclass
class Story:
    """What one test has seen: (the codes, whether anybody had knocked before)."""

    seen: list[tuple[frozenset[str], bool]] = field(default_factory=list)

    def check(self, code: str) -> None:
        assert any(code in codes and knocked for codes, knocked in self.seen), f"{code} never fired after an attempt"
        assert any(code not in codes for codes, _ in self.seen), f"{code} was never silent"


_STORY: ContextVar[Story | None] = ContextVar("story", default=None)


def fires(*codes: str) -> Callable[[Callable[Given, None]], Callable[Given, None]]:
    """Mark a test with the causes that it makes fire; of a parametrised one, ``code`` says which is this one's."""

    def mark(test: Callable[Given, None]) -> Callable[Given, None]:
        for code in codes:
            FIRED.setdefault(code, []).append(test.__qualname__)

        @wraps(test)
        def told(*args: Given.args, **kwargs: Given.kwargs) -> None:
            story = Story()
            token = _STORY.set(story)
            try:
                test(*args, **kwargs)
            finally:
                _STORY.reset(token)
            only = kwargs.get("code")
            for code in codes if only is None else [str(only)]:
                assert code in codes, f"{code} is not among those of the test"
                story.check(code)

        return told

    return mark


def everybody(home: Household, query: str) -> tuple[Diagnosis, ...]:
    """Whom the director finds, as the PC knows them now."""
    found = diagnose(home.desk.desk, school_id=home.desk.school_id, query=query)
    if (story := _STORY.get()) is not None:
        story.seen += [(frozenset(cause.code for cause in one.causes), bool(home.knocks)) for one in found]
    return found


def known(home: Household, query: str = "Dupont Marc") -> Diagnosis:
    """What the director is told of one person, without a synchronisation."""
    [one] = everybody(home, query)
    return one


def found(home: Household, query: str = "Dupont Marc") -> Diagnosis:
    """What the director is told once the PC has synchronised."""
    home.desk.sync()
    return known(home, query)


def codes_of(one: Diagnosis) -> set[str]:
    return {cause.code for cause in one.causes}


def codes(home: Household, query: str = "Dupont Marc") -> set[str]:
    return codes_of(found(home, query))


def works(one: Diagnosis) -> str:
    """The letters of the ways in that open."""
    return "".join(way.entrance.value for way in one.ways if way.works)

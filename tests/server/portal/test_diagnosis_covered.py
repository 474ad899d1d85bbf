"""No cause of the catalogue without a parent who met it."""

from __future__ import annotations

import pytest

from app.services.diagnosis.catalogue import BY_CODE
from tests.server.portal import test_diagnosis, test_diagnosis_more, test_diagnosis_records
from tests.server.portal.diagnosing import FIRED, Story

STORIES = (test_diagnosis, test_diagnosis_more, test_diagnosis_records)


def test_every_cause_fires_from_a_real_attempt() -> None:
    assert all(module.fires is not None for module in STORIES)
    assert set(FIRED) == set(BY_CODE), sorted(set(BY_CODE) - set(FIRED))


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        ([({"a"}, False), (set(), True)], "never fired after an attempt"),
        ([({"b"}, True), (set(), True)], "never fired after an attempt"),
        ([({"a"}, True), ({"a", "b"}, True)], "never silent"),
    ],
)
def test_a_story_that_does_not_show_its_cause_fails(seen: list[tuple[set[str], bool]], why: str) -> None:
    story = Story([(frozenset(codes), knocked) for codes, knocked in seen])
    with pytest.raises(AssertionError, match=why):
        story.check("a")

"""Each kind of act says whom it names, so that an erasure knows what to take out of its payload."""

from __future__ import annotations

from app.services.records.act_content import MANY, NOBODY, ONE_PERSON
from app.services.records.kinds import KINDS


def test_every_kind_is_one_of_three() -> None:
    assert ONE_PERSON | NOBODY | MANY.keys() == KINDS.keys()
    assert not ONE_PERSON & NOBODY and not MANY.keys() & (ONE_PERSON | NOBODY)

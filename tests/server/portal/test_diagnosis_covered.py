"""No cause of the catalogue without a parent who met it."""

from __future__ import annotations

from app.services.diagnosis.catalogue import BY_CODE
from tests.server.portal import test_diagnosis, test_diagnosis_more, test_diagnosis_records
from tests.server.portal.diagnosing import FIRED

STORIES = (test_diagnosis, test_diagnosis_more, test_diagnosis_records)


def test_every_cause_fires_from_a_real_attempt() -> None:
    assert all(module.fires is not None for module in STORIES)
    assert set(FIRED) == set(BY_CODE), sorted(set(BY_CODE) - set(FIRED))

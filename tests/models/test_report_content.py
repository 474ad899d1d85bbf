"""The canonical content of a bilan: the same words are the same document, and come back as they were."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.models import report_content as rc

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
DOMAINS = st.builds(
    rc.Domain,
    code=st.sampled_from(["FRA-RAC", "MAT-RAC", "XYZ-123"]),
    items=st.lists(TEXT, max_size=3).map(tuple),
    appreciation=st.none() | TEXT,
    position=st.none() | st.integers(1, 4),
    not_evaluated=st.booleans(),
    parts=st.lists(st.builds(rc.SubDomain, code=TEXT, position=st.none() | st.integers(1, 4)), max_size=2).map(tuple),
)
SCHOOL = rc.SchoolOfReport(uai="0990001N", name="École des Tilleuls")
PUPIL = rc.PupilOfReport(last_name="Loyez", first_name="Clémence", birth_date="2017-03-14")
PERIOD = rc.Period(index=1, count=3, starts_on="2026-09-01", ends_on="2026-12-18")


def periodic(**values: object) -> rc.PeriodicReport:
    return rc.PeriodicReport.model_validate({"school": SCHOOL, "pupil": PUPIL, "year": 2026, "period": PERIOD} | values)


@given(domains=st.lists(DOMAINS, max_size=4).map(tuple), general=TEXT)
def test_what_is_stored_comes_back(domains: tuple[rc.Domain, ...], general: str) -> None:
    report = periodic(domains=domains, general=general)
    stored = rc.canonical(report)
    assert rc.read_content(stored) == report
    assert rc.canonical(rc.read_content(stored)) == stored


def test_a_cycle_report_comes_back_as_one() -> None:
    report = rc.CycleReport(school=SCHOOL, pupil=PUPIL, year=2026, cycle=2, synthesis="Bien.")
    assert rc.read_content(rc.canonical(report)) == report


def test_another_word_is_another_document() -> None:
    one, other = (rc.document_id(rc.canonical(periodic(general=words))) for words in ("Bien.", "Très bien."))
    assert one != other
    assert len(one) == 64


def test_what_is_not_a_content_is_refused() -> None:
    stored = json.loads(rc.canonical(periodic()))
    for damaged in ({**stored, "version": 2}, {**stored, "report": {**stored["report"], "address": "1 rue"}}):
        with pytest.raises(ValidationError):
            rc.read_content(json.dumps(damaged).encode())


def test_complete_is_three_domains_that_say_something_and_a_general_appreciation() -> None:
    judged = (
        rc.Domain(code="FRA-RAC", position=2),
        rc.Domain(code="MAT-RAC", appreciation="Solide."),
        rc.Domain(code="EPS-RAC", parts=(rc.SubDomain(code="EPS-AAA", position=3),)),
    )
    assert periodic(domains=judged, general="Bien.").is_complete
    assert not periodic(domains=judged[:2], general="Bien.").is_complete
    assert not periodic(domains=judged, general=" ").is_complete
    silent = rc.Domain(code="ART-RAC", items=("chanter",), not_evaluated=True)
    assert not periodic(domains=(*judged[:2], silent), general="Bien.").is_complete

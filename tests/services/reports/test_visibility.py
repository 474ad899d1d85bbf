"""What families see of a livret: the rules of LSU as a table of cases (lsu.md, « What a guardian may see »)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.tables import Row, new_row
from app.services.reports.visibility import disappears_soon, is_over, kept_until, schooling, visible

TODAY = date(2026, 12, 18)


def report(name: str, **values: Any) -> Row:
    known: Row = {
        "pupil_id": "p", "kind": "periodic", "year": 2026, "cycle": 2, "level": "CE1", "period_index": 1,
        "format": "content", "document": "a" * 64, "size": 1, "source": "xml", "imported_at": "2026-12-01",
        "locked_at": "2026-12-10T10:00:00.000000Z", "published_on": "2026-12-18",
    }  # fmt: skip
    return new_row("reports", school_id="s", id=name, **{**known, **values})


def names(*rows: Row, level: str | None = "CE1", today: date = TODAY) -> list[str]:
    return [row["id"] for row in visible(rows, child=schooling(level), today=today)]


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ({}, True),
        ({"locked_at": None}, False),
        ({"published_on": None}, False),
        ({"published_on": "2026-12-19"}, False),
        ({"removed_at": "2026-12-17T00:00:00.000000Z"}, False),
    ],
    ids=["locked and published", "not locked", "not published", "published tomorrow", "taken out"],
)
def test_locked_published_and_in_the_livret(values: Row, seen: bool) -> None:
    assert names(report("r", **values)) == (["r"] if seen else [])


@pytest.mark.parametrize(
    ("level", "seen"),
    [
        ("CP", ["c2"]),
        ("CE1", ["c2"]),
        ("COURS ELEMENTAIRE 2", ["c2"]),
        ("CM1", ["c3", "c2"]),
        ("CM2", ["c3"]),
        ("ULIS", ["c3", "c2"]),
        (None, ["c3", "c2"]),
    ],
)
def test_periodic_reports_of_the_present_cycle_and_of_the_one_before_in_its_first_year(
    level: str | None, seen: list[str]
) -> None:
    both = (report("c2", year=2025, cycle=2, level="CE2"), report("c3", cycle=3, level="CM1"))
    assert names(*both, level=level) == seen


def test_ends_of_cycles_and_certificates_are_seen_in_any_cycle() -> None:
    rows = (
        report("end", kind="cycle", cycle=2, level=None, year=2024, period_index=None),
        report("swim", kind="certificate", certificate="swimming", cycle=None, level="CE2", year=2023, format="pdf"),
        report("old", cycle=2, level="CE2", year=2024),
    )
    assert names(*rows, level="CM2") == ["end", "swim"]


def test_the_latest_year_and_period_come_first() -> None:
    rows = [report(f"p{index}", period_index=index) for index in (1, 3, 2)] + [report("before", year=2025, level="CP")]
    assert names(*rows) == ["p3", "p2", "p1", "before"]


@pytest.mark.parametrize(
    ("values", "last_day"),
    [
        ({"cycle": 2, "level": "CP", "year": 2026}, "2030-08-31"),
        ({"cycle": 2, "level": "CE2", "year": 2026}, "2028-08-31"),
        ({"cycle": 3, "level": "CM2", "year": 2026}, "2029-08-31"),
        ({"cycle": 2, "level": None, "year": 2026}, "2030-08-31"),
        ({"kind": "cycle", "cycle": 2, "level": None, "year": 2026}, "2034-08-31"),
        ({"kind": "cycle", "cycle": 3, "level": "6E", "year": 2026}, "2031-08-31"),
        ({"kind": "certificate", "cycle": None, "level": "CM2", "year": 2026}, "2032-08-31"),
        ({"kind": "certificate", "cycle": None, "level": None, "year": 2026}, "2036-08-31"),
    ],
)
def test_kept_until_a_year_after_the_cycle_or_the_year_after_3e(values: Row, last_day: str) -> None:
    row, day = report("r", **values), date.fromisoformat(last_day)
    assert kept_until(row) == day
    assert not is_over(row, today=day) and is_over(row, today=date(day.year, 9, 1))
    assert disappears_soon(row, today=date(day.year, 7, 5)) and not disappears_soon(row, today=date(day.year, 6, 1))


def test_what_is_past_its_time_is_not_seen() -> None:
    assert names(report("r", year=2020, level="CE1"), level="CE1") == []


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(["periodic", "cycle", "certificate"]),
                "year": st.integers(2015, 2026),
                "cycle": st.sampled_from([None, 1, 2, 3]),
                "level": st.sampled_from([None, "CP", "CE2", "CM1", "6E", "?", "TPS"]),
                "period_index": st.sampled_from([None, 1, 2]),
                "published_on": st.sampled_from([None, "2026-12-18", "2027-01-01"]),
                "locked_at": st.sampled_from([None, "2026-12-10T10:00:00.000000Z"]),
            }
        ),
        max_size=6,
    ),
    st.sampled_from(["CP", "CE1", "CM1", "CM2", "ULIS", None]),
)
def test_nothing_is_seen_that_is_not_open_and_nobody_sees_more_by_waiting_for_less(
    values: list[Row], level: Any
) -> None:
    rows = [report(str(number), **one) for number, one in enumerate(values)]
    seen = visible(rows, child=schooling(level), today=TODAY)
    assert all(row["locked_at"] and row["published_on"] == "2026-12-18" for row in seen)
    unlocked = [{**row, "locked_at": None} for row in rows]
    assert visible(unlocked, child=schooling(level), today=TODAY) == []

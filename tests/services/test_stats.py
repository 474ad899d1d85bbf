from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.states import AccountState
from app.services.accounts import list_accounts
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from app.services.stats import Counts, StatTable, compute, percent
from tests.services.sheet_cast import SCHOOL, casting, open_desk

STATES = [state.value for state in AccountState]
LABELS = ["CP A", "CE1-CE2", None]
LEVELS = ["CP", "CE1", None]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("stats")) as opened:
        yield opened


def test_a_guardian_of_two_pupils_counts_once_for_the_school_and_in_both_classes(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        with casting(desk) as cast:
            cast.school()
            cp, cm2 = cast.classroom("CM2"), cast.classroom("CP A")
            elder, younger = cast.pupil("Zoé ÉTIENNE", cp), cast.pupil("Maël ÉTIENNE", cm2)
            cast.guardian("Mme Lise ÉTIENNE", elder, younger, state="active")
            cast.guardian("M. Jean ÉTIENNE", younger)
        found = compute(desk, school_id=SCHOOL)
    assert (found.school, found.pupils, found.pupils_reached) == (Counts(not_notified=1, active=1), 2, 2)
    assert [(line.label, line.counts.accounts) for line in found.by_class.lines] == [("CM2", 1), ("CP A", 2)]
    assert found.by_class.total == Counts(not_notified=1, active=2)
    assert [line.label for line in found.by_level.lines] == ["Sans niveau"]
    assert (percent(found.school.active_share), percent(found.reached_share)) == ("50\u00a0%", "100\u00a0%")


def test_an_empty_school_has_nothing_and_divides_by_nothing(desk: Desk) -> None:
    found = compute(desk, school_id="nowhere")
    assert (found.pupils, found.reached_share, found.by_class, found.school.active_share) == (
        0,
        0.0,
        StatTable(()),
        0.0,
    )


@pytest.mark.parametrize(
    ("share", "words"), [(0.008403, "0,84\u00a0%"), (0.04, "4\u00a0%"), (0, "0\u00a0%"), (2 / 3, "66,67\u00a0%")]
)
def test_percentages_read_as_arena_writes_them(share: float, words: str) -> None:
    assert percent(share) == words


people = st.lists(
    st.tuples(st.sampled_from(LABELS), st.sampled_from(LEVELS), st.booleans(), st.booleans()), max_size=12
)
links = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 9), st.booleans()), max_size=30)
guardians = st.lists(st.tuples(st.sampled_from(STATES), st.booleans()), min_size=1, max_size=10)


@given(pupils=people, links=links, guardians=guardians)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_tables_equal_a_count_by_hand(
    desk: Desk,
    pupils: list[tuple[str | None, str | None, bool, bool]],
    links: list[tuple[int, int, bool]],
    guardians: list[tuple[str, bool]],
) -> None:
    school = str(uuid.uuid4())  # a school of its own, at each replay too
    pairs = {(p, g): ended for p, g, ended in links if p < len(pupils) and g < len(guardians)}
    _write(desk, school, pupils, pairs, guardians)
    found = compute(desk, school_id=school)

    here = {n for n, (_, _, left, _) in enumerate(pupils) if not left}
    live = [(p, g) for (p, g), ended in pairs.items() if p in here and not ended and not guardians[g][1]]
    assert found.pupils == len(here)
    assert found.pupils_reached == len({p for p, g in live if guardians[g][0] == "active"})
    assert found.school == _count({g for _, g in live}, guardians)
    for table, column, nothing in ((found.by_class, 0, "Sans classe"), (found.by_level, 1, "Sans niveau")):
        labels = {n: (pupils[n][column] or nothing) if pupils[n][3] else nothing for n in here}
        lines = {line.label: line.counts for line in table.lines}
        assert lines.keys() == set(labels.values())
        for label, counts in lines.items():
            assert counts == _count({g for p, g in live if labels[p] == label}, guardians)
        assert table.total.accounts == sum(counts.accounts for counts in lines.values())
    rows = list_accounts(desk, school_id=school).rows
    assert {(row.pupil_id, row.guardian_id) for row in rows} == {(f"p{p}", f"g{g}") for p, g in live}


def _count(ids: set[int], guardians: list[tuple[str, bool]]) -> Counts:
    states = [guardians[g][0] for g in ids]
    return Counts(*(states.count(state) for state in STATES))


def _write(
    desk: Desk,
    school: str,
    pupils: list[tuple[str | None, str | None, bool, bool]],
    pairs: dict[tuple[int, int], bool],
    guardians: list[tuple[str, bool]],
) -> None:
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, school)
        rows.add("schools", school, name="École")
        rows.add("school_years", "y", label="2026-2027", starts_on="2026-08-01")
        rows.add("school_years", "undone", label="2027-2028", starts_on="2027-08-01", undone_at="2026-09-09")
        for label in LABELS[:2]:
            rows.add("classrooms", f"c-{label}", year_id="y", label=label)
        for n, (label, level, left, placed) in enumerate(pupils):
            rows.add("pupils", f"p{n}", last_name="A", first_name="B", left_on="2026-09-01" if left else None)
            room = f"c-{label}" if label else None
            ended = None if placed else "2026-09-02"
            rows.add("enrolments", f"e{n}", pupil_id=f"p{n}", year_id="y", classroom_id=room, level=level,
                     ended_on=ended)  # fmt: skip
            rows.add("enrolments", f"u{n}", pupil_id=f"p{n}", year_id="undone", level="CM2")
        for n, (state, gone) in enumerate(guardians):
            rows.add("guardians", f"g{n}", last_name="A", first_name="B", gone_on="2026-09-01" if gone else None)
            rows.add("accounts", f"a{n}", guardian_id=f"g{n}", state=state, origin="unknown")
        for (p, g), ended in pairs.items():
            day = "2026-09-01" if ended else None
            rows.add(
                "responsibilities", f"r{p}-{g}", pupil_id=f"p{p}", guardian_id=f"g{g}", access="full", ended_on=day
            )
        rows.flush()

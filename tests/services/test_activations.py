from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.states import AccountOrigin
from app.services import schools
from app.services.activations import Facts, draw_curve, measure_delays
from app.services.records.rows import SchoolRows
from app.services.stats import compute
from app.services.todo import list_todo
from tests.services.sheet_cast import SCHOOL, casting, open_desk

START, TODAY = date(2026, 8, 1), date(2026, 11, 21)
days = st.none() | st.integers(-40, 110).map(lambda number: START + timedelta(days=number))
facts = st.builds(Facts, st.sampled_from(AccountOrigin), days, days, st.booleans())


def _fact(active: str | None, notified: str | None = None, origin: AccountOrigin = AccountOrigin.SCHOOL) -> Facts:
    return Facts(
        origin, date.fromisoformat(notified) if notified else None, date.fromisoformat(active) if active else None, True
    )


def test_the_curve_begins_with_the_accounts_kept_from_last_year_and_leaves_unknown_days_out() -> None:
    active = {
        "a": _fact("2026-06-30"), "b": _fact("2026-09-12"), "c": _fact("2026-09-12", origin=AccountOrigin.GUARDIAN),
        "d": _fact("2026-11-02"), "e": _fact(None),
    }  # fmt: skip
    curve = draw_curve(active, {"CP A": ("a", "c"), "CM2": ("b", "c", "e")}, starts_on=START, until=TODAY)
    assert (curve.everybody.before, curve.everybody.total, curve.undated) == (1, 4, 1)
    assert curve.everybody.days == (date(2026, 9, 12), date(2026, 11, 2))
    assert [curve.everybody.at(day) for day in (START, date(2026, 9, 12), date(2026, 10, 31), TODAY)] == [1, 3, 3, 4]
    assert [(line.label, line.total) for line in curve.by_origin] == [("Établissement", 3), ("Responsable", 1)]
    assert [(line.label, line.before, line.total) for line in curve.by_class] == [("CP A", 1, 2), ("CM2", 0, 2)]


@given(st.dictionaries(st.integers(0, 40).map(str), facts, max_size=30), st.dates(START, TODAY))
def test_every_day_of_the_curve_equals_a_count_by_hand(active: dict[str, Facts], day: date) -> None:
    curve = draw_curve(active, {"CP": tuple(active)}, starts_on=START, until=TODAY)
    by_hand = sum(known.active_on is not None and known.active_on <= day for known in active.values())
    assert curve.everybody.at(day) == curve.by_class[0].at(day) == by_hand
    assert sum(line.at(day) for line in curve.by_origin) == by_hand
    assert curve.everybody.total + curve.undated == len(active)


@given(st.dictionaries(st.integers(0, 40).map(str), facts, max_size=30))
def test_delays_are_quartiles_of_the_days_between_the_two(active: dict[str, Facts]) -> None:
    found = measure_delays(active, {"CP": tuple(active)})
    waits = [
        (known.active_on - known.notified_on).days
        for known in active.values()
        if known.active_on and known.notified_on and known.active_on >= known.notified_on
    ]
    assert found.unnotified == sum(known.notified_on is None for known in active.values())
    if not waits:
        assert found.everybody is None and found.by_class == ()
        return
    assert found.everybody is not None and found.everybody.count == len(waits)
    if len(waits) > 1:
        expected = quantiles(waits, n=4, method="inclusive")
        assert [found.everybody.first, found.everybody.median, found.everybody.third] == expected
    assert found.everybody.longest == max(waits)


def test_days_are_those_of_the_school_and_of_the_first_time(tmp_path: Path) -> None:
    """Half past midnight in Réunion is still the day before in UTC; a second notification does not begin anew."""
    with open_desk(tmp_path) as desk:
        with casting(desk) as cast:
            cast.school(timezone="Indian/Reunion")
            pupil = cast.pupil("Zoé ÉTIENNE", cast.classroom("CP A"))
            account = cast.guardian(
                "Mme Lise ÉTIENNE", pupil, state="active", origin="school", notified_on="2026-09-30"
            )
            for number, (kind, at) in enumerate([
                ("notified", "2026-08-31T08:00:00.000000Z"), ("notified", "2026-09-30T08:00:00.000000Z"),
                ("portal_active", "2026-09-08T20:30:00.000000Z"), ("portal_active", "2026-09-09T09:00:00.000000Z"),
            ]):  # fmt: skip
                cast.rows.add("events", f"event-{number}", account_id=account, at=at, kind=kind)
        found = compute(desk, school_id=SCHOOL)
    assert found.curve.everybody.days == (date(2026, 9, 9),)
    assert found.delays.everybody is not None and found.delays.everybody.median == 9
    assert [delay.label for delay in found.delays.by_class] == ["CP A"]


@pytest.mark.parametrize("count_nursery", [False, True])
def test_rates_and_reminders_count_from_cp_unless_the_school_decides_otherwise(
    tmp_path: Path, count_nursery: bool
) -> None:
    with open_desk(tmp_path) as desk:
        with casting(desk) as cast:
            cast.school()
            small, big = cast.pupil("Zoé ÉTIENNE", cast.classroom("GS")), cast.pupil("Maël FAURE", cast.classroom("CP"))
            cast.guardian("Mme Lise ÉTIENNE", small, state="notified", notified_on="2026-06-01")
            cast.guardian("M. Jean FAURE", big, state="active")
            cast.guardian("Mme Anne FAURE", big, state="notified", notified_on="2026-06-01")
            _levels(cast.rows, {small: "GS", big: "CP"})
        if count_nursery:
            schools.change_setting(desk, school_id=SCHOOL, name="count_nursery", value=True)
        found = compute(desk, school_id=SCHOOL)
        reminders = {item.key: item.count for item in list_todo(desk, school_id=SCHOOL)}
    assert (found.school.accounts, found.pupils, found.from_cp) == (3, 2, not count_nursery)
    assert found.rated.accounts == (3 if count_nursery else 2)
    assert found.reached_share == (0.5 if count_nursery else 1.0)
    assert [line.rated.accounts for line in found.by_class.lines] == [int(count_nursery), 2]
    assert {line.key: line.count for line in found.missing}.get("pupils", 0) == int(count_nursery)
    assert reminders["notified_long"] == (2 if count_nursery else 1)


def test_chosen_levels_narrow_every_figure(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        with casting(desk) as cast:
            cast.school()
            room = cast.classroom("CP-CE1")
            first, second = cast.pupil("Zoé ÉTIENNE", room), cast.pupil("Maël FAURE", room)
            cast.guardian("Mme Lise ÉTIENNE", first, state="active")
            cast.guardian("M. Jean FAURE", second)
            _levels(cast.rows, {first: "CP", second: "CE1"})
        found = compute(desk, school_id=SCHOOL, levels=frozenset({"CP"}))
    assert (found.school.accounts, found.pupils, found.pupils_reached, found.curve.undated) == (1, 1, 1, 1)
    assert [line.label for line in found.by_level.lines] == ["CP"]
    assert found.offered == ("CP", "CE1") and found.missing == ()


def _levels(rows: SchoolRows, levels: dict[str, str]) -> None:
    for enrolment in rows.all("enrolments"):
        rows.change("enrolments", enrolment["id"], level=levels[enrolment["pupil_id"]])

"""One date for the school: what goes out, what stays back and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.errors import NotFound, Refused
from app.services.reports import decisions, publication
from app.services.reports.overview import Overview, ReportFilter, read_overview
from app.services.reports.publication import Publication, Reason
from tests.services.reports.cast import JEAN, LEILA, ZOE, Livret, livret, pupil_id, xml
from tests.services.sheet_cast import SCHOOL, casting

FIRST = ReportFilter(period_index=1)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Livret]:
    with livret(tmp_path) as found:
        found.bring(xml(periods=(1, 2)))
        yield found


def overview(book: Livret) -> Overview:
    return read_overview(book.desk, school_id=SCHOOL)


def planned(book: Livret, *, with_flagged: bool = False) -> Publication:
    found = overview(book)
    return publication.plan(found, occasion=publication.only_occasion(found, FIRST), with_flagged=with_flagged)


def change(book: Livret, child: object, **values: object) -> None:
    pupil = pupil_id(book.desk, child)  # type: ignore[arg-type]
    [row] = [row for row in book.rows() if row["pupil_id"] == pupil and row["period_index"] == 1]
    book.change("reports", row["id"], **values)


def test_what_is_complete_and_locked_goes_out_in_one_act(book: Livret) -> None:
    found = planned(book)
    assert (len(found.shown), found.pupils, found.readers, found.classrooms, found.left_out) == (3, 3, 3, 1, ())
    assert found.lacking == 1, "Leïla, of another class, has no bilan of that period"
    done = publication.carry_out(book.desk, school_id=SCHOOL, publication=found, on="2026-12-18")
    assert (done.changed, done.act_id is not None) == (3, True)
    assert {row["published_on"] for row in book.rows() if row["period_index"] == 1} == {"2026-12-18"}
    assert {row["published_on"] for row in book.rows() if row["period_index"] == 2} == {None}


def test_each_reason_to_stay_back_is_told_and_counted_once(book: Livret) -> None:
    change(book, ZOE, complete=False, flags=["postal_address"])
    change(book, JEAN, flags=["postal_address"])
    found = planned(book)
    assert [found.count(reason) for reason in Reason] == [0, 1, 1] and len(found.shown) == 1
    looked_at = planned(book, with_flagged=True)
    assert [looked_at.count(reason) for reason in Reason] == [0, 1, 0] and len(looked_at.shown) == 2
    rows = overview(book).find(FIRST)
    decisions.lock(book.desk, school_id=SCHOOL, reports=rows, locked=False)
    found = planned(book, with_flagged=True)
    assert [found.count(reason) for reason in Reason] == [3, 0, 0]
    with pytest.raises(Refused, match="Rien à publier"):
        publication.carry_out(book.desk, school_id=SCHOOL, publication=found, on="2026-12-18")


def test_what_families_see_already_keeps_its_day(book: Livret) -> None:
    decisions.publish(book.desk, school_id=SCHOOL, reports=overview(book).find(FIRST)[:1], on="2026-09-09")
    found = planned(book)
    assert (len(found.shown), found.already, found.left_out) == (2, 1, ())
    publication.carry_out(book.desk, school_id=SCHOOL, publication=found, on="2026-12-18")
    days = sorted(row["published_on"] for row in book.rows() if row["period_index"] == 1)
    assert days == ["2026-09-09", "2026-12-18", "2026-12-18"]


def test_nursery_and_other_years_lack_nothing(book: Livret) -> None:
    with casting(book.desk) as cast:
        [place] = cast.rows.where("enrolments", pupil_id=pupil_id(book.desk, LEILA))
        cast.rows.change("enrolments", place["id"], level="GS")
    assert planned(book).lacking == 0


def test_a_date_is_for_one_period(book: Livret) -> None:
    titles = [one.title for one in publication.occasions(overview(book))]
    assert len(titles) == 2 and all("période" in title for title in titles)
    with pytest.raises(Refused, match="précisez --period"):
        publication.only_occasion(overview(book), ReportFilter())
    with pytest.raises(NotFound, match="Aucun bilan"):
        publication.only_occasion(overview(book), ReportFilter(year=2011))


def test_whether_families_are_told_is_the_schools_setting(book: Livret) -> None:
    assert planned(book).told
    book.change("schools", SCHOOL, settings={"report_notices": False})
    assert not planned(book).told

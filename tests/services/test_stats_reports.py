"""Who has read this year's livrets, class by class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.models.states import Role
from app.services.reports import decisions
from app.services.reports.overview import read_overview
from app.services.stats import compute
from app.services.stats_reports import ReportsRead, ReportsTable
from app.services.stats_sources import read_sources
from app.services.stats_words import report_rows
from app.services.vault.tables import links
from tests.services.reports.cast import LEILA, ZOE, Livret, livret, pupil_id, xml
from tests.services.reports.test_overview import guardian_of, reads
from tests.services.sheet_cast import SCHOOL, casting

TODAY = "2026-09-09"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Livret]:
    with livret(tmp_path) as found:
        found.bring(xml(periods=(1, 2)))
        found.bring(xml(LEILA, cycle=3, changes=[('libelle="CE2B"', 'libelle="CM1 A"')]))
        rows = [row for row in read_overview(found.desk, school_id=SCHOOL).rows if row.period_index == 1]
        decisions.publish(found.desk, school_id=SCHOOL, reports=rows, on=TODAY)
        yield found


def counted(book: Livret, *levels: str) -> ReportsTable:
    chosen = frozenset(levels) or None
    return compute(book.desk, school_id=SCHOOL, levels=chosen, with_reports=True).reports


def test_what_is_published_and_read_is_counted_by_class(book: Livret) -> None:
    zoe = pupil_id(book.desk, ZOE)
    with casting(book.desk) as cast:
        cast.guardian("M. Paul CHÂTELAIN", zoe)
    [row] = [
        row for row in read_overview(book.desk, school_id=SCHOOL).rows if row.pupil_id == zoe and row.period_index == 1
    ]
    first, second = sorted(row.readers.expected)
    assert counted(book).total == ReportsRead(published=4)
    reads(book, row, first)
    assert dict(counted(book).lines) == {"CE2B": ReportsRead(3, 1, 0), "CM1 A": ReportsRead(1, 0, 0)}
    reads(book, row, second)
    assert dict(counted(book).lines)["CE2B"] == ReportsRead(3, 1, 1)
    assert report_rows(counted(book))[0] == ("CE2B", "3", "1", "1", "33,33\u00a0%", "33,33\u00a0%")
    assert report_rows(counted(book))[-1][:4] == ("Total", "4", "1", "1")


def test_levels_narrow_it_and_other_years_do_not_count(book: Livret) -> None:
    assert [label for label, _ in counted(book, "CM1").lines] == ["CM1 A"]
    for row in book.rows():
        book.change("reports", row["id"], year=2025)
    assert counted(book) == ReportsTable() and report_rows(counted(book)) == []


def test_it_is_read_only_where_it_is_asked_for(book: Livret) -> None:
    reads(book, read_overview(book.desk, school_id=SCHOOL).rows[0], guardian_of(book, pupil_id(book.desk, LEILA)))
    assert compute(book.desk, school_id=SCHOOL).reports == ReportsTable()


def test_who_reads_is_not_for_an_officer(book: Livret) -> None:
    with book.desk.vault.write() as connection:
        connection.execute(insert(links).values(
            school_id=SCHOOL, server_url="http://127.0.0.1:9", device_id="pc", person_id="o", person_name="Mme Martin",
            role=Role.SUPPORT.value,
        ))  # fmt: skip
    found = read_sources(book.desk, school_id=SCHOOL, with_reports=True)
    assert found.reports == () and found.reports_hidden and counted(book) == ReportsTable()

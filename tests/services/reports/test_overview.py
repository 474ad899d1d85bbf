"""« Livrets »: what is counted, and what locking and publishing change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.errors import InputError, NotFound
from app.models.report_content import ReportKind
from app.models.states import ReportState
from app.services.reports import decisions
from app.services.reports.overview import Overview, ReportFilter, ReportRow, read_overview
from tests.services.reports.cast import CLASS, JEAN, LEILA, ZOE, Livret, livret, pupil_id, xml
from tests.services.sheet_cast import SCHOOL, casting, read
from tests.support.class_pdfs import certificate, class_pdf, one_pdf


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Livret]:
    with livret(tmp_path) as found:
        found.bring(xml(periods=(1, 2)))
        yield found


def overview(book: Livret) -> Overview:
    return read_overview(book.desk, school_id=SCHOOL)


def of(book: Livret, **wanted: object) -> tuple[ReportRow, ...]:
    return overview(book).find(ReportFilter(**wanted))  # type: ignore[arg-type]


def guardian_of(book: Livret, pupil: str) -> str:
    [link] = [row for row in read(book.desk, "responsibilities") if row["pupil_id"] == pupil]
    return str(link["guardian_id"])


def reads(book: Livret, row: ReportRow, guardian: str, *, document: str | None = None) -> None:
    with casting(book.desk) as cast:
        number = len(cast.rows.all("receipts"))
        cast.rows.add(
            "receipts", f"receipt-{number}", report_id=row.report_id, document=document or row.document,
            pupil_id=row.pupil_id, guardian_id=guardian, account_id="a", kind="read", at="2026-12-18T10:00:00.000000Z",
        )  # fmt: skip


def test_nothing_imported_is_nothing_to_show(tmp_path: Path) -> None:
    with livret(tmp_path) as empty:
        assert (overview(empty).rows, overview(empty).counted()) == ((), ())


def test_each_class_and_period_is_a_line_of_counts(book: Livret) -> None:
    book.bring(xml(LEILA, cycle=3, changes=[('libelle="CE2B"', 'libelle="CM1 A"')]))
    book.bring(one_pdf(ZOE, certificate, words="du savoir-nager"))
    lines = {(one.classroom, one.title): one for one in overview(book).counted()}
    assert list(lines) == [
        ("CE2B", "Attestations"), ("CE2B", "Bilan périodique, période 1 sur 3 (2026-2027)"),
        ("CE2B", "Bilan périodique, période 2 sur 3 (2026-2027)"), ("CM1 A", "Bilan périodique, période 1 sur 3 (2026-2027)"),
    ]  # fmt: skip
    first = lines["CE2B", "Bilan périodique, période 1 sur 3 (2026-2027)"]
    assert (first.pupils, first.imported, first.complete, first.locked, first.published) == (3, 3, 3, 3, 0)
    assert lines["CE2B", "Attestations"].locked == 0
    assert overview(book).classrooms == ("CE2B", "CM1 A")


def test_locked_then_published_and_back(book: Livret) -> None:
    rows = of(book, period_index=1)
    assert {row.state for row in rows} == {ReportState.LOCKED}
    assert decisions.publish(book.desk, school_id=SCHOOL, reports=rows, on="2026-12-18").changed == 3
    assert {row.state for row in of(book, period_index=1)} == {ReportState.SCHEDULED}
    rows = of(book, period_index=1)
    decisions.publish(book.desk, school_id=SCHOOL, reports=rows, on="2026-09-09")  # today, in the tests
    published = of(book, states=frozenset({ReportState.PUBLISHED}))
    assert len(published) == 3
    assert decisions.publish(book.desk, school_id=SCHOOL, reports=published, on="2026-09-09").act_id is None
    decisions.lock(book.desk, school_id=SCHOOL, reports=published[:1], locked=False)
    [counted] = overview(book).counted(ReportFilter(period_index=1))
    assert (counted.locked, counted.published) == (2, 2)
    again = decisions.lock(book.desk, school_id=SCHOOL, reports=of(book, period_index=1))
    assert (again.changed, again.unchanged) == (1, 2)


def test_what_cannot_be_decided_is_a_sentence(book: Livret) -> None:
    with pytest.raises(NotFound, match="Aucun bilan"):
        decisions.lock(book.desk, school_id=SCHOOL, reports=())
    with pytest.raises(InputError, match="n’est pas une date"):
        decisions.publish(book.desk, school_id=SCHOOL, reports=of(book), on="18/12/2026")


def test_read_by_one_and_by_each_of_this_very_version(book: Livret) -> None:
    zoe = pupil_id(book.desk, ZOE)
    with casting(book.desk) as cast:
        cast.guardian("M. Paul CHÂTELAIN", zoe)
    mother = guardian_of_first(book, zoe)
    [row] = [row for row in of(book, period_index=1) if row.pupil_id == zoe]
    reads(book, row, mother)
    [counted] = overview(book).counted(ReportFilter(period_index=1))
    assert (counted.read_by_one, counted.read_by_each) == (1, 0)
    [father] = set(row.readers.expected) - {mother}
    reads(book, row, father)
    [counted] = overview(book).counted(ReportFilter(period_index=1))
    assert (counted.read_by_one, counted.read_by_each) == (1, 1)
    book.bring(xml(ZOE, general="Corrigé.", locked="2026-12-06T10:00:00"))
    [counted] = overview(book).counted(ReportFilter(period_index=1))
    assert (counted.read_by_one, counted.read_by_each) == (0, 0)


def guardian_of_first(book: Livret, pupil: str) -> str:
    links = [row for row in read(book.desk, "responsibilities") if row["pupil_id"] == pupil]
    return str(links[0]["guardian_id"])


@pytest.mark.parametrize("way", ["access", "wish", "own_wish"])
def test_who_is_on_paper_is_counted_apart(book: Livret, way: str) -> None:
    pupil = pupil_id(book.desk, JEAN)
    guardian = guardian_of(book, pupil)
    with casting(book.desk) as cast:
        [link] = cast.rows.where("responsibilities", pupil_id=pupil)
        [account] = cast.rows.where("accounts", guardian_id=guardian)
        match way:
            case "access":
                cast.rows.change("responsibilities", link["id"], access="paper")
            case "wish":
                cast.rows.change("guardians", guardian, wish="paper")
            case "own_wish":
                cast.rows.change("accounts", account["id"], prefers_paper=True)
    [counted] = overview(book).counted(ReportFilter(period_index=1))
    assert counted.on_paper == 1
    [row] = [row for row in of(book, period_index=1) if row.pupil_id == pupil]
    assert (row.readers.expected, row.readers.paper, row.readers.by_each) == (frozenset(), {guardian}, False)


def test_whose_access_was_closed_counts_nowhere(book: Livret) -> None:
    pupil = pupil_id(book.desk, JEAN)
    with casting(book.desk) as cast:
        [link] = cast.rows.where("responsibilities", pupil_id=pupil)
        cast.rows.change("responsibilities", link["id"], access="none")
    [row] = [row for row in of(book, period_index=1) if row.pupil_id == pupil]
    assert (row.readers.expected, row.readers.paper) == (frozenset(), frozenset())


def test_filters(book: Livret) -> None:
    assert len(of(book)) == 6 and len(of(book, year=2025)) == 0
    assert len(of(book, classrooms=frozenset({"ce2b"}))) == 6 and len(of(book, period_index=2, period_count=3)) == 3
    assert of(book, kinds=frozenset({ReportKind.CYCLE})) == ()
    only = of(book)[0].report_id
    assert [row.report_id for row in of(book, report_ids=frozenset({only}))] == [only]


def test_a_flagged_pdf_is_counted_as_such(book: Livret) -> None:
    children = [ZOE.__class__(**{**vars(one), "address": "12 rue Neuve"}) for one in CLASS[:1]]
    book.bring(class_pdf(children, period="Période 3/3"))
    [counted] = overview(book).counted(ReportFilter(period_index=3))
    assert (counted.flagged, counted.imported) == (1, 1)

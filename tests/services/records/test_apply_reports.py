"""Documents of the livret: one a place, the same on every replica, undone as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.models.acts_reports import (
    ImportReportsFields,
    LockReportsFields,
    PublishReportsFields,
    RemindFields,
    RemindLine,
    Removal,
    RemoveReportsFields,
    ReportLine,
    ReportSource,
)
from app.models.errors import Refused
from app.models.report_content import CertificateKind, DocumentFormat, ReportKind
from app.models.tables import Row
from app.services.desk import Desk
from tests.services.records.test_apply_undo import Stage, staged
from tests.services.sheet_cast import open_desk

A, B, C = "a" * 64, "b" * 64, "c" * 64
EARLY, LATE = "2026-12-01T10:00:00.000000Z", "2026-12-05T10:00:00.000000Z"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with open_desk(tmp_path) as desk, staged(desk) as found:
        yield found


@pytest.fixture(scope="module")
def shared_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("reports")) as desk:
        yield desk


def line(report_id: str = "report-1", document: str = A, **values: Any) -> ReportLine:
    known: dict[str, Any] = {
        "pupil_id": "pupil-2", "kind": ReportKind.PERIODIC, "year": 2026, "cycle": 2, "period_index": 1, "period_count": 3,
        "format": DocumentFormat.CONTENT, "size": 900,
    }  # fmt: skip
    return ReportLine(report_id=report_id, document=document, **{**known, **values})


def bring(stage: Stage, *lines: ReportLine, by: str = "Mme Durand") -> str:
    return stage.do("bilan.importer", ImportReportsFields(source=ReportSource.XML, reports=lines), by=by)


def reports(stage: Stage) -> list[Row]:
    return stage.rows.all("reports")


def standing(stage: Stage) -> list[Row]:
    return [row for row in reports(stage) if row["removed_at"] is None]


def test_each_place_of_the_livret_has_one_document(stage: Stage) -> None:
    swimming = {"kind": ReportKind.CERTIFICATE, "certificate": CertificateKind.SWIMMING, "format": DocumentFormat.PDF}
    bring(
        stage, line("r1"), line("r2", B, period_index=2), line("r3", C, kind=ReportKind.CYCLE),
        line("r4", "d" * 64, **swimming),
    )  # fmt: skip
    assert len(reports(stage)) == 4
    bring(stage, line("r5", B, seen=A))
    assert len(reports(stage)) == 4
    first = stage.one("reports", "r1")
    assert (first["document"], first["version"]) == (B, 2)
    assert stage.one("reports", "r5")["id"] == "r1"


def test_the_same_document_twice_changes_nothing(stage: Stage) -> None:
    bring(stage, line(locked_at=LATE))
    before = stage.one("reports", "report-1")
    bring(stage, line("report-9", locked_at=EARLY, seen=A))
    assert stage.one("reports", "report-1") == before
    assert stage.reviews() == [("field_conflict", "a", "b")]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_pcs_the_later_lock_stands_whatever_the_order_and_the_other_is_told(
    stage: Stage, order: tuple[int, int]
) -> None:
    both = [(line("r1", A, locked_at=EARLY), "Mme Durand"), (line("r2", B, locked_at=LATE), "M. Petit")]
    for number in order:
        bring(stage, both[number][0], by=both[number][1])
    (report,) = standing(stage)
    assert (report["document"], report["locked_at"], report["author"]) == (B, LATE, "M. Petit")
    assert ("field_conflict", B, A) in stage.reviews()


def test_a_replaced_document_is_published_still_and_a_pdf_waits_for_its_lock(stage: Stage) -> None:
    bring(stage, line(locked_at=EARLY))
    stage.do("bilan.publier", PublishReportsFields(report_ids=("report-1",), on="2026-12-18"))
    bring(stage, line("r2", B, locked_at=LATE, seen=A))
    assert (stage.one("reports", "report-1")["published_on"], standing(stage)[0]["locked_at"]) == ("2026-12-18", LATE)
    bring(stage, line("r3", C, format=DocumentFormat.PDF, seen=B))
    assert (stage.one("reports", "report-1")["published_on"], standing(stage)[0]["locked_at"]) == ("2026-12-18", None)


def test_locked_again_keeps_the_first_date_and_unlocked_hides(stage: Stage) -> None:
    bring(stage, line(locked_at=EARLY))
    stage.do("bilan.verrouiller", LockReportsFields(report_ids=("report-1",), locked=True))
    assert stage.one("reports", "report-1")["locked_at"] == EARLY
    stage.do("bilan.verrouiller", LockReportsFields(report_ids=("report-1",), locked=False))
    assert stage.one("reports", "report-1")["locked_at"] is None


def test_an_import_is_undone_as_a_whole_and_put_back(stage: Stage) -> None:
    bring(stage, line("r1", A, locked_at=EARLY))
    before = stage.picture()
    act = bring(stage, line("r2", B, locked_at=LATE, seen=A), line("r3", C, period_index=2))
    undone = stage.undo(act)
    after = stage.picture()
    assert after["reports"]["r1"] == before["reports"]["r1"]
    assert [row["id"] for row in standing(stage)] == ["r1"]
    assert after["reports"]["r3"]["removed_why"] == Removal.UNDONE
    stage.undo(undone, again=True)
    assert {row["id"]: row["document"] for row in standing(stage)} == {"r1": B, "r3": C}


def test_what_a_colleague_imported_since_is_not_taken_out(stage: Stage) -> None:
    act = bring(stage, line("r1", A))
    bring(stage, line("r2", B, seen=A), by="M. Petit")
    stage.undo(act)
    assert [row["document"] for row in standing(stage)] == [B]
    assert "undo_blocked" in {kind for kind, _, _ in stage.reviews()}


def test_what_was_removed_comes_back_with_another_import(stage: Stage) -> None:
    bring(stage, line("r1", A))
    act = stage.do("bilan.retirer", RemoveReportsFields(report_ids=("r1",), why=Removal.BY_HAND))
    assert standing(stage) == []
    bring(stage, line("r2", A))
    assert [row["id"] for row in standing(stage)] == ["r1"]
    stage.undo(act)
    assert [row["id"] for row in standing(stage)] == ["r1"]


def test_pupils_who_are_not_here_are_passed_over_and_nobody_at_all_is_refused(stage: Stage) -> None:
    bring(stage, line("r1", A), line("r2", B, pupil_id="nobody"))
    assert [row["id"] for row in reports(stage)] == ["r1"]
    with pytest.raises(Refused, match="Aucun de ces élèves"):
        bring(stage, line("r3", B, pupil_id="nobody"))
    with pytest.raises(Refused, match="Aucun de ces bilans"):
        stage.do("bilan.verrouiller", LockReportsFields(report_ids=("nothing",), locked=True))


def test_a_reminder_is_in_the_story_of_each_account_once(stage: Stage) -> None:
    account = stage.rows.all("accounts")[0]["id"]
    bring(stage, line("r1", A), line("r2", B, period_index=2))
    lines = tuple(RemindLine(report_id=one, account_id=account) for one in ("r1", "r2"))
    stage.do("bilan.relancer", RemindFields(reminders=lines))
    assert [row["detail"] for row in stage.rows.all("events") if row["kind"] == "report_reminder"] == [{"count": 2}]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("bring"), st.sampled_from([A, B, C]), st.sampled_from([None, EARLY, LATE])),
        st.tuples(st.just("lock"), st.booleans(), st.none()),
        st.tuples(st.just("publish"), st.sampled_from([None, "2026-12-18"]), st.none()),
        st.tuples(st.just("remove"), st.none(), st.none()),
    ),
    min_size=1,
    max_size=6,
)


@given(steps=steps)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_undoing_all_from_the_last_to_the_first_leaves_no_document_standing(
    shared_desk: Desk, steps: list[tuple[str, Any, Any]]
) -> None:
    with staged(shared_desk) as stage:
        pictures, acts = [], []
        bring(stage, line("r0", C, period_index=2))
        for number, (what, one, other) in enumerate(steps):
            seen = next((row["document"] for row in standing(stage) if row["period_index"] == 1), None)
            pictures.append([_shown(row) for row in standing(stage)])
            ids = tuple(row["id"] for row in reports(stage) if row["period_index"] == 1) or ("r0",)
            match what:
                case "bring":
                    acts.append(bring(stage, line(f"r-{number}", one, locked_at=other, seen=seen)))
                case "lock":
                    acts.append(stage.do("bilan.verrouiller", LockReportsFields(report_ids=ids, locked=one)))
                case "publish":
                    acts.append(stage.do("bilan.publier", PublishReportsFields(report_ids=ids, on=one)))
                case "remove":
                    fields = RemoveReportsFields(report_ids=ids, why=Removal.BY_HAND)
                    acts.append(stage.do("bilan.retirer", fields))
        for act, picture in zip(reversed(acts), reversed(pictures), strict=True):
            stage.undo(act)
            assert [_shown(row) for row in standing(stage)] == picture


def _shown(row: Row) -> Row:
    return {name: row[name] for name in ("id", "document", "version", "locked_at", "published_on")}

"""Reminders: who reads on line and has not read, nobody else, each once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models import report_content as rc
from app.models.errors import Refused
from app.services.records.rows import SchoolRows
from app.services.reports import reminding
from app.services.reports.overview import ReportFilter, ReportRow, read_overview
from tests.conftest import FakeClock
from tests.server.portal.household import PASSWORD, Household, household
from tests.server.portal.reports.shelf import bring, content, published, show
from tests.server.portal.test_activation import log_in
from tests.server.portal.test_rights import activate


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    with household(tmp_path, clock) as made:
        yield made


def rows(home: Household) -> tuple[ReportRow, ...]:
    home.desk.sync()
    return read_overview(home.desk.desk, school_id=home.desk.school_id).find(ReportFilter())


def test_who_has_read_is_left_alone(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    report_id = published(home)
    desk, school_id = home.desk.desk, home.desk.school_id
    found = reminding.plan(desk, school_id=school_id, reports=rows(home))
    assert (found.guardians, found.documents) == (1, 1)
    assert found.lines[0].account_id == home.account()["id"]
    reminding.carry_out(desk, school_id=school_id, reminders=found)
    with home.parent() as parent:
        log_in(parent, login, PASSWORD)
        parent.post(f"/livrets/{report_id}/lu", data={"document": rc.document_id(rc.canonical(content()))})
    with pytest.raises(Refused, match="Aucun rappel"):
        reminding.plan(desk, school_id=school_id, reports=rows(home))
    with desk.vault.read() as connection:
        events = SchoolRows(connection, school_id).all("events")
    assert [event["detail"] for event in events if event["kind"] == "report_reminder"] == [{"count": 1}]


def test_nobody_is_reminded_of_what_families_do_not_see(home: Household) -> None:
    report_id = bring(home, rc.canonical(content()))
    show(home, report_id, on="2026-12-01")
    with pytest.raises(Refused, match="Aucun rappel"):
        reminding.plan(home.desk.desk, school_id=home.desk.school_id, reports=rows(home))

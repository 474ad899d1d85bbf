"""A school closes: nothing of it stays open, and a dry run changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.errors import NotFound, PreauError
from app.models.states import SheetStatus
from app.models.tables import Row
from app.server.operating.closing import Closed, close_school
from app.server.tables import guardian_keys
from app.services.demo.school import UAI
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock
from tests.server.portal.household import PASSWORD, Household, household
from tests.server.portal.test_login import activate, log_in


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock, database_url: str) -> Iterator[Household]:
    with household(tmp_path, clock, database_url=database_url) as made:
        yield made


def close(home: Household, *, dry_run: bool = False) -> Closed:
    return close_school(home.server.database, uai=UAI, clock=home.clock, dry_run=dry_run)


def rows(home: Household, table: str) -> list[Row]:
    with home.server.database.read() as connection:
        return SchoolRows(connection, home.desk.school_id).all(table)


def test_a_dry_run_says_what_would_end_and_ends_nothing(home: Household, tmp_path: Path) -> None:
    assert home.print_sheet(tmp_path / "sheets") is not None
    home.desk.sync()
    would = close(home, dry_run=True)
    assert (would.uai, would.pupils, would.devices, would.sheets, would.parents_alone) == (UAI, 3, 1, 1, 2)
    home.desk.sync()
    assert all(pupil["left_on"] is None for pupil in rows(home, "pupils"))
    assert would == close(home), "what was said is what happens"


def test_a_closed_school_opens_nothing(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent, home.parent() as elsewhere:
        login = activate(home, tmp_path / "sheets", parent)
        ida = home.print_sheet(tmp_path / "ida", "Ida")
        home.desk.sync()
        assert "Zoé" in parent.get("/enfants").text and ida is not None
        close(home)
        assert parent.get("/enfants").url.path == "/"
        assert "Zoé" not in log_in(elsewhere, login, PASSWORD).text
        assert (
            elsewhere.get(f"/a/{ida.token}").status_code >= 400 or "plus valable" in elsewhere.get("/activation").text
        )
    with pytest.raises(PreauError):
        home.desk.sync()
    with home.server.database.read() as connection:
        assert connection.execute(select(guardian_keys)).all() == []
    (school,) = rows(home, "schools")
    assert school["uai"] is None and school["uai_history"] == [{"uai": UAI, "until": home.clock().date().isoformat()}]
    assert {sheet["status"] for sheet in rows(home, "sheets")} == {SheetStatus.USED.value, SheetStatus.WITHDRAWN.value}
    with pytest.raises(NotFound):
        close(home)
    assert home.server.add_school() != home.desk.school_id, "its number may serve again"

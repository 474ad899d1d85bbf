"""What the unit of work asks of the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from app.services.desk import Desk
from app.services.records.rows import FEW, SchoolRows
from tests.services.sheet_cast import SCHOOL, casting, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(("count", "statements"), [(FEW, 3), (FEW + 1, 1)])
def test_rows_are_read_at_once_where_many_are_expected(desk: Desk, count: int, statements: int) -> None:
    with casting(desk) as cast:
        cast.school()
        room = cast.classroom("CE2B")
        pupils = [cast.pupil(f"{name} A", room) for name in ("Zoé", "Louis", "Ana")]
    asked: list[Any] = []
    with desk.vault.read() as connection:
        event.listen(connection, "after_execute", lambda *call: asked.append(call))
        rows = SchoolRows(connection, SCHOOL)
        rows.expect(count, "pupils")
        assert [rows.need("pupils", pupil)["id"] for pupil in pupils] == pupils
    assert len(asked) == statements


def test_a_row_made_again_keeps_the_number_that_the_server_gave_it(desk: Desk) -> None:
    """Two copies of one vault send the same act: the second has its rows before its own verdict."""
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, SCHOOL)
        rows.add("reviews", "one", at="2026-09-03", kind="undo_blocked", act_id="act", seq=71)
        assert rows.add("reviews", "one", at="2026-09-03", kind="undo_blocked", act_id="act")["seq"] == 71


def test_some_columns_are_read_without_the_others_and_what_is_pending_counts(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        cast.pupil("Zoé A", cast.classroom("CE2B"))
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, SCHOOL)
        [slim] = rows.slim("pupils", "id", "first_name")
        assert slim == {"id": slim["id"], "first_name": "Zoé"}
        rows.change("pupils", slim["id"], first_name="Zoë")
        [whole] = rows.slim("pupils", "id", "first_name")
        assert whole["first_name"] == "Zoë" and whole["last_name"] == "A"

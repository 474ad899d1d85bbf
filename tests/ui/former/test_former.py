"""« Anciens élèves »: those whom a newer file no longer has, found as one types."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.services.former import list_former
from app.services.records.rows import SchoolRows
from app.services.todo import Page, Target
from app.ui.former.page import FormerPage
from app.ui.guardians.page import GuardiansPage
from tests.ui.desk_stage import StandIn
from tests.ui.school import demo_desk


def test_who_left_is_listed_with_the_last_class(qtbot: QtBot, tmp_path: Path) -> None:
    with demo_desk(tmp_path, pupils=20) as (desk, school_id):
        with desk.vault.write() as connection:
            rows = SchoolRows(connection, school_id)
            chosen = sorted(rows.all("pupils"), key=lambda row: str(row["id"]))[:3]
            for row, left in zip(chosen, ("2026-10-01", "2026-11-02", "2026-10-01"), strict=True):
                rows.change("pupils", row["id"], left_on=left)
            rows.flush()
        found = list_former(desk, school_id=school_id)
        assert [f"{pupil.left_on}" for pupil in found] == ["2026-11-02", "2026-10-01", "2026-10-01"]
        assert all(pupil.classroom and pupil.year == "2026-2027" and pupil.guardians for pupil in found)
        shell = StandIn(desk, school_id)
        page = FormerPage(shell)
        qtbot.addWidget(page.view)
        page.view.show()
        page.refresh()
        qtbot.waitUntil(lambda: not page.busy and page.view.table.texts.rowCount() == 3)
        assert "3\u00a0élèves" in page.view.title.text() and not page.view.nothing.isVisible()
        page.view.search.setText(found[0].name)
        assert [row[0] for row in page.view.table.texts_shown()] == [found[0].name]
        page.view.back.click()
        assert shell.asked == [Target(Page.GUARDIANS)]
        page.close()


def test_nobody_has_left_yet_and_the_menu_leads_there(qtbot: QtBot, tmp_path: Path) -> None:
    with demo_desk(tmp_path, pupils=4) as (desk, school_id):
        shell = StandIn(desk, school_id)
        guardians = GuardiansPage(shell)
        qtbot.addWidget(guardians.view)
        guardians.view.bar.list_menu.former.trigger()
        assert shell.asked == [Target(Page.FORMER)]
        guardians.close()
        page = FormerPage(shell)
        qtbot.addWidget(page.view)
        page.view.show()
        page.refresh()
        qtbot.waitUntil(lambda: not page.busy)
        assert page.view.nothing.isVisible() and not page.view.table.isVisible()
        page.close()

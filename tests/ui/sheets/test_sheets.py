"""« Feuilles »: ticked by class, prolonged, reminded, and their files deleted, only when asked and answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.states import AccountState, SheetStatus
from app.services import notify
from app.services.accounts import list_accounts
from app.services.records.rows import SchoolRows
from app.services.todo import Page, Target
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.page import GuardiansPage
from app.ui.sheets.page import NO_FILES, SheetsPage
from tests.ui.desk_stage import Answers, StandIn
from tests.ui.school import demo_desk

ENDS = "2026-11-30T10:00:00.000000Z"


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[StandIn]:
    """A school that has printed six sheets, which the server knows."""
    with demo_desk(tmp_path, pupils=20) as (desk, school_id):
        rows = list_accounts(desk, school_id=school_id).rows
        fresh = [row.account_id for row in rows if row.state is AccountState.NOT_NOTIFIED]
        ids = list(dict.fromkeys(fresh))[:6]
        plan = notify.plan(desk, school_id=school_id, account_ids=ids, reset=False)
        notify.print_sheets(desk, plan=plan, folder=tmp_path / "pdf", processes=1)
        with desk.vault.write() as connection:
            known = SchoolRows(connection, school_id)
            for sheet in known.all("sheets"):
                known.change("sheets", sheet["id"], status=SheetStatus.KNOWN.value, expires_at=ENDS)
            known.flush()
        yield StandIn(desk, school_id)


@pytest.fixture
def page(qtbot: QtBot, shell: StandIn, answers: Answers) -> Iterator[SheetsPage]:
    made = SheetsPage(shell, asking=answers)
    shell.page = made
    qtbot.addWidget(made.view)
    made.view.resize(1093, 600)
    made.view.show()
    made.refresh()
    qtbot.waitUntil(lambda: bool(made.view.groups) and not made.busy)
    yield made
    made.close()


def column(page: SheetsPage, place: int) -> list[str]:
    return [row[place] for row in page.view.table.texts_shown()]


def test_nothing_is_done_to_lines_that_nobody_chose(page: SheetsPage) -> None:
    assert not any(one.isEnabled() for one in page.view.buttons) and page.view.hint.isVisible()
    assert page.view.reminder.isVisible() and "30-11-2026" in page.view.reminder.text()
    assert set(column(page, 7)) == {"Expirent bientôt"}


def test_a_class_is_ticked_with_the_mouse_and_unticked(qtbot: QtBot, shell: StandIn, page: SheetsPage) -> None:
    page.view.table.selectRow(0)
    qtbot.mouseClick(page.view.hand, Qt.MouseButton.LeftButton)
    total = page.view.groups[0].total
    qtbot.waitUntil(lambda: column(page, 4)[0] == f"{total}\u00a0/\u00a0{total}")
    assert shell.asked == ["changed", "synchronise"]
    assert page.view.chosen == page.view.groups[:1], "the line stays chosen"
    assert column(page, 4)[1:] and all(cell.startswith("0") for cell in column(page, 4)[1:])
    qtbot.waitUntil(page.view.unhand.isEnabled)
    page.view.unhand.click()
    qtbot.waitUntil(lambda: column(page, 4)[0].startswith("0"))


def test_files_are_deleted_when_everything_is_handed_out_and_only_if_the_person_says_so(
    qtbot: QtBot, shell: StandIn, page: SheetsPage, answers: Answers, tmp_path: Path
) -> None:
    files = list((tmp_path / "pdf").iterdir())
    page.view.table.selectRow(0)
    page.view.hand.click()
    qtbot.waitUntil(lambda: not page.busy)
    assert answers.asked == [], "sheets of other classes are still to be handed out"
    page.view.table.selectAll()
    page.view.hand.click()
    qtbot.waitUntil(lambda: bool(answers.asked))
    assert len(answers.asked) == 1 and "mots de passe" in answers.asked[0] and str(tmp_path / "pdf") in answers.asked[0]
    assert list((tmp_path / "pdf").iterdir()) == files
    answers.yes = True
    qtbot.waitUntil(lambda: not page.busy)
    page.view.table.selectAll()
    page.view.delete.click()
    assert list((tmp_path / "pdf").iterdir()) == [] and "effacé" in page.view.band.text()
    page.view.delete.click()
    assert page.view.band.text() == NO_FILES and len(answers.asked) == 2


def test_prolonging_is_an_act(qtbot: QtBot, shell: StandIn, page: SheetsPage) -> None:
    page.view.table.selectRow(0)
    page.view.prolong.click()
    qtbot.waitUntil(lambda: "même papier" in page.view.band.text())
    assert shell.asked == ["changed", "synchronise"]


def test_an_act_waits_for_the_vault_and_the_window_does_not(qtbot: QtBot, shell: StandIn, page: SheetsPage) -> None:
    page.view.table.selectRow(0)
    with shell.desk.vault.write():  # as an import, or an exchange with the server
        page.view.prolong.click()
        assert page.busy and shell.asked == []
        page.view.prolong.click()
    qtbot.waitUntil(lambda: not page.busy)
    assert shell.asked == ["changed", "synchronise"], "one act, however often it was asked for"


def test_a_class_is_reminded_through_the_notification(qtbot: QtBot, shell: StandIn, page: SheetsPage) -> None:
    page.view.table.selectAll()
    page.view.remind.click()
    [target] = shell.asked
    assert isinstance(target, Target) and target.page is Page.GUARDIANS and target.notify
    guardians = GuardiansPage(shell)
    qtbot.addWidget(guardians.view)
    guardians.view.show()
    guardians.refresh()
    qtbot.waitUntil(lambda: guardians.model.rowCount() > 0 and not guardians.busy)
    guardians.narrow(target)
    qtbot.waitUntil(lambda: guardians.notifier.dialog is not None)
    dialog = guardians.notifier.dialog
    assert isinstance(dialog, NotifyDialog) and guardians.ticked == set(target.account_ids or ())
    assert {guardians.model.row_at(line).account_id for line in range(guardians.model.rowCount())} == guardians.ticked
    dialog.reject()
    guardians.close()

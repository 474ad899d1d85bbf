"""Each line of the to-do leads to the accounts that it counts, through the application's own window (LOOK.md, Accueil)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.clock import instant
from app.models.tables import Row
from app.services.records.rows import SchoolRows
from app.services.todo import Page, TodoItem
from app.ui.app import Choices, Desktop
from app.ui.guardians.page import GuardiansPage
from app.ui.home.page import HomePage
from app.ui.pupils.page import PupilsPage
from app.ui.sheets.page import SheetsPage
from app.ui.shell.window import MainWindow
from app.ui.support.duplicates.page import DuplicatesPage
from app.ui.support.page import SupportPage
from tests.ui.desk_stage import NOW, StandIn, demo_stage, live_a_little
from tests.ui.whole import SMALL, settle

AT_ACCOUNTS = {
    "to_reactivate", "blocked", "do_not_hand_out", "resets_waiting", "useless_sheets", "expiring", "to_notify_again",
    "not_notified", "notified_long", "activating_long", "mail_failing", "no_access", "shared_mobile",
    "no_mobile", "wrong_mobile", "no_mail",
}  # fmt: skip
"""Lines that open the list of accounts, all of them present below."""
OF_ACCOUNTS = AT_ACCOUNTS - {"no_access", "do_not_hand_out", "useless_sheets", "expiring", "resets_waiting"}
"""Those whose count is a count of accounts: the others count sheets or pupils."""
AT_PUPILS = {"no_guardian", "no_ine"}
ELSEWHERE = {"review": Page.REVIEW, "onde": Page.SUPPORT, "duplicates": Page.SUPPORT, "not_handed": Page.SHEETS}


def _sheet(rows: SchoolRows, number: int, account: Row, **values: object) -> None:
    known = {
        "batch_id": "b", "account_id": account["id"], "guardian_id": account["guardian_id"], "number": number, "total": 9,
        "letter": "C01", "login": "l", "printed_at": instant(NOW - timedelta(days=9)), "status": "known",
        "with_secret": True, "accepted_at": instant(NOW),
    }  # fmt: skip
    rows.add("sheets", f"sheet-{number}", **{**known, **values})


def _trouble(stage: StandIn) -> None:
    """One of each thing that Accueil has a line for."""
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        accounts = sorted(rows.all("accounts"), key=lambda row: str(row["id"]))
        guardians = {row["id"]: row for row in rows.all("guardians")}
        soon, late = instant(NOW + timedelta(days=9)), instant(NOW + timedelta(days=60))
        rows.add("batches", "b", created_at=instant(NOW), number="L-1", author="x", sheet_count=9, act_id="x")
        rows.add(
            "batches", "r", created_at=instant(NOW), number="R-1", author="x", sheet_count=1, act_id="x", paper=False,
            reset=True,
        )  # fmt: skip
        _sheet(rows, 1, accounts[0], status="printed", accepted_at=None)
        _sheet(rows, 2, accounts[1], status="printed", accepted_at=None, batch_id="r", letter="C05")
        _sheet(rows, 3, accounts[2], status="do_not_hand_out", accepted_at=None)
        _sheet(rows, 4, accounts[3], expires_at=soon)
        _sheet(rows, 5, accounts[4], status="withdrawn", expires_at=late)
        rows.add("batches", "h", created_at=instant(NOW), number="L-2", author="x", sheet_count=1, act_id="x")
        _sheet(rows, 6, accounts[5], batch_id="h", handed_on="2026-11-20", expires_at=late)
        rows.change("accounts", accounts[4]["id"], state="notified", notified_on="2026-11-20")
        rows.change("accounts", accounts[5]["id"], to_reactivate=True)
        rows.change("accounts", accounts[6]["id"], block="birth_date_tries")
        rows.change("accounts", accounts[7]["id"], state="activating")
        begun = instant(NOW - timedelta(days=8))
        rows.add("events", "begun", account_id=accounts[7]["id"], at=begun, kind="portal_activating")
        rows.change("accounts", accounts[8]["id"], state="notified", notified_on="2026-09-20")
        rows.add(
            "deliveries", "d", account_id=accounts[9]["id"], guardian_id=accounts[9]["guardian_id"], letter="C02",
            address="faux@example.org", state="bounced", at=instant(NOW), asked_at=instant(NOW),
        )  # fmt: skip
        rows.change("guardians", accounts[9]["guardian_id"], email="faux@example.org")
        # On paper, not notified, without address: in the list, and in none of the counts.
        rows.change("guardians", accounts[18]["guardian_id"], wish="paper", email=None)
        rows.change("accounts", accounts[18]["id"], state="not_notified", notified_on=None)
        rows.change("accounts", accounts[10]["id"], state="not_notified", notified_on=None)
        for place, mobile in ((11, "06 39 98 00 01"), (12, "06 39 98 00 01"), (13, "05 61 00 00 00"), (14, None)):
            rows.change("guardians", accounts[place]["guardian_id"], mobile=mobile)
        twin = guardians[accounts[15]["guardian_id"]]
        rows.change("guardians", twin["id"], mobile="06 39 98 00 09")
        same = {name: twin[name] for name in ("civility", "last_name", "first_name", "usage_name")}
        rows.change("guardians", accounts[16]["guardian_id"], mobile="0639980009", **same)
        rows.change("guardians", accounts[17]["guardian_id"], email=None)
        pupils = sorted(rows.all("pupils"), key=lambda row: str(row["id"]))
        rows.change("pupils", pupils[0]["id"], ine=None)
        rows.change("pupils", pupils[3]["id"], ine=None)  # and without a guardian, below
        entry = {"value": "Zo", "onde": pupils[1]["first_name"], "by": "x", "at": instant(NOW)}
        rows.change("pupils", pupils[1]["id"], corrections={"first_name": entry})
        for link in rows.all("responsibilities"):
            if link["pupil_id"] == pupils[2]["id"]:
                rows.change("responsibilities", link["id"], access="none")
            elif link["pupil_id"] == pupils[3]["id"]:
                rows.change("responsibilities", link["id"], ended_on="2026-11-01")
        rows.add(
            "reviews", "v", at=instant(NOW), kind="field_conflict", act_id="x", record_table="pupils",
            record_id=pupils[0]["id"], sentence="Deux valeurs.",
        )  # fmt: skip
        rows.flush()


@pytest.fixture
def window(tmp_path: Path) -> Iterator[MainWindow]:
    with demo_stage(tmp_path, pupils=40) as stage:
        live_a_little(stage)
        _trouble(stage)
    environ = {
        "PREAU_VAULT": str(tmp_path / "poste.preau"), "PREAU_VAULT_KEY": bytes(32).hex(), "PREAU_FICTIONAL_NUMBERS": "1",
    }  # fmt: skip
    desktop = Desktop(Choices(environ, Page.HOME, dark=False, clock=lambda: NOW))
    try:
        assert desktop.open() and desktop.window is not None
        desktop.window.resize(*SMALL)
        settle()
        yield desktop.window
    finally:
        desktop.close()


def _home(window: MainWindow) -> HomePage:
    window.show_page(Page.HOME.value)
    settle()
    page = window.page(Page.HOME.value)
    assert isinstance(page, HomePage)
    return page


def _press(qtbot: QtBot, window: MainWindow, key: str) -> None:
    row = next(row for row in _home(window).view.rows if row.item.key == key)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    settle()


def test_each_line_leads_to_the_accounts_that_it_counts(qtbot: QtBot, window: MainWindow) -> None:
    items = {row.item.key: row.item for row in _home(window).view.rows}
    assert items.keys() >= AT_ACCOUNTS | AT_PUPILS | ELSEWHERE.keys()
    for key in sorted(AT_ACCOUNTS):
        _press(qtbot, window, key)
        assert window.page_name == Page.GUARDIANS.value, key
        _check(window, items[key])
    for key in sorted(AT_PUPILS):
        _press(qtbot, window, key)
        _check_pupils(window, items[key])
    for key, page in ELSEWHERE.items():
        _press(qtbot, window, key)
        assert window.page_name == page.value, key


def _check_pupils(window: MainWindow, item: TodoItem) -> None:
    page = window.page(Page.PUPILS.value)
    assert isinstance(page, PupilsPage) and window.page_name == Page.PUPILS.value
    assert page.view.table.texts.rowCount() == item.count, item.sentence
    assert page.view.narrowed.isVisible(), "and one click leads back to everybody"


def test_likely_duplicates_are_explained_and_who_belongs_together_stands_together(
    qtbot: QtBot, window: MainWindow
) -> None:
    [item] = [row.item for row in _home(window).view.rows if row.item.key == "duplicates"]
    _press(qtbot, window, "duplicates")
    support = window.page(Page.SUPPORT.value)
    assert isinstance(support, SupportPage) and isinstance(support.section, DuplicatesPage)
    section = support.section
    qtbot.waitUntil(lambda: not section.busy)
    assert item.count == 2 and section.view.pairs.count() == 1 and section.view.merge.isVisible()
    _press(qtbot, window, "shared_mobile")
    page = window.page(Page.GUARDIANS.value)
    assert isinstance(page, GuardiansPage)
    numbers = [page.model.row_at(line).mobile for line in range(page.model.rowCount())]
    assert numbers == sorted(numbers, key=str)
    _press(qtbot, window, "not_notified")
    pupils = [page.model.row_at(line).pupil_key for line in range(page.model.rowCount())]
    assert pupils == sorted(pupils), "the next list is in its usual order again"


def test_sheets_that_wait_are_shown_alone_until_all_are_asked_for(qtbot: QtBot, window: MainWindow) -> None:
    _press(qtbot, window, "not_handed")
    page = window.page(Page.SHEETS.value)
    assert isinstance(page, SheetsPage)
    assert page.view.narrowed.isVisible() and page.view.groups and all(group.to_hand for group in page.view.groups)
    shown = len(page.view.groups)
    page.view.narrowed.everything.click()
    assert not page.view.narrowed.isVisible() and len(page.view.groups) > shown, "another batch is handed out already"


def _check(window: MainWindow, item: TodoItem) -> None:
    page = window.page(Page.GUARDIANS.value)
    assert isinstance(page, GuardiansPage)
    shown = {page.model.row_at(line).account_id for line in range(page.model.rowCount())}
    assert shown and shown < page.model.accounts.everybody, f"{item.key}: neither nobody nor everybody"
    if item.key in OF_ACCOUNTS:
        assert len(shown) == item.count, item.sentence
    if item.key == "no_access":
        pupils = {page.model.row_at(line).pupil_id for line in range(page.model.rowCount())}
        assert len(pupils) == item.count, "their brothers and sisters are not listed"
    if item.target.account_ids is not None:
        assert shown == item.target.account_ids, item.sentence
    assert page.view.criteria.reset.isVisible(), "and one click leads back to everybody"

"""The same for the dialogs of « Responsables » and for the help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.models.states import Access
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.page import GuardiansPage
from app.ui.help.dialog import HelpDialog
from app.ui.help.topics import GUARDIANS
from tests.ui.accessibility.reading import nameless, roleless, unreached
from tests.ui.desk_stage import StandIn
from tests.ui.school import demo_desk


def faults(widget: QWidget) -> list[str]:
    """Everything that is wrong with one window."""
    return [*nameless(widget), *roleless(widget), *unreached(widget)]


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[GuardiansPage]:
    with demo_desk(tmp_path) as (desk, school_id):
        made = GuardiansPage(StandIn(desk, school_id))
        qtbot.addWidget(made.view)
        made.view.resize(1093, 504)
        made.view.show()
        made.refresh()
        qtbot.waitUntil(lambda: made.model.rowCount() > 0 and not made.busy, timeout=10_000)
        yield made
        made.close()


def check(qtbot: QtBot, dialog_of: Callable[[], QDialog | None], ask: Callable[[], object]) -> None:
    """Ask for a dialog, read it, leave it."""
    ask()
    qtbot.waitUntil(lambda: (found := dialog_of()) is not None and found.isActiveWindow(), timeout=10_000)
    dialog = dialog_of()
    assert dialog is not None
    assert not faults(dialog), type(dialog).__name__
    dialog.reject()
    qtbot.waitUntil(lambda: dialog_of() is None)


def test_the_dialogs_of_an_account(qtbot: QtBot, page: GuardiansPage) -> None:
    page.open_line(3)
    panel = page.view.panel
    qtbot.waitUntil(lambda: not page.busy and bool(panel.child_lines), timeout=10_000)
    menu = panel.child_lines[0].menu
    for ask in (menu.accesses[Access.NONE].trigger, menu.protect.trigger, panel.person_menu.correct.trigger):
        check(qtbot, lambda: page.decider.dialog, ask)
        qtbot.waitUntil(lambda: not page.busy)


def test_the_dialogs_of_a_selection(qtbot: QtBot, page: GuardiansPage) -> None:
    bar = page.view.bar
    page._tick({row.account_id for row in page.model.accounts.rows[:4]})
    qtbot.waitUntil(lambda: not page.busy)
    asks: tuple[Callable[[], object], ...] = (
        lambda: bar.notify_menu.sheets_asked.emit(True), lambda: bar.list_menu.list_asked.emit("csv"),
        lambda: bar.edit_menu.reset_asked.emit(),
    )  # fmt: skip
    for ask in asks:
        check(qtbot, lambda: page.notifier.dialog, ask)
        qtbot.waitUntil(lambda: not page.busy)


def test_what_was_printed_and_what_is_printed_again(qtbot: QtBot, page: GuardiansPage, tmp_path: Path) -> None:
    page._tick({row.account_id for row in page.model.accounts.rows[:4]})
    qtbot.waitUntil(lambda: not page.busy)
    page.view.bar.notify_menu.sheets_asked.emit(False)
    qtbot.waitUntil(lambda: page.notifier.dialog is not None)
    dialog = page.notifier.dialog
    assert isinstance(dialog, NotifyDialog)
    dialog.folder.field.setText(str(tmp_path / "feuilles"))
    dialog.confirm.click()
    qtbot.waitUntil(lambda: dialog.result_of_print is not None and not page.busy, timeout=60_000)
    assert not faults(dialog)
    dialog.accept()
    qtbot.waitUntil(lambda: page.notifier.dialog is None and not page.busy)
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    check(qtbot, lambda: page.notifier.dialog, page.view.bar.notify_menu.reprint_asked.emit)


def test_the_help(qtbot: QtBot) -> None:
    dialog = HelpDialog(GUARDIANS)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not faults(dialog)

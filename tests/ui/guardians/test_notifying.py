"""« (Re)Notifier » from the tick to the PDF: asked, printed, cancelled, refused, printed again."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.models.states import AccountState
from app.services.records.rows import SchoolRows
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.page import GuardiansPage
from app.ui.guardians.printing import CANCELLED, PrintingDialog
from app.ui.guardians.reprint_dialog import ReprintDialog
from tests.ui.desk_stage import StandIn

PRINTING_MS = 60_000


def tick_some(page: GuardiansPage, count: int) -> set[str]:
    """Tick the first accounts that have yet to activate."""
    fresh = (AccountState.NOT_NOTIFIED, AccountState.NOTIFIED)
    rows = (row for row in page.model.accounts.rows if row.state in fresh)
    accounts = list(dict.fromkeys(row.account_id for row in rows))[:count]
    page._tick(set(accounts))
    return set(accounts)


def asked(qtbot: QtBot, page: GuardiansPage, *, reset: bool = False) -> NotifyDialog:
    qtbot.waitUntil(lambda: page.view.bar.notify_menu.by_sheets.isEnabled())
    page.view.bar.notify_menu.reset.setChecked(reset)
    page.view.bar.notify_menu.by_sheets.trigger()
    qtbot.waitUntil(lambda: page.notifier.dialog is not None)
    dialog = page.notifier.dialog
    assert isinstance(dialog, NotifyDialog)
    return dialog


def printed(qtbot: QtBot, dialog: PrintingDialog, page: GuardiansPage) -> None:
    qtbot.waitUntil(lambda: dialog.result_of_print is not None and not page.busy, timeout=PRINTING_MS)


def said(dialog: PrintingDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog))


def test_nobody_is_notified_where_nobody_is_ticked(page: GuardiansPage) -> None:
    menu = page.view.bar.notify_menu
    assert not menu.by_sheets.isEnabled() and "cochez d’abord" in menu.by_sheets.text()
    assert menu.reprint is not None and not menu.reprint.isEnabled()


def test_sheets_are_printed_and_the_list_says_so(
    qtbot: QtBot, shell: StandIn, page: GuardiansPage, tmp_path: Path
) -> None:
    accounts = tick_some(page, 3)
    dialog = asked(qtbot, page)
    assert "Notifier 3\u00a0responsables par feuille individuelle" in said(dialog)
    assert dialog.confirm.isDefault()
    dialog.folder.field.setText(str(tmp_path / "Feuilles"))
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    printed(qtbot, dialog, page)
    assert "Ne pas distribuer\u00a0: 3\u00a0feuilles pas encore connues du serveur" in said(dialog)
    assert shell.asked == ["changed", "synchronise"]
    files = sorted((tmp_path / "Feuilles").iterdir())
    assert files and sum(len(PdfReader(file).pages) for file in files) >= 3 + len(files)
    states = {row.state for row in page.model.accounts.rows if row.account_id in accounts}
    assert states == {AccountState.NOTIFIED}
    assert page.ticked == accounts and "Ne pas distribuer" in page.view.notice.text()
    dialog.end.click()
    qtbot.waitUntil(lambda: page.notifier.dialog is None)
    page.view.notice_show.click()
    assert {page.model.row_at(line).account_id for line in range(page.model.rowCount())} == accounts


def test_a_reset_is_never_the_default(qtbot: QtBot, page: GuardiansPage) -> None:
    active = next(row.account_id for row in page.model.accounts.rows if row.state is AccountState.ACTIVE)
    page._tick({active})
    dialog = asked(qtbot, page, reset=True)
    assert dialog.leave.isDefault() and not dialog.confirm.isDefault()
    assert "cessera de fonctionner" in said(dialog)
    assert not page.view.bar.notify_menu.reset.isChecked(), "the next notification starts without a reset"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.notifier.dialog is None)


def test_a_cancelled_run_has_notified_nobody(qtbot: QtBot, page: GuardiansPage, tmp_path: Path) -> None:
    page._tick({row.account_id for row in page.model.accounts.rows})
    dialog = asked(qtbot, page)
    dialog.folder.field.setText(str(tmp_path / "Feuilles"))
    dialog.confirm.click()
    assert dialog.running
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.running, timeout=PRINTING_MS)
    assert CANCELLED in said(dialog) and dialog.result_of_print is None
    assert list((tmp_path / "Feuilles").iterdir()) == []
    dialog.reject()
    qtbot.waitUntil(lambda: page.notifier.dialog is None)


def test_a_folder_that_cannot_be_written_is_a_sentence(qtbot: QtBot, page: GuardiansPage, tmp_path: Path) -> None:
    in_the_way = tmp_path / "fichier"
    in_the_way.write_text("")
    tick_some(page, 1)
    dialog = asked(qtbot, page)
    dialog.folder.field.setText("")
    assert not dialog.confirm.isEnabled()
    dialog.folder.field.setText(str(in_the_way / "Feuilles"))
    dialog.confirm.click()
    qtbot.waitUntil(lambda: not dialog.running, timeout=PRINTING_MS)
    assert dialog.error.isVisible() and str(in_the_way) in dialog.error.text()
    dialog.reject()


def test_before_the_first_sync_it_says_why_not(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    with shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, shell.school_id)
        rows.change("schools", shell.school_id, portal_url=None)
        rows.flush()
    tick_some(page, 1)
    qtbot.waitUntil(lambda: page.view.bar.notify_menu.by_sheets.isEnabled())
    page.view.bar.notify_menu.by_sheets.trigger()
    qtbot.waitUntil(lambda: page.view.error.isVisible())
    assert "première synchronisation" in page.view.error.text() and page.notifier.dialog is None


@pytest.mark.parametrize("whole", [True, False])
def test_sheets_are_printed_again(qtbot: QtBot, page: GuardiansPage, tmp_path: Path, whole: bool) -> None:
    tick_some(page, 4)
    dialog = asked(qtbot, page)
    dialog.folder.field.setText(str(tmp_path))
    dialog.confirm.click()
    printed(qtbot, dialog, page)
    dialog.end.click()
    menu = page.view.bar.notify_menu
    assert menu.reprint is not None and menu.reprint.isEnabled()
    menu.reprint.trigger()
    again = page.notifier.dialog
    assert isinstance(again, ReprintDialog)
    assert again.batch.currentText().startswith("L-1121-") and "4\u00a0feuilles" in again.batch.currentText()
    again.group.setCurrentIndex(0 if whole else 1)
    again.folder.field.setText(str(tmp_path))
    again.confirm.click()
    printed(qtbot, again, page)
    result = again.result_of_print
    assert result is not None and result.act_id is None and 1 <= result.sheet_count <= 4
    assert "sans nouveau mot de passe" in said(again)
    again.end.click()

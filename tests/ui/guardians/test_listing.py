"""« Lister les comptes » and « Réinitialiser le(s) mot(s) de passe », from the menu to the file and to the account."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.models.secrets import grouped
from app.models.states import AccountState
from app.services.accounts import AccountRow
from app.services.sheets import provisional_password
from app.services.vault.tables import pending_acts
from app.ui.guardians.list_dialog import ListDialog
from app.ui.guardians.page import GuardiansPage
from app.ui.guardians.printing import PrintingDialog
from app.ui.guardians.reprint_dialog import ReprintDialog
from app.ui.guardians.reset_dialog import CANCELLED, ResetDialog
from tests.ui.desk_stage import StandIn

WORK_MS = 60_000


def said(dialog: PrintingDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog))


def one_in(page: GuardiansPage, state: AccountState) -> AccountRow:
    return next(row for row in page.model.accounts.rows if row.state is state)


def made(qtbot: QtBot, page: GuardiansPage) -> PrintingDialog:
    dialog = page.notifier.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.result_of_print is not None and not page.busy, timeout=WORK_MS)
    return dialog


def closed(qtbot: QtBot, page: GuardiansPage) -> None:
    assert page.notifier.dialog is not None
    page.notifier.dialog.end.click()
    qtbot.waitUntil(lambda: page.notifier.dialog is None)


def list_asked(page: GuardiansPage, wanted: str, folder: Path) -> ListDialog:
    page.view.bar.list_menu.lists[wanted].trigger()
    dialog = page.notifier.dialog
    assert isinstance(dialog, ListDialog)
    dialog.folder.field.setText(str(folder))
    return dialog


def reset_asked(qtbot: QtBot, page: GuardiansPage) -> ResetDialog:
    qtbot.waitUntil(page.view.bar.edit_menu.reset.isEnabled)
    page.view.bar.edit_menu.reset.trigger()
    qtbot.waitUntil(lambda: page.notifier.dialog is not None)
    dialog = page.notifier.dialog
    assert isinstance(dialog, ResetDialog)
    return dialog


def csv_rows(dialog: PrintingDialog) -> list[list[str]]:
    text = dialog.result_of_print.files[0].read_text("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def kinds(shell: StandIn) -> list[str]:
    with shell.desk.vault.read() as connection:
        return [act["kind"] for act in connection.execute(pending_acts.select()).mappings()]


def test_what_is_shown_is_listed_in_its_order(
    qtbot: QtBot, shell: StandIn, page: GuardiansPage, tmp_path: Path
) -> None:
    page.view.criteria.search.setText("a")
    qtbot.waitUntil(lambda: 0 < page.model.rowCount() < len(page.model.accounts.rows))
    page._on_sort(3)
    shown = [page.model.row_at(line) for line in range(page.model.rowCount())]
    dialog = list_asked(page, "csv", tmp_path / "Listes")
    assert "tout ce que la liste montre" in said(dialog) and not dialog.passwords.isChecked()
    assert dialog.confirm.isDefault()
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    made(qtbot, page)
    rows = csv_rows(dialog)[1:]
    assert [row[8] for row in rows] == [row.login for row in shown]
    assert [f"{row[2]} {row[3]}" for row in rows] == [row.pupil for row in shown]
    assert all(row[9] == "" for row in rows) and kinds(shell) == [] and shell.asked == []
    closed(qtbot, page)


@pytest.mark.parametrize("wanted", ["pdf", "xlsx"])
def test_the_ticked_alone_are_listed(qtbot: QtBot, page: GuardiansPage, tmp_path: Path, wanted: str) -> None:
    row = one_in(page, AccountState.ACTIVE)
    lines = sum(one.account_id == row.account_id for one in page.model.accounts.rows)
    page._tick({row.account_id})
    dialog = list_asked(page, wanted, tmp_path)
    assert "les responsables cochés" in said(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    made(qtbot, page)
    (path,) = dialog.result_of_print.files
    if wanted == "pdf":
        assert PdfReader(path).pages[0].extract_text().count(row.login or "?") == lines
    else:
        assert load_workbook(path).active.max_row == 1 + lines
    assert path.name.startswith("Preau-ListeResponsables-2026112114")
    closed(qtbot, page)
    assert page.view.bar.list_menu.lists[wanted].isEnabled()


def test_passwords_are_asked_for_with_a_warning_and_noted(
    qtbot: QtBot, shell: StandIn, page: GuardiansPage, tmp_path: Path
) -> None:
    row = one_in(page, AccountState.ACTIVE)
    page._tick({row.account_id})
    reset_asked(qtbot, page).confirm.click()
    made(qtbot, page)
    closed(qtbot, page)
    dialog = list_asked(page, "csv", tmp_path)
    assert not dialog.warning.isVisible()
    dialog.passwords.setFocus()
    qtbot.keyClick(dialog.passwords, Qt.Key.Key_Space)
    needed = dialog.warning.heightForWidth(dialog.warning.width())
    qtbot.waitUntil(lambda: dialog.warning.height() >= needed)
    assert "en clair" in dialog.warning.text() and dialog.leave.isDefault() and not dialog.confirm.isDefault()
    dialog.confirm.click()
    made(qtbot, page)
    password = provisional_password(shell.desk, school_id=shell.school_id, account_id=row.account_id)
    assert password is not None and {line[9] for line in csv_rows(dialog)[1:]} == {grouped(password)}
    assert kinds(shell) == ["compte.reinitialiser", "liste.exporter"] and "noté" in said(dialog)
    assert shell.asked[-2:] == ["changed", "synchronise"]
    closed(qtbot, page)


def test_an_empty_list_is_a_sentence(qtbot: QtBot, page: GuardiansPage) -> None:
    page.view.criteria.search.setText("personne de ce nom")
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    page.view.bar.list_menu.lists["pdf"].trigger()
    assert page.notifier.dialog is None and "Aucune ligne à lister" in page.view.error.text()


def test_a_folder_that_cannot_be_written_is_a_sentence(qtbot: QtBot, page: GuardiansPage, tmp_path: Path) -> None:
    in_the_way = tmp_path / "fichier"
    in_the_way.write_text("")
    dialog = list_asked(page, "csv", in_the_way / "Listes")
    dialog.confirm.click()
    qtbot.waitUntil(lambda: dialog.error.isVisible() and not dialog.running, timeout=WORK_MS)
    assert str(in_the_way) in dialog.error.text()
    dialog.folder.field.setText("")
    assert not dialog.confirm.isEnabled()
    dialog.reject()


def test_a_reset_is_asked_done_and_told_until_the_server_knows(
    qtbot: QtBot, shell: StandIn, page: GuardiansPage
) -> None:
    assert not page.view.bar.edit_menu.reset.isEnabled()
    active, fresh = one_in(page, AccountState.ACTIVE), one_in(page, AccountState.NOT_NOTIFIED)
    page._tick({active.account_id, fresh.account_id})
    dialog = reset_asked(qtbot, page)
    assert dialog.leave.isDefault() and "Réinitialiser le mot de passe de" in said(dialog)
    assert "1\u00a0compte non notifié, sans mot de passe à réinitialiser" in said(dialog)
    dialog.confirm.click()
    made(qtbot, page)
    old_works = "L’ancien mot de passe fonctionne encore\u00a0: 1\u00a0réinitialisation pas encore connue du serveur"
    assert old_works in said(dialog) and "sans distribution" in said(dialog)
    assert not dialog.open_folder.isVisible()
    assert shell.asked == ["changed", "synchronise"]
    closed(qtbot, page)
    qtbot.waitUntil(lambda: old_works in page.view.notice.text())
    states = {row.account_id: row.state for row in page.model.accounts.rows}
    assert states[active.account_id] is AccountState.ACTIVE and states[fresh.account_id] is AccountState.NOT_NOTIFIED
    page.view.notice_show.click()
    assert {page.model.row_at(line).account_id for line in range(page.model.rowCount())} == {active.account_id}


def test_escape_resets_nobody(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    page._tick({one_in(page, AccountState.ACTIVE).account_id})
    dialog = reset_asked(qtbot, page)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.notifier.dialog is None)
    assert kinds(shell) == [] and CANCELLED not in page.view.error.text()


def test_a_reset_of_nobody_says_why(qtbot: QtBot, page: GuardiansPage) -> None:
    page._tick({one_in(page, AccountState.NOT_NOTIFIED).account_id})
    qtbot.waitUntil(page.view.bar.edit_menu.reset.isEnabled)
    page.view.bar.edit_menu.reset.trigger()
    qtbot.waitUntil(lambda: page.view.error.isVisible())
    assert "non notifié" in page.view.error.text() and page.notifier.dialog is None


def test_from_the_account_and_its_eye_shows_the_new_password(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    def opened(state: AccountState) -> None:
        row = one_in(page, state)
        lines = [page.model.row_at(line).account_id for line in range(page.model.rowCount())]
        page.open_line(lines.index(row.account_id))
        qtbot.waitUntil(lambda: not page.busy)

    opened(AccountState.NOT_NOTIFIED)
    assert not page.view.panel.edit_menu.reset.isEnabled()
    opened(AccountState.ACTIVE)
    assert page.view.panel.edit_menu.reset.isEnabled()
    page.view.panel.edit_menu.reset.trigger()
    qtbot.waitUntil(lambda: isinstance(page.notifier.dialog, ResetDialog))
    assert isinstance(page.notifier.dialog, ResetDialog)
    page.notifier.dialog.confirm.click()
    made(qtbot, page)
    closed(qtbot, page)
    account_id = page.view.panel.account_id
    password = provisional_password(shell.desk, school_id=shell.school_id, account_id=account_id)
    assert password is not None
    qtbot.waitUntil(lambda: grouped(password) in [f.text() for f in page.view.panel.findChildren(QLineEdit)])


def test_a_reset_can_be_put_on_paper(qtbot: QtBot, shell: StandIn, page: GuardiansPage, tmp_path: Path) -> None:
    row = one_in(page, AccountState.ACTIVE)
    page._tick({row.account_id})
    reset_asked(qtbot, page).confirm.click()
    made(qtbot, page)
    closed(qtbot, page)
    reprint = page.view.bar.notify_menu.reprint
    assert reprint is not None
    qtbot.waitUntil(reprint.isEnabled)
    reprint.trigger()
    dialog = page.notifier.dialog
    assert isinstance(dialog, ReprintDialog) and "1\u00a0réinitialisation" in dialog.batch.currentText()
    dialog.folder.field.setText(str(tmp_path))
    dialog.confirm.click()
    made(qtbot, page)
    password = provisional_password(shell.desk, school_id=shell.school_id, account_id=row.account_id)
    pages = [sheet.extract_text() for path in dialog.result_of_print.files for sheet in PdfReader(path).pages]
    assert password is not None and any(password[:4] in text and password[-4:] in text for text in pages)
    closed(qtbot, page)

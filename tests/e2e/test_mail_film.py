"""Mails from the real window, by a server of its own, to an SMTP peer that refuses one address: seen, found, on paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.models.deliveries import DeliveryState
from app.models.states import AccountState, Mail
from app.services.accounts import AccountRow, list_accounts
from app.services.demo.school import NAME, UAI
from app.services.todo import Page
from app.ui.app import Choices, Desktop, dress
from app.ui.guardians.columns import Place
from app.ui.guardians.criteria import MAIL_LABELS
from app.ui.guardians.mail_dialogs import MailDialog
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.page import GuardiansPage
from app.ui.shell.window import MainWindow
from tests.cli.command import Cli
from tests.e2e.driver import Player, Script
from tests.server.outbox.peers import Peer, peer_server
from tests.support.live import free_port

pytestmark = pytest.mark.timeout(400)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desktop(qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    dress(qapp, dark=False)
    said: list[str] = []
    environment = {**os.environ, **Cli(tmp_path).environment}
    made = Desktop(Choices(environment, Page.GUARDIANS, dark=False), say=said.append)
    yield made
    made.close()
    assert said == []


def guardians(window: MainWindow) -> GuardiansPage:
    page = window.page(Page.GUARDIANS.value)
    assert isinstance(page, GuardiansPage)
    return page


def shown(page: GuardiansPage) -> list[AccountRow]:
    return [page.model.row_at(line) for line in range(page.model.rowCount())]


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, LEFT)


def click_line(page: GuardiansPage, line: int, place: Place) -> None:
    table = page.view.table
    table.go_to(line)
    centre: QPoint = table.visualRect(table.index_of(line, place)).center()
    QTest.mouseClick(table.viewport(), LEFT, pos=centre)


def press_down_to(menu: QWidget, text: str) -> None:
    """Down to a line of an open menu, then Enter."""
    for _ in range(20):
        QTest.keyClick(menu, Qt.Key.Key_Down)
        if menu.activeAction().text().startswith(text):  # type: ignore[attr-defined]
            QTest.keyClick(menu, Qt.Key.Key_Return)
            return
    raise AssertionError(text)


def send_two(window: MainWindow, refused: AccountRow, taken: AccountRow) -> Script:
    """Tick both with the mouse, then « Par envoi de courriers électroniques » and « Envoyer 2 mails »."""
    page = guardians(window)
    yield lambda: page.model.rowCount() > 0 and not page.busy
    for wanted in (refused, taken):
        line = next(n for n, row in enumerate(shown(page)) if row.account_id == wanted.account_id)
        click_line(page, line, Place.TICK)
    yield lambda: page.view.bar.notify_menu.by_mail.isEnabled()
    page.view.bar.notify_menu.by_mail.trigger()
    yield lambda: isinstance(page.mailing.dialog, MailDialog)
    dialog = page.mailing.dialog
    assert isinstance(dialog, MailDialog) and dialog.confirm.text() == "Envoyer 2\u00a0mails"
    click(dialog.confirm)
    yield lambda: dialog.result_of_sending is not None and not page.busy
    click(dialog.end)
    yield lambda: page.mailing.dialog is None


def see_refused(window: MainWindow, refused: AccountRow, taken: AccountRow) -> Script:
    """« Messagerie » tells both; the filter finds one; its sheet is one click away."""
    page = guardians(window)

    def told() -> dict[str, DeliveryState | None]:
        window.synchronise()
        return {row.account_id: row.delivery for row in page.model.accounts.rows}

    yield lambda: told()[refused.account_id] is DeliveryState.BOUNCED
    yield lambda: told()[taken.account_id] is DeliveryState.ACCEPTED
    yield lambda: not page.busy
    menu = page.view.criteria.mail.menu
    menu.popup(window.mapToGlobal(QPoint(300, 120)))
    yield menu.isVisible
    press_down_to(menu, MAIL_LABELS[Mail.BOUNCED])
    menu.close()
    assert {row.account_id for row in shown(page)} == {refused.account_id}
    click_line(page, 0, Place.EYE)
    yield lambda: not page.busy and page.view.panel.sheet.isVisible()
    click(page.view.panel.sheet)
    yield lambda: isinstance(page.notifier.dialog, NotifyDialog)
    dialog = page.notifier.dialog
    assert isinstance(dialog, NotifyDialog)
    assert [sheet.recipient.account_id for sheet in dialog._plan.sheets] == [refused.account_id]
    dialog.reject()
    yield lambda: page.notifier.dialog is None


def test_a_refused_address_is_seen_in_the_window_and_its_sheet_one_click_away(desktop: Desktop, tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    preau("import", *preau.onde_files(pupils=8), "--school", UAI, "--yes")
    preau("admin", "create-school", UAI, NAME)
    code = preau("admin", "enrol-code", UAI, "--person", "Mme Rouvière", "--json").json["code"]
    peer = Peer()
    with peer_server(peer) as smtp_port:
        mail = {"PREAU_SMTP_HOST": "127.0.0.1", "PREAU_SMTP_PORT": str(smtp_port), "PREAU_OUTBOX_EVERY_S": "0.2"}
        with preau.serving(free_port(), mail) as server:
            assert preau("enrol", "--server", server, "--code", code).code == 0
            assert preau("sync").code == 0
            assert desktop.open() and desktop.window is not None
            window = desktop.window
            rows = list_accounts(window.desk, school_id=window.school_id).rows
            refused, taken, *_ = {row.account_id: row for row in rows if row.email}.values()
            peer.answers[refused.email or ""] = "550 5.1.1 no such user"
            Player(send_two(window, refused, taken)).finish()
            Player(see_refused(window, refused, taken)).finish()
            after = {row.account_id: row for row in guardians(window).model.accounts.rows}
            assert after[refused.account_id].state is AccountState.NOTIFIED
    assert len(peer.contents) == 1

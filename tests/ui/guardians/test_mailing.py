"""« Par envoi de courriers électroniques », « Renvoyer », « Messagerie » and the paused run, through the real window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.models.deliveries import DeliveryState
from app.models.states import AccountState, Mail
from app.models.tables import Row
from app.services.records.rows import SchoolRows
from app.ui.guardians.columns import Place
from app.ui.guardians.criteria import MAIL_LABELS
from app.ui.guardians.mail_dialogs import MailDialog, ResendDialog
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.page import GuardiansPage
from tests.ui.desk_stage import StandIn


def said(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def tick(page: GuardiansPage, *, with_mail: int, without: int = 0) -> tuple[set[str], set[str]]:
    """Tick accounts that have yet to activate: so many with an address, so many without."""
    fresh = (AccountState.NOT_NOTIFIED, AccountState.NOTIFIED)
    rows = [row for row in page.model.accounts.rows if row.state in fresh]
    reachable = list(dict.fromkeys(row.account_id for row in rows if row.email))[:with_mail]
    others = list(dict.fromkeys(row.account_id for row in rows if not row.email))[:without]
    assert len(reachable) == with_mail and len(others) == without
    page._tick({*reachable, *others})
    return set(reachable), set(others)


def asked(qtbot: QtBot, page: GuardiansPage, *, reset: bool = False) -> MailDialog:
    menu = page.view.bar.notify_menu
    qtbot.waitUntil(lambda: menu.by_mail.isEnabled())
    menu.reset.setChecked(reset)
    menu.by_mail.trigger()
    qtbot.waitUntil(lambda: page.mailing.dialog is not None)
    assert isinstance(page.mailing.dialog, MailDialog)
    return page.mailing.dialog


def change(shell: StandIn, table: str, row_id: str, **values: object) -> None:
    """What a synchronisation would bring."""
    with shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, shell.school_id)
        rows.change(table, row_id, **values)
        rows.flush()


def deliveries(shell: StandIn) -> list[Row]:
    with shell.desk.vault.read() as connection:
        return SchoolRows(connection, shell.school_id).all("deliveries")


def read_again(qtbot: QtBot, page: GuardiansPage) -> None:
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy, timeout=10_000)


def line_of(page: GuardiansPage, account_id: str) -> int:
    return next(n for n in range(page.model.rowCount()) if page.model.row_at(n).account_id == account_id)


def test_nobody_is_written_to_where_nobody_is_ticked(page: GuardiansPage) -> None:
    menu = page.view.bar.notify_menu
    assert not menu.by_mail.isEnabled() and "cochez d’abord" in menu.by_mail.text()


def test_mails_are_asked_sent_and_told(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    reachable, others = tick(page, with_mail=3, without=2)
    dialog = asked(qtbot, page)
    assert "Notifier 3\u00a0responsables par courrier électronique" in said(dialog)
    assert "la distribution par mail est impossible" in said(dialog) and "(total\u00a0: 2\u00a0compte(s))" in said(
        dialog
    )
    assert dialog.confirm.isDefault() and dialog.confirm.text() == "Envoyer 3\u00a0mails"
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.result_of_sending is not None and not page.busy)
    assert "La distribution a été effectuée avec succès" in said(dialog)
    assert shell.asked == ["changed", "synchronise"]
    states = {row.account_id: row for row in page.model.accounts.rows}
    assert {states[one].delivery for one in reachable} == {DeliveryState.QUEUED}
    assert {states[one].delivery for one in others} == {None}
    index = page.model.index(line_of(page, next(iter(reachable))), Place.EMAIL)
    assert str(page.model.data(index)).endswith(", en attente d’envoi"), "a screen reader hears what became of it"
    assert dialog.print_after.isVisibleTo(dialog)
    dialog.end.click()
    qtbot.waitUntil(lambda: page.mailing.dialog is None)


def test_the_sheets_of_those_without_address_are_at_hand(qtbot: QtBot, page: GuardiansPage, tmp_path: Path) -> None:
    _, others = tick(page, with_mail=1, without=2)
    dialog = asked(qtbot, page)
    dialog.print.click()
    qtbot.waitUntil(lambda: page.notifier.dialog is not None)
    sheets = page.notifier.dialog
    assert isinstance(sheets, NotifyDialog) and page.mailing.dialog is None
    assert {sheet.recipient.account_id for sheet in sheets._plan.sheets} == others
    sheets.reject()
    qtbot.waitUntil(lambda: page.notifier.dialog is None)


def test_where_no_mail_can_leave_only_paper_is_offered(qtbot: QtBot, page: GuardiansPage) -> None:
    tick(page, with_mail=0, without=2)
    dialog = asked(qtbot, page)
    assert not dialog.confirm.isEnabled() and dialog.print.isVisibleTo(dialog) and dialog.leave.isDefault()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.mailing.dialog is None)


def test_a_reset_by_mail_is_never_the_default(qtbot: QtBot, page: GuardiansPage) -> None:
    active = next(row for row in page.model.accounts.rows if row.state is AccountState.ACTIVE and row.email)
    page._tick({active.account_id})
    dialog = asked(qtbot, page, reset=True)
    assert dialog.leave.isDefault() and "cessera de fonctionner" in said(dialog)
    assert not page.view.bar.notify_menu.reset.isChecked()
    dialog.reject()


def test_a_refused_address_is_found_and_its_sheet_one_click_away(
    qtbot: QtBot, shell: StandIn, page: GuardiansPage
) -> None:
    tick(page, with_mail=2)
    dialog = asked(qtbot, page)
    dialog.confirm.click()
    qtbot.waitUntil(lambda: dialog.result_of_sending is not None and not page.busy)
    dialog.end.click()
    [refused, taken] = sorted(deliveries(shell), key=lambda row: str(row["account_id"]))
    at = "2026-11-21T13:10:00.000000Z"
    change(shell, "deliveries", refused["id"], state="bounced", reason="550 5.1.1 unknown", at=at, known_at=at)
    change(shell, "deliveries", taken["id"], state="accepted", at=at, known_at=at)
    read_again(qtbot, page)
    page.view.criteria.mail.choose(frozenset({Mail.FAILING.value}))
    page.search()
    shown = {page.model.row_at(line).account_id for line in range(page.model.rowCount())}
    assert shown == {refused["account_id"]} and page.view.criteria.criteria().in_use
    for choice, account in ((Mail.BOUNCED, refused), (Mail.ACCEPTED, taken)):
        action = next(one for one in page.view.criteria.mail.menu.actions() if one.text() == MAIL_LABELS[choice])
        action.trigger()
        assert {row.account_id for row in page.model.accounts.rows if row.delivery == choice.value} == {
            account["account_id"]
        }
        shown = {page.model.row_at(line).account_id for line in range(page.model.rowCount())}
        assert shown == {account["account_id"]}
    page.view.criteria.mail.choose(frozenset({Mail.FAILING.value}))
    page.search()
    page.open_line(0)
    qtbot.waitUntil(lambda: not page.busy)
    panel = page.view.panel
    assert "refusé par sa messagerie le 21-11-2026 à 14\u00a0h\u00a010" in said(panel) and panel.sheet.isVisible()
    panel.sheet.click()
    qtbot.waitUntil(lambda: page.notifier.dialog is not None)
    sheets = page.notifier.dialog
    assert isinstance(sheets, NotifyDialog)
    assert [sheet.recipient.account_id for sheet in sheets._plan.sheets] == [refused["account_id"]]
    sheets.reject()
    page.view.criteria.show_everything()
    page.open_line(line_of(page, taken["account_id"]))
    qtbot.waitUntil(lambda: not page.busy)
    assert "accepté par sa messagerie" in said(panel) and not panel.sheet.isVisible()
    assert "remis" not in said(panel)


def test_each_state_has_a_picture_of_its_own(qtbot: QtBot, page: GuardiansPage) -> None:
    from app.ui.guardians.painting import _MAIL, _Pictures

    pictures = _Pictures(1.0)
    seen = {state: bytes(pictures._mails[state].toImage().constBits()) for state in DeliveryState}
    names = {name for name, _ in _MAIL.values()}
    assert len(names) == 5 and len(set(seen.values())) == 5, "bounced and failed share the warning"


def test_an_activation_mail_is_sent_again_to_a_corrected_address(
    qtbot: QtBot, shell: StandIn, page: GuardiansPage
) -> None:
    row = next(row for row in page.model.accounts.rows if row.state is AccountState.ACTIVATING)
    change(shell, "accounts", row.account_id, email="marie@gamil.com")
    read_again(qtbot, page)
    panel = page.view.panel
    other = next(row for row in page.model.accounts.rows if row.state is AccountState.ACTIVE)
    page.open_line(line_of(page, other.account_id))
    qtbot.waitUntil(lambda: not page.busy)
    resend = panel.edit_menu.resend
    assert resend is not None and not resend.isEnabled() and "activation pas en cours" in resend.text()
    page.open_line(line_of(page, row.account_id))
    qtbot.waitUntil(lambda: resend.isEnabled())
    resend.trigger()
    dialog = page.mailing.dialog
    assert isinstance(dialog, ResendDialog) and dialog.field.text() == "marie@gamil.com"
    assert "marie@gmail.com" in dialog.hint.text()
    dialog.field.setText("marie@")
    assert not dialog.confirm.isEnabled() and "n’est pas complète" in dialog.hint.text()
    dialog.field.setText("marie@gmail.com")
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "synchronise" in shell.asked and not page.busy)
    [sent] = deliveries(shell)
    assert (sent["letter"], sent["address"]) == ("C07", "marie@gmail.com")
    wanted = "Mail d’activation à marie@gmail.com\u00a0: partira à la prochaine synchronisation."
    qtbot.waitUntil(lambda: said(panel).count(wanted) == 2)  # why, and « Messagerie »


def test_a_paused_run_asks_and_goes_on_or_is_given_up(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    tick(page, with_mail=3)
    dialog = asked(qtbot, page)
    dialog.confirm.click()
    qtbot.waitUntil(lambda: dialog.result_of_sending is not None and not page.busy)
    dialog.end.click()
    assert not page.view.paused.isVisible()
    for mail in deliveries(shell):
        change(shell, "deliveries", mail["id"], reason="paused", known_at=mail["at"])
    read_again(qtbot, page)
    assert page.view.paused.isVisible() and "est en pause" in page.view.paused.text()
    see, resume, give_up = page.view.paused_buttons
    see.click()
    assert page.view.criteria.criteria().mail is Mail.FAILING
    questions: list[str] = []
    page.mailing._confirm = lambda parent, question, do_it: bool(questions.append(question))
    give_up.click()
    assert questions and "ne partiront pas" in questions[0] and page.view.paused.isVisible()
    resume.click()
    qtbot.waitUntil(lambda: not page.busy and not page.view.paused.isVisible())
    assert {mail["reason"] for mail in deliveries(shell)} == {None}

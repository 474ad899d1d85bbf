"""The account's panel: who may see which child, wishes, protected situations, corrections; by mouse and by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.models.states import Access, Wish
from app.services import rights
from app.services.corrections import read_person
from app.services.onde_worklist.worklist import known
from app.ui.guardians.page import GuardiansPage
from app.ui.guardians.rights_dialogs import AccessDialog, CorrectDialog, ProtectDialog, RightsDialog
from tests.ui.desk_stage import StandIn


def opened(qtbot: QtBot, page: GuardiansPage, line: int = 3) -> str:
    """Open the account of a line; its id, once the whole card is there."""
    page.open_line(line)
    settled(qtbot, page)
    return page.view.panel.account_id


def settled(qtbot: QtBot, page: GuardiansPage) -> None:
    qtbot.waitUntil(lambda: not page.busy and bool(page.view.panel.child_lines), timeout=10_000)


def dialog_of(qtbot: QtBot, page: GuardiansPage) -> RightsDialog:
    qtbot.waitUntil(lambda: page.decider.dialog is not None and page.decider.dialog.isActiveWindow())
    assert page.decider.dialog is not None
    return page.decider.dialog


def done(qtbot: QtBot, page: GuardiansPage) -> None:
    qtbot.waitUntil(lambda: page.decider.dialog is None and not page.busy)
    settled(qtbot, page)


def read(shell: StandIn, account_id: str) -> rights.AccountRights:
    return rights.rights_of(shell.desk, school_id=shell.school_id, account_id=account_id)


def said(page: GuardiansPage) -> str:
    return "\n".join(label.text() for label in page.view.panel.findChildren(QLabel) if label.isVisibleTo(page.view))


def shows(qtbot: QtBot, page: GuardiansPage, text: str) -> None:
    qtbot.waitUntil(lambda: text in said(page))


@pytest.mark.parametrize("access", [Access.NONE, Access.PAPER])
def test_an_access_is_closed_for_one_child_with_a_reason(
    qtbot: QtBot, shell: StandIn, page: GuardiansPage, access: Access
) -> None:
    account = opened(qtbot, page)
    page.view.panel.child_lines[0].menu.accesses[access].trigger()
    dialog = dialog_of(qtbot, page)
    assert isinstance(dialog, AccessDialog) and dialog.leave.isDefault()
    assert any("ses connexions, ses liens" in label.text() for label in dialog.findChildren(QLabel))
    dialog.field.setText("Jugement vu à l’école")
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    done(qtbot, page)
    child = read(shell, account).children[0]
    assert (child.access, child.reason) == (access, "Jugement vu à l’école")
    assert shell.asked == ["changed", "synchronise"]
    shows(qtbot, page, f"{access.label} depuis le 21-11-2026\u00a0: Jugement vu à l’école")
    assert page.view.panel.child_lines[0].menu.accesses[access].isChecked()


def test_escape_closes_nobodys_access(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    account = opened(qtbot, page)
    menu = page.view.panel.child_lines[0].menu
    menu.accesses[Access.NONE].trigger()
    assert menu.accesses[Access.FULL].isChecked(), "the tick follows the records, not the click"
    qtbot.keyClick(dialog_of(qtbot, page), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.decider.dialog is None)
    assert read(shell, account).children[0].access is Access.FULL and shell.asked == []


def test_a_protected_situation_names_who_may_know(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    account = opened(qtbot, page)
    page.view.panel.child_lines[0].menu.protect.trigger()
    dialog = dialog_of(qtbot, page)
    assert isinstance(dialog, ProtectDialog)
    assert not any(box.isChecked() for box in dialog.boxes.values()), "nobody knows unless ticked"
    dialog.confirm.click()
    done(qtbot, page)
    child = read(shell, account).children[0]
    assert child.protected and child.hidden
    shows(qtbot, page, "Situation protégée, école et classe masquées")
    page.view.panel.child_lines[0].menu.protect.trigger()
    again = dialog_of(qtbot, page)
    assert isinstance(again, ProtectDialog)
    again.end.click()
    done(qtbot, page)
    assert not read(shell, account).children[0].protected


def test_a_wish_is_noted_and_taken_back(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    account = opened(qtbot, page)
    page.view.panel.person_menu.wishes[Wish.NO_ACCOUNT].trigger()
    qtbot.waitUntil(lambda: "Ne souhaite pas de compte" in said(page) and not page.busy)
    assert read(shell, account).wish is Wish.NO_ACCOUNT
    page.view.panel.person_menu.wishes[None].trigger()
    qtbot.waitUntil(lambda: "Ne souhaite pas de compte\u00a0:" not in said(page) and not page.busy)
    assert read(shell, account).wish is None


def test_the_language_of_the_family_is_chosen_in_the_menu_of_its_record(
    qtbot: QtBot, shell: StandIn, page: GuardiansPage
) -> None:
    account = opened(qtbot, page)
    menu = page.view.panel.person_menu.language
    assert menu.title() == "Langue de la famille\u00a0: français"
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()][:3] == ["français", "anglais (English)", "arabe (العربية)"]
    menu.codes["ar"].trigger()
    qtbot.waitUntil(lambda: menu.title() == "Langue de la famille\u00a0: arabe" and not page.busy)
    assert read(shell, account).language == "ar" and menu.codes["ar"].isChecked()
    assert shell.asked == ["changed", "synchronise"]
    menu.codes["fr"].trigger()
    qtbot.waitUntil(lambda: menu.title() == "Langue de la famille\u00a0: français" and not page.busy)
    assert read(shell, account).language == "fr"


def test_a_guardian_is_corrected_beside_onde(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    account = opened(qtbot, page)
    guardian = read(shell, account).guardian_id
    page.view.panel.person_menu.correct.trigger()
    dialog = dialog_of(qtbot, page)
    assert isinstance(dialog, CorrectDialog)
    onde = dialog.fields["email"].text()
    dialog.fields["email"].setText("pas une adresse")
    dialog.confirm.click()
    assert page.decider.dialog is dialog, "a wrong value is not written"
    dialog.fields["email"].setText("bonne@example.org")
    shown = "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog))
    assert f"ONDE\u00a0: {onde or '(vide)'}" in shown and "nom@domaine" not in shown
    qtbot.keyClick(dialog.fields["email"], Qt.Key.Key_Return)
    done(qtbot, page)
    person = read_person(shell.desk, school_id=shell.school_id, table="guardians", record_id=guardian)
    email = next(field for field in person.fields if field.name == "email")
    assert (email.value, email.onde, email.corrected) == ("bonne@example.org", onde, True)
    [line] = known(shell.desk, school_id=shell.school_id)
    assert (line.field, line.right) == ("Courriel", "bonne@example.org")


def test_a_birth_date_is_corrected_from_the_childs_menu(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    account = opened(qtbot, page)
    page.view.panel.child_lines[0].menu.correct.trigger()
    dialog = dialog_of(qtbot, page)
    assert isinstance(dialog, CorrectDialog)
    dialog.fields["birth_date"].setText("32/13/2018")
    dialog.confirm.click()
    assert page.decider.dialog is dialog
    dialog.fields["birth_date"].setText("3/4/2018")
    dialog.confirm.click()
    done(qtbot, page)
    pupil = read(shell, account).children[0].pupil_id
    person = read_person(shell.desk, school_id=shell.school_id, table="pupils", record_id=pupil)
    assert next(field.value for field in person.fields if field.name == "birth_date") == "03-04-2018"
    shows(qtbot, page, "03-04-2018")


def test_every_menu_has_a_name_and_the_keyboard_reaches_it(qtbot: QtBot, page: GuardiansPage) -> None:
    opened(qtbot, page)
    for line in page.view.panel.child_lines:
        assert line.button.accessibleName() == f"Droits et fiche de {line.child.name}"
        assert line.button.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert page.view.panel.person.isEnabled()

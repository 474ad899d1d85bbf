"""« Fiche » ▸ « Effacer cette personne… » and « Limiter le traitement… »: shown first, done by who types the name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.services.records.rows import SchoolRows
from app.ui.guardians.erase_dialog import EraseDialog, LimitDialog
from app.ui.guardians.erase_words import END_LIMIT, LIMIT
from app.ui.guardians.page import GuardiansPage
from tests.ui.desk_stage import StandIn
from tests.ui.guardians.test_rights import dialog_of, done, opened, read, shows


def test_erased_once_the_name_is_typed(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    account = opened(qtbot, page)
    person = read(shell, account)
    page.view.panel.person_menu.erase.trigger()
    dialog = dialog_of(qtbot, page)
    assert isinstance(dialog, EraseDialog) and dialog.leave.isDefault() and not dialog.confirm.isEnabled()
    said = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert "ne s’annule pas" in said and "1\u00a0fiche de responsable" in said and "prochain import" in said
    dialog.field.setText(person.name[:-1])
    assert not dialog.confirm.isEnabled()
    dialog.field.setText(person.name.lower())
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.decider.dialog is None and not page.busy and "changed" in shell.asked)
    with shell.desk.vault.read() as connection:
        row = SchoolRows(connection, shell.school_id).need("guardians", person.guardian_id)
    assert (row["last_name"], row["first_name"]) == ("", "")
    qtbot.waitUntil(lambda: not page.view.panel.isVisibleTo(page.view))


def test_a_pupil_is_limited_and_then_not(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    account = opened(qtbot, page)
    page.view.panel.child_lines[0].menu.limit.trigger()
    dialog = dialog_of(qtbot, page)
    assert isinstance(dialog, LimitDialog)
    dialog.field.setText("conteste l’adresse")
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    done(qtbot, page)
    assert read(shell, account).children[0].limited
    shows(qtbot, page, "Traitement limité")
    assert page.view.panel.child_lines[0].menu.limit.text() == END_LIMIT
    page.view.panel.child_lines[0].menu.limit.trigger()
    qtbot.waitUntil(lambda: not page.busy and not read(shell, account).children[0].limited)
    qtbot.waitUntil(lambda: page.view.panel.child_lines[0].menu.limit.text() == LIMIT)


def test_a_guardian_is_limited(qtbot: QtBot, shell: StandIn, page: GuardiansPage) -> None:
    account = opened(qtbot, page)
    page.view.panel.person_menu.limit.trigger()
    dialog = dialog_of(qtbot, page)
    qtbot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    done(qtbot, page)
    assert read(shell, account).limited
    shows(qtbot, page, "la fiche est seulement gardée")
    assert page.view.panel.person_menu.limit.text() == END_LIMIT

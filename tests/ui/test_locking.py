"""The window locks when nobody touches it: hidden, not covered; the passphrase or the keyring opens it again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.models.errors import VaultError
from app.services import preferences
from app.services.vault.again import asks_passphrase, prove
from app.services.vault.keys import new_vault
from app.ui.app import Choices, Desktop
from app.ui.locking import Locker
from app.ui.startup import Proof
from tests.ui.desk_stage import NOW, demo_stage
from tests.ui.test_app import KEY, PHRASE, MemoryKeyring


class Hours:
    """A clock that a test moves, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.setWindowTitle("Responsables")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def locker(window: QWidget, hours: Hours) -> Iterator[Locker]:
    def check(words: str | None) -> None:
        if words != PHRASE:
            raise VaultError("wrong_passphrase", "Ce n’est pas la bonne phrase de passe.")

    made = Locker(Proof(asks=lambda: True, prove=check), minutes=lambda: 10, now=hours, tick_ms=10)
    yield made
    made.stop()


def test_it_locks_after_ten_minutes_of_silence_and_not_before(
    qtbot: QtBot, window: QWidget, locker: Locker, hours: Hours
) -> None:
    hours.now = 9 * 60
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    hours.now = 15 * 60
    with pytest.raises(Exception, match="timed out"):
        qtbot.waitUntil(lambda: locker.locked, timeout=200)
    hours.now = 19 * 60 + 1
    qtbot.waitUntil(lambda: locker.locked)
    assert not window.isVisible()
    visible = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    assert visible == [locker.dialog]


def test_only_the_passphrase_opens_it_again(qtbot: QtBot, window: QWidget, locker: Locker) -> None:
    locker.lock()
    dialog = locker.dialog
    assert dialog is not None
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.close()
    assert dialog.isVisible() and locker.locked
    qtbot.keyClicks(dialog.field, "autre chose")
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.band.isVisible)
    assert locker.locked and dialog.field.text() == "" and not window.isVisible()
    qtbot.keyClicks(dialog.field, PHRASE)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not locker.locked)
    assert window.isVisible()


def test_a_question_that_was_open_is_hidden_too_and_comes_back(qtbot: QtBot, window: QWidget, locker: Locker) -> None:
    question = QDialog(window)
    question.open()
    locker.lock()
    dialog = locker.dialog
    assert dialog is not None and not question.isVisible()
    dialog.field.setText(PHRASE)
    dialog.unlock.click()
    qtbot.waitUntil(lambda: not locker.locked)
    assert question.isVisible()
    question.close()


def test_a_passphrase_is_asked_even_where_there_is_one_the_keyring_else(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    by_phrase, by_keyring = tmp_path / "a.preau", tmp_path / "b.preau"
    new_vault(by_phrase, environ={}, keyring=None, passphrase=PHRASE).vault.close()
    new_vault(by_keyring, environ={}, keyring=keyring, passphrase=None).vault.close()
    assert asks_passphrase(by_phrase, environ={}) and not asks_passphrase(by_keyring, environ={})
    for words, code in ((None, "passphrase_needed"), ("faux", "wrong_passphrase")):
        with pytest.raises(VaultError) as refused:
            prove(by_phrase, environ={}, keyring=keyring, passphrase=words)
        assert refused.value.code == code
    prove(by_phrase, environ={}, keyring=None, passphrase=PHRASE)
    prove(by_keyring, environ={}, keyring=keyring, passphrase=None)
    keyring.kept.clear()  # the session's keyring was locked, or the entry taken away
    with pytest.raises(VaultError):
        prove(by_keyring, environ={}, keyring=keyring, passphrase=None)
    prove(by_keyring, environ={"PREAU_VAULT_KEY": KEY}, keyring=None, passphrase=None)


def test_the_delay_is_a_setting_of_this_pc(tmp_path: Path) -> None:
    made = new_vault(
        tmp_path / "a.preau", environ={"PREAU_VAULT_KEY": os.urandom(32).hex()}, keyring=None, passphrase=None
    )
    with made.vault:
        assert preferences.lock_minutes(made.vault) == 10
        preferences.set_lock_minutes(made.vault, 3)
        assert preferences.lock_minutes(made.vault) == 3
        with pytest.raises(Exception, match="120"):
            preferences.set_lock_minutes(made.vault, 0)


def test_the_application_locks_and_opens_again_by_a_click_where_a_script_gave_the_key(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with demo_stage(tmp_path, pupils=5):
        pass
    environ = {"PREAU_VAULT": str(tmp_path / "poste.preau"), "PREAU_VAULT_KEY": KEY}
    desktop = Desktop(Choices(environ, clock=lambda: NOW), say=lambda sentence: None)
    try:
        assert desktop.open() and desktop.window is not None and desktop.locker is not None
        desktop.locker.lock()
        dialog = desktop.locker.dialog
        assert dialog is not None and not dialog.field.isVisible() and not desktop.window.isVisible()
        qtbot.mouseClick(dialog.unlock, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: desktop.locker is not None and not desktop.locker.locked)
        assert desktop.window.isVisible()
        desktop.locker.lock()
        assert desktop.locker.dialog is not None
        desktop.locker.dialog.leave.click()
        assert desktop.window is None and desktop.locker is None
    finally:
        desktop.close()

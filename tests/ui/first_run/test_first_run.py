from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.models.errors import VaultError
from app.services import schools
from app.services.desk import Desk
from app.services.stats import compute
from app.services.sync.transport import HttpTransport
from app.services.vault.keys import Opening
from app.ui.first_run.dialog import NOT_KEPT, NOT_THE_SAME, Beginnings, FirstRun
from app.ui.startup import Doors
from tests.support.live import live_server
from tests.ui.desk_stage import NOW, demo_files

PHRASE = "quatre mots pris au hasard"


class Keys:
    """Doors without a keyring, and what they opened, closed at the end."""

    def __init__(self, folder: Path) -> None:
        self.doors = Doors({"PREAU_VAULT": str(folder / "p.preau")}, find_keyring=lambda: None)
        self.opened: list[Opening] = []

    def make(self, passphrase: str | None) -> Opening:
        self.opened.append(self.doors.make(passphrase))
        return self.opened[-1]


@pytest.fixture
def keys(tmp_path: Path, themed: None) -> Iterator[Keys]:
    found = Keys(tmp_path)
    yield found
    for opening in found.opened:
        opening.vault.close()


def _dialog(qtbot: QtBot, keys: Keys, opening: Opening | None = None) -> FirstRun:
    begin = Beginnings(
        make_vault=keys.make, desk_of=lambda opening: Desk(opening.vault, lambda: NOW, os.urandom),
        transport=HttpTransport, label="Bureau", allow_fictional=True,
    )  # fmt: skip
    dialog = FirstRun(begin, opening=opening)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def _press(qtbot: QtBot, button: QWidget) -> None:
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)


def _type(qtbot: QtBot, dialog: FirstRun, name: str, text: str) -> None:
    forms = {"code": dialog.view.code, "school": dialog.view.school, "contact": dialog.view.contact}
    field = forms[dialog.view.step].fields[name]
    field.clear()
    qtbot.keyClicks(field, text)


def _until(qtbot: QtBot, dialog: FirstRun, step: str) -> None:
    qtbot.waitUntil(lambda: dialog.view.step == step, timeout=20_000)


def _through_passphrase(qtbot: QtBot, dialog: FirstRun, choice: QWidget, step: str) -> None:
    _press(qtbot, choice)
    _until(qtbot, dialog, "passphrase")
    for field in (dialog.view.passphrase, dialog.view.again):
        qtbot.keyClicks(field, PHRASE)
    qtbot.keyClick(dialog.view.again, Qt.Key.Key_Return)
    _until(qtbot, dialog, step)


def test_a_school_is_begun_offline_with_its_files_by_keyboard(qtbot: QtBot, keys: Keys, tmp_path: Path) -> None:
    dialog = _dialog(qtbot, keys)
    view = dialog.view
    _through_passphrase(qtbot, dialog, view.offline, "school")
    _type(qtbot, dialog, "uai", "0310001A")
    assert "devrait être H" in view.school.fields["uai"].accessibleDescription()
    _press(qtbot, view.next)
    assert view.step == "school"
    _type(qtbot, dialog, "uai", "0310001h")
    _type(qtbot, dialog, "name", "École Marie Curie")
    _press(qtbot, view.next)
    assert view.step == "contact"
    _type(qtbot, dialog, "phone", "05 61 00 00 00")
    _type(qtbot, dialog, "signatory_name", "Mme Durand")
    _press(qtbot, view.next)
    assert (view.step, len(view.recovery_code.text())) == ("recovery", 34)
    _press(qtbot, view.next)
    assert (view.step, view.band.text()) == ("recovery", NOT_KEPT)
    _press(qtbot, view.kept)
    _press(qtbot, view.next)
    assert view.step == "files"
    _import(qtbot, dialog, tmp_path)
    assert view.next.text() == "Ouvrir Préau"
    _press(qtbot, view.next)
    assert dialog.result() == FirstRun.DialogCode.Accepted
    assert dialog.school_id is not None and dialog.opening is not None
    desk = Desk(dialog.opening.vault, lambda: NOW, os.urandom)
    school = schools.one_school(desk, school_id=dialog.school_id)
    assert (school.uai, school.phone, school.signatory_name) == ("0310001H", "05 61 00 00 00", "Mme Durand")
    assert compute(desk, school_id=dialog.school_id).pupils == 12


def _import(qtbot: QtBot, dialog: FirstRun, folder: Path) -> None:
    paths = []
    for number, source in enumerate(demo_files(12)):
        paths.append(folder / f"{number}.csv")
        paths[-1].write_bytes(source.content)
    panel = dialog.panel
    assert panel is not None
    panel.open_files(paths)
    qtbot.waitUntil(lambda: panel.widget.currentWidget() is panel.previewing)
    with qtbot.waitSignal(panel.written):
        panel.previewing.confirm.click()


def test_a_code_brings_the_school_from_the_server(qtbot: QtBot, keys: Keys, tmp_path: Path) -> None:
    with live_server(tmp_path) as server:
        school_id = server.add_school()
        dialog = _dialog(qtbot, keys)
        _through_passphrase(qtbot, dialog, dialog.view.with_code, "code")
        _press(qtbot, dialog.view.next)
        assert dialog.view.code.fields["server"].property("wrong") is True
        _type(qtbot, dialog, "server", server.url)
        _type(qtbot, dialog, "code", "AAAA-AAAA-AAAA")
        _press(qtbot, dialog.view.next)
        qtbot.waitUntil(lambda: dialog.view.band.property("tone") == "red", timeout=20_000)
        _type(qtbot, dialog, "code", server.code())
        _press(qtbot, dialog.view.next)
        _until(qtbot, dialog, "recovery")
    assert dialog.school_id == school_id


def test_a_passphrase_is_typed_twice_and_long_enough(qtbot: QtBot, keys: Keys) -> None:
    dialog = _dialog(qtbot, keys)
    view = dialog.view
    _press(qtbot, view.offline)
    _until(qtbot, dialog, "passphrase")
    view.passphrase.setText(PHRASE)
    _press(qtbot, view.next)
    assert view.band.text() == NOT_THE_SAME
    for field in (view.passphrase, view.again):
        field.setText("court")
    _press(qtbot, view.next)
    qtbot.waitUntil(lambda: "au moins" in view.band.text())
    assert not keys.doors.exists


def test_a_place_that_refuses_ends_in_a_sentence(qtbot: QtBot, keys: Keys) -> None:
    def refuse(passphrase: str | None) -> Opening:
        raise VaultError("disk_full", "Le disque est plein.")

    keys.make = refuse  # type: ignore[method-assign]
    dialog = _dialog(qtbot, keys)
    _press(qtbot, dialog.view.offline)
    qtbot.waitUntil(lambda: dialog.view.band.text() == "Le disque est plein.")
    assert (dialog.view.step, dialog.view.offline.isEnabled()) == ("welcome", True)


def test_an_assistant_closed_half_way_goes_on_with_the_same_vault(qtbot: QtBot, keys: Keys) -> None:
    opening = keys.make(PHRASE)
    dialog = _dialog(qtbot, keys, opening)
    _press(qtbot, dialog.view.offline)
    assert (dialog.view.step, len(keys.opened)) == ("school", 1)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert (dialog.result(), dialog.school_id) == (FirstRun.DialogCode.Rejected, None)


def test_a_dialog_closed_once_the_school_is_there_opens_the_window(qtbot: QtBot, keys: Keys) -> None:
    dialog = _dialog(qtbot, keys, keys.make(PHRASE))
    _press(qtbot, dialog.view.offline)
    _type(qtbot, dialog, "uai", "0310001H")
    _type(qtbot, dialog, "name", "École")
    _press(qtbot, dialog.view.next)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == FirstRun.DialogCode.Accepted

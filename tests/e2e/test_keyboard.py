"""The main job without a mouse: the code, ONDE's files, a class notified, its sheets noted, a family found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.accounts import AccountRow, list_accounts
from app.services.sheet_groups import list_groups
from app.services.todo import Page
from app.ui.app import Choices, Desktop, dress
from app.ui.guardians.page import GuardiansPage
from app.ui.shell.window import MainWindow
from tests.support.live import LiveServer, live_server
from tests.ui.desk_stage import demo_files, demo_stage
from tests.ui.keyboard import ALT, CONTROL, Key, Keyboard, said

PUPILS = 24
SECOND = 1_000


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    """The application's own window on a school that was begun offline, and nothing imported."""
    dress(qapp, dark=False)
    with demo_stage(tmp_path, imported=False):
        pass
    environ = {
        **os.environ, "PREAU_VAULT": str(tmp_path / "poste.preau"), "PREAU_VAULT_KEY": bytes(32).hex(),
        "PREAU_FICTIONAL_NUMBERS": "1",
    }  # fmt: skip
    told: list[str] = []
    desktop = Desktop(Choices(environ, Page.HOME, dark=False), say=told.append)
    assert desktop.open() and desktop.window is not None, told
    yield desktop.window
    desktop.close()
    assert told == []


def rows(window: MainWindow) -> tuple[AccountRow, ...]:
    return tuple(list_accounts(window.desk, school_id=window.school_id).rows)


def show(keys: Keyboard, window: MainWindow, page: Page) -> None:
    """Alt and the number of the tab, 0 for the tenth."""
    number = window.tabs.names.index(page) + 1
    keys.press(Qt.Key(Key.Key_0 + number % 10), modifier=ALT)
    keys.qtbot.waitUntil(lambda: window.page_name == page)


def test_the_main_job_without_a_mouse(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    keys = Keyboard(qtbot, window)
    with live_server(tmp_path) as server:
        import_files(keys, window, tmp_path)
        enrol(keys, window, server)
        notify_a_class(keys, window, tmp_path / "feuilles")
        note_as_handed_out(keys, window)
        find_somebody(keys, window)


def import_files(keys: Keyboard, window: MainWindow, folder: Path) -> None:
    paths = []
    for number, source in enumerate(demo_files(PUPILS)):
        (folder / f"{number}").mkdir()
        paths.append(folder / f"{number}" / source.name)
        paths[-1].write_bytes(source.content)
    show(keys, window, Page.IMPORTING)
    keys.tab_to("Choisir les fichiers")

    def name_the_files() -> None:
        keys.type(" ".join(f'"{path}"' for path in paths))
        keys.press(Key.Key_Return)

    keys.modal(name_the_files, opener=lambda: keys.press(Key.Key_Space))
    keys.qtbot.waitUntil(lambda: said(keys.here).startswith("Importer\u00a0:"), timeout=20 * SECOND)
    keys.press(Key.Key_Space)
    keys.qtbot.waitUntil(lambda: len({row.pupil_id for row in rows(window)}) == PUPILS, timeout=20 * SECOND)


def enrol(keys: Keyboard, window: MainWindow, server: LiveServer) -> None:
    server.add_school()
    show(keys, window, Page.MY_SCHOOL)
    keys.tab_to("Adresse du serveur")
    keys.type(server.url)
    keys.tab_to("Code reçu")
    keys.type(server.code())
    keys.tab_to("Relier ce poste")
    keys.press(Key.Key_Space)
    keys.qtbot.waitUntil(lambda: all(row.login for row in rows(window)), timeout=30 * SECOND)


def notify_a_class(keys: Keyboard, window: MainWindow, folder: Path) -> None:
    """Sorted by class, its lines ticked with Shift + Space, then the menu; the folder is typed."""
    show(keys, window, Page.GUARDIANS)
    page = window.page(Page.GUARDIANS)
    assert isinstance(page, GuardiansPage)
    keys.qtbot.waitUntil(lambda: page.model.rowCount() > 0 and not page.busy)
    header = page.view.table.header
    keys.tab_to("En-têtes")
    keys.press(Key.Key_Right, Key.Key_Return)  # sorted by class: those of the first one stand together
    first = page.model.row_at(0).classroom
    lines = sum(row.classroom == first for row in rows(window))
    assert header.words_of(2).startswith("Classe, trié") and page.model.row_at(lines - 1).classroom == first
    keys.tab_to("Responsables\u00a0: une ligne")
    keys.press(Key.Key_Home, Key.Key_Space, *([Key.Key_Down] * (lines - 1)))
    keys.press(Key.Key_Space, modifier=Qt.KeyboardModifier.ShiftModifier)
    keys.qtbot.waitUntil(lambda: page.view.bar.notify_menu.by_sheets.isEnabled())
    keys.tab_to("(Re)Notifier les comptes", back=True)
    keys.menu("Par feuilles individuelles", opener=lambda: keys.press(Key.Key_Down))
    keys.qtbot.waitUntil(lambda: page.notifier.dialog is not None and page.notifier.dialog.isActiveWindow())
    keys.tab_to("Dossier où écrire", back=True)
    keys.type(str(folder))
    keys.tab_to("Imprimer ")
    keys.press(Key.Key_Return)
    dialog = page.notifier.dialog
    keys.qtbot.waitUntil(lambda: dialog is not None and dialog.result_of_print is not None, timeout=60 * SECOND)
    keys.tab_to("Terminer")
    keys.press(Key.Key_Return)
    keys.qtbot.waitUntil(lambda: page.notifier.dialog is None and list(folder.glob("*.pdf")) != [], timeout=30 * SECOND)
    keys.press(Key.Key_F5)
    keys.qtbot.waitUntil(lambda: "Synchronisé" in window.head.pill.text(), timeout=30 * SECOND)


def note_as_handed_out(keys: Keyboard, window: MainWindow) -> None:
    """« Feuilles »: every line, the button; the question whether to delete the files is left by Escape."""
    show(keys, window, Page.SHEETS)

    def waiting() -> list[int]:
        groups = list_groups(window.desk, school_id=window.school_id)
        return [len(group.to_hand) for group in groups]

    keys.qtbot.waitUntil(lambda: sum(waiting()) > 0, timeout=20 * SECOND)
    keys.qtbot.waitUntil(lambda: window.page(Page.SHEETS).view.groups != ())  # type: ignore[attr-defined]
    keys.tab_to("Feuilles imprimées, par lot")
    keys.press(Key.Key_A, modifier=CONTROL)
    keys.tab_to("Noter comme remises", back=True)
    keys.modal(lambda: keys.press(Key.Key_Escape), opener=lambda: keys.press(Key.Key_Space))
    assert sum(waiting()) == 0


def find_somebody(keys: Keyboard, window: MainWindow) -> None:
    """Ctrl+F, a part of a name, Enter to the list, Enter to the account, Escape back to the list."""
    show(keys, window, Page.GUARDIANS)
    page = window.page(Page.GUARDIANS)
    assert isinstance(page, GuardiansPage)
    wanted = rows(window)[-1]
    keys.press(Key.Key_F, modifier=CONTROL)
    keys.type(wanted.guardian.split()[0].lower())
    keys.press(Key.Key_Return)
    keys.qtbot.waitUntil(lambda: page.view.table.hasFocus() and page.model.rowCount() > 0)
    keys.press(Key.Key_Return)
    keys.qtbot.waitUntil(lambda: page.view.panel.isVisible() and not page.busy)
    assert wanted.guardian.split()[0] in page.view.panel.name.text()
    keys.press(Key.Key_Escape)
    assert not page.view.panel.isVisible() and page.view.table.hasFocus()

"""The main window: pages made when shown, read when records changed; the line to the server in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.services.schools import create_school
from app.services.todo import Page as PageName
from app.services.todo import Target
from app.ui.shell.page import PageSpec, Shell
from app.ui.shell.window import MainWindow
from tests.ui.school import demo_desk


class NotingPage:
    """A page that notes what happens to it."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.widget = QWidget()
        self.read = 0
        self.narrowed: list[Target] = []
        self.closed = False

    def refresh(self) -> None:
        self.read += 1

    def narrow(self, target: Target) -> None:
        self.narrowed.append(target)

    def close(self) -> None:
        self.closed = True


PAGES = (
    PageSpec("home", "Accueil", NotingPage),
    PageSpec("guardians", "Responsables", NotingPage),
    PageSpec("importing", "Importer", NotingPage, in_tabs=False),
)


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    with demo_desk(tmp_path, pupils=4) as (desk, school_id):
        made = MainWindow(desk, school_id=school_id, pages=PAGES)
        qtbot.addWidget(made)
        made.show()
        yield made
        made.close()


def page(window: MainWindow, name: str) -> NotingPage:
    found = window.page(name)
    assert isinstance(found, NotingPage)
    return found


def test_the_title_the_school_and_the_tabs(window: MainWindow) -> None:
    assert window.head.school.text() == "0990001N · École primaire des Tilleuls · Valbrune"
    bar = window.tabs.bar
    assert [bar.tabText(number) for number in range(bar.count())] == ["Accueil", "Responsables"]
    assert not window.head.choice.isVisible()


def test_the_line_to_the_server_is_in_words(window: MainWindow, qtbot: QtBot) -> None:
    assert window.head.pill.text().strip() == "Synchronisé il y a 2 min"
    assert window.head.pill.property("tone") == "green"
    with qtbot.waitSignal(window.sync_asked):
        qtbot.keyClick(window.head.pill, Qt.Key.Key_Space)
    assert window.head.pill.text().strip() == "Synchronisation…"
    window.records_changed()
    assert window.head.pill.text().strip() == "Synchronisé il y a 2 min"


def test_a_page_is_made_and_read_when_it_is_first_shown(window: MainWindow) -> None:
    assert page(window, "home").read == 1
    window.show_page("guardians")
    window.show_page("home")
    window.show_page("guardians")
    assert page(window, "home").read == page(window, "guardians").read == 1


def test_changed_records_are_read_by_the_page_in_front_now_and_by_the_others_later(window: MainWindow) -> None:
    window.show_page("guardians")
    window.records_changed()
    assert (page(window, "home").read, page(window, "guardians").read) == (1, 2)
    window.show_page("home")
    assert page(window, "home").read == 2


def test_a_target_opens_its_page_narrowed(window: MainWindow, qtbot: QtBot) -> None:
    target = Target(PageName.GUARDIANS, without_mail=True)
    window.go(target)
    assert window.page_name == "guardians" and page(window, "guardians").narrowed == [target]
    window.go(Target(PageName.IMPORTING))
    assert window.page_name == "importing"
    with qtbot.waitSignal(window.sync_asked):
        window.go(Target(PageName.SYNC))


def test_tabs_by_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    window.tabs.bar.setFocus()
    qtbot.keyClick(window.tabs.bar, Qt.Key.Key_Right)
    assert window.page_name == "guardians"
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert window.page_name == "home" and window.tabs.bar.currentIndex() == 0


def test_another_school_makes_every_page_anew(window: MainWindow, qtbot: QtBot) -> None:
    other = create_school(window.desk, uai="0990002P", name="École du Lavoir").school_id
    window.show_school()
    assert window.head.choice.isVisible()
    before = page(window, "home")
    with qtbot.waitSignal(window.school_chosen):
        window.head.choice.menu().actions()[0].trigger()
    assert window.school_id == other and before.closed
    assert page(window, "home") is not before and page(window, "home").read == 1
    assert "École du Lavoir" in window.head.school.text()


def test_a_closing_window_ends_its_pages(window: MainWindow) -> None:
    window.close()
    assert page(window, "home").closed

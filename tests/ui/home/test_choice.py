"""Several schools in one vault, through the real window: « Choisir un établissement » (arena.md, Frame)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services import schools
from app.services.demo.school import NAME, UAI
from app.services.preferences import set_last_school
from app.services.sync.status import status
from app.services.todo import Page
from app.ui.app import Choices, Desktop
from app.ui.first_run.dialog import FirstRun
from app.ui.home.page import HomePage
from app.ui.shell.window import MainWindow
from tests.support.live import LiveServer, live_server
from tests.ui.desk_stage import StandIn, demo_stage, live_a_little

OTHER_UAI, OTHER = "0310001H", "École Marie Curie"


@contextmanager
def _window(folder: Path) -> Iterator[MainWindow]:
    environ = {
        "PREAU_VAULT": str(folder / "poste.preau"), "PREAU_VAULT_KEY": bytes(32).hex(), "PREAU_FICTIONAL_NUMBERS": "1",
    }  # fmt: skip
    desktop = Desktop(Choices(environ), say=lambda sentence: None)
    try:
        assert desktop.open() and desktop.window is not None
        yield desktop.window
    finally:
        desktop.close()


def _home(window: MainWindow) -> HomePage:
    window.show_page(Page.HOME)
    page = window.page(Page.HOME)
    assert isinstance(page, HomePage)
    return page


def _read(qtbot: QtBot, window: MainWindow, count: int) -> HomePage:
    qtbot.waitUntil(lambda: len(_home(window).view.choice.rows) == count, timeout=10_000)
    return _home(window)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """The demonstration school, and an empty one beside it."""
    with demo_stage(tmp_path, pupils=20) as stage:
        live_a_little(stage)
        schools.create_school(stage.desk, uai=OTHER_UAI, name=OTHER, details={"town": "Toulouse"})
        set_last_school(stage.desk.vault, stage.school_id)
    return tmp_path


def test_each_school_has_its_own_line_and_the_choice_holds_on_every_page(qtbot: QtBot, vault: Path) -> None:
    with _window(vault) as window:
        page = _read(qtbot, window, 2)
        other = next(row for row in page.view.choice.rows if OTHER in row.accessibleName())
        assert [row.school_id for row in page.view.choice.rows if row.isChecked()] == [window.school_id]
        assert window.school_id != other.school_id and "pas encore relié à un serveur" in other.accessibleName()
        window.activateWindow()
        other.setFocus()
        qtbot.keyClick(other, Qt.Key.Key_Space)
        assert window.school_id == other.school_id and OTHER in window.head.school.text()
        for name in (Page.GUARDIANS, Page.STATISTICS, Page.MY_SCHOOL):
            window.show_page(name)
            assert window.school_id == other.school_id
        assert window.page(Page.MY_SCHOOL).view.school.values()["town"] == "Toulouse"  # type: ignore[attr-defined]
        guardians = window.page(Page.GUARDIANS)
        qtbot.waitUntil(lambda: not guardians.busy)  # type: ignore[attr-defined]
        assert guardians.model.rowCount() == 0  # type: ignore[attr-defined]
        page = _read(qtbot, window, 2)
        chosen = next(row for row in page.view.choice.rows if row.isChecked())
        assert chosen.school_id == window.school_id
    with _window(vault) as window:
        assert OTHER in window.head.school.text()


def test_the_school_at_work_stays_chosen_when_it_is_pressed_again(qtbot: QtBot, vault: Path) -> None:
    with _window(vault) as window:
        row = next(row for row in _read(qtbot, window, 2).view.choice.rows if row.isChecked())
        before = window.school_id
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
        assert window.school_id == before and row.isChecked()


def test_who_is_here_is_welcomed_and_a_single_school_is_no_choice(qtbot: QtBot, stage: StandIn) -> None:
    page = HomePage(stage)
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.show()
    qtbot.waitUntil(lambda: bool(page.view.rows))
    choice = page.view.choice
    assert choice.title.text() == "Bienvenue, Mme Hélène Rouvière" and choice.rows == []
    assert not choice.what.isVisible() and not choice.another.isVisible()


def test_a_school_is_added_offline_from_accueil_and_is_at_work(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demo_stage(tmp_path, pupils=20):
        pass
    monkeypatch.setattr(FirstRun, "exec", _fill_offline)
    with _window(tmp_path) as window:
        first = window.school_id
        page = _home(window)
        assert page.view.choice.another.isVisible()
        page.view.choice.another.click()
        assert window.school_id != first and OTHER in window.head.school.text()
        assert {row.school_id for row in _read(qtbot, window, 2).view.choice.rows} == {first, window.school_id}


def _fill_offline(dialog: FirstRun) -> int:
    dialog.view.offline.click()
    dialog.view.school.fill({"uai": OTHER_UAI, "name": OTHER})
    dialog.view.next.click()
    dialog.view.next.click()
    dialog.accept()
    return dialog.result()


def test_two_schools_enter_by_code_and_each_synchronises_on_its_own_line(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with demo_stage(tmp_path, pupils=12):
        pass
    with live_server(tmp_path) as server, _window(tmp_path) as window:
        first, second = server.add_school(UAI, NAME), server.add_school(OTHER_UAI, OTHER)
        window.show_page(Page.MY_SCHOOL)
        mine = window.page(Page.MY_SCHOOL)
        mine.view.code_form.fill({"server": server.url, "code": server.code(UAI)})  # type: ignore[attr-defined]
        mine.view.enrol.click()  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: window.school_id == first, timeout=20_000)
        monkeypatch.setattr(FirstRun, "exec", _by_code(server, qtbot))
        _home(window).view.choice.another.click()
        assert window.school_id == second
        window.synchronise()
        qtbot.waitUntil(lambda: _line(window, first) and _line(window, second), timeout=30_000)
        page = _home(window)
        page.refresh()
        qtbot.waitUntil(lambda: sum("Synchronisé" in row.accessibleName() for row in page.view.choice.rows) == 2)
        row = next(row for row in page.view.choice.rows if not row.isChecked())
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
        assert window.school_id == first


def _by_code(server: LiveServer, qtbot: QtBot) -> Callable[[FirstRun], int]:
    def fill(dialog: FirstRun) -> int:
        dialog.view.with_code.click()
        assert dialog.view.step == "code"
        dialog.view.code.fill({"server": server.url, "code": server.code(OTHER_UAI)})
        dialog.view.next.click()
        qtbot.waitUntil(lambda: dialog.view.step == "files", timeout=20_000)
        dialog.accept()
        QApplication.processEvents()
        return dialog.result()

    return fill


def _line(window: MainWindow, school_id: str) -> bool:
    line = status(window.desk, school_id=school_id)
    return line.pending_count == 0 and line.last_success_at is not None

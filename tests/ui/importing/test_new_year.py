"""« Nouvelle année »: the September import through the application’s own window (DESIGN, « School year »)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.models.tables import Row
from app.services import imports
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.records.rows import SchoolRows
from app.services.schools import create_school
from app.services.todo import Page
from app.services.vault.vault import create_vault
from app.ui.app import Choices, Desktop
from app.ui.former.page import FormerPage
from app.ui.home.page import HomePage
from app.ui.importing.page import ImportPage
from app.ui.importing.panel import ImportPanel
from app.ui.shell.window import MainWindow
from tests.support.onde_files import Adult, Pupil, crowd, guardians_file, pupils_file
from tests.ui.whole import SMALL, settle

AUTUMN = datetime(2026, 9, 10, 9, 0, tzinfo=UTC)
RENTREE = AUTUMN + timedelta(days=362)
UP = {"CP": "CE1", "CE1": "CE2", "CE2": "CM1", "CM1": "CM2"}


@dataclass(frozen=True)
class Years:
    """The files of both years, and the people who make them."""

    last: list[Path]
    this: list[Path]
    leaving: int
    arriving: int


def _next_year(pupils: list[Pupil]) -> list[Pupil]:
    """Everybody a level up but three who stay down; who was in CM2 has left, nine come to CP."""
    held = [pupil for pupil in pupils if pupil.level in UP]
    down, up = held[:3], held[3:]
    fresh = [
        replace(one, last=f"NOUVEAU-{place}", ine=f"9{place:08d}CD", level="CP", room="CP Mme Roux")
        for place, one in enumerate(pupils[:9])
    ]
    moved = [replace(one, level=UP[one.level], room=one.room.replace(one.level, UP[one.level])) for one in up]
    return [*down, *moved, *fresh]


def _of(adults: list[Adult], pupils: list[Pupil]) -> list[Adult]:
    """The guardians of these pupils, whose children they name as they stand now."""
    here = {pupil.ine: pupil for pupil in pupils}
    known = [
        replace(adult, children=children)
        for adult in adults
        if (children := tuple(here[child.ine] for child in adult.children if child.ine in here))
    ]
    fresh = [Adult(one.last, "Ada", (one,), mobile="06 39 98 00 00") for one in pupils if one.ine.startswith("9")]
    return known + fresh


def _write(folder: Path, pupils: list[Pupil], adults: list[Adult]) -> list[Path]:
    paths = []
    for kind, content in (("e", pupils_file(pupils)), ("r", guardians_file(adults))):
        (folder / kind).mkdir(parents=True)
        paths.append(folder / kind / "CSVExtraction.csv")
        paths[-1].write_bytes(content)
    return paths


@pytest.fixture
def years(tmp_path: Path) -> Years:
    pupils, adults = crowd(125)
    following = _next_year(pupils)
    leaving = sum(pupil.level == "CM2" for pupil in pupils)
    return Years(
        _write(tmp_path / "2026", pupils, adults), _write(tmp_path / "2027", following, _of(adults, following)), leaving, 9
    )  # fmt: skip


@pytest.fixture
def window(tmp_path: Path, years: Years) -> Iterator[MainWindow]:
    """The application a year after its first import, on Accueil."""
    vault_file = tmp_path / "poste.preau"
    with create_vault(vault_file, key=bytes(32)) as vault:
        desk = Desk(vault, lambda: AUTUMN, os.urandom, "Mme Rouvière")
        school = create_school(desk, uai="0990001N", name="École des Tilleuls")
        preview = imports.preview(
            desk, school_id=school.school_id, files=[SourceFile.read(path) for path in years.last], allow_fictional=True
        )
        imports.commit(desk, preview=preview)
        _live(desk, school.school_id)
    environ = {"PREAU_VAULT": str(vault_file), "PREAU_VAULT_KEY": bytes(32).hex(), "PREAU_FICTIONAL_NUMBERS": "1"}
    desktop = Desktop(Choices(environ, Page.HOME, dark=False, clock=lambda: RENTREE))
    try:
        assert desktop.open() and desktop.window is not None
        desktop.window.resize(*SMALL)
        settle()
        yield desktop.window
    finally:
        desktop.close()


def _live(desk: Desk, school_id: str) -> None:
    """A year later everybody has a log-in and is in."""
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, school_id)
        for place, account in enumerate(rows.all("accounts")):
            rows.change("accounts", account["id"], login=f"p.parent{place}", state="active", password_changed=True)
        rows.flush()


def _rows(window: MainWindow, table: str) -> list[Row]:
    with window.desk.vault.read() as connection:
        return SchoolRows(connection, window.school_id).all(table)


def _panel(window: MainWindow) -> ImportPanel:
    page = window.page(Page.IMPORTING.value)
    assert isinstance(page, ImportPage)
    return page.panel


def _read(window: MainWindow, paths: list[Path]) -> ImportPanel:
    window.show_page(Page.IMPORTING.value)
    panel = _panel(window)
    panel.open_files(paths)
    settle()
    assert panel.widget.currentWidget() is panel.previewing, panel.choosing.band.text()
    return panel


def _press(qtbot: QtBot, button: QWidget, *answers: str) -> list[str]:
    """Press a button, then in each question that comes the button of those words; returns the questions."""
    asked: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        wanted = answers[len(asked)]
        asked.append(box.text())
        if len(asked) < len(answers):
            _later(answer)
        qtbot.mouseClick(_button(box, wanted), Qt.MouseButton.LeftButton)

    if answers:
        _later(answer)
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    settle()
    return asked


def _confirm(qtbot: QtBot, panel: ImportPanel, *answers: str) -> list[str]:
    return _press(qtbot, panel.previewing.confirm, *answers)


def _later(call: Callable[[], None]) -> None:
    """Once the question is on the screen."""
    QTimer.singleShot(0, call)


def _button(box: QWidget, words: str) -> QPushButton:
    return next(one for one in box.findChildren(QPushButton) if one.text() == words)


def test_accueil_asks_for_the_files_of_the_new_year_until_they_are_there(
    qtbot: QtBot, window: MainWindow, years: Years
) -> None:
    home = window.page(Page.HOME.value)
    assert isinstance(home, HomePage)
    words = "Nouvelle année 2027-2028\u00a0: importer les fichiers de rentrée d’ONDE"
    (line,) = [row for row in home.view.rows if row.item.key == "new_year"]
    assert (line.item.sentence, line.item.urgent) == (words, True)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert window.page_name == Page.IMPORTING.value
    panel = _read(window, years.this)
    _confirm(qtbot, panel, "Les marquer comme partis")
    window.show_page(Page.HOME.value)
    settle()
    assert "new_year" not in {row.item.key for row in home.view.rows}


def test_promotions_departures_and_arrivals_are_counted_before_anything_is_written(
    qtbot: QtBot, window: MainWindow, years: Years
) -> None:
    panel = _read(window, years.this)
    view, promoted = panel.previewing, 125 - years.leaving - 3
    assert view.headline.text() == (
        f"Nouvelle année 2027-2028\u00a0: {promoted}\u00a0élèves passent au niveau supérieur, 3\u00a0élèves gardent leur "
        f"niveau, {years.arriving}\u00a0élèves arrivent, {years.leaving}\u00a0élèves partent (dont "
        f"{years.leaving}\u00a0de CM2). Rien n’est encore écrit."
    )
    assert view.confirm.text().startswith("Commencer l’année 2027-2028\u00a0: ")
    assert view.band.text() == "", "nothing is wrong with this file"
    before = {row["id"]: row for row in _rows(window, "accounts")}
    (question,) = _confirm(qtbot, panel, "Les marquer comme partis")
    assert f"({years.leaving} étaient en CM2)" in question and "Anciens élèves" in question
    said = panel.choosing.band.text()
    assert said.startswith("L’année 2027-2028 est commencée\u00a0: ")
    assert "gardent leur identifiant et leur mot de passe" in said
    after = {row["id"]: row for row in _rows(window, "accounts")}
    assert {key: after[key] for key in before} == before, "log-ins, states and passwords are kept from year to year"
    _former_pupils(window, years)


def _former_pupils(window: MainWindow, years: Years) -> None:
    window.show_page(Page.FORMER.value)
    settle()
    page = window.page(Page.FORMER.value)
    assert isinstance(page, FormerPage)
    assert page.view.title.text() == f"Anciens élèves\u00a0: {years.leaving}\u00a0élèves"
    assert {(row[2][:3], row[3]) for row in page.view.table.texts_shown()} == {("CM2", "2026-2027")}


def test_last_years_file_is_noticed_said_and_asked_about(qtbot: QtBot, window: MainWindow, years: Years) -> None:
    panel = _read(window, years.last)
    assert "ressemble à celui de l’année dernière" in panel.previewing.band.text()
    assert "125\u00a0élèves gardent leur niveau" in panel.previewing.headline.text()
    (question,) = _confirm(qtbot, panel, "Ne rien faire")
    assert question.endswith("Les élèves garderaient la classe et le niveau de l’an dernier.")
    assert len(_rows(window, "school_years")) == 1, "nothing was written"


def test_the_new_year_is_undone_as_a_whole(qtbot: QtBot, window: MainWindow, years: Years) -> None:
    panel = _read(window, years.this)
    _confirm(qtbot, panel, "Les marquer comme partis")
    _press(qtbot, panel.choosing.undo, "Annuler l’import")
    assert panel.choosing.band.text() == "L’import a été annulé."
    assert sum(row["left_on"] is None for row in _rows(window, "pupils")) == 125
    window.show_page(Page.HOME.value)
    settle()
    home = window.page(Page.HOME.value)
    assert isinstance(home, HomePage)
    assert "new_year" in {row.item.key for row in home.view.rows}

"""The bar right after an act, and Ctrl+Z, in the real window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.services import undoing
from app.services.schools import edit_school, one_school
from app.ui.shell.page import PageSpec
from app.ui.shell.undoing import NOTHING, Undoing
from app.ui.shell.window import MainWindow
from tests.ui.school import demo_desk
from tests.ui.shell.test_window import NotingPage

PAGES = (PageSpec("home", "Accueil", NotingPage), PageSpec("guardians", "Responsables", NotingPage))


class Person:
    """Answers, and remembers what was asked."""

    def __init__(self) -> None:
        self.agrees = True
        self.questions: list[str] = []

    def confirm(self, parent: QWidget, question: str, do_it: str) -> bool:
        self.questions.append(question)
        return self.agrees


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    with demo_desk(tmp_path, pupils=4) as (desk, school_id):
        made = MainWindow(desk, school_id=school_id, pages=PAGES)
        qtbot.addWidget(made)
        made.resize(1093, 614)
        made.show()
        made.activateWindow()
        qtbot.waitUntil(lambda: not made.undoing.busy)
        yield made
        made.close()


@pytest.fixture
def person(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Person:
    who = Person()
    monkeypatch.setattr(window.undoing, "_confirm", who.confirm)
    return who


def act(qtbot: QtBot, window: MainWindow, **values: str) -> None:
    """Somebody edits the school in this window."""
    edit_school(window.desk, school_id=window.school_id, values=values)
    changed(qtbot, window)


def changed(qtbot: QtBot, window: MainWindow) -> None:
    window.records_changed()
    qtbot.waitUntil(lambda: not window.undoing.busy)


def name_of(window: MainWindow) -> str:
    return one_school(window.desk, school_id=window.school_id).name


def told(window: MainWindow) -> str:
    return window.undoing.bar.said.text()


def shown(window: MainWindow) -> bool:
    return window.undoing.bar.isVisible()


def press(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.undoing.busy)


def test_right_after_an_act_the_bar_undoes_it_and_puts_it_back(qtbot: QtBot, window: MainWindow) -> None:
    assert not shown(window)
    before = name_of(window)
    act(qtbot, window, name="Les Tilleuls")
    assert shown(window) and told(window) == "Modification du nom de l’école enregistrée."
    bar = window.undoing.bar
    assert bar.undo.text() == "Annuler" and bar.undo.accessibleName() == "Annuler la modification du nom de l’école"
    with qtbot.waitSignal(window.sync_asked):
        qtbot.keyClick(bar.undo, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bar.undo.text() == "Rétablir" and not window.undoing.busy)
    assert name_of(window) == before and told(window) == "Annulé\u00a0: la modification du nom de l’école."
    bar.undo.click()
    qtbot.waitUntil(lambda: bar.undo.text() == "Annuler" and not window.undoing.busy)
    assert name_of(window) == "Les Tilleuls"


def test_the_bar_leaves_with_the_page_or_when_it_is_closed(qtbot: QtBot, window: MainWindow) -> None:
    act(qtbot, window, name="Les Tilleuls")
    window.show_page("guardians")
    assert not shown(window)
    changed(qtbot, window)  # a synchronisation: nothing new was done here
    assert not shown(window)
    act(qtbot, window, name="Jean Moulin")
    window.undoing.bar.leave.click()
    assert not shown(window)


def test_the_bar_withdraws_what_cannot_be_undone_any_more(qtbot: QtBot, window: MainWindow) -> None:
    act(qtbot, window, name="Les Tilleuls")
    found = undoing.latest(window.desk, school_id=window.school_id)
    assert found is not None
    undoing.undo(window.desk, school_id=window.school_id, act_id=found.act_id)
    window.undoing.bar.undo.click()  # meanwhile somebody did it from the journal
    qtbot.waitUntil(lambda: not window.undoing.busy)
    assert "Déjà annulé" in told(window) and not window.undoing.bar.undo.isVisible()


def test_ctrl_z_names_the_act_asks_and_goes_further_back(qtbot: QtBot, window: MainWindow, person: Person) -> None:
    before = name_of(window)
    act(qtbot, window, name="Les Tilleuls")
    act(qtbot, window, opening_hours="de 8 h à 9 h")
    person.agrees = False
    press(qtbot, window)
    assert person.questions[0].startswith("Annuler la modification des horaires de l’école\u202f?")
    person.agrees = True
    press(qtbot, window)
    press(qtbot, window)
    assert person.questions[-1].startswith("Annuler la modification du nom de l’école\u202f?")
    assert name_of(window) == before
    press(qtbot, window)
    assert told(window) == NOTHING and len(person.questions) == 3


def test_ctrl_z_in_a_field_undoes_what_was_typed(qtbot: QtBot, window: MainWindow, person: Person) -> None:
    act(qtbot, window, name="Les Tilleuls")
    field = QLineEdit(window.centralWidget())
    field.show()
    field.setFocus()
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.undoing.busy)
    assert field.text() == "" and person.questions == [] and name_of(window) == "Les Tilleuls"


def test_hostile_names_are_drawn_as_text(qtbot: QtBot, window: MainWindow) -> None:
    act(qtbot, window, name="<b>École</b>")
    assert window.undoing.bar.said.textFormat() is Qt.TextFormat.PlainText
    assert isinstance(window.undoing, Undoing)

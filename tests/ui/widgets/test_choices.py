"""A criterion's button: what is left out, how it says so, and its way back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.widgets.choices import SELECT_ALL, ChoiceButton, shorten

CLASSES = [(name, name) for name in ("CP", "CE1", "CE2")]


@pytest.fixture
def classes(qtbot: QtBot) -> ChoiceButton:
    made = ChoiceButton("Classe(s)", "Classe")
    qtbot.addWidget(made)
    made.offer(CLASSES)
    made.show()
    return made


def action(button: ChoiceButton, text: str) -> object:
    return next(found for found in button.menu.actions() if found.text() == text)


def test_everything_is_ticked_at_first(classes: ChoiceButton) -> None:
    assert classes.chosen() is None and classes.button.text() == "Classe(s)" and not classes.cross.isVisible()
    ticked = [found.text() for found in classes.menu.actions() if found.isChecked()]
    assert ticked == [SELECT_ALL, "CP", "CE1", "CE2"]


def test_select_all_ticks_and_clears(qtbot: QtBot, classes: ChoiceButton) -> None:
    action(classes, SELECT_ALL).trigger()  # type: ignore[attr-defined]
    assert classes.chosen() == frozenset() and classes.button.text() == "Classe\u00a0: rien"
    action(classes, "CE1").trigger()  # type: ignore[attr-defined]
    assert classes.chosen() == {"CE1"} and classes.button.text() == "Classe\u00a0: CE1"
    qtbot.keyClick(classes, Qt.Key.Key_Delete)
    assert classes.chosen() is None


def test_a_new_class_of_a_new_import_is_not_left_out(classes: ChoiceButton) -> None:
    classes.choose(frozenset({"CP", "CE1"}))
    classes.offer([("CP", "CP"), ("CE2", "CE2"), ("CM1", "CM1")])
    assert classes.chosen() == {"CP", "CM1"}


def test_one_choice_excludes_the_others(qtbot: QtBot) -> None:
    mail = ChoiceButton("Adresse mail", "Adresse mail", several=False)
    qtbot.addWidget(mail)
    mail.offer([("all", "Tous"), ("with", "Avec"), ("without", "Sans")])
    assert mail.chosen() is None
    action(mail, "Sans").trigger()  # type: ignore[attr-defined]
    assert mail.chosen() == {"without"} and mail.button.text() == "Adresse mail\u00a0: Sans"
    action(mail, "Tous").trigger()  # type: ignore[attr-defined]
    assert mail.chosen() is None


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([], "rien"),
        (["CM1", "CM2"], "CM1, CM2"),
        (["CE1 Mme Le Goff", "CM2 M. Petit"], "CE1 Mme Le Goff\u00a0+\u00a01"),
        (["CP", "CE1", "CE2", "CM1", "CM2"], "CP, CE1, CE2, CM1, CM2"),
    ],
)
def test_as_many_names_as_there_is_room_for(labels: list[str], words: str) -> None:
    assert shorten(labels) == words


def test_an_ampersand_is_a_character(qtbot: QtBot) -> None:
    button = ChoiceButton("Classe(s)", "Classe")
    qtbot.addWidget(button)
    button.offer([("a", "Fun & Co"), ("b", "CP")])
    button.choose(frozenset({"a"}))
    assert button.button.text() == "Classe\u00a0: Fun && Co"

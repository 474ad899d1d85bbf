from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.models.flyers import FlyerKind
from app.services.desk import Desk
from app.services.flyers import count_flyers
from app.ui.flyers.dialog import FlyersDialog
from tests.ui.school import demo_desk


@pytest.fixture
def school(tmp_path: Path, themed: None) -> Iterator[tuple[Desk, str]]:
    with demo_desk(tmp_path, pupils=30) as found:
        yield found


@pytest.fixture
def dialog(qtbot: QtBot, school: tuple[Desk, str]) -> Iterator[FlyersDialog]:
    made = FlyersDialog(*school, allow_fictional=True)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.classes.count() > 0)
    yield made
    made.close()


def test_copies_are_counted_for_each_class_and_follow_what_is_ticked(
    qtbot: QtBot, dialog: FlyersDialog, school: tuple[Desk, str]
) -> None:
    desk, school_id = school
    groups = count_flyers(desk, school_id=school_id, kind=FlyerKind.ALONE, allow_fictional=True)
    assert dialog.chosen() == list(groups)
    dialog.activateWindow()
    dialog.classes.setFocus()
    dialog.classes.setCurrentRow(0)
    qtbot.keyClick(dialog.classes, Qt.Key.Key_Space)
    left = sum(group.copies for group in groups[1:])
    assert dialog.chosen() == list(groups[1:]) and f"{left}\u00a0exemplaires" in dialog.total.text()
    read = QAccessible.queryAccessibleInterface(dialog.classes)
    assert read.text(QAccessible.Text.Name) == "Classes, avec le nombre d’exemplaires"


def test_another_kind_is_counted_anew_and_the_directors_needs_no_class(qtbot: QtBot, dialog: FlyersDialog) -> None:
    qtbot.mouseClick(dialog.kinds.button(1), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.busy and dialog.kind is FlyerKind.NOTIFIED and dialog.write.isEnabled())
    qtbot.mouseClick(dialog.kinds.button(2), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.classes.isEnabled())
    assert dialog.total.text() == "Une page, pour vous." and dialog.write.isEnabled()


def test_what_is_ticked_is_written_two_on_a_page(
    qtbot: QtBot, dialog: FlyersDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "f.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    dialog.classes.item(0).setCheckState(Qt.CheckState.Unchecked)
    dialog.half.setChecked(True)
    count = len(dialog.chosen())
    dialog.write.click()
    qtbot.waitUntil(lambda: dialog.band.property("tone") == "green")
    pages = PdfReader(path).pages
    assert len(pages) == count and pages[0].mediabox.width > pages[0].mediabox.height
    assert dialog.opener.isVisible()


def test_a_refusal_stays_until_it_is_read(qtbot: QtBot, dialog: FlyersDialog, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    dialog.write_to(tmp_path / "fichier" / "f.pdf")
    qtbot.waitUntil(lambda: dialog.band.property("tone") == "red")
    assert "autre dossier" in dialog.band.text() and not dialog.opener.isVisible()

"""The ERUN at her own PC: the real application on a vault of hers, which talks to the live server by itself; and the
director's side of letting her in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.server.operating import officers as operator
from app.services.schools import list_schools
from app.services.todo import Page as PageName
from app.ui.app import FICTIONAL_VARIABLE, Choices, Desktop, dress
from app.ui.first_run.dialog import FirstRun
from app.ui.shell.page import Page
from app.ui.shell.window import MainWindow
from app.ui.support.access.page import AccessPage
from app.ui.support.circonscription.page import CirconscriptionPage
from app.ui.support.diagnosis.page import DiagnosisPage
from app.ui.support.page import SupportPage
from tests.e2e.driver import Player, Script
from tests.server.portal.household import Household

NAME = "Mme Agnès Martin"
EXCHANGE_MS = 20_000
"""As long as an exchange with the server may take on a machine that is busy."""


def section(window: MainWindow, title: str) -> Page:
    """Click a section of « Assistance »."""
    support = window.page(PageName.SUPPORT)
    assert isinstance(support, SupportPage)
    row = support.view.row
    place = [row.tabText(one) for one in range(row.count())].index(title)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.tabRect(place).center())
    return support.section


def diagnosis(window: MainWindow) -> DiagnosisPage:
    """« Assistance » ▸ « Diagnostic »."""
    found = section(window, "Diagnostic")
    assert isinstance(found, DiagnosisPage)
    return found


@dataclass(frozen=True, slots=True)
class Erun:
    """Her PC, enrolled; what is open to her comes with her exchanges."""

    qtbot: QtBot
    desktop: Desktop

    @property
    def window(self) -> MainWindow:
        assert self.desktop.window is not None
        return self.desktop.window

    def code(self) -> str:
        """The six digits that she reads to a director who does not find her name."""
        page = self._circonscription()
        page.view.code.click()
        read = re.compile(r"(\d{3}\u00a0\d{3})\.")
        self.qtbot.waitUntil(lambda: read.search(page.view.band.text()) is not None, timeout=EXCHANGE_MS)
        found = read.search(page.view.band.text())
        assert found is not None
        return found.group(1)

    def open_school(self, school_id: str) -> None:
        """F5, then the school that has come, from the list."""
        desk = self.window.desk
        self.window.synchronise()
        self.qtbot.waitUntil(lambda: [one.school_id for one in list_schools(desk)] == [school_id], timeout=EXCHANGE_MS)
        page = self._circonscription()
        self.qtbot.waitUntil(lambda: not page.busy and page.view.table.model().rowCount() == 1)
        page.view.table.selectRow(0)
        page.view.open.click()
        self.qtbot.waitUntil(lambda: self.window.school_id == school_id)

    def _circonscription(self) -> CirconscriptionPage:
        page = section(self.window, "Circonscription")
        assert isinstance(page, CirconscriptionPage)
        self.qtbot.waitUntil(lambda: not page.busy)
        return page


@contextmanager
def erun(qtbot: QtBot, qapp: QApplication, home: Household, folder: Path, *, known: bool) -> Iterator[Erun]:
    """The operator's code, typed into the first screen of an empty PC; ``known``: the school is of her circonscription."""
    uais = [one.uai for one in list_schools(home.desk.desk)] if known else []
    made = operator.create(home.server.admin, name=NAME, uais=uais)
    environ = {"PREAU_VAULT": str(folder / "erun.preau"), "PREAU_VAULT_KEY": "e4" * 32, FICTIONAL_VARIABLE: "1"}
    said: list[str] = []
    dress(qapp, dark=False)
    desktop = Desktop(Choices(environ, dark=False, clock=home.clock), say=said.append)
    try:
        player = Player(_enrol(home.server.url, made.code))
        assert desktop.open() and desktop.window is not None
        player.finish()
        yield Erun(qtbot, desktop)
    finally:
        desktop.close()
    assert said == []


def _enrol(server: str, code: str) -> Script:
    def dialog() -> FirstRun | None:
        found = QApplication.activeModalWidget()
        return found if isinstance(found, FirstRun) else None

    yield dialog
    first = dialog()
    assert first is not None
    first.view.with_code.click()
    yield lambda: first.view.step == "code"
    first.view.code.fill({"server": server, "code": code})
    first.view.next.click()
    yield lambda: first.view.step == "recovery" or first.result()
    if first.view.step == "recovery":
        first.view.kept.setChecked(True)
        first.view.next.click()


def let_in(qtbot: QtBot, window: MainWindow, home: Household, *, code: str = "") -> None:
    """The director: « Accès de l’assistance », the officer's name or the code heard, « Ouvrir l’accès », then an exchange."""
    page = section(window, "Accès de l’assistance")
    assert isinstance(page, AccessPage)
    view = page.view
    qtbot.waitUntil(lambda: not page.busy)
    if code:
        QTest.keyClicks(view.code, code)
        QTest.keyClick(view.code, Qt.Key.Key_Return)
        said = f"Ce code est celui de {NAME}"
        qtbot.waitUntil(lambda: said in view.band.text() and not page.busy, timeout=EXCHANGE_MS)
    assert view.officer.currentText().startswith(NAME)
    player = Player(_agree("Ouvrir l’accès"))
    view.grant.click()
    player.finish()
    qtbot.waitUntil(lambda: "ouvert jusqu’au" in view.band.text() and not page.busy)
    home.desk.sync()


def _agree(words: str) -> Script:
    yield lambda: isinstance(QApplication.activeModalWidget(), QMessageBox)
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox) and NAME in box.text()
    next(one for one in box.findChildren(QPushButton) if one.text() == words).click()

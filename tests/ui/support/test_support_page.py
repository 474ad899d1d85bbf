"""« Assistance » holds its sections as the window holds its pages."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.services.todo import Page, Target
from app.ui.shell.page import Shell
from app.ui.support.page import SupportPage
from app.ui.support.sections import SECTIONS, SectionSpec
from tests.ui.desk_stage import StandIn


class Noting:
    """A section that notes what happens to it."""

    def __init__(self, shell: Shell) -> None:
        self.widget, self.read, self.closed = QWidget(), 0, False
        self.narrowed: list[Target] = []

    def refresh(self) -> None:
        self.read += 1

    def narrow(self, target: Target) -> None:
        self.narrowed.append(target)

    def close(self) -> None:
        self.closed = True


def opened(qtbot: QtBot, stage: StandIn) -> SupportPage:
    specs = [SectionSpec(name, title, Noting) for name, title in (("one", "Diagnostic"), ("two", "Doublons"))]
    page = SupportPage(stage, sections=specs)
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.show()
    return page


def shown(page: SupportPage) -> Noting:
    found = page.section
    assert isinstance(found, Noting) and page.view.stack.currentWidget() is found.widget
    return found


def test_a_section_is_made_and_read_when_it_is_first_shown(qtbot: QtBot, stage: StandIn) -> None:
    page = opened(qtbot, stage)
    first = shown(page)
    assert first.read == 1 and page.view.stack.count() == 1
    page.view.row.setFocus()
    qtbot.keyClick(page.view.row, Qt.Key.Key_Right)
    second = shown(page)
    assert second is not first and (first.read, second.read) == (1, 1)
    page.refresh()
    assert (first.read, second.read) == (1, 2)
    qtbot.keyClick(page.view.row, Qt.Key.Key_Left)
    assert shown(page) is first and first.read == 2
    page.close()
    assert first.closed and second.closed


def test_a_target_names_its_section(qtbot: QtBot, stage: StandIn) -> None:
    page = opened(qtbot, stage)
    target = Target(Page.SUPPORT, section="two")
    page.narrow(target)
    assert shown(page).narrowed == [target] and page.view.row.currentIndex() == 1
    page.narrow(Target(Page.SUPPORT))
    assert page.view.row.currentIndex() == 0


def test_the_row_is_there_where_there_is_something_to_choose(qtbot: QtBot, stage: StandIn) -> None:
    assert opened(qtbot, stage).view.row.isVisible()
    alone = SupportPage(stage, sections=SECTIONS[:1])
    qtbot.addWidget(alone.widget)
    alone.widget.show()
    assert not alone.view.row.isVisible()

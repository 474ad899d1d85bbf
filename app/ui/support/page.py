"""« Assistance »: a row of sections, one shown at a time, each made when it is first shown and read when records changed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.services.todo import Target
from app.ui.shell.page import ClosingPage, NarrowingPage, Page, Shell
from app.ui.support.sections import SECTIONS, SectionSpec


class SupportView(QWidget):
    """Layout only: the row is not there where there is nothing to choose."""

    chosen = Signal(int)

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QTabBar()
        self.row.setProperty("role", "sections")
        self.row.setDrawBase(False)
        self.row.setExpanding(False)
        self.row.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.row.setUsesScrollButtons(False)
        self.row.setElideMode(Qt.TextElideMode.ElideNone)
        self.row.setAccessibleName("Sections d’«\u00a0Assistance\u00a0»")
        for title in titles:
            self.row.addTab(title)
        self.row.setVisible(len(titles) > 1)
        self.row.currentChanged.connect(self.chosen)
        self.stack = QStackedWidget()
        line = QHBoxLayout()
        line.setContentsMargins(20, 12, 20, 0)
        line.addWidget(self.row)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(line)
        layout.addWidget(self.stack, 1)


class SupportPage:
    """The page of the window that holds the sections."""

    def __init__(self, shell: Shell, *, sections: Sequence[SectionSpec] = SECTIONS) -> None:
        self._shell, self._specs = shell, tuple(sections)
        self._pages: dict[str, Page] = {}
        self._stale: set[str] = set()
        self.view = SupportView([spec.title for spec in self._specs])
        self.view.chosen.connect(lambda _index: self._show())

    @property
    def widget(self) -> QWidget:
        return self.view

    @property
    def section(self) -> Page:
        """The section that is shown, made if it was not yet."""
        spec = self._specs[self.view.row.currentIndex()]
        if spec.name not in self._pages:
            made = self._pages[spec.name] = spec.factory(self._shell)
            self.view.stack.addWidget(made.widget)
            self._stale.add(spec.name)
        return self._pages[spec.name]

    @property
    def busy(self) -> bool:
        """Whether a section works in the background."""
        return any(getattr(page, "busy", False) for page in self._pages.values())

    def refresh(self) -> None:
        """The section in front is read anew at once, the others when they are shown."""
        self._stale = set(self._pages)
        self._show()

    def narrow(self, target: Target) -> None:
        """Show the section that ``target`` names (the first one where it names none), narrowed where it can be."""
        names = [spec.name for spec in self._specs]
        self.view.row.setCurrentIndex(names.index(target.section) if target.section in names else 0)
        self._show()
        page = self.section
        if isinstance(page, NarrowingPage):
            page.narrow(target)

    def close(self) -> None:
        for page in self._pages.values():
            if isinstance(page, ClosingPage):
                page.close()

    def _show(self) -> None:
        page, name = self.section, self._specs[self.view.row.currentIndex()].name
        self.view.stack.setCurrentWidget(page.widget)
        if name in self._stale:
            self._stale.discard(name)
            page.refresh()

"""The main window: title and school, tabs, one page at a time, and the line to the server always top right in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.models.errors import PreauError
from app.services.desk import Desk
from app.services.schools import list_schools
from app.services.sync.status import sentence, status
from app.services.todo import Page as PageName
from app.services.todo import Target
from app.ui.shell.head import Head
from app.ui.shell.page import ClosingPage, NarrowingPage, Page, PageSpec
from app.ui.shell.tabs import Tabs
from app.ui.shell.undoing import Undoing

TITLE = "Préau — Administration des comptes"
SMALLEST = (1000, 560)
FIRST_SIZE = (1280, 800)
AGE_REFRESH_MS = 30_000
"""« Synchronisé il y a 2 min » must grow older by itself."""


class MainWindow(QMainWindow):
    """Holds the pages and is their Shell. Pages are made when first shown, and read anew when records changed."""

    sync_asked = Signal()
    """Somebody wants an exchange with the server now, or an act has just been written."""
    school_chosen = Signal(str)

    def __init__(
        self,
        desk: Desk,
        *,
        school_id: str,
        pages: Sequence[PageSpec],
        first_page: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._school_id = desk, school_id
        self._specs = {spec.name: spec for spec in pages}
        self._pages: dict[str, Page] = {}
        self._stale: set[str] = set()
        self._name = ""
        self.help_shown: QDialog | None = None
        self.setWindowTitle(TITLE)
        self.setMinimumSize(*SMALLEST)
        self.resize(QSize(*FIRST_SIZE).boundedTo(self.screen().availableSize()))
        self.head = Head()
        self.tabs = Tabs([(spec.name, spec.title) for spec in pages if spec.in_tabs])
        self.stack = QStackedWidget()
        self.undoing = Undoing(self, self)
        self._lay_out()
        self._connect()
        self.show_school()
        self.show_page(first_page or pages[0].name)
        self.undoing.begin()

    def _lay_out(self) -> None:
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part, stretch in ((self.head, 0), (self.tabs, 0), (self.stack, 1), (self.undoing.bar, 0)):
            layout.addWidget(part, stretch)
        self.setCentralWidget(centre)

    def _connect(self) -> None:
        self.tabs.chosen.connect(self.show_page)
        self.head.school_chosen.connect(self.choose_school)
        self.head.sync_asked.connect(self.synchronise)
        self.head.help_asked.connect(self.show_help)
        self._ageing = QTimer(self)
        self._ageing.setInterval(AGE_REFRESH_MS)
        self._ageing.timeout.connect(self.show_line)
        self._ageing.start()
        for key in ("F5", "Ctrl+R"):
            QShortcut(QKeySequence(key), self).activated.connect(self.synchronise)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self).activated.connect(self.show_help)
        for number, name in zip("1234567890", self.tabs.names, strict=False):
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
            shortcut.activated.connect(lambda name=name: self.show_page(name))

    # What pages may ask (Shell)

    @property
    def desk(self) -> Desk:
        return self._desk

    @property
    def school_id(self) -> str:
        return self._school_id

    @property
    def page_name(self) -> str:
        """The page that is shown."""
        return self._name

    def go(self, target: Target) -> None:
        if target.page is PageName.SYNC:
            self.synchronise()
            return
        self.show_page(target.page.value)
        page = self._pages.get(target.page.value)
        if isinstance(page, NarrowingPage):
            page.narrow(target)

    def synchronise(self) -> None:
        self.head.show_busy()
        self.sync_asked.emit()

    def records_changed(self) -> None:
        self._stale = set(self._pages)
        self._refresh_shown()
        self.show_line()
        self.undoing.look()

    def choose_school(self, school_id: str) -> None:
        self._close_pages()
        self._school_id = school_id
        self.show_school()
        self.school_chosen.emit(school_id)
        self.show_page(self._name)
        if self.focusWidget() is None:  # it went with the page that was made anew
            self.tabs.bar.setFocus()
        self.undoing.begin()

    # Showing

    def page(self, name: str) -> Page:
        """That page, made if it was not yet."""
        if name not in self._pages:
            made = self._pages[name] = self._specs[name].factory(self)
            self.stack.addWidget(made.widget)
            self._stale.add(name)
        return self._pages[name]

    def show_page(self, name: str) -> None:
        """Bring a page to the front; it is read anew where its records have changed since."""
        page = self.page(name)
        if name != self._name:
            self.undoing.leave()
        self._name = name
        self.tabs.show_chosen(name)
        self.stack.setCurrentWidget(page.widget)
        self._refresh_shown()

    def show_school(self) -> None:
        """The line under the title, and the state of the line to the server."""
        self.head.show_schools(list_schools(self._desk), self._school_id)
        self.show_line()

    def show_line(self) -> None:
        """The pill at the top right. Two counts of a small table: no need to leave the thread."""
        try:
            state = status(self._desk, school_id=self._school_id)
        except PreauError:
            return
        self.head.show_line(state, sentence(state, now=self._desk.clock()))

    def show_help(self) -> None:
        """The help of the page that is shown, in place of another's."""
        from app.ui.help.dialog import HelpDialog
        from app.ui.help.topics import topic

        if self.help_shown is not None:
            self.help_shown.close()
            self.help_shown.deleteLater()
        self.help_shown = HelpDialog(topic(self._name), self)
        self.help_shown.show()

    def _refresh_shown(self) -> None:
        if self._name in self._stale:
            self._stale.discard(self._name)
            self._pages[self._name].refresh()

    def _close_pages(self) -> None:
        for page in self._pages.values():
            if isinstance(page, ClosingPage):
                page.close()
            self.stack.removeWidget(page.widget)
            page.widget.deleteLater()
        self._pages.clear()
        self._stale.clear()

    def closeEvent(self, event: QCloseEvent) -> None:
        for page in self._pages.values():
            if isinstance(page, ClosingPage):
                page.close()
        self.undoing.close()
        self._ageing.stop()
        super().closeEvent(event)

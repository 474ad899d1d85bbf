"""What a director does at the real window, act by act, as scripts for the player of tests/e2e."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.services.todo import Page, Target
from app.ui.flyers.dialog import FlyersDialog
from app.ui.guardians.columns import SORTABLE
from app.ui.guardians.page import GuardiansPage
from app.ui.guardians.printing import PrintingDialog
from app.ui.journal.page import JournalPage
from app.ui.shell.window import MainWindow
from app.ui.statistics.page import StatisticsPage
from tests.e2e.driver import Script

NOTIFIED = 500
TYPED = "martin-b"


@dataclass(frozen=True)
class Director:
    """One person at one window; ``folder`` takes what she writes."""

    window: MainWindow
    folder: Path

    def page(self, name: Page) -> Any:
        """That page, shown."""
        self.window.show_page(name.value)
        return self.window.page(name.value)

    @property
    def guardians(self) -> GuardiansPage:
        return cast(GuardiansPage, self.window.page(Page.GUARDIANS.value))

    def import_files(self, files: list[Path]) -> Script:
        panel = self.page(Page.IMPORTING).panel
        panel.choosing.zone.dropped.emit(files)
        yield lambda: panel.widget.currentWidget() is panel.previewing and not panel.busy
        for tab in range(panel.previewing.tabs.count()):
            panel.previewing.tabs.setCurrentIndex(tab)
            yield lambda: True
        panel.previewing.confirm.click()
        yield lambda: panel.widget.currentWidget() is panel.choosing and not panel.busy

    def enrol(self, server: str, code: str) -> Script:
        page = self.page(Page.MY_SCHOOL)
        page.view.code_form.fill({"server": server, "code": code})
        page.view.enrol.click()
        yield lambda: self.window.page(Page.MY_SCHOOL.value) is not page
        yield from self.synchronise()

    def synchronise(self) -> Script:
        self.window.synchronise()
        yield lambda: "Synchronisation" in self.window.head.pill.text()
        yield lambda: "Synchronisé" in self.window.head.pill.text()

    def read_list(self) -> Script:
        page = self.page(Page.GUARDIANS)
        page.refresh()
        yield lambda: page.model.rowCount() and not page.busy

    def type_a_name(self) -> Script:
        search = self.guardians.view.criteria.search
        search.setFocus()
        for letter in TYPED:
            QTest.keyClick(search, letter)  # type: ignore[arg-type]
            yield lambda: True
        for _ in TYPED:
            QTest.keyClick(search, Qt.Key.Key_Backspace)
            yield lambda: True

    def sort(self) -> Script:
        for section in sorted(SORTABLE):
            for _ in range(2):
                self.guardians.view.table.header.sort_asked.emit(section)
                yield lambda: True
        self.guardians.view.table.header.sort_asked.emit(1)

    def scroll(self) -> Script:
        bar = self.guardians.view.table.verticalScrollBar()
        for step in range(20):
            bar.setValue(bar.maximum() * step // 20)
            yield lambda: True
        bar.setValue(0)

    def tick_everybody(self) -> Script:
        page = self.guardians
        for _ in range(2):
            QTest.keyClick(page.view.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            yield lambda: True
        yield lambda: not page.ticked

    def open_account(self) -> Script:
        page = self.guardians
        page.view.table.setFocus()
        page.view.table.go_to(3)
        QTest.keyClick(page.view.table, Qt.Key.Key_Return)
        yield lambda: page.view.panel.isVisible() and not page.busy
        for _ in range(5):
            QTest.keyClick(page.view.table, Qt.Key.Key_Down)
            yield lambda: not page.busy
        page.close_panel()

    def _tick_some(self) -> Script:
        """500 accounts, as a line of Accueil would narrow the list to them."""
        page = self.guardians
        some = frozenset(sorted(page.model.accounts.everybody)[:NOTIFIED])
        self.window.go(Target(Page.GUARDIANS, account_ids=some))
        yield lambda: page.model.rowCount() > 0 and not page.busy
        if not page.ticked:
            page.view.table.all_ticked.emit()
        yield lambda: len(page.ticked) == NOTIFIED

    def _carry_out(self, folder: str = "") -> Script:
        """Confirm the printing dialog that opens, wait for its result, leave it."""
        page = self.guardians
        yield lambda: page.notifier.dialog is not None and not page.notifier.jobs.busy
        dialog = cast(PrintingDialog, page.notifier.dialog)
        if folder:
            dialog.folder.field.setText(str(self.folder / folder))  # type: ignore[attr-defined]
        dialog.confirm.click()
        yield lambda: dialog.result_of_print is not None and not page.busy
        dialog.accept()
        yield lambda: page.notifier.dialog is None

    def notify_by_sheets(self) -> Script:
        yield from self._tick_some()
        self.guardians.view.bar.notify_menu.sheets_asked.emit(False)
        yield from self._carry_out("feuilles")

    def reset(self) -> Script:
        yield from self._tick_some()
        self.guardians.view.bar.edit_menu.reset_asked.emit()
        yield from self._carry_out()

    def notify_by_mail(self) -> Script:
        page = self.guardians
        yield from self._tick_some()
        page.view.bar.notify_menu.mails_asked.emit(False)
        yield lambda: page.mailing.dialog is not None and not page.mailing.jobs.busy
        dialog: Any = page.mailing.dialog
        dialog.confirm.click()
        yield lambda: dialog.result_of_sending is not None and not page.busy
        dialog.accept()
        yield lambda: page.mailing.dialog is None

    def list_everybody(self, wanted: str) -> Script:
        page = self.guardians
        page._tick(set())
        page.view.criteria.show_everything()
        yield lambda: page.model.rowCount() == len(page.model.accounts.rows)
        page.view.bar.list_menu.list_asked.emit(wanted)
        yield from self._carry_out("listes")

    def see_statistics(self) -> Script:
        page: StatisticsPage = self.page(Page.STATISTICS)
        page.refresh()
        yield lambda: page.chart is not None and not page._reader.busy
        for choice in page.view.by.buttons():
            choice.click()
            yield lambda: True
        page.print_to(self.folder / "statistiques.pdf")
        yield lambda: not page._printing.busy

    def read_journal(self) -> Script:
        page: JournalPage = self.page(Page.JOURNAL)
        page.refresh()
        yield lambda: not page.busy and page.view.lines
        for letter in "import":
            QTest.keyClick(page.view.search, letter)  # type: ignore[arg-type]
            yield lambda: True
        page.view.search.clear()

    def hand_over_sheets(self) -> Script:
        page = self.page(Page.SHEETS)
        page.refresh()
        yield lambda: not page.busy
        page._ask = lambda *_: False  # whether to delete the files: a question would wait for a person
        page.view.table.selectAll()
        if page.view.hand.isEnabled():
            page.view.hand.click()
        yield lambda: not page.busy

    def write_flyers(self) -> Script:
        page = self.page(Page.MY_SCHOOL)
        dialog = FlyersDialog(self.window.desk, self.window.school_id, allow_fictional=True, parent=page.view)
        dialog.open()
        yield lambda: not dialog.busy and dialog.isVisible()
        dialog.write_to(self.folder / "flyers.pdf")
        yield lambda: not dialog.busy
        dialog.reject()
        dialog.deleteLater()

    def go_round(self) -> Script:
        for name in (Page.HOME, Page.REVIEW, Page.MY_SCHOOL, Page.FORMER, Page.IMPORTING):
            self.page(name).refresh()
            yield lambda: True
            yield lambda: QApplication.activeModalWidget() is None

    def acts(self) -> Iterator[tuple[str, Script]]:
        """All that needs a school that was imported and knows its log-ins."""
        yield "list read", self.read_list()
        yield "name typed letter by letter", self.type_a_name()
        yield "every column sorted", self.sort()
        yield "list scrolled", self.scroll()
        yield "everybody ticked", self.tick_everybody()
        yield "accounts opened", self.open_account()
        yield f"{NOTIFIED} notified by sheets", self.notify_by_sheets()
        yield f"{NOTIFIED} notified by mail", self.notify_by_mail()
        yield f"{NOTIFIED} passwords reset", self.reset()
        for wanted in ("csv", "xlsx", "pdf"):
            yield f"list as {wanted}", self.list_everybody(wanted)
        yield "« Statistiques »", self.see_statistics()
        yield "« Journal »", self.read_journal()
        yield "« Feuilles »", self.hand_over_sheets()
        yield "flyers", self.write_flyers()
        yield "every other page", self.go_round()

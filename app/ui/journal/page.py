"""The controller of « Journal »: read off the window's thread, searched from memory, exported; the chosen act undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from app.models.errors import PreauError
from app.services import undoing
from app.services.journal_view import Journal, JournalLine, read_journal, write_journal
from app.ui import work
from app.ui.asking import Ask, ask
from app.ui.journal.view import JournalView
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell

FILE_NAME = "Preau-Journal.csv"
Choose = Callable[[QWidget], Path | None]
"""Asks for the file to write; None where the person gave up."""


def choose_file(parent: QWidget) -> Path | None:
    """Ask where to write the export."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    start = str(Path(documents or Path.home()) / FILE_NAME)
    chosen, _ = QFileDialog.getSaveFileName(parent, "Exporter le journal", start, "CSV (*.csv)")
    return Path(chosen) if chosen else None


class JournalPage(ReadingPage[JournalView]):
    """The wiring. The server's word comes with each synchronisation: the page is then read anew."""

    def __init__(self, shell: Shell, *, confirm: Ask = ask, choose: Choose = choose_file) -> None:
        view = JournalView()
        super().__init__(shell, view, view.band)
        self._confirm, self._choose = confirm, choose
        self._journal = Journal(())
        self._job: work.Job | None = None
        self.view.searched.connect(lambda _text: self._search())
        self.view.export_asked.connect(self._on_export)
        self.view.undo_asked.connect(self._on_undo)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self.view, context=context)
        find.activated.connect(self.view.search.setFocus)

    @property
    def busy(self) -> bool:
        return super().busy or self._job is not None

    def close(self) -> None:
        super().close()
        if self._job is not None:
            self._job.wait()

    def _read(self, job: work.Job) -> Journal:
        return read_journal(self._shell.desk, school_id=self._shell.school_id)

    def _show(self, picture: Journal) -> None:
        self._journal = picture
        self._search()

    def _search(self) -> None:
        self.view.show_lines(self._journal.find(self.view.search.text()), len(self._journal.lines))

    def _on_export(self) -> None:
        file = self._choose(self.view)
        if file is not None and self._job is None:
            lines: Sequence[JournalLine] = self.view.lines
            self._start(lambda job: write_journal(lines, file=file), self._on_exported)

    def _on_exported(self, path: Path) -> None:
        self.view.band.say(f"Journal exporté\u00a0: {path}", tone="green")

    def _on_undo(self) -> None:
        line, desk, school_id = self.view.chosen, self._shell.desk, self._shell.school_id
        if line is None or not line.undo.possible or self._job is not None:
            return
        if self._confirm(self.view, line.undo.question, line.undo.do_it):
            self._start(lambda job: undoing.undo(desk, school_id=school_id, act_id=line.act_id), self._on_undone)

    def _on_undone(self, _act: object) -> None:
        self._shell.records_changed()
        self._shell.synchronise()

    def _start(self, call: Callable[[work.Job], object], done: Callable[[Any], None]) -> None:
        self.view.band.clear()

        def finish(result: object) -> None:
            self._job = None
            done(result)

        self._job = work.start(call, parent=self.view, done=finish, failed=self._on_failed)

    def _on_failed(self, error: PreauError) -> None:
        self._job = None
        super()._on_failed(error)

"""The controller of « Journal »: read off the window's thread, searched from memory, exported, and what can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from app.models.errors import PreauError
from app.services import imports
from app.services.imports import PastImport
from app.services.journal_view import Journal, JournalLine, read_journal, write_journal
from app.ui import work
from app.ui.asking import Ask, ask
from app.ui.importing.words import latest_undoable, undo_label
from app.ui.journal.view import JournalView
from app.ui.reading import Reader
from app.ui.shell.page import Shell

FILE_NAME = "Preau-Journal.csv"
CONSEQUENCE = (
    "Ce que l’import avait changé reprend sa valeur d’avant, les fiches qu’il avait créées sont marquées comme parties. "
    "Ce que quelqu’un a modifié depuis ne bouge pas et va dans «\u00a0À revoir\u00a0»."
)

Choose = Callable[[QWidget], Path | None]
"""Asks for the file to write; None where the person gave up."""


@dataclass(frozen=True, slots=True)
class JournalPicture:
    """The journal and what can be undone, at one moment."""

    journal: Journal
    last_import: PastImport | None


def choose_file(parent: QWidget) -> Path | None:
    """Ask where to write the export."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    start = str(Path(documents or Path.home()) / FILE_NAME)
    chosen, _ = QFileDialog.getSaveFileName(parent, "Exporter le journal", start, "CSV (*.csv)")
    return Path(chosen) if chosen else None


class JournalPage:
    """The wiring. The server's word comes with each synchronisation: the page is then read anew."""

    def __init__(self, shell: Shell, *, confirm: Ask = ask, choose: Choose = choose_file) -> None:
        self._shell, self._confirm, self._choose = shell, confirm, choose
        self.view = JournalView()
        self._journal = Journal(())
        self._last: PastImport | None = None
        self._job: work.Job | None = None
        self._reader = Reader(self.view, self._read, self._show, self._on_failed)
        self.view.searched.connect(lambda _text: self._search())
        self.view.export_asked.connect(self._on_export)
        self.view.undo_asked.connect(self._on_undo)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self.view, context=context)
        find.activated.connect(self.view.search.setFocus)

    @property
    def widget(self) -> QWidget:
        return self.view

    @property
    def busy(self) -> bool:
        """Whether something goes on in the background."""
        return self._reader.busy or self._job is not None

    def refresh(self) -> None:
        self._reader.again()

    def close(self) -> None:
        self._reader.wait()
        if self._job is not None:
            self._job.wait()

    def _read(self, job: work.Job) -> JournalPicture:
        desk, school_id = self._shell.desk, self._shell.school_id
        past = imports.history(desk, school_id=school_id)
        return JournalPicture(read_journal(desk, school_id=school_id), latest_undoable(past))

    def _show(self, picture: JournalPicture) -> None:
        self._journal, self._last = picture.journal, picture.last_import
        self.view.offer_undo(undo_label(self._last) if self._last else "")
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
        last, desk, school_id = self._last, self._shell.desk, self._shell.school_id
        if last is None or self._job is not None:
            return
        if self._confirm(self.view, f"{undo_label(last)}\u202f? {CONSEQUENCE}", "Annuler l’import"):
            self._start(
                lambda job: imports.undo(desk, school_id=school_id, import_id=last.import_id),
                lambda _: self._on_undone(),
            )

    def _on_undone(self) -> None:
        self.view.band.say("L’import a été annulé.", tone="green")
        self._shell.records_changed()
        self._shell.synchronise()

    def _start(self, call: Callable[[work.Job], object], done: Callable[[Path], None]) -> None:
        self.view.band.clear()

        def finish(result: Path) -> None:
            self._job = None
            done(result)

        self._job = work.start(call, parent=self.view, done=finish, failed=self._on_failed)

    def _on_failed(self, error: PreauError) -> None:
        self._job = None
        self.view.band.say(error.sentence, tone="red")

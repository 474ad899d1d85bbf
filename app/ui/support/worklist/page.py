"""The wiring of « À corriger dans ONDE »: read off the window's thread, narrowed in memory, ticked by an act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.services.lists import ListFormat
from app.services.onde_worklist.lines import Line, State
from app.services.onde_worklist.worklist import Worklist, tick, worklist
from app.services.onde_worklist.writing import format_of, write_worklist
from app.services.todo import Page, Target
from app.ui import work
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell
from app.ui.support.worklist.view import KINDS, KNOWN_HERE, WorklistView

SaveAs = Callable[[QWidget, str, str, str], str]
"""(parent, title, name proposed, kinds of files) → the name chosen, empty for none."""
NAME = "Preau-A-corriger-dans-ONDE"


def save_as(parent: QWidget, title: str, proposed: str, kinds: str) -> str:
    """Ask where to write."""
    return QFileDialog.getSaveFileName(parent, title, proposed, kinds)[0]


class WorklistPage(ReadingPage[WorklistView]):
    """« À corriger dans ONDE »."""

    def __init__(self, shell: Shell, *, asking: SaveAs = save_as) -> None:
        view = WorklistView()
        super().__init__(shell, view, view.band)
        self._asking, self._found = asking, Worklist(())
        self._led = False
        """Whether somebody was led here before the list was read: the keyboard goes to it once it is there."""
        self._writing = work.Jobs(view)
        view.narrowed.connect(self._show_lines)
        view.copy_asked.connect(self._on_copy)
        view.tick_asked.connect(self._on_tick)
        view.import_asked.connect(lambda: shell.go(Target(Page.IMPORTING)))
        view.print_asked.connect(lambda: self._on_write("Imprimer", f"{NAME}.pdf", "PDF (*.pdf)"))
        view.export_asked.connect(lambda: self._on_write("Exporter", f"{NAME}.xlsx", "Excel (*.xlsx);;CSV (*.csv)"))

    @property
    def busy(self) -> bool:
        return super().busy or self._writing.busy

    def close(self) -> None:
        super().close()
        self._writing.close()

    def narrow(self, target: Target) -> None:
        """From Accueil: the very lines that it counts, the keyboard on them."""
        self.view.which.setCurrentIndex(KNOWN_HERE)
        self._led = not self._found.lines
        self.view.table.setFocus()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the kind that is chosen."""
        return self._of(self.view.which.currentIndex())

    def _of(self, place: int) -> tuple[Line, ...]:
        _, states, known = KINDS[place]
        return tuple(line for line in self._found.of(*states) if known is None or line.known is known)

    def _read(self, job: work.Job) -> Worklist:
        return worklist(self._shell.desk, school_id=self._shell.school_id)

    def _show(self, picture: Worklist) -> None:
        self._found = picture
        self.view.show_kinds([(label, len(self._of(place))) for place, (label, *_) in enumerate(KINDS)])
        self._show_lines()
        if self._led:
            self._led = False
            self.view.table.setFocus()

    def _show_lines(self) -> None:
        self.view.show_lines(self.lines, left=len(self._found.left), whole=len(self._found.lines))

    def _on_copy(self) -> None:
        line = self.view.table.chosen
        if line is not None and line.value:
            QGuiApplication.clipboard().setText(line.value)
            self.view.band.say(f"Copié\u00a0: {line.value}", tone="green")

    def _on_tick(self) -> None:
        line = self.view.table.chosen
        if line is None or not self.view.tick.isEnabled():
            return
        desk, school_id, done = self._shell.desk, self._shell.school_id, line.state is not State.TICKED
        self.view.band.clear()
        self._do(lambda: tick(desk, school_id=school_id, line=line, done=done))

    def _on_write(self, title: str, proposed: str, kinds: str) -> None:
        if self._writing.busy:
            return
        name = self._asking(self.view, title, proposed, kinds)
        if name:
            self.write_to(Path(name))

    def write_to(self, file: Path) -> None:
        """Write the lines that are shown, off the window's thread; the end of the name says how."""
        desk, school_id, lines, wanted = self._shell.desk, self._shell.school_id, self.lines, format_of(file)
        named = file if file.suffix.lower() == f".{wanted}" else file.with_name(f"{file.name}.{ListFormat.PDF}")
        self._writing.start(
            lambda job: write_worklist(desk, school_id=school_id, lines=lines, wanted=wanted, file=named),
            done=lambda path: self.view.band.say(f"La liste est dans {path}.", tone="green"),
            failed=self._on_failed,
        )

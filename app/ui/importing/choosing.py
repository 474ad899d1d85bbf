"""The first step of an import: words on where to click in ONDE, files dropped or chosen, the imports of before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.importing.words import HOW_TO, PAST_HEADERS
from app.ui.pieces import Band, Card, button, restyle, scrolled, words
from app.ui.tables import TextTable
from app.ui.theme import tokens

DROP_HERE = "Déposez ici le ou les fichiers CSVExtraction.csv"


class DropZone(QFrame):
    """A frame where files can be let go; the button does the same by keyboard."""

    dropped = Signal(list)
    """Paths."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setProperty("role", "drop")
        self.setStyleSheet(_sheet())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 20, 16, 20)
        layout.setSpacing(12)
        said = words(DROP_HERE)
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose = button("Choisir les fichiers…", self._ask, role="primary")
        layout.addWidget(said)
        layout.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _paths(event):
            event.acceptProposedAction()
            self._mark(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(over=False)
        event.acceptProposedAction()
        self.dropped.emit(_paths(event))

    def _ask(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, "Choisir les fichiers d’ONDE", "", "Extractions d’ONDE (*.csv *.txt);;Tous les fichiers (*)"
        )
        if names:
            self.dropped.emit([Path(name) for name in names])

    def _mark(self, *, over: bool) -> None:
        self.setProperty("over", over)
        restyle(self)


class ChoosingView(QWidget):
    """Layout only."""

    files_chosen = Signal(list)
    undo_asked = Signal()
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        self.zone = DropZone()
        self.zone.dropped.connect(self.files_chosen)
        card = Card("Importer depuis ONDE")
        card.body.addWidget(words(HOW_TO))
        card.body.addWidget(self.zone)
        self.progress = words("Lecture des fichiers…", role="muted")
        self.progress.setVisible(False)
        self.stop = button("Annuler la lecture", self.stop_asked.emit)
        self.stop.setVisible(False)
        card.body.addWidget(self.progress)
        card.body.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignLeft)
        self.past = Card("Imports précédents")
        self.past.setVisible(False)
        self.table = TextTable(PAST_HEADERS, name="Imports précédents", stretch=(2, 3, 4), whole=True)
        self.undo = button("Annuler l’import", self.undo_asked.emit, role="danger")
        row = QHBoxLayout()
        row.addWidget(self.undo)
        row.addStretch(1)
        self.past.body.addWidget(self.table)
        self.past.body.addLayout(row)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        for part in (self.band, card, self.past):
            column.addWidget(part)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content))

    def show_busy(self, *, busy: bool, sentence: str = "Lecture des fichiers…", stoppable: bool = False) -> None:
        """While files are read or an import is undone, nothing can be started twice; a reading can be stopped."""
        self.progress.setText(sentence)
        self.stop.setVisible(busy and stoppable)
        self.progress.setVisible(busy)
        self.zone.setEnabled(not busy)
        self.past.setEnabled(not busy)

    def show_past(self, rows: Sequence[tuple[str, ...]], undo: str | None) -> None:
        """The history, and the words of the button that undoes the last one (None: nothing to undo)."""
        self.table.fill(rows)
        self.past.setVisible(bool(rows))
        self.undo.setVisible(undo is not None)
        self.undo.setText(undo or "")


def _paths(event: QDropEvent | QDragEnterEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _sheet() -> str:
    colours = tokens()
    return f"""
QFrame[role="drop"] {{ border: 2px dashed {colours.edge}; border-radius: 6px; background: transparent; }}
QFrame[role="drop"][over="true"] {{ border-color: {colours.primary}; background: {colours.tint}; }}
"""

"""The layout of « Journal »: what is looked for, the acts, the chosen one in full, and its undoing or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.services.journal_view import JournalLine
from app.ui.pieces import Band, button, many, words
from app.ui.tables import TextTable

HEADERS = ("Date", "Heure", "Personne", "Poste", "Action", "Détail", "État")
EMPTY = "Rien au journal."
NOTHING_FOUND = "Aucune action ne correspond à cette recherche."
HINT = "Chercher une personne, une action, une date…"


class JournalView(QWidget):
    """Layout only; its signals say what was asked."""

    searched = Signal(str)
    export_asked = Signal()
    undo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.band = Band()
        self.search = QLineEdit()
        self.search.setPlaceholderText(HINT)
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Chercher dans le journal")
        self.search.textChanged.connect(self.searched)
        self.export = button("Exporter (format csv)…", self.export_asked.emit)
        self.undo = button("", self.undo_asked.emit)
        self.undoing = words(role="muted")
        self.count = words(role="muted", wrap=False)
        self.table = TextTable(HEADERS, name="Journal", stretch=(5,))
        self.table.selectionModel().currentRowChanged.connect(lambda current, _before: self._show(current.row()))
        self.whole = words(role="body")
        self.whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.nothing = words(role="muted")
        self.lines: tuple[JournalLine, ...] = ()
        self._lay_out()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.search, 1)
        row.addWidget(self.export)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.undo)
        below.addWidget(self.undoing, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 12)
        column.setSpacing(8)
        for part in (self.band, words("Journal", role="title")):
            column.addWidget(part)
        column.addLayout(row)
        column.addWidget(self.nothing)
        column.addWidget(self.table, 1)
        column.addWidget(self.whole)
        column.addLayout(below)
        column.addWidget(self.count)

    def show_lines(self, lines: Sequence[JournalLine], total: int) -> None:
        """These lines of the ``total``; the first one is in full below."""
        self.lines = tuple(lines)
        self.table.fill([line.cells[: len(HEADERS)] for line in self.lines])
        self.table.setVisible(bool(self.lines))
        self.nothing.setText("" if self.lines else NOTHING_FOUND if total else EMPTY)
        self.nothing.setVisible(not self.lines)
        shown = many(len(self.lines), "action")
        self.count.setText(shown if len(self.lines) == total else f"{shown} sur {total}")
        self.export.setEnabled(bool(self.lines))
        self._show(0)

    @property
    def chosen(self) -> JournalLine | None:
        """The line that is told in full."""
        row = max(self.table.currentIndex().row(), 0)
        return self.lines[row] if row < len(self.lines) else None

    def _show(self, row: int) -> None:
        """A line in full: a detail may be longer than its column."""
        line = self.lines[row] if 0 <= row < len(self.lines) else None
        said = [line.title, line.detail, line.state] if line else []
        self.whole.setText(" · ".join(part for part in said if part))
        self.whole.setVisible(line is not None)
        self._show_undo(line)

    def _show_undo(self, line: JournalLine | None) -> None:
        """What undoing the chosen act is called and changes; the reason where it cannot be."""
        self.undo.setVisible(line is not None)
        self.undoing.setVisible(line is not None)
        if line is None:
            return
        offer = line.undo
        self.undo.setText(f"{offer.verb}…")
        self.undo.setEnabled(offer.possible)
        self.undo.setAccessibleName(offer.label)
        self.undo.setAccessibleDescription(offer.blocked or offer.consequence)
        self.undoing.setText(offer.blocked or f"{offer.label}. {offer.consequence}".rstrip())

"""The list: a heading a pupil, a line a value; one key copies what to type into ONDE, another says that it is done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.services.onde_worklist.lines import Line, State
from app.ui.tables import TextTable

HEADERS = ("Fiche", "Colonne d’ONDE", "Dans ONDE", "À écrire", "État")
_STATES = {
    State.TODO: "À faire", State.DOUBTED: "Pas dans ONDE", State.TICKED: "Coché fait", State.DONE: "Fait",
}  # fmt: skip


class WorklistTable(TextTable):
    """Lines under headings; ``lines`` has None where a heading stands."""

    copy_asked = Signal()
    tick_asked = Signal()

    def __init__(self) -> None:
        super().__init__(HEADERS, name="À corriger dans ONDE", stretch=(0, 2, 3))
        self.setWordWrap(False)
        self.lines: tuple[Line | None, ...] = ()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Replace everything; the line that was chosen stays chosen, else the first one is."""
        kept, place = self.chosen, self.currentIndex().row()
        found: list[Line | None] = []
        heading = None
        for line in lines:
            if line.place != heading:
                heading = line.place
                found.append(None)
            found.append(line)
        self.clearSpans()
        self.lines = tuple(found)
        self.fill(
            [_cells(line) if line else (_heading(found[row + 1]), "", "", "", "") for row, line in enumerate(found)],
            bold=frozenset(row for row, line in enumerate(found) if line is None),
        )
        for row, one in enumerate(found):
            if one is None:
                self.setSpan(row, 0, 1, len(HEADERS))
        self._choose_again(kept, place)

    @property
    def chosen(self) -> Line | None:
        """The line that has the cursor."""
        row = self.currentIndex().row()
        return self.lines[row] if 0 <= row < len(self.lines) else None

    def _choose_again(self, kept: Line | None, place: int) -> None:
        rows = [row for row, line in enumerate(self.lines) if line is not None]
        if not rows:
            return
        same = next((row for row in rows if kept is not None and self._at(row).key == kept.key), None)
        self.selectRow(same if same is not None else min(rows, key=lambda row: abs(row - max(place, 0))))

    def _at(self, row: int) -> Line:
        found = self.lines[row]
        assert found is not None
        return found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bare = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.matches(QKeySequence.StandardKey.Copy) or (bare and event.key() == Qt.Key.Key_C):
            self.copy_asked.emit()
        elif bare and event.key() == Qt.Key.Key_Space:
            self.tick_asked.emit()
        else:
            super().keyPressEvent(event)


def _heading(line: Line | None) -> str:
    return line.place.words if line else ""


def _cells(line: Line) -> tuple[str, ...]:
    return line.who, line.field, line.onde, line.right or "à demander", _STATES[line.state]

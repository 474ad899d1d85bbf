"""The layout of « À corriger dans ONDE »: which lines, the list, and all that there is to know of the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.services.onde_worklist.lines import Line, State
from app.services.onde_worklist.worklist import SHOWN_DAYS
from app.ui.pieces import Band, Card, button, day, empty_state, many, words
from app.ui.support.worklist.table import WorklistTable

TITLE = "À corriger dans ONDE"
NOTHING = "Rien à corriger dans ONDE."
KEPT = "Dans l’ordre d’ONDE\u00a0: par classe, puis par élève. Une ligne s’en va d’elle-même quand un import la montre faite."
NOTHING_HERE = "Aucune ligne de cette sorte."
DONE, NOT_DONE = "Fait dans ONDE", "Pas encore fait"


class WorklistView(QWidget):
    """Layout only."""

    narrowed = Signal()
    copy_asked = Signal()
    tick_asked = Signal()
    import_asked = Signal()
    print_asked = Signal()
    export_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band, self.title = Band(), words(TITLE, role="title")
        self.which = QComboBox()
        self.which.setAccessibleName("Lignes à montrer")
        self.which.addItems([label for label, *_ in KINDS])
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.which.currentIndexChanged.connect(lambda _index: self.narrowed.emit())
        self.print = button("Imprimer…", self.print_asked.emit)
        self.export = button("Exporter…", self.export_asked.emit)
        self.importing = button("Importer depuis ONDE…", self.import_asked.emit, role="link")
        self.nothing = empty_state(NOTHING)
        self.nothing.hide()  # until the list was read
        self.none_here = words(NOTHING_HERE, role="muted")
        self.table = WorklistTable()
        self.table.copy_asked.connect(self.copy_asked)
        self.table.tick_asked.connect(self.tick_asked)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.show_choice())
        self.card = self._card()
        self._lay_out()

    def _card(self) -> Card:
        card = Card()
        card.body.setSpacing(4)
        self.what = words(role="strong")
        self.why = words()
        self.where = words(role="muted")
        self.copy = button("Copier (C)", self.copy_asked.emit)
        self.tick = button(f"{DONE} (Espace)", self.tick_asked.emit, role="primary")
        row = QHBoxLayout()
        row.addWidget(self.tick)
        row.addWidget(self.copy)
        row.addStretch(1)
        for part in (self.what, self.why, self.where):
            card.body.addWidget(part)
        card.body.addLayout(row)
        card.hide()
        return card

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for part in (self.which, self.print, self.export):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.importing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 4, 20, 12)
        layout.setSpacing(8)
        for widget in (self.band, self.title, words(KEPT, role="muted")):
            layout.addWidget(widget)
        layout.addLayout(row)
        layout.addWidget(self.none_here)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.card)
        order = (self.which, self.print, self.export, self.importing, self.table, self.tick, self.copy)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def show_kinds(self, kinds: Sequence[tuple[str, int]]) -> None:
        """The words and the count of each kind of line."""
        for place, (label, count) in enumerate(kinds):
            self.which.setItemText(place, f"{label} ({count})")

    def show_lines(self, lines: Sequence[Line], *, left: int, whole: int) -> None:
        """The lines of the chosen kind; ``left`` are to be done, ``whole`` is every line."""
        self.title.setText(f"{TITLE}\u00a0: {many(left, 'donnée')}" if left else TITLE)
        self.nothing.setVisible(not whole)
        for part in (self.which, self.print, self.export):
            part.setVisible(bool(whole))
        self.none_here.setVisible(bool(whole) and not lines)
        self.table.setVisible(bool(lines))
        self.print.setEnabled(bool(lines))
        self.export.setEnabled(bool(lines))
        self.table.show_lines(lines)
        self.show_choice()

    def show_choice(self) -> None:
        """All that is known of the chosen line, and what can be done with it."""
        line = self.table.chosen
        self.card.setVisible(line is not None)
        if line is None:
            return
        self.what.setText(_what(line))
        since = f" Depuis le {day(line.since)}." if line.since else ""
        self.why.setText(" ".join(filter(None, (f"{line.why}.", line.more))) + since)
        by = f" ({line.ticked_by})" if line.ticked_by and line.done_on is None else ""
        self.where.setText(f"Où\u00a0: {line.where}. {line.state_words}{by}.")
        ticked = line.state is State.TICKED
        self.tick.setText(f"{NOT_DONE if ticked else DONE} (Espace)")
        self.tick.setAccessibleName(f"{NOT_DONE if ticked else DONE}\u00a0: {line.field}, {line.who}")
        self.tick.setEnabled(line.state is not State.DONE and not (ticked and line.answered))
        self.copy.setEnabled(bool(line.value))
        self.copy.setAccessibleName(f"Copier {line.value or 'la valeur'}\u00a0: {line.field}, {line.who}")


KINDS: tuple[tuple[str, tuple[State, ...], bool | None], ...] = (
    ("À faire", (State.TODO, State.DOUBTED), None),
    ("À faire, valeur connue", (State.TODO, State.DOUBTED), True),
    ("À faire, à demander ou à vérifier", (State.TODO, State.DOUBTED), False),
    ("Cochées, à voir au prochain import", (State.TICKED,), None),
    (f"Faites depuis {SHOWN_DAYS}\u00a0jours", (State.DONE,), None),
    ("Toutes", tuple(State), None),
)
"""The kinds of lines that one can ask for: how far they are, and whether the value is known."""
KNOWN_HERE = 1
"""Those that Accueil counts."""


def _what(line: Line) -> str:
    right = line.right or "à demander ou à vérifier"
    return f"{line.who} ({line.kind.lower()}), {line.field}\u00a0: {line.onde} → {right}"

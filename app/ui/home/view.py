"""The layout of Accueil: the to-do on the left, the school and the line to the server on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.models.states import AccountState
from app.services.todo import TodoItem
from app.ui.home.bar import StateBar
from app.ui.home.choice import SchoolChoice
from app.ui.pieces import Band, Card, button, empty, grouped, replace_rows, scrolled, words
from app.ui.theme import Tokens, tokens
from app.ui.widgets.chips import StateChip

ROW_HEIGHT = 40
NOTHING_LEFT = "Rien à faire pour le moment\u00a0: tout est à jour."


class TodoRow(QPushButton):
    """One line: a count, words, « Voir › ». The whole line is the target; the arrows go from line to line."""

    def __init__(self, item: TodoItem) -> None:
        super().__init__()
        self.item = item
        self.setProperty("role", "row")
        self.setAccessibleName(item.sentence)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 12, 4)
        layout.setSpacing(12)
        count = words("" if item.count is None else grouped(item.count), role="title", wrap=False)
        count.setFixedWidth(56)
        count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        said = words(item.words)
        go = words("Faire\u00a0›" if item.count is None else "Voir\u00a0›", role="go", wrap=False)
        if item.urgent:
            self.setAccessibleDescription("À faire d’abord")
            count.setProperty("urgent", True)
            said.setProperty("urgent", True)
        for part, stretch in ((count, 0), (said, 1), (go, 0)):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(part, stretch)


class StateLine(QWidget):
    """A state's chip and how many accounts are in it."""

    def __init__(self, state: AccountState, count: int) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self.count = words(grouped(count), role="strong", wrap=False)
        self.count.setMinimumWidth(36)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.count)
        layout.addWidget(StateChip(state))
        layout.addStretch(1)


class HomeView(QWidget):
    """Layout only. Signals say what was asked."""

    item_chosen = Signal(object)
    """A TodoItem."""
    sync_asked = Signal()
    import_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setStyleSheet(rows_sheet(tokens()))
        self.band = Band()
        self.todo = Card("À faire")
        self.rows: list[TodoRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.todo.body.addLayout(self._list)
        self.nothing = words(NOTHING_LEFT, role="muted")
        self.todo.body.addWidget(self.nothing)
        self.todo.body.addStretch(1)
        self.choice = SchoolChoice()
        self._build_school()
        self._build_line()
        self._build_import()
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for card in (self.choice, self.school, self.line, self.onde):
            column.addWidget(card)
        column.addStretch(1)
        layout = QGridLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setHorizontalSpacing(16)
        layout.addWidget(self.band, 0, 0, 1, 2)
        layout.addWidget(scrolled(self.todo), 1, 0)
        layout.addWidget(scrolled(right), 1, 1)
        layout.setRowStretch(1, 1)
        layout.setColumnStretch(0, 1)
        layout.setColumnStretch(1, 1)

    def _build_school(self) -> None:
        self.school = Card(" ")
        self.bar = StateBar()
        self.legend = QGridLayout()
        self.legend.setHorizontalSpacing(12)
        self.legend.setVerticalSpacing(4)
        self.reached = words(role="body")
        self.school.body.addWidget(self.bar)
        self.school.body.addLayout(self.legend)
        self.school.body.addWidget(self.reached)

    def _build_line(self) -> None:
        self.line = Card("Liaison avec le serveur")
        self.line_words = words()
        self.sync = button("Synchroniser maintenant", self.sync_asked.emit)
        self.line.body.addWidget(self.line_words)
        self.line.body.addWidget(self.sync)

    def _build_import(self) -> None:
        self.onde = Card("Fichiers ONDE")
        self.import_words = words()
        self.onde.body.addWidget(self.import_words)
        self.onde.body.addWidget(button("Importer depuis ONDE…", self.import_asked.emit, role="primary"))

    def show_states(self, counts: Mapping[AccountState, int]) -> None:
        """One chip a state, with its shape and its words, and its count."""
        empty(self.legend)
        for place, (state, count) in enumerate(counts.items()):
            self.legend.addWidget(StateLine(state, count), place // 2, place % 2)

    def show_todo(self, items: Sequence[TodoItem]) -> None:
        """Replace the lines; the keyboard stays on the line where it was."""
        rows = [TodoRow(item) for item in items]
        for row in rows:
            row.clicked.connect(lambda _=False, item=row.item: self.item_chosen.emit(item))
        self.rows = replace_rows(self._list, self.rows, rows, lambda row: row.item.key)
        self.nothing.setVisible(not items)


def rows_sheet(colours: Tokens) -> str:
    """The style of the lines that lead somewhere, for the widget that holds them."""
    weight = "bold" if colours.red == colours.ink else "normal"  # in high contrast no colour tells what is urgent
    return f"""
QPushButton[role="row"] {{ background: transparent; border: none; border-bottom: 1px solid {colours.line};
  border-radius: 0; padding: 0; min-height: {ROW_HEIGHT - 2}px; }}
QPushButton[role="row"]:hover {{ background: {colours.tint}; }}
QPushButton[role="row"]:focus {{ border: 2px solid {colours.primary}; border-radius: 5px; }}
QLabel[role="go"] {{ color: {colours.primary}; }}
QLabel[urgent="true"] {{ color: {colours.red}; font-weight: {weight}; }}
"""

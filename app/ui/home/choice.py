"""« Choisir un établissement » on Accueil: a line for each school of the vault, with its own line to its server."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.home.picture import SchoolAtHome
from app.ui.pieces import Card, button, replace_rows, words

TITLE = "Choisir un établissement"
HOLDS = "Ce choix vaut sur toutes les pages, jusqu’au prochain."


class SchoolRow(QPushButton):
    """One school: its line, the state of its synchronisation, and whether it is the one at work."""

    def __init__(self, school: SchoolAtHome) -> None:
        super().__init__()
        self.school_id = school.school_id
        self.setProperty("role", "row")
        self.setCheckable(True)
        self.setChecked(school.here)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        chosen = "choisi" if school.here else "choisir"
        self.setAccessibleName(f"{school.title}\u00a0: {school.line_words}\u202f; {chosen}")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        title = words(school.title, role="strong" if school.here else "body")
        line = words(school.line_words, role="muted")
        go = words("Choisi" if school.here else "Choisir\u00a0›", role="muted" if school.here else "go", wrap=False)
        for part in (title, line, go):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        texts.addWidget(title)
        texts.addWidget(line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 12, 4)
        layout.setSpacing(12)
        layout.addLayout(texts, 1)
        layout.addWidget(go)


class SchoolChoice(Card):
    """Who is here, and the schools where there are several. ``chosen`` says an id that is not the one at work."""

    chosen = Signal(str)
    another_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Bienvenue", parent)
        self.rows: list[SchoolRow] = []
        self.what = words(TITLE, role="subheading")
        self.holds = words(HOLDS, role="muted")
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.another = button("Ajouter une école…", self.another_asked.emit, role="link")
        self.body.addWidget(self.what)
        self.body.addLayout(self._list)
        row = QHBoxLayout()
        row.addWidget(self.holds, 1)
        row.addWidget(self.another)
        self.body.addLayout(row)

    def show_schools(self, person: str, schools: Sequence[SchoolAtHome]) -> None:
        """Replace the lines; the keyboard stays on the school where it was."""
        several = len(schools) > 1
        self.title.setText(f"Bienvenue, {person}" if person else "Bienvenue")
        for part in (self.what, self.holds):
            part.setVisible(several)
        rows = [SchoolRow(school) for school in schools] if several else []
        for row in rows:
            row.clicked.connect(lambda _=False, chosen=row: self._on_clicked(chosen))
        self.rows = replace_rows(self._list, self.rows, rows, lambda row: row.school_id)

    def _on_clicked(self, row: SchoolRow) -> None:
        if row.isChecked():
            self.chosen.emit(row.school_id)
        else:
            row.setChecked(True)  # the school at work stays chosen

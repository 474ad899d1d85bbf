"""The layout of « Diagnostic »: one field, who was found, and the answer on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.services.diagnosis.cause import Remedy
from app.services.diagnosis.diagnose import Diagnosis
from app.ui.pieces import Band, button, empty, scrolled, words
from app.ui.support.diagnosis.cards import CauseCard
from app.ui.tables import TextTable
from app.ui.widgets.chips import StateChip

TITLE = "Pourquoi la connexion n’aboutit-elle pas\u202f?"
ASKED = "Nom, téléphone, adresse mail ou identifiant du parent"
OPEN = "Rien n’arrête ce responsable."
REPORT = "Rapport de l’école (PDF)…"
WAYS = ("Comment entrer", "Possible", "Parce que")
MOST_FOUND = 8


class DiagnosisView(QWidget):
    """Layout only."""

    chosen = Signal(str)
    """The account of who is meant."""
    remedy_asked = Signal(object, str)
    """A Remedy, and the pupil whose record it is about (empty where it is about none)."""

    report_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        self.field = QLineEdit()
        self.field.setPlaceholderText(ASKED)
        self.field.setAccessibleName(ASKED)
        self.count = words(role="muted")
        self.count.hide()
        self._found = QVBoxLayout()
        self._found.setSpacing(2)
        self.answer = self._answer()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 4, 20, 16)
        column.setSpacing(8)
        self.report = button(REPORT, self.report_asked.emit)
        head = QHBoxLayout()
        head.addWidget(words(TITLE, role="title"), 1)
        head.addWidget(self.report)
        column.addWidget(self.band)
        column.addLayout(head)
        column.addWidget(self.field)
        column.addWidget(self.count)
        column.addLayout(self._found)
        column.addWidget(self.answer)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content))
        self.setTabOrder(self.field, self.report)

    def _answer(self) -> QWidget:
        found = QWidget()
        self.name = words(role="heading")
        self.chip: StateChip | None = None
        self.children_line = words(role="muted")
        self.account = button(Remedy.OPEN_ACCOUNT.label, partial(self._ask, Remedy.OPEN_ACCOUNT, ""), role="link")
        self.ways = TextTable(WAYS, name="Les trois façons d’entrer", stretch=(2,), whole=True)
        self.open = words(OPEN, role="strong")
        self.cards: list[CauseCard] = []
        self._causes = QVBoxLayout()
        self._causes.setSpacing(8)
        self._head = QHBoxLayout()
        self._head.addWidget(self.name, 1)
        self._head.addWidget(self.account)
        column = QVBoxLayout(found)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._head)
        for part in (self.children_line, self.ways, self.open):
            column.addWidget(part)
        column.addLayout(self._causes)
        found.hide()
        return found

    def clear(self) -> None:
        """Nobody is asked for."""
        self.field.blockSignals(True)
        self.field.clear()
        self.field.blockSignals(False)
        self.show_found([], "")

    def show_found(self, found: Sequence[tuple[str, str]], count: str) -> None:
        """(account, name) of each one who may be meant; whatever was answered before goes."""
        empty(self._found)
        self.hide_answer()
        self.count.setText(count)
        self.count.setVisible(bool(count))
        for account_id, name in found:
            made = button(name.replace("&", "&&"), partial(self.chosen.emit, account_id), role="link")
            self._found.addWidget(made)
            made.show()

    def hide_answer(self) -> None:
        """Answer for nobody."""
        self.answer.hide()

    def show_answer(self, found: Diagnosis, buttons: Mapping[Remedy, str], *, director: bool = True) -> None:
        """The three ways, then every cause; ``buttons`` are the words of those remedies that can be had here.

        Without ``director`` it is an officer who reads.
        """
        self.name.setText(found.name)
        self._show_state(found)
        self.children_line.setText(f"Enfants ici\u00a0: {found.children}" if found.children else "Aucun enfant ici")
        self.ways.fill([(way.entrance.label, way.answer, way.words) for way in found.ways])
        self.open.setVisible(not found.causes)
        empty(self._causes)
        self.cards = [
            CauseCard(cause, buttons.get(cause.remedy) if cause.remedy else None, director=director)
            for cause in found.causes
        ]
        for card in self.cards:
            card.remedy_asked.connect(self.remedy_asked)
            self._causes.addWidget(card)
        self.answer.show()

    def _show_state(self, found: Diagnosis) -> None:
        if self.chip is None:
            self.chip = StateChip(found.state)
            self._head.insertWidget(1, self.chip)
        self.chip.show_state(found.state)

    def _ask(self, remedy: Remedy, pupil_id: str) -> None:
        self.remedy_asked.emit(remedy, pupil_id)

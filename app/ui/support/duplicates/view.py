"""The layout of « Doublons »: the pairs on the left, the two records side by side on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.services.duplicates.merging import TWO_SCHOOLS
from app.services.duplicates.search import Pair
from app.ui.pieces import Band, Card, button, empty, empty_state, many, scrolled, words
from app.ui.tables import TextTable

TITLE = "Responsables en double"
EXPLAINED = (
    "La même personne écrite deux fois dans ONDE, dans cette école ou dans une autre de ce fichier. Préau ne regroupe "
    "jamais rien seul."
)
NOBODY = "Aucun responsable ne paraît avoir deux fiches."
DIFFERENT, SAME = "≠ différent", "= pareil"
HEADERS = ("Donnée", "Première fiche", "Seconde fiche", "")
SIDE = 300


class DuplicatesView(QWidget):
    """Layout only."""

    search_asked = Signal()
    stop_asked = Signal()
    merge_asked = Signal()
    apart_asked = Signal()

    def __init__(self, *, decides: bool = True, parent: QWidget | None = None) -> None:
        """``decides``: whether whoever sits here may group and tell apart; a support officer looks only."""
        super().__init__(parent)
        self._decides = decides
        self.band = Band()
        self.count = words(role="muted")
        self.nothing = empty_state(NOBODY)
        self.nothing.hide()  # until it was looked for
        self.search = button("Chercher de nouveau", self.search_asked.emit)
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Recherche des doublons")
        self.stop = button("Arrêter", self.stop_asked.emit)
        self.pairs = QListWidget()
        self.pairs.setAccessibleName("Paires de fiches, la plus sûre d’abord")
        self.pairs.setWordWrap(True)
        self.pairs.setSpacing(4)
        self.pairs.setMinimumWidth(SIDE)
        self.card = Card(" ")
        self._lay_card()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 4, 20, 12)
        layout.setSpacing(8)
        for part in (self.band, words(TITLE, role="title"), words(EXPLAINED, role="muted")):
            layout.addWidget(part)
        layout.addLayout(self._head())
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self._split(), 1)
        self.show_busy(False)

    def _head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(self.count, 1)
        line.addWidget(self.progress, 1)
        line.addWidget(self.stop)
        line.addWidget(self.search)
        return line

    def _split(self) -> QSplitter:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.pairs)
        split.addWidget(scrolled(self.card))
        split.setStretchFactor(1, 1)
        return split

    def _lay_card(self) -> None:
        self.likelihood = words(role="strong")
        self.table = TextTable(HEADERS, name="Les deux fiches", stretch=(1, 2), whole=True)
        self.reasons = QVBoxLayout()
        self.reasons.setSpacing(2)
        self.two_schools = words(TWO_SCHOOLS)
        self.merge = button("Regrouper…", self.merge_asked.emit, role="primary")
        self.apart = button("Ce n’est pas la même personne", self.apart_asked.emit)
        self.onde = button("À corriger dans ONDE", self._on_onde, role="link")
        self.steps = QVBoxLayout()
        self.steps_box = QWidget()
        self.steps_box.setLayout(self.steps)
        line = QHBoxLayout()
        for part in (self.merge, self.apart, self.onde):
            line.addWidget(part)
        line.addStretch(1)
        body = self.card.body
        body.addWidget(self.likelihood)
        body.addLayout(self.reasons)
        body.addWidget(self.two_schools)
        body.addLayout(line)
        body.addWidget(self.steps_box)
        body.addWidget(self.table)
        body.addStretch(1)
        self.card.hide()

    def show_busy(self, busy: bool) -> None:
        """The bar and its button while it is looked for."""
        working: tuple[QWidget, ...] = (self.progress, self.stop)
        for part in (*working, self.search, self.count):
            part.setVisible(busy is (part in working))

    def show_pairs(self, pairs: Sequence[Pair], chosen: int) -> None:
        """Every pair in its order; the one to be shown is chosen."""
        self.pairs.blockSignals(True)
        self.pairs.clear()
        for pair in pairs:
            QListWidgetItem(f"{pair.one.name}\n{pair.other.name}\n{where(pair)}", self.pairs)
        self.pairs.setCurrentRow(chosen)
        self.pairs.blockSignals(False)
        self.pairs.setVisible(bool(pairs))
        self.nothing.setVisible(not pairs)
        self.count.setText(many(len(pairs), "paire de fiches", "paires de fiches") if pairs else "")
        self.card.setVisible(bool(pairs))

    def show_pair(self, pair: Pair) -> None:
        """Both records, what speaks for and against, what can be done."""
        self.card.title.setText(f"{pair.one.name}\u00a0— {pair.other.name}")
        self.likelihood.setText(where(pair))
        self.table.fill([(line.label, line.one, line.other, SAME if line.same else DIFFERENT) for line in pair.lines])
        empty(self.reasons)
        for heading, sentences in (("Pour", pair.speaks_for), ("Contre", pair.speaks_against)):
            for sentence in sentences:
                self._add(self.reasons, f"{heading}\u00a0— {sentence}")
        self.two_schools.setVisible(not pair.in_one_school)
        self.merge.setVisible(pair.in_one_school and self._decides)
        self.apart.setVisible(self._decides)
        empty(self.steps)
        for number, step in enumerate(pair.to_correct, start=1):
            self._add(self.steps, f"{number}. {step}")
        self.steps_box.hide()

    def _add(self, layout: QVBoxLayout, text: str) -> None:
        label: QLabel = words(text)
        layout.addWidget(label)
        label.show()

    def _on_onde(self) -> None:
        self.steps_box.setVisible(not self.steps_box.isVisible())


def where(pair: Pair) -> str:
    """« Probable · même école »."""
    place = "même école" if pair.in_one_school else f"{pair.one.school}, {pair.other.school}"
    return f"{pair.likelihood.label} · {place}"

"""The look of « Accès de l’assistance »: a card to open the school, the table of what was opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.services.support.grants import GrantLine, KnownOfficer
from app.ui.pieces import Band, Card, button, form_label, scrolled, words
from app.ui.tables import TextTable

WHAT = (
    "L’ERUN lit les fiches et les comptes de l’école, cherche pourquoi un parent n’entre pas, et propose des réparations "
    "que vous acceptez ou refusez dans «\u00a0Demandes\u00a0». Jamais les mots de passe, les bilans, les adresses, ni les "
    "dates de naissance entières."
)
HOW_LONG = ("72 heures", "Une semaine", "Jusqu’à la fin de l’année scolaire")
NOBODY = "Personne de la circonscription\u00a0: demandez son code à 6 chiffres"
HEADERS = ("Personne", "Accès", "Regardé", "Dernière fois")
NOTHING = "L’école n’a jamais été ouverte à l’assistance."


class AccessView(QWidget):
    """Layout only."""

    grant_asked = Signal()
    code_asked = Signal(str)
    end_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        self.officer, self.how_long = QComboBox(), QComboBox()
        self.officer.setAccessibleName("À qui ouvrir l’école")
        self.how_long.setAccessibleName("Jusqu’à quand")
        self.how_long.addItems(HOW_LONG)
        self.officer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.code = QLineEdit()
        self.code.setMaxLength(7)
        self.code.setPlaceholderText("000 000")
        self.code.setAccessibleName("Code à 6 chiffres, lu par l’ERUN au téléphone")
        self.code.returnPressed.connect(self._on_code)
        self.grant = button("Ouvrir l’accès…", self.grant_asked.emit, role="primary")
        self.meet = button("De qui est ce code ?".replace(" ?", "\u202f?"), self._on_code)
        self.end = button("Mettre fin à l’accès choisi", self.end_asked.emit)
        self.table = TextTable(HEADERS, name="Accès donnés à l’assistance", stretch=(0, 1), whole=True)
        self.nothing = words(NOTHING, role="muted")
        self._lay_out()

    def _lay_out(self) -> None:
        opening = Card("Ouvrir l’école à l’assistance (ERUN)")
        opening.body.addWidget(words(WHAT, role="muted"))
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, parts in (
            (
                first,
                (
                    form_label("À", self.officer),
                    self.officer,
                    form_label("pour", self.how_long),
                    self.how_long,
                    self.grant,
                ),
            ),
            (second, (form_label("Son nom n’y est pas\u00a0: code lu au téléphone", self.code), self.code, self.meet)),
        ):
            for part in parts:
                row.addWidget(part)
            row.addStretch(1)
            opening.body.addLayout(row)
        given = Card("Accès donnés")
        given.body.addWidget(self.nothing)
        given.body.addWidget(self.table)
        given.body.addWidget(self.end)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 12, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.band)
        column.addWidget(opening)
        column.addWidget(given)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content))

    def show_officers(self, known: Sequence[KnownOfficer], chosen: str | None) -> None:
        """Whom the school may let in; ``chosen`` is an officer's id."""
        kept = chosen or self.officer.currentData()
        self.officer.clear()
        for one in known:
            told = " (par code)" if one.by_code else ""
            self.officer.addItem(f"{one.name}{told}{', déjà ouvert' if one.granted else ''}", one.officer_id)
        if not known:
            self.officer.addItem(NOBODY, None)
        self.officer.setCurrentIndex(max(self.officer.findData(kept), 0))
        self.grant.setEnabled(bool(known))

    def show_grants(self, lines: Sequence[GrantLine]) -> None:
        """Open ones first."""
        self.table.fill([(line.name, line.state, line.readings, line.last) for line in lines])
        self.table.setVisible(bool(lines))
        self.nothing.setVisible(not lines)
        self.end.setVisible(any(line.living for line in lines))

    def _on_code(self) -> None:
        if self.code.text().strip():
            self.code_asked.emit(self.code.text())
        else:
            self.code.setFocus()

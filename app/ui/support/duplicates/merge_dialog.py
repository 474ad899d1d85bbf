"""« Regrouper… »: every field of both records, which value is kept, and what happens."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QRadioButton, QWidget

from app.services.duplicates.merging import FieldChoice, MergePreview
from app.ui.guardians.rights_dialogs import RightsDialog
from app.ui.pieces import scrolled, words

EMPTY = "(vide)"


class MergeDialog(RightsDialog):
    """Two columns of values; where they differ the director chooses."""

    help_name = "MERGE_RECORDS"

    def __init__(self, preview: MergePreview, parent: QWidget | None = None) -> None:
        super().__init__("Regrouper deux fiches", "Regrouper", parent)
        self._groups: dict[str, QButtonGroup] = {}
        self.setMinimumWidth(720)
        self.body.addWidget(words(f"{preview.kept_name}\u00a0: une seule personne\u202f?", role="heading"))
        self.body.addWidget(scrolled(self._table(preview)), 1)
        self.body.addWidget(words(f"Élèves\u00a0: {', '.join(preview.children) or 'aucun'}."))
        for sentence in preview.consequences:
            self.body.addWidget(words(sentence))
        self.confirm.setEnabled(not preview.blocked)
        if preview.blocked:
            self.error.say(preview.blocked, tone="orange")
        self.leave.setFocus()

    @property
    def take(self) -> frozenset[str]:
        """The fields whose value is taken from the record that goes."""
        return frozenset(name for name, group in self._groups.items() if group.checkedId() == 1)

    def _table(self, preview: MergePreview) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for column, title in enumerate(("Donnée", "Fiche qui reste", "Fiche qui part")):
            grid.addWidget(words(title, role="strong", wrap=False), 0, column)
        for row, choice in enumerate(preview.fields, start=1):
            grid.addWidget(words(choice.label, wrap=False), row, 0)
            self._add_values(grid, row, choice)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        return table

    def _add_values(self, grid: QGridLayout, row: int, choice: FieldChoice) -> None:
        if not choice.differs:
            grid.addWidget(words(_breakable(choice.kept or EMPTY)), row, 1, 1, 2)
            return
        group = self._groups[choice.name] = QButtonGroup(self)
        for column, (value, whose) in enumerate(((choice.kept, "qui reste"), (choice.other, "qui part"))):
            radio = QRadioButton()
            radio.setAccessibleName(f"{choice.label}, fiche {whose}\u00a0: {value or EMPTY}")
            radio.setChecked(choice.takes_other is bool(column))
            group.addButton(radio, column)
            line = QHBoxLayout()
            line.addWidget(radio)
            line.addWidget(words(_breakable(value or EMPTY)), 1)
            grid.addLayout(line, row, column + 1)


def _breakable(value: str) -> str:
    """A mail address goes on below where its column ends."""
    return re.sub(r"([@._-])", "\\1\u200b", value)

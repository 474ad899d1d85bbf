"""Labelled fields of a form: read and written by name, with what is wrong said under the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from app.models.codes import clean_uai, uai_problem
from app.ui.pieces import restyle, words
from app.ui.theme import tokens

Check = Callable[[str], str | None]
"""What is wrong with a text, as a French sentence, or None."""

SCHOOL_FIELDS = {
    "name": "Nom de l’école", "address": "Adresse", "postal_code": "Code postal", "town": "Commune",
}  # fmt: skip
CONTACT_FIELDS = {
    "phone": "Téléphone de l’école", "email": "Adresse mail de l’école", "opening_hours": "Horaires",
}  # fmt: skip
SIGNATORY_FIELDS = {"signatory_name": "Nom du signataire", "signatory_title": "Qualité"}
HINTS = {
    "name": "École élémentaire Marie Curie", "phone": "05 61 00 00 00", "email": "ce.0310001h@ac-exemple.fr",
    "signatory_name": "Mme Hélène Rouvière", "signatory_title": "La directrice", "postal_code": "31000",
    "opening_hours": "du lundi au vendredi, de 8\u00a0h\u00a030 à 16\u00a0h\u00a030",
}  # fmt: skip


class Form(QWidget):
    """One column of label and field. ``edited`` at each change made by a person."""

    edited = Signal()

    def __init__(self, labels: Mapping[str, str], *, checks: Mapping[str, Check] | None = None) -> None:
        super().__init__()
        self._checks = dict(checks or {})
        self.fields: dict[str, QLineEdit] = {}
        self._said: dict[str, QLabel] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(12)
        layout.setVerticalSpacing(6)
        layout.setColumnStretch(1, 1)
        for name, label in labels.items():
            self._add(layout, name, label)

    def _add(self, layout: QGridLayout, name: str, label: str) -> None:
        field = QLineEdit()
        field.setPlaceholderText(f"par exemple {HINTS[name]}" if name in HINTS else "")
        field.setAccessibleName(label)
        title = words(label, wrap=False)
        title.setBuddy(field)
        wrong = words()
        wrong.setStyleSheet(f"color: {tokens().red};")
        wrong.setVisible(False)
        row = 2 * len(self.fields)
        layout.addWidget(title, row, 0)
        layout.addWidget(field, row, 1)
        layout.addWidget(wrong, row + 1, 1)
        field.textEdited.connect(lambda _: self._on_edited(name))
        self.fields[name] = field
        self._said[name] = wrong

    def values(self) -> dict[str, str]:
        """What is written, without spaces around."""
        return {name: field.text().strip() for name, field in self.fields.items()}

    def fill(self, values: Mapping[str, str | None]) -> None:
        """Write into the fields that ``values`` names."""
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].setText(value or "")
                self.fields[name].setCursorPosition(0)  # what is too long shows its beginning
                self.say(name, None)

    def problem(self, name: str) -> str | None:
        """What is wrong with a field at present."""
        check = self._checks.get(name)
        return check(self.fields[name].text().strip()) if check else None

    def check(self) -> bool:
        """Say everything that is wrong; True where nothing is. The first wrong field gets the keyboard."""
        wrong = [name for name in self.fields if self.problem(name) is not None]
        for name in self.fields:
            self.say(name, self.problem(name))
        if wrong:
            self.fields[wrong[0]].setFocus()
        return not wrong

    def say(self, name: str, sentence: str | None) -> None:
        """Put a sentence under a field, or take it away."""
        label, field = self._said[name], self.fields[name]
        label.setText(sentence or "")
        label.setVisible(sentence is not None)
        field.setProperty("wrong", sentence is not None)
        field.setAccessibleDescription(sentence or "")
        restyle(field)

    def _on_edited(self, name: str) -> None:
        text = self.fields[name].text().strip()
        self.say(name, self.problem(name) if text else None)
        self.edited.emit()


def check_uai(text: str) -> str | None:
    """What is wrong with a UAI, said as it is typed."""
    return uai_problem(clean_uai(text))


def required(sentence: str) -> Check:
    """A field that cannot stay empty."""
    return lambda text: None if text else sentence

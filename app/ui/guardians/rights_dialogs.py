"""The questions before somebody sees less, or a record is corrected: consequence first, « Ne rien faire » by default."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.models.acts_rights import MAX_REASON
from app.models.states import Access
from app.models.support import CORRECTED_FIELDS, MAX_SAID
from app.services.corrections import FieldValue, Person, field_problem
from app.services.rights import AccountRights, ChildRights, consequence
from app.ui.guardians.printing import button_row
from app.ui.help.key import add_help
from app.ui.pieces import Band, button, scrolled, words
from app.ui.theme import tokens

_WIDTH, ROW = 560, 44
KNOWS = "Qui peut savoir où est l’élève\u202f?"
HIDDEN = (
    "L’école, la classe, la commune et le contact de l’école sont cachés aux autres responsables sur le portail, dans les "
    "courriels et sur les feuilles. Leurs connexions et leurs liens prennent fin."
)
BESIDE_ONDE = (
    "Ces corrections restent à côté des valeurs d’ONDE, et sont listées dans «\u00a0À corriger dans ONDE\u00a0»."
)


class RightsDialog(QDialog):
    """A title, a body, two buttons; the one that does it is never the default."""

    help_name = "ACCESS"
    """The topic of F1."""

    def __init__(self, title: str, do_it: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        add_help(self, self.help_name)
        self.setMinimumWidth(_WIDTH)
        self.error = Band()
        self.leave = button("Ne rien faire", self.reject)
        self.confirm = button(do_it, self.on_confirm, role="primary")
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.error)
        layout.addLayout(self.body, 1)
        layout.addLayout(button_row(self.leave, self.confirm))
        self.leave.setDefault(True)

    def on_confirm(self) -> None:
        """The person has decided."""
        self.accept()


class AccessDialog(RightsDialog):
    """What closing or opening an access does, and why it is done."""

    def __init__(
        self, rights: AccountRights, child: ChildRights, access: Access, parent: QWidget | None = None
    ) -> None:
        do_it = "Rendre l’accès" if access is Access.FULL else "Fermer l’accès en ligne"
        super().__init__("Droit d’accès", do_it, parent)
        self.access = access
        self.body.addWidget(words(consequence(rights, child, access), role="strong"))
        self.field = QLineEdit(child.reason or "")
        self.field.setMaxLength(MAX_REASON)
        self.field.setPlaceholderText("par exemple\u00a0: jugement du 3 mai, vu à l’école")
        label = words("Motif (jamais montré aux responsables)")
        label.setBuddy(self.field)
        self.field.setAccessibleName(label.text())
        closing = access is not Access.FULL
        for part in (label, self.field):
            part.setVisible(closing)
            self.body.addWidget(part)
        self.body.addStretch(1)
        (self.field if closing else self.leave).setFocus()

    @property
    def reason(self) -> str | None:
        """What was typed; None for nothing."""
        return self.field.text().strip() or None


class ProtectDialog(RightsDialog):
    """Who may know where a protected pupil is: nobody, unless ticked."""

    help_name = "PROTECTION"

    def __init__(self, child: ChildRights, parent: QWidget | None = None) -> None:
        super().__init__("Situation protégée", "Protéger", parent)
        self.ended = False
        self.body.addWidget(words(f"Situation protégée de {child.name}", role="heading"))
        self.body.addWidget(words(HIDDEN))
        self.body.addWidget(words(KNOWS, role="strong"))
        self.boxes: dict[str, QCheckBox] = {}
        for one in child.guardians:
            box = self.boxes[one.guardian_id] = QCheckBox(one.name.replace("&", "&&"))
            box.setChecked(child.protected and one.knows)
            self.body.addWidget(box)
        self.end = button("Mettre fin à la situation protégée", self._on_end, role="link")
        self.end.setVisible(child.protected)
        self.body.addWidget(self.end)
        self.body.addStretch(1)

    @property
    def knows(self) -> list[str] | None:
        """The ids of those who may know; None where the protection ends."""
        return None if self.ended else [row_id for row_id, box in self.boxes.items() if box.isChecked()]

    def _on_end(self) -> None:
        self.ended = True
        self.accept()


class CorrectDialog(RightsDialog):
    """Each field beside ONDE's value."""

    help_name = "CORRECTION"

    title, verb, beside = "Corriger la fiche", "Enregistrer", BESIDE_ONDE

    def __init__(self, person: Person, parent: QWidget | None = None) -> None:
        super().__init__(self.title, self.verb, parent)
        self.person = person
        self.fields: dict[str, QLineEdit] = {}
        self._wrong: dict[str, QLabel] = {}
        self._onde: dict[str, QLabel] = {}
        self.body.addWidget(words(f"{self.title} de {person.name}", role="heading"))
        self.body.addWidget(words(self.beside, role="muted"))
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        for row, field in enumerate(person.fields):
            self._add(grid, 2 * row, field)
        grid.setRowStretch(2 * len(person.fields), 1)
        self.body.addWidget(scrolled(content), 1)
        self.resize(_WIDTH + 80, min(560, 180 + content.sizeHint().height()))
        self.leave.setDefault(False)
        self.confirm.setDefault(True)
        next(iter(self.fields.values())).setFocus()

    def _add(self, grid: QGridLayout, row: int, field: FieldValue) -> None:
        label = words(field.label, wrap=False)
        edit = self.fields[field.name] = QLineEdit(field.value)
        label.setBuddy(edit)
        edit.setAccessibleName(field.label)
        onde = self._onde[field.name] = words(role="muted")
        wrong = self._wrong[field.name] = words()
        wrong.setStyleSheet(f"color: {tokens().red};")
        grid.addWidget(label, row, 0)
        grid.addWidget(edit, row, 1)
        below = QVBoxLayout()
        below.setSpacing(0)
        below.addWidget(onde)
        below.addWidget(wrong)
        grid.addLayout(below, row + 1, 1)
        edit.textChanged.connect(lambda _text: self._show(field))
        self._show(field)

    def _show(self, field: FieldValue) -> None:
        """ONDE's value where it differs; what is wrong."""
        text = self.fields[field.name].text().strip()
        differs = text != field.onde
        self._onde[field.name].setText(f"ONDE\u00a0: {field.onde or '(vide)'}" if differs else "")
        self._onde[field.name].setVisible(differs)
        problem = field_problem(field.name, text) if text != field.value else None
        self._wrong[field.name].setText(problem or "")
        self._wrong[field.name].setVisible(problem is not None)
        self.fields[field.name].setAccessibleDescription(problem or "")

    @property
    def values(self) -> dict[str, str]:
        """What is written now."""
        return {name: edit.text() for name, edit in self.fields.items()}

    def on_confirm(self) -> None:
        known = {field.name: field.value for field in self.person.fields}
        wrong = [name for name, text in self.values.items() if text != known[name] and field_problem(name, text)]
        if wrong:
            self.fields[wrong[0]].setFocus()
            return
        self.accept()


class ProposeDialog(CorrectDialog):
    """The same for a support officer: what she may propose to correct, and why."""

    title, verb = "Proposer de corriger la fiche", "Proposer"
    beside = "Rien ne change ici\u00a0: la direction accepte ou refuse, et votre raison est ce qu’elle lit."

    def __init__(self, person: Person, reason: str, parent: QWidget | None = None) -> None:
        shown = tuple(field for field in person.fields if field.name in CORRECTED_FIELDS)
        super().__init__(replace(person, fields=shown), parent)
        self._why = QLineEdit(reason)
        self._why.setMaxLength(MAX_SAID)
        self._why.setAccessibleName("Pourquoi")
        line = QHBoxLayout()
        label = words("Pourquoi", wrap=False)
        label.setBuddy(self._why)
        line.addWidget(label)
        line.addWidget(self._why, 1)
        self.body.addLayout(line)
        self.resize(self.width(), self.height() + ROW)

    @property
    def reason(self) -> str:
        """What the director reads."""
        return self._why.text()

"""What is asked before some answers: who it is, who checked a contact, why a correction is refused."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.models.acts_requests import MAX_SAID, RequestKind
from app.models.names import fold
from app.services.records.apply_requests import contact_problem
from app.services.requests import Candidate, RequestView
from app.ui.guardians.rights_dialogs import RightsDialog
from app.ui.pieces import words

TWO_DAYS = (
    "L’ancien contact est prévenu tout de suite\u00a0; le nouveau compte deux jours après la synchronisation. "
    "«\u00a0Déjà réglé\u00a0» l’arrête."
)
BY_VOICE = "Vérifié de vive voix\u00a0: ce contact est bien le sien"

ANYBODY = "N’importe qui a pu remplir la demande\u00a0: ne vous fiez pas au contact écrit."


class ContactDialog(RightsDialog):
    """A number or an address that the school did not have: checked by word of mouth, by whom."""

    help_name = "NEW_CONTACT"

    def __init__(self, request: RequestView, person: str, parent: QWidget | None = None) -> None:
        super().__init__("Nouveau contact", "Enregistrer", parent)
        self.body.addWidget(words(f"Nouveau contact pour {request.guardian}", role="heading"))
        self.body.addWidget(words(ANYBODY))
        self.value = self._field("Téléphone portable ou adresse mail", "")
        self.value.setPlaceholderText("06 12 34 56 78, ou prenom.nom@exemple.fr")
        self.checked = QCheckBox(BY_VOICE)
        self.body.addWidget(self.checked)
        self.who = self._field("Vérifié par", person)
        self.body.addWidget(words(TWO_DAYS, role="muted"))
        self.body.addStretch(1)
        for signal in (self.value.textChanged, self.who.textChanged, self.checked.toggled):
            signal.connect(self._judge)
        self._judge()
        self.value.setFocus()

    def _field(self, name: str, text: str) -> QLineEdit:
        label, field = words(name, role="strong"), QLineEdit(text)
        field.setMaxLength(120)
        label.setBuddy(field)
        field.setAccessibleName(name)
        self.body.addWidget(label)
        self.body.addWidget(field)
        return field

    def _judge(self) -> None:
        text = self.value.text().strip()
        fits = bool(text) and contact_problem("email" if "@" in text else "mobile", text) is None
        self.confirm.setEnabled(fits and self.checked.isChecked() and bool(self.who.text().strip()))


class RefuseDialog(RightsDialog):
    """A sentence for the parent, who reads it in « Mon compte »."""

    help_name = "REFUSE_CORRECTION"

    def __init__(self, request: RequestView, parent: QWidget | None = None) -> None:
        right = request.kind is RequestKind.RIGHT
        super().__init__("Refuser la demande" if right else "Refuser la correction", "Refuser", parent)
        one = request.proposal
        other = "ce qu’il demande sur ses données" if right else "cette correction"
        what = f"{one.label}\u00a0: {one.proposed}" if one else other
        self.body.addWidget(words(f"Refuser à {request.guardian}\u00a0: {what}\u202f?", role="heading"))
        label = words("Ce que le parent lira dans «\u00a0Mon compte\u00a0» (facultatif)", role="strong")
        self.field = QLineEdit()
        self.field.setMaxLength(MAX_SAID)
        example = "l’école en a besoin tant que l’enfant est inscrit" if right else "apportez un justificatif au bureau"
        self.field.setPlaceholderText(f"par exemple\u00a0: {example}")
        self.field.setAccessibleName(label.text())
        label.setBuddy(self.field)
        for part in (label, self.field):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.field.setFocus()

    @property
    def said(self) -> str | None:
        """What was typed; None for nothing."""
        return self.field.text().strip() or None


class MatchDialog(RightsDialog):
    """Which guardian asks: the likely ones first, everybody by typing."""

    help_name = "MATCH_REQUEST"

    def __init__(
        self, request: RequestView, everybody: tuple[Candidate, ...], parent: QWidget | None = None
    ) -> None:  # fmt: skip
        super().__init__("Dire de qui il s’agit", "C’est cette personne", parent)
        child = f", qui parle de {request.child}" if request.child else ""
        self.body.addWidget(words(f"Qui est {request.who}{child}\u202f?", role="heading"))
        self.search = QLineEdit()
        self.search.setPlaceholderText("Chercher un autre responsable")
        self.search.setAccessibleName("Chercher un responsable")
        self.list = QListWidget()
        self.list.setAccessibleName("Responsables possibles")
        self._likely, self._everybody = request.candidates, everybody
        for part in (self.search, self.list):
            self.body.addWidget(part)
        self.search.textChanged.connect(self._fill)
        self.list.currentItemChanged.connect(lambda *_: self.confirm.setEnabled(self.guardian_id is not None))
        self.list.itemActivated.connect(lambda _item: self.accept())
        self._fill("")
        (self.list if self._likely else self.search).setFocus()

    def _fill(self, text: str) -> None:
        wanted = fold(text).split()
        found = [one for one in self._everybody if all(word in fold(_line(one)) for word in wanted)]
        self.list.clear()
        for one in found if wanted else self._likely:
            item = QListWidgetItem(_line(one))
            item.setData(Qt.ItemDataRole.UserRole, one.guardian_id)
            self.list.addItem(item)
        if self.list.count():
            self.list.setCurrentRow(0)
        self.confirm.setEnabled(self.guardian_id is not None)

    @property
    def guardian_id(self) -> str | None:
        """Who is chosen."""
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else None


def _line(one: Candidate) -> str:
    return f"{one.name}, pour {one.children}" if one.children else one.name

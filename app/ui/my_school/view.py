"""The layout of « Mon école »."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.models.contacts import mail_problem, phone_problem
from app.services.preferences import LOCK_RANGE
from app.services.schools import DeviceLine, SchoolView
from app.ui.forms import CONTACT_FIELDS, SCHOOL_FIELDS, SIGNATORY_FIELDS, Form, required
from app.ui.my_school.admission import AdmissionCard
from app.ui.pieces import Band, Card, button, number_box, scrolled, words
from app.ui.tables import TextTable

ROLE_WORDS = {"director": "Direction", "deputy": "Adjoint", "support": "Assistance"}
DEVICE_HEADERS = ("Poste", "Personne", "Rôle", "Vu le", "")
LOCK_WORDS = "Verrouiller la fenêtre quand personne n’y touche depuis"
LIFE_WORDS = "Durée de validité des feuilles"
PRIVATE = "École privée\u00a0: ONDE n’a pas les portables"
INE = "Exiger un INE avant de notifier"
NOTICES = "Prévenir les familles quand un bilan est publié"
NOTICES_WHY = "Un message chacun, par mail ou SMS comme le parent l’a choisi, jamais la nuit."


class MySchoolView(QWidget):
    """Two columns of cards. Signals say what was asked."""

    saved = Signal()
    enrol_asked = Signal()
    backup_asked = Signal()
    recovery_asked = Signal()
    another_asked = Signal()
    flyers_asked = Signal()
    notices_turned = Signal(bool)
    private_turned = Signal(bool)
    ine_turned = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        left, right = self._column(), self._column()
        for column, cards in (
            (left, (self._school_card(), self._signatory_card(), self._reports_card(), self._flyers_card())),
            (right, (self._server_card(), self._devices_card(), self._admission_card(), self._safety_card())),
        ):
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(20, 16, 20, 16)
        grid.setHorizontalSpacing(16)
        grid.addWidget(self.band, 0, 0, 1, 2)
        grid.addLayout(left, 1, 0)
        grid.addLayout(right, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content))

    @staticmethod
    def _column() -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        return column

    def _school_card(self) -> Card:
        card = Card("L’école")
        self.uai = words(role="muted")
        checks = {
            "name": required("L’école doit garder un nom."), "email": mail_problem, "phone": phone_problem,
        }  # fmt: skip
        self.school = Form({**SCHOOL_FIELDS, **CONTACT_FIELDS}, checks=checks)
        self.private, self.ine = QCheckBox(PRIVATE), QCheckBox(INE)
        self.private.toggled.connect(self.private_turned)
        self.ine.toggled.connect(self.ine_turned)
        for one in (self.uai, self.school, self.private, self.ine):
            card.body.addWidget(one)
        return card

    def _signatory_card(self) -> Card:
        card = Card("Le signataire des feuilles")
        self.signatory = Form(SIGNATORY_FIELDS)
        self.life = number_box(7, 365, name=LIFE_WORDS, unit="jours")
        self.life.setFixedWidth(120)
        label = words(LIFE_WORDS)
        label.setBuddy(self.life)
        row = QHBoxLayout()
        row.addWidget(label, 1)
        row.addWidget(self.life)
        self.save = button("Enregistrer", self.saved.emit, role="primary")
        card.body.addWidget(self.signatory)
        card.body.addLayout(row)
        card.body.addWidget(self.save)
        return card

    def _reports_card(self) -> Card:
        card = Card("Les livrets")
        self.notices = QCheckBox(NOTICES)
        self.notices.toggled.connect(self.notices_turned)
        card.body.addWidget(self.notices)
        card.body.addWidget(words(NOTICES_WHY, role="muted"))
        return card

    def _flyers_card(self) -> Card:
        card = Card("Papiers pour informer les familles")
        card.body.addWidget(
            words("Comment créer ou activer son compte\u00a0: une page par classe, avec votre contact.")
        )
        self.flyers = button("Imprimer des flyers…", self.flyers_asked.emit)
        card.body.addWidget(self.flyers)
        return card

    def _server_card(self) -> Card:
        card = Card("Le serveur")
        self.server = words()
        self.code_form = Form(
            {"server": "Adresse du serveur", "code": "Code reçu"},
            checks={
                "server": required("Donnez l’adresse écrite avec le code."),
                "code": required("Saisissez le code."),
            },
        )
        self.enrol = button("Relier ce poste", self.enrol_asked.emit)
        card.body.addWidget(self.server)
        card.body.addWidget(self.code_form)
        self.another = button("Ajouter une autre école…", self.another_asked.emit, role="link")
        row = QHBoxLayout()
        row.addWidget(self.enrol)
        row.addStretch(1)
        row.addWidget(self.another)
        card.body.addLayout(row)
        return card

    def _devices_card(self) -> Card:
        self.devices = Card("Les postes de l’école")
        self.table = TextTable(DEVICE_HEADERS, name="Postes de l’école", stretch=(0,), whole=True)
        self.devices.body.addWidget(self.table)
        self.revoke = button("Révoquer…", lambda: None)
        self.stolen = button("PC volé…", lambda: None)
        self.handover = button("Passation…", lambda: None)
        row = QHBoxLayout()
        for one in (self.revoke, self.stolen):
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.handover)
        self.devices.body.addLayout(row)
        return self.devices

    def _admission_card(self) -> AdmissionCard:
        self.admission = AdmissionCard()
        return self.admission

    def _safety_card(self) -> Card:
        card = Card("Sauvegarde et récupération")
        self.safety = words()
        self.backup = button("Sauvegarder sur une clé USB ou un dossier…", self.backup_asked.emit)
        self.recovery = button("Enregistrer le code de récupération…", self.recovery_asked.emit)
        for part in (self.safety, self.backup, self.recovery):
            card.body.addWidget(part)
        self.lock = number_box(*LOCK_RANGE, name=LOCK_WORDS, unit="min")
        self.lock.setFixedWidth(120)
        label = words(LOCK_WORDS)
        label.setBuddy(self.lock)
        row = QHBoxLayout()
        row.addWidget(label, 1)
        row.addWidget(self.lock)
        card.body.addLayout(row)
        return card

    def show_school(self, school: SchoolView, life_days: int) -> None:
        """Fill the forms from the records."""
        self.uai.setText(f"UAI {school.uai}" if school.uai else "UAI encore inconnu\u00a0: le serveur le dira.")
        values = {name: getattr(school, name) for name in (*self.school.fields, *self.signatory.fields)}
        self.school.fill(values)
        self.signatory.fill(values)
        self.life.setValue(life_days)

    def show_choices(self, *, notices: bool, private: bool, ine: bool) -> None:
        """What the school has chosen; nobody has turned it."""
        for box, on in ((self.notices, notices), (self.private, private), (self.ine, ine)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)

    def show_devices(self, lines: Sequence[DeviceLine], dates: Sequence[tuple[str, str]]) -> None:
        """``dates`` are (last passage, state) in words, a pair a device."""
        self.devices.setVisible(bool(lines))
        self.table.fill(
            [
                (line.label or "Sans nom", line.person_name, ROLE_WORDS[line.role], seen, state)
                for line, (seen, state) in zip(lines, dates, strict=True)
            ]
        )

"""Letting another PC read the school's provisional passwords: the same number on both screens, compared by a person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from app.services.devices import DeviceToAdmit
from app.ui.pieces import Band, Card, button, words

NUMBER_LENGTH = 24
"""Five groups of four digits and the spaces between."""
OWN = "Nombre de ce poste, à lire sur l’autre poste qui doit l’admettre\u00a0:"
HOW = (
    "Lisez le nombre affiché dans «\u00a0Mon école\u00a0» sur l’autre poste, et recopiez-le ici. Ne vous fiez pas "
    "à un nombre reçu par courriel."
)


class AdmissionCard(Card):
    """The number of this PC, and a line for each PC that waits. Hidden while there is nothing to say."""

    asked = Signal(str, str)
    """(device id, the number that the person read on its screen)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Lire les mots de passe provisoires", parent)
        self.own = words()
        self.number = words(role="strong", wrap=False)
        self.lacking = Band()
        self.lines: list[AdmissionLine] = []
        self._place = QVBoxLayout()
        for part in (self.lacking, self.own, self.number):
            self.body.addWidget(part)
        self.body.addLayout(self._place)
        self.setVisible(False)

    def show_devices(self, waiting: Sequence[DeviceToAdmit], *, own: str | None, lacks_key: bool) -> None:
        """``own`` is this PC's number, None before it is enrolled."""
        if [line.device for line in self.lines] != list(waiting):
            self._fill(waiting)
        self.own.setText(OWN)
        self.number.setText(own or "")
        for part in (self.own, self.number):
            part.setVisible(own is not None and lacks_key)
        if lacks_key:
            self.lacking.say(
                "Ce poste ne lit pas encore les mots de passe imprimés sur les autres postes. Un poste qui les lit doit "
                "l’admettre, ici même.",
                tone="orange",
            )
        else:
            self.lacking.clear()
        self.setVisible(lacks_key or bool(waiting))

    def _fill(self, waiting: Sequence[DeviceToAdmit]) -> None:
        for line in self.lines:
            self._place.removeWidget(line)
            line.deleteLater()
        self.lines = [AdmissionLine(device) for device in waiting]
        for line in self.lines:
            line.asked.connect(self.asked)
            self._place.addWidget(line)


class AdmissionLine(QFrame):
    """One PC that waits: whose it is, the number to copy, the button."""

    asked = Signal(str, str)

    def __init__(self, device: DeviceToAdmit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.device = device
        who = f"{device.person_name} — {device.label or 'poste sans nom'}"
        self.field = QLineEdit()
        self.field.setMaxLength(NUMBER_LENGTH)
        self.field.setPlaceholderText("0000 0000 0000 0000 0000")
        self.field.setAccessibleName(f"Nombre affiché sur le poste de {who}")
        self.field.returnPressed.connect(self._on_asked)
        self.admit = button("Admettre ce poste", self._on_asked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        for part in (words(who, role="strong"), words(HOW, role="muted"), self.field, self.admit):
            layout.addWidget(part)

    def _on_asked(self) -> None:
        if self.field.text().strip():
            self.asked.emit(self.device.device_id, self.field.text())
        else:
            self.field.setFocus()

"""« Passation »: the successor's name, then the code, shown once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.models.errors import PreauError
from app.services.handover import Handover
from app.ui.help.key import add_help
from app.ui.pieces import Band, button, words

EXPLAINED = (
    "Un code est préparé pour la personne qui prend la direction. Son arrivée met fin à votre accès, en une seule fois\u00a0: "
    "jusque-là, vous gardez la main. Les feuilles déjà remises restent valables."
)
SAME_PC = (
    "Si ce poste reste à l’école, saisissez-y le code\u00a0: il lira encore les mots de passe provisoires. Sur un autre "
    "poste, il faudra réinitialiser ceux qui sont oubliés."
)
LATER = (
    "Le code vaut 24 heures à partir de la synchronisation de ce poste, et n’est plus montré ensuite\u00a0: notez-le."
)


class HandoverDialog(QDialog):
    """Two pages: the question, the code."""

    def __init__(self, begin: Callable[[str], Handover], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._begin = begin
        self.given: Handover | None = None
        self.setWindowTitle("Passation")
        add_help(self, "HANDOVER")
        self.setMinimumWidth(560)
        self.error = Band()
        self.name = QLineEdit()
        self.code = words(role="title")
        self.server = words(role="muted")
        self.stack = QStackedWidget()
        self.stack.addWidget(self._question())
        self.stack.addWidget(self._answer())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.error)
        layout.addWidget(self.stack, 1)
        self.make.setDefault(True)  # once it is in the dialog: before, the first button would take its place
        self.name.setFocus()

    def _question(self) -> QWidget:
        label = words("Qui prend la direction de l’école\u202f?", role="strong")
        label.setBuddy(self.name)
        self.name.setAccessibleName(label.text())
        self.name.setPlaceholderText("par exemple M. Karim Benali")
        self.leave = button("Ne rien faire", self.reject)
        self.make = button("Préparer le code", self._on_make, role="primary")
        return _page(words("Passation", role="heading"), words(EXPLAINED), words(SAME_PC, role="muted"), label, self.name,
                     buttons=(self.leave, self.make))  # fmt: skip

    def _answer(self) -> QWidget:
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.end = button("J’ai noté le code", self.accept, role="primary")
        self.whose = words(role="heading")
        return _page(self.whose, self.code, self.server, words(LATER), buttons=(self.end,))

    def _on_make(self) -> None:
        try:
            self.given = self._begin(self.name.text())
        except PreauError as error:
            self.error.refuse(error)
            self.name.setFocus()
            return
        self.error.clear()
        self.whose.setText(f"Code de {self.given.name}")
        self.code.setText(self.given.code)
        self.server.setText(f"Adresse du serveur\u00a0: {self.given.server_url}")
        self.stack.setCurrentIndex(1)
        self.end.setFocus()


def _page(*parts: QWidget, buttons: tuple[QWidget, ...]) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(10)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
    row = QHBoxLayout()
    row.addStretch(1)
    for one in buttons:
        row.addWidget(one)
    layout.addLayout(row)
    return page

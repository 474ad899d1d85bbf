"""The bar under the pages: what was just done, and « Annuler » beside it. It stops nobody."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.models.errors import PreauError
from app.services.undoing import Offer
from app.ui.pieces import button, restyle, words
from app.ui.theme import tokens
from app.ui.widgets.icons import icon


class UndoBar(QWidget):
    """Layout only. Hidden while there is nothing to offer."""

    undo_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.said = words()
        self.undo = button("", self.undo_asked.emit)
        self.leave = self._leave_button()
        self._box = QFrame()
        self._box.setProperty("role", "message")
        line = QHBoxLayout(self._box)
        line.setContentsMargins(12, 4, 6, 4)
        line.setSpacing(8)
        line.addWidget(self.said, 1)
        for part in (self.undo, self.leave):
            line.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        around = QVBoxLayout(self)
        around.setContentsMargins(20, 4, 20, 8)
        around.addWidget(self._box)
        self.hide()

    def _leave_button(self) -> QToolButton:
        found = QToolButton()
        found.setProperty("role", "link")
        found.setIcon(icon("cross", tokens().muted))
        found.setIconSize(QSize(14, 14))
        found.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        found.setToolTip("Fermer")
        found.setAccessibleName("Fermer l’annonce")
        found.clicked.connect(self.left)
        return found

    def offer(self, offer: Offer) -> None:
        """Say what was done and offer to undo it."""
        self.undo.setText(offer.verb)
        self.undo.setAccessibleName(offer.label)
        self.undo.setToolTip(f"{offer.verb} (Ctrl+Z)" if not offer.again else offer.verb)
        self.undo.show()
        self._say(f"{offer.done}.", "green")

    def refuse(self, error: PreauError) -> None:
        """Say why nothing was undone."""
        self.undo.hide()
        self._say(error.sentence, "red")

    def tell(self, sentence: str) -> None:
        """Something to know, with nothing to undo."""
        self.undo.hide()
        self._say(sentence, "blue")

    def _say(self, text: str, tone: str) -> None:
        self.said.setText(text)
        self._box.setProperty("tone", tone)
        restyle(self._box)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

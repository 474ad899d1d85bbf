"""What a list is narrowed to, and the way back to everything."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.ui.pieces import button, words
from app.ui.widgets.flow import FlowLayout


class Narrowed(QWidget):
    """« Seulement : les feuilles à remettre. Tout réafficher »; hidden while nothing is left out."""

    everything_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = words(wrap=False)
        self.everything = button("Tout réafficher", self.everything_asked.emit, role="link")
        self.everything.setAccessibleName("Tout réafficher")
        layout = FlowLayout(self, spacing=8)
        layout.addWidget(self.sentence)
        layout.addWidget(self.everything)
        self.hide()

    def say(self, what: str) -> None:
        """Name what is shown; nothing where that is everything."""
        self.sentence.setText(f"Seulement\u00a0: {what}" if what else "")
        self.setVisible(bool(what))

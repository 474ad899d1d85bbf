"""One cause as a card: what is so, what to do and where, what to say to the parent, the button that does it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.services.diagnosis.diagnose import FoundCause
from app.ui.pieces import Card, button, words

COPIED = "Copié"
MINE = "Que faire", "À dire au parent"
THE_DIRECTORS = "À faire par la direction", "La direction dira au parent"
"""For an officer: both are written from where the school stands."""


class CauseCard(Card):
    """Layout, and the copying of its own sentence."""

    remedy_asked = Signal(object, str)
    """A Remedy, and the pupil whose record it is about."""

    def __init__(self, cause: FoundCause, label: str | None, *, director: bool = True) -> None:
        """``label`` is of the button; without it there is none. What is to be done and said is the ``director``'s part."""
        super().__init__(cause.title)
        self.code = cause.code
        self.body.setSpacing(6)
        self._say = cause.say
        self.body.addWidget(words(f"{cause.fact}{_stopped(cause)}"))
        doing, saying = MINE if director else THE_DIRECTORS
        self.body.addWidget(words(f"{doing}, {cause.where}\u00a0: {_small(cause.advice)}", role="strong"))
        self.body.addWidget(self._to_say(cause, saying))
        self.do = None
        remedy = cause.remedy
        if remedy is not None and label is not None:
            self.do = button(label, lambda: self.remedy_asked.emit(remedy, cause.pupil_id or ""))
            self.do.setAccessibleName(f"{label} {cause.title}")
            self.body.addWidget(self.do)

    def _to_say(self, cause: FoundCause, saying: str) -> QFrame:
        box = QFrame()
        box.setProperty("role", "message")
        box.setProperty("tone", "blue")
        line = QHBoxLayout(box)
        line.setContentsMargins(10, 4, 6, 4)
        line.addWidget(words(f"{saying}\u00a0: «\u00a0{cause.say}\u00a0»"), 1)
        self.copy = button("Copier", self._copy, role="link")
        self.copy.setAccessibleName(f"Copier ce qui est à dire au parent\u00a0: {cause.title}")
        line.addWidget(self.copy)
        return box

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._say)
        self.copy.setText(COPIED)


def _stopped(cause: FoundCause) -> str:
    """Which ways it stops, in letters."""
    *letters, last = [way.value for way in cause.stops] or [""]
    if not last:
        return ""
    return f" Empêche {', '.join(letters)} et {last}." if letters else f" Empêche {last}."


def _small(sentence: str) -> str:
    """After a colon; what begins with a name of ours keeps its capital."""
    kept = sentence.startswith(("ONDE", "LSU", "Préau"))
    return sentence if kept else f"{sentence[0].lower()}{sentence[1:]}"

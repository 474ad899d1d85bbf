"""The window of the help: read, scrolled by the keyboard, closed by Escape; the page behind it stays usable."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.models.errors import PreauError
from app.models.typography import typeset
from app.services.guides.catalogue import Guide
from app.ui.help.guide_sections import guides_for
from app.ui.help.meanings import STATES
from app.ui.help.topics import Section, Topic
from app.ui.pieces import Band, button, scrolled, words
from app.ui.widgets.chips import StateChip

SIZE = QSize(640, 520)
SMALLEST = QSize(460, 320)
GUIDE_WORDS = {Guide.DIRECTOR: "Guide de la direction", Guide.ERUN: "Guide de l’ERUN"}


class HelpDialog(QDialog):
    """One topic. Made anew for each: what a page means does not change while it is read."""

    def __init__(self, topic: Topic, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.topic = topic
        self.setWindowTitle(typeset(f"Aide : {topic.title}"))
        self.setMinimumSize(SMALLEST)
        room = self.screen().availableSize()
        self.resize(SIZE.boundedTo(QSize(room.width() - 40, room.height() - 60)))
        self.close_button = button("Fermer", self.accept, role="primary")
        self.close_button.setDefault(True)
        self.guides = [
            button(GUIDE_WORDS[guide], partial(self._read, guide, section), role="link")
            for guide, section in guides_for(topic)
        ]
        self.area = self._area()
        self.lost = Band()
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        for one in self.guides:
            row.addWidget(one)
        row.addStretch(1)
        row.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 16)
        layout.setSpacing(12)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.lost)
        layout.addLayout(row)
        self.area.setFocus()

    def _read(self, guide: Guide, section: str) -> None:
        """The guide over this help; what is behind stays usable where it is with the help."""
        from app.ui.help.guide_dialog import GuideDialog

        try:
            shown = GuideDialog(guide, section, self)
        except PreauError as error:
            self.lost.refuse(error)
            return
        shown.finished.connect(lambda _result: shown.deleteLater())
        shown.setModal(self.isModal())
        shown.show()

    def _area(self) -> QScrollArea:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 8, 24, 8)
        column.setSpacing(8)
        column.addWidget(words(typeset(self.topic.title), role="title"))
        column.addWidget(words(typeset(self.topic.lead)))
        if self.topic.states:
            column.addSpacing(8)
            column.addLayout(_states())
        for section in self.topic.sections:
            _add(column, section)
        column.addStretch(1)
        area = scrolled(content)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrows and the page keys scroll it
        area.setAccessibleName(self.windowTitle())
        area.setAccessibleDescription(plain(self.topic))
        return area


def _states() -> QGridLayout:
    grid = _grid()
    grid.addWidget(words("Les quatre états d’un compte", role="heading"), 0, 0, 1, 2)
    for line, (state, meaning) in enumerate(STATES.items(), start=1):
        grid.addWidget(StateChip(state), line, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words(typeset(meaning)), line, 1)
    return grid


def _add(column: QVBoxLayout, section: Section) -> None:
    column.addSpacing(8)
    column.addWidget(words(typeset(section.title), role="heading"))
    for paragraph in section.paragraphs:
        column.addWidget(words(typeset(paragraph)))
    if section.terms:
        grid = _grid()
        for line, (term, meaning) in enumerate(section.terms):
            grid.addWidget(words(typeset(term), role="strong", wrap=False), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(words(typeset(meaning)), line, 1)
        column.addLayout(grid)


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    return grid


def plain(topic: Topic) -> str:
    """The whole topic as one text, for a screen reader that stops on the page."""
    states = [f"{state.label} : {meaning}" for state, meaning in STATES.items()] if topic.states else []
    parts = [topic.lead, *states]
    for section in topic.sections:
        parts += [
            f"{section.title}.",
            *section.paragraphs,
            *(f"{term} : {meaning}." for term, meaning in section.terms),
        ]
    return typeset("\n".join(parts))

"""« À revoir »: what two people decided differently, what was refused, and what ONDE should take up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.models.errors import PreauError
from app.services import reviews
from app.services.reviews import OndeCorrection, ReviewItem
from app.ui import work
from app.ui.pieces import Band, Card, button, day, many, scrolled, words
from app.ui.reading import Reader
from app.ui.shell.page import Shell
from app.ui.tables import TextTable

NOTHING = "Rien à revoir."
CORRECTION_HEADERS = ("Fiche", "Nom", "Donnée", "Dans ONDE", "À écrire dans ONDE", "Corrigé par", "Le")


@dataclass(frozen=True, slots=True)
class ReviewPicture:
    """Both lists at one moment."""

    items: tuple[ReviewItem, ...]
    corrections: tuple[OndeCorrection, ...]


class ItemCard(Card):
    """One item: what happened, both values with their authors, « Vu »."""

    closed = Signal(str)

    def __init__(self, item: ReviewItem) -> None:
        super().__init__(item.title)
        what = " · ".join(part for part in (item.who, item.field, day(item.day)) if part)
        self.body.addWidget(words(what, role="muted"))
        if item.sentence:
            self.body.addWidget(words(item.sentence))
        if item.field:
            self.body.addLayout(_values(item))
        row = QHBoxLayout()
        self.done = button("J’ai vu", lambda: self.closed.emit(item.review_id))
        self.done.setAccessibleName(f"J’ai vu\u00a0: {item.title}, {item.who} {item.field}")
        row.addWidget(self.done)
        row.addStretch(1)
        self.body.addLayout(row)


def _values(item: ReviewItem) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setColumnStretch(1, 1)
    for line, (label, value, author) in enumerate(
        (("En place", item.kept, item.kept_author), ("Écarté", item.lost, item.lost_author))
    ):
        grid.addWidget(words(label, role="muted", wrap=False), line, 0)
        grid.addWidget(
            words(f"{value}  ({author})" if author else value, role="strong" if line == 0 else "body"), line, 1
        )
    return grid


class ReviewView(QWidget):
    """Layout only."""

    closed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        self.title = words("À revoir", role="title")
        self.nothing = words(NOTHING, role="muted")
        self.cards: list[ItemCard] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.onde = Card("À corriger dans ONDE")
        self.onde.body.addWidget(
            words("Ces corrections faites ici restent en place jusqu’à ce qu’ONDE dise la même chose.", role="muted")
        )
        self.table = TextTable(CORRECTION_HEADERS, name="À corriger dans ONDE", stretch=(1, 3, 4), whole=True)
        self.onde.body.addWidget(self.table)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        for part in (self.band, self.title, self.nothing):
            column.addWidget(part)
        column.addLayout(self._list)
        column.addWidget(self.onde)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content))

    def show_picture(self, picture: ReviewPicture) -> None:
        """Replace both lists."""
        self._show_items(picture.items)
        self.onde.setVisible(bool(picture.corrections))
        self.table.fill([(c.kind, c.who, c.field, c.onde, c.here, c.author, day(c.day)) for c in picture.corrections])

    def _show_items(self, items: Sequence[ReviewItem]) -> None:
        for card in self.cards:
            self._list.removeWidget(card)
            card.deleteLater()
        self.cards = [ItemCard(item) for item in items]
        for card in self.cards:
            card.closed.connect(self.closed)
            self._list.addWidget(card)
        self.nothing.setVisible(not items)
        self.title.setText(f"À revoir\u00a0: {many(len(items), 'élément')}" if items else "À revoir")


class ReviewPage:
    """The wiring: « J’ai vu » is an act, and the list is read anew."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.view = ReviewView()
        self.view.closed.connect(self._on_closed)
        self._reader = Reader(self.view, self._read, self.view.show_picture, self.view.band.refuse)

    @property
    def widget(self) -> QWidget:
        return self.view

    def refresh(self) -> None:
        self._reader.again()

    def close(self) -> None:
        self._reader.wait()

    def _read(self, job: work.Job) -> ReviewPicture:
        desk, school_id = self._shell.desk, self._shell.school_id
        return ReviewPicture(
            reviews.list_reviews(desk, school_id=school_id), reviews.list_corrections(desk, school_id=school_id)
        )

    def _on_closed(self, review_id: str) -> None:
        try:
            reviews.close_review(self._shell.desk, school_id=self._shell.school_id, review_id=review_id)
        except PreauError as error:
            self.view.band.refuse(error)
            return
        self.view.band.clear()
        self._shell.records_changed()
        self._shell.synchronise()

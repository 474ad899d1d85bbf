"""« À revoir »: what two people decided differently, what was refused; and the way to what ONDE should take up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services import reviews
from app.services.onde_worklist.worklist import known
from app.services.reviews import ReviewItem
from app.services.todo import Page, Target
from app.ui import work
from app.ui.pieces import Band, Card, button, day, many, scrolled, words
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell

NOTHING = "Rien à revoir."


@dataclass(frozen=True, slots=True)
class ReviewPicture:
    """The list, and how many values ONDE does not have yet, at one moment."""

    items: tuple[ReviewItem, ...]
    for_onde: int


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
    journal_asked = Signal()
    onde_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        self.title = words("À revoir", role="title")
        self.journal = button("Journal : tout ce qui a été fait, et l’annuler", self.journal_asked.emit, role="link")
        self.nothing = words(NOTHING, role="muted")
        self.cards: list[ItemCard] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.onde = button("À corriger dans ONDE", self.onde_asked.emit, role="link")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.journal)
        column.addWidget(self.band)
        column.addLayout(top)
        column.addWidget(self.nothing)
        column.addLayout(self._list)
        column.addWidget(self.onde)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content))

    def show_picture(self, picture: ReviewPicture) -> None:
        """Replace the list."""
        self._show_items(picture.items)
        self.onde.setVisible(bool(picture.for_onde))
        self.onde.setText(f"À corriger dans ONDE\u00a0: {many(picture.for_onde, 'donnée')}")

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


class ReviewPage(ReadingPage[ReviewView]):
    """The wiring: « J’ai vu » is an act, and the list is read anew."""

    def __init__(self, shell: Shell) -> None:
        view = ReviewView()
        super().__init__(shell, view, view.band)
        view.closed.connect(self._on_closed)
        view.journal_asked.connect(lambda: shell.go(Target(Page.JOURNAL)))
        view.onde_asked.connect(lambda: shell.go(Target(Page.SUPPORT, section="worklist")))

    def _read(self, job: work.Job) -> ReviewPicture:
        desk, school_id = self._shell.desk, self._shell.school_id
        return ReviewPicture(reviews.list_reviews(desk, school_id=school_id), len(known(desk, school_id=school_id)))

    def _show(self, picture: ReviewPicture) -> None:
        self.view.show_picture(picture)

    def _on_closed(self, review_id: str) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self._do(
            lambda: reviews.close_review(desk, school_id=school_id, review_id=review_id),
            lambda _: self.view.band.clear(),
        )

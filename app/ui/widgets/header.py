"""A table's header: two lines of words, an arrow on the sorted column, a box that says « some », all by keyboard too."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QHeaderView, QWidget

from app.ui.theme import font, tokens
from app.ui.widgets.boxes import paint_box
from app.ui.widgets.icons import icon_pixmap

HEADER_HEIGHT = 44
POINTS = 9
_PADDING = 8
_ARROW = 12
_BOX_WORDS = {
    Qt.CheckState.Unchecked: "non coché", Qt.CheckState.PartiallyChecked: "en partie", Qt.CheckState.Checked: "coché",
}  # fmt: skip


class SortHeader(QHeaderView):
    """Sections of ``sortable`` are sorted by click or Enter; section 0 is a box. Left and right move along it."""

    sort_asked = Signal(int)
    box_toggled = Signal()

    def __init__(self, sortable: frozenset[int], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._sortable = sortable
        self._sorted, self._descending = -1, False
        self._box = Qt.CheckState.Unchecked
        self._section = 1
        self._pressed = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(24)
        self.setAccessibleName(
            "En-têtes\u00a0: flèches pour aller d’une colonne à l’autre, Entrée pour trier, Espace pour cocher"
        )

    def show_sorted(self, section: int, *, descending: bool) -> None:
        """Put the arrow on a section."""
        self._sorted, self._descending = section, descending
        self.viewport().update()

    def show_box(self, state: Qt.CheckState) -> None:
        """Tick, clear or half-tick the box of section 0."""
        if state is not self._box:
            self._box = state
            self.viewport().update()

    @property
    def box(self) -> Qt.CheckState:
        """What the box shows."""
        return self._box

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEADER_HEIGHT)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803 - Qt calls it by name
        colours = tokens()
        painter.fillRect(rect, QColor(colours.surface))
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if logicalIndex == 0:
            paint_box(painter, rect, self._box, self.devicePixelRatioF())
        else:
            self._paint_words(painter, rect, logicalIndex)
        if self.hasFocus() and logicalIndex == self._section:
            painter.setPen(QPen(QColor(colours.primary), 2))
            painter.drawRect(rect.adjusted(2, 2, -3, -3))

    def _paint_words(self, painter: QPainter, rect: QRect, section: int) -> None:
        colours = tokens()
        text = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
        sorted_here = section == self._sorted
        inside = rect.adjusted(_PADDING, 0, -4, 0)
        painter.setFont(font(points=POINTS, bold=True))
        painter.setPen(QColor(colours.primary if sorted_here else colours.muted))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        drawn = painter.boundingRect(inside, flags, text)
        painter.drawText(inside, flags, text)
        if sorted_here:
            arrow = icon_pixmap("sort-down" if self._descending else "sort-up", colours.primary, _ARROW)
            last_line = drawn.bottom() - painter.fontMetrics().height() // 2
            left = min(drawn.left() + self._last_width(painter, text, drawn) + 3, rect.right() - _ARROW)
            painter.drawPixmap(left, last_line - _ARROW // 2, arrow)

    def _last_width(self, painter: QPainter, text: str, drawn: QRect) -> int:
        """The width of the last line of a header; the model breaks its lines itself."""
        return min(painter.fontMetrics().horizontalAdvance(text.rsplit("\n", 1)[-1]), drawn.width())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.logicalIndexAt(event.position().toPoint())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        section = self.logicalIndexAt(event.position().toPoint())
        if section == self._pressed and event.button() is Qt.MouseButton.LeftButton:
            self._activate(section)
        self._pressed = -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move(1 if event.key() == Qt.Key.Key_Right else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._activate(self._section)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tell()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _move(self, step: int) -> None:
        section = self._section + step
        while 0 <= section < self.count():
            if not self.isSectionHidden(section) and (section == 0 or section in self._sortable):
                self._section = section
                self._tell()
                self.viewport().update()
                return
            section += step

    def _tell(self) -> None:
        """Have the column where the keyboard is read aloud: Qt tells of a header's cells only with their table."""
        words = self.words_of(self._section)
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def words_of(self, section: int) -> str:
        """A section in words: « Classe, trié en ordre croissant », « Tout cocher, en partie »."""
        if section == 0:
            return f"Tout cocher, {_BOX_WORDS[self._box]}"
        title = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "").replace("\n", " ")
        if section != self._sorted:
            return title
        return f"{title}, trié en ordre {'décroissant' if self._descending else 'croissant'}"

    def _activate(self, section: int) -> None:
        if section == 0:
            self.box_toggled.emit()
        elif section in self._sortable:
            self._section = section
            self.sort_asked.emit(section)

    def section_centre(self, section: int) -> QPoint:
        """Where to press a section, in the viewport."""
        return QPoint(self.sectionViewportPosition(section) + self.sectionSize(section) // 2, self.height() // 2)

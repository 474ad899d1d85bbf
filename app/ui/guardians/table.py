"""The table of « Responsables »: what its keys and clicks mean. It decides nothing; its signals say what was asked."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.ui.guardians.columns import COLUMNS, SORTABLE, Place, fit
from app.ui.guardians.model import AccountsModel, Index, cell_text
from app.ui.guardians.painting import RowPainter, Slot
from app.ui.theme import ROW_HEIGHT, font
from app.ui.widgets.header import SortHeader

_MEASURED = 4000
"""How many lines are looked at to find the longest words of a column."""
_PADDING = 20


class AccountsTable(QTableView):
    """Arrows move, Space ticks, Enter opens, Ctrl+A ticks all that is shown, Shift+Space ticks from the last tick on."""

    opened = Signal(int)
    """A line was asked to be opened."""
    ticked = Signal(int, int)
    """The lines from the first to the last, both included."""
    all_ticked = Signal()
    current_changed = Signal(int)
    scrolled = Signal()

    def __init__(self, model: AccountsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._wished: dict[Place, int] = {}
        self._anchor = -1
        self.header = SortHeader(SORTABLE, self)
        self.setHorizontalHeader(self.header)
        self.setModel(model)
        self._painter = RowPainter()
        self._set_manners()
        self.header.box_toggled.connect(self.all_ticked)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.scrolled.emit())

    def _set_manners(self) -> None:
        self.setAccessibleName("Responsables\u00a0: une ligne par élève et par responsable")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Whole lines, those that are touched."""
        count = self._model.rowCount()
        if not count:
            return
        first = max(self.rowAt(event.rect().top()), 0)
        last = self.rowAt(event.rect().bottom())
        lines = range(first, (last if last >= 0 else count - 1) + 1)
        painter = QPainter(self.viewport())
        self._painter.paint(
            painter,
            lines=[(self.rowViewportPosition(line), self._model.row_at(line)) for line in lines],
            slots=self._slots(),
            ticked=self._model.ticked,
            current=self.rowViewportPosition(self.line) if self.line >= 0 else -ROW_HEIGHT,
            ratio=self.devicePixelRatioF(),
        )
        painter.end()

    def _slots(self) -> list[Slot]:
        shown = (place for place in Place if not self.isColumnHidden(place))
        return [Slot(place, self.columnViewportPosition(place), self.columnWidth(place)) for place in shown]

    def measure(self) -> None:
        """Look at the words of the list anew and share out the width."""
        metrics = QFontMetrics(font())
        rows = self._model.accounts.rows[:_MEASURED]
        for place in (Place.PUPIL, Place.CLASSROOM, Place.GUARDIAN, Place.LOGIN):
            longest = sorted({cell_text(row, place) for row in rows}, key=len)[-12:]
            widest = max((metrics.horizontalAdvance(text) for text in longest), default=0)
            self._wished[place] = widest + _PADDING
        for place in (Place.ORIGIN, Place.STATE, Place.NOTIFIED_ON, Place.LAST_ACCESS_ON):
            self._wished[place] = COLUMNS[place].most
        self._share_width()

    def go_to(self, line: int) -> None:
        """Put the keyboard on a line and bring it into sight."""
        if 0 <= line < self._model.rowCount():
            index = self._model.index(line, Place.PUPIL)
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            )
            self.scrollTo(index)

    @property
    def line(self) -> int:
        """The line where the keyboard is, -1 where there is none."""
        return self.currentIndex().row()

    def lines_in_sight(self) -> tuple[int, int]:
        """The first and the last line in sight, counted from 1; (0, 0) where there is none."""
        count = self._model.rowCount()
        if not count:
            return 0, 0
        last = self.rowAt(self.viewport().height() - ROW_HEIGHT // 2)
        return self.rowAt(0) + 1, (last if last >= 0 else count - 1) + 1

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()
        if current.isValid():
            self.current_changed.emit(current.row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()
        self.scrolled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line, key = self.line, event.key()
        if key == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.all_ticked.emit()
        elif key == Qt.Key.Key_Space and line >= 0:
            self._tick(line, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and line >= 0:
            self.opened.emit(line)
        elif key == Qt.Key.Key_Home and self._model.rowCount():
            self.go_to(0)
        elif key == Qt.Key.Key_End:
            self.go_to(self._model.rowCount() - 1)
        elif key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters go to the search box, not to Qt's own search through the first column."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            return
        if index.column() == Place.TICK:
            self._tick(index.row(), extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif index.column() == Place.EYE:
            self.opened.emit(index.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() not in (Place.TICK, Place.EYE):
            self.opened.emit(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        hand = index.isValid() and index.column() in (Place.TICK, Place.EYE)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        nowhere = self.line < 0
        super().focusInEvent(event)
        if nowhere:
            self.go_to(0)

    def _tick(self, line: int, *, extend: bool) -> None:
        anchor = self._anchor if extend and 0 <= self._anchor < self._model.rowCount() else line
        self._anchor = line
        self.ticked.emit(min(anchor, line), max(anchor, line))

    def forget_anchor(self) -> None:
        """The lines have moved: a range cannot start where the last tick was."""
        self._anchor = -1

    def _share_width(self) -> None:
        widths = fit(self.viewport().width(), self._wished)
        for place in Place:
            self.setColumnHidden(place, place not in widths)
            if place in widths:
                self.setColumnWidth(place, widths[place])

    def index_of(self, line: int, place: Place) -> QModelIndex:
        """A cell, for tests and for what is laid over the table."""
        return self._model.index(line, place)

"""A table of texts over a list of rows: read, sorted by nobody, copied with Ctrl+C. Fast at any number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.ui.theme import ROW_HEIGHT, tokens

Index = QModelIndex | QPersistentModelIndex
_NOTHING = QModelIndex()


class TextModel(QAbstractTableModel):
    """Rows of texts under ``headers``; columns of ``numbers`` stand right, rows of ``bold`` are totals."""

    def __init__(self, headers: Sequence[str], *, numbers: frozenset[int] = frozenset()) -> None:
        super().__init__()
        self._headers = tuple(headers)
        self._numbers = numbers
        self._rows: Sequence[Sequence[str]] = ()
        self._bold: frozenset[int] = frozenset()

    def fill(self, rows: Sequence[Sequence[str]], *, bold: frozenset[int] = frozenset()) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._rows, self._bold = rows, bold
        self.endResetModel()

    def rename(self, headers: Sequence[str]) -> None:
        """Other words over the same columns, or over more or fewer of them; the rows go."""
        self.beginResetModel()
        self._headers, self._rows, self._bold = tuple(headers), (), frozenset()
        self.endResetModel()

    def rowCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.FontRole and index.row() in self._bold:
            font = QGuiApplication.font()
            font.setBold(True)
            return font
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # fmt: skip
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if role == Qt.ItemDataRole.InitialSortOrderRole and section in self._numbers:
            return Qt.SortOrder.DescendingOrder.value  # the most first: what a click on a number is about
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column in self._numbers else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter


class TextTable(QTableView):
    """Shows a TextModel. ``stretch`` are the columns that share the room left; ``whole`` shows every row, unscrolled.

    ``uncut``: where the room left is too small for what they say, they keep it and the table scrolls sideways.
    """

    def __init__(
        self, headers: Sequence[str], *, name: str, numbers: frozenset[int] = frozenset(),
        stretch: Sequence[int] = (0,), whole: bool = False, uncut: bool = False, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.texts = TextModel(headers, numbers=numbers)
        self._whole, self._uncut, self._stretch = whole, uncut, tuple(stretch)
        self.setModel(self.texts)
        self.setStyleSheet(
            f"QTableView::item {{ padding: 0px 8px; border-bottom: 1px solid {tokens().line}; }}"
            f"QTableView::item:selected {{ background: {tokens().tint}; color: {tokens().ink}; }}"
        )
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        )
        for column in range(len(headers)):
            mode = QHeaderView.ResizeMode.Stretch if column in stretch else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)
        header.setResizeContentsPrecision(200)
        if whole:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fill(self, rows: Sequence[Sequence[str]], *, bold: frozenset[int] = frozenset()) -> None:
        """Show these rows instead."""
        self.texts.fill(rows, bold=bold)
        self._fit()
        self._share()

    def rename(self, headers: Sequence[str], *, stretch: Sequence[int]) -> None:
        """Other columns over rows that ``fill`` will bring."""
        self.texts.rename(headers)
        self._stretch = tuple(stretch)
        header = self.horizontalHeader()
        for column in range(len(headers)):
            mode = QHeaderView.ResizeMode.Stretch if column in stretch else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)

    def texts_shown(self) -> list[list[str]]:
        """Every row as it is shown."""
        columns = range(self.texts.columnCount())
        return [
            [str(self.texts.index(row, column).data()) for column in columns] for row in range(self.texts.rowCount())
        ]

    def _fit(self) -> None:
        if self._whole:
            height = self.horizontalHeader().sizeHint().height() + ROW_HEIGHT * self.texts.rowCount() + 2
            self.setFixedHeight(height)

    def _share(self) -> None:
        """Let the columns of ``stretch`` share the room left, or keep what they need where there is less."""
        if not self._uncut:
            return
        header = self.horizontalHeader()
        needed = sum(
            max(self.sizeHintForColumn(column), header.sectionSizeHint(column)) for column in range(header.count())
        )
        fits = needed <= self.viewport().width()
        for column in self._stretch:
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if fits else QHeaderView.ResizeMode.ResizeToContents
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted({index.row() for index in self.selectedIndexes()})
            shown = self.texts_shown()
            QGuiApplication.clipboard().setText("\n".join("\t".join(shown[row]) for row in rows))
            return
        super().keyPressEvent(event)

"""What a window has no room for: words that are cut, controls that lie outside of what holds them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QScrollArea,
    QTabBar,
    QTableView,
    QWidget,
)

from app.ui.widgets.header import POINTS, SortHeader

SLACK = 1
"""Logical pixels that rounding may take at 125 % and 150 %."""
HEADING_PADDING = 12
"""Of a heading, left and right together."""


def cuts(root: QWidget) -> list[str]:
    """Each widget that is shown and has less room than its words, or lies outside of its parent."""
    shown = [widget for widget in root.findChildren(QWidget) if widget.isVisibleTo(root) and not widget.isWindow()]
    found = [f"{type(widget).__name__} {_words(widget)!r}: {reason}" for widget in shown if (reason := _reason(widget))]
    return list(dict.fromkeys(found))


def _reason(widget: QWidget) -> str:
    if isinstance(widget, QLabel) and widget.text():
        return _label(widget)
    if isinstance(widget, (QAbstractButton, QComboBox)) and _words(widget):
        return _lacks(widget, QSize(widget.sizeHint().width(), widget.minimumSizeHint().height()))
    if isinstance(widget, QTabBar):
        return "" if widget.tabRect(widget.count() - 1).right() <= widget.width() + SLACK else "tabs are cut"
    if isinstance(widget, QTableView) and (lost := _headings(widget)):
        return lost
    if isinstance(widget, QScrollArea) and widget.horizontalScrollBar().maximum() > SLACK:
        return "scrolls sideways"
    return _outside(widget)


def _label(label: QLabel) -> str:
    room = label.contentsRect().size() - QSize(2 * label.margin(), 2 * label.margin())
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        return f"{needed} high in {label.height()}" if needed > label.height() + SLACK else _outside(label)
    words = max(label.fontMetrics().horizontalAdvance(line) for line in label.text().split("\n"))
    return f"{words} wide in {room.width()}" if words > room.width() + SLACK else _outside(label)


def _headings(table: QTableView) -> str:
    """The columns whose heading has less room than its words. Cells may be cut: they are read in full elsewhere."""
    header, model = table.horizontalHeader(), table.model()
    heavy = QFont(header.font())
    heavy.setBold(True)
    if isinstance(header, SortHeader):  # it draws its words itself, smaller
        heavy.setPointSize(POINTS)
    metrics = QFontMetrics(heavy)
    lost = []
    for section in range(model.columnCount()):
        lines = str(model.headerData(section, Qt.Orientation.Horizontal) or "").split("\n")
        room = 0 if header.isSectionHidden(section) else header.sectionSize(section) - HEADING_PADDING
        if room > 0 and max(map(metrics.horizontalAdvance, lines)) > room + SLACK:
            lost.append(lines[-1])
    return f"headings are cut: {lost}" if lost else ""


def _lacks(widget: QWidget, needed: QSize) -> str:
    if needed.width() > widget.width() + SLACK or needed.height() > widget.height() + SLACK:
        return f"{needed.width()} × {needed.height()} in {widget.width()} × {widget.height()}"
    return _outside(widget)


def _outside(widget: QWidget) -> str:
    """A widget beyond its parent's edge; what scrolls may be as long as it likes."""
    parent = widget.parentWidget()
    if (
        parent is None
        or isinstance(parent, QAbstractScrollArea)
        or isinstance(parent.parentWidget(), QAbstractScrollArea)
    ):
        return ""
    room = QRect(0, 0, parent.width(), parent.height()).adjusted(-SLACK, -SLACK, SLACK, SLACK)
    return "" if widget.geometry().isEmpty() or room.contains(widget.geometry()) else "outside of its place"


def _words(widget: QWidget) -> str:
    found = getattr(widget, "text", None) or getattr(widget, "currentText", None)
    return str(found())[:60] if found is not None else ""

"""Paints the lines of « Responsables ». Everything is drawn as text or as a picture that is made once."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.services.accounts import AccountRow
from app.ui.guardians.columns import Place
from app.ui.guardians.model import AccountsModel, cell_text
from app.ui.theme import ROW_HEIGHT, Tokens, font, tokens
from app.ui.widgets.boxes import paint_box
from app.ui.widgets.chips import CHIP_HEIGHT, chip_pixmap
from app.ui.widgets.icons import icon_pixmap

_PADDING = 8
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_ICON = 16


class RowDelegate(QStyledItemDelegate):
    """A line is tinted when it is ticked, more so when the keyboard is on it."""

    def __init__(self, model: AccountsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._metrics = QFontMetrics(font())

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colours, rect = tokens(), option.rect
        row, place = self._model.row_at(index.row()), Place(index.column())
        ticked = row.account_id in self._model.ticked
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colours.current))
        elif ticked:
            painter.fillRect(rect, QColor(colours.tint))
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if place is Place.TICK:
            state = Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
            paint_box(painter, rect, state, painter.device().devicePixelRatioF())
        elif place in (Place.EMAIL, Place.EYE, Place.STATE):
            self._paint_picture(painter, rect, row, place, colours)
        else:
            self._paint_text(painter, rect, row, place, colours)

    def _paint_text(self, painter: QPainter, rect: QRect, row: AccountRow, place: Place, colours: Tokens) -> None:
        text = cell_text(row, place)
        if not text:
            return
        quiet = (place is Place.LOGIN and row.login is None) or place is Place.ORIGIN
        painter.setPen(QColor(colours.muted if quiet else colours.ink))
        room = rect.width() - 2 * _PADDING
        painter.drawText(rect.adjusted(_PADDING, 0, -_PADDING, 0), _LEFT, self._elided(text, room))

    def _elided(self, text: str, room: int) -> str:
        return self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def _paint_picture(self, painter: QPainter, rect: QRect, row: AccountRow, place: Place, colours: Tokens) -> None:
        ratio = painter.device().devicePixelRatioF()
        if place is Place.STATE:
            top = rect.top() + (rect.height() - CHIP_HEIGHT) // 2
            painter.drawPixmap(rect.left() + 4, top, chip_pixmap(row.state, ratio))
            return
        if place is Place.EYE:
            picture = icon_pixmap("eye", colours.primary, _ICON, ratio)
        elif row.email:
            picture = icon_pixmap("envelope", colours.ink, _ICON, ratio)
        else:
            picture = icon_pixmap("cross", colours.muted, _ICON, ratio)
        left = rect.left() + (rect.width() - _ICON) // 2
        painter.drawPixmap(left, rect.top() + (rect.height() - _ICON) // 2, picture)

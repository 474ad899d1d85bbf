"""Paints the lines of « Responsables » in one go: text as text, everything else a picture that was made once.

A delegate is called for each cell, with an option and an index to unpack: twice the time of a keystroke.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap, QStaticText

from app.models.deliveries import DeliveryState
from app.services.accounts import AccountRow
from app.ui.guardians.columns import Place
from app.ui.guardians.model import cell_text
from app.ui.theme import ROW_HEIGHT, font, tokens
from app.ui.widgets.boxes import BOX_SIZE, box_pixmap
from app.ui.widgets.chips import CHIP_HEIGHT, chip_pixmap
from app.ui.widgets.icons import icon_pixmap

_PADDING = 8
_ICON = 16
_KEPT = 8000
"""Texts that are kept laid out, some screens full."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A column on the screen."""

    place: Place
    left: int
    width: int


class RowPainter:
    """One for each table. Colours are looked up at each painting: the theme may change."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str, int], QStaticText] = {}
        self._metrics = QFontMetrics(font())

    def paint(
        self,
        painter: QPainter,
        *,
        lines: Sequence[tuple[int, AccountRow]],
        slots: Sequence[Slot],
        ticked: set[str],
        current: int,
        ratio: float,
    ) -> None:
        """Paint whole lines. ``lines`` are (top, row); ``current`` is the top of the line where the keyboard is."""
        colours = tokens()
        ink, muted, line = QColor(colours.ink), QColor(colours.muted), QColor(colours.line)
        tint, here = QColor(colours.tint), QColor(colours.current)
        right = max((slot.left + slot.width for slot in slots), default=0)
        painter.setFont(font())
        text_top = (ROW_HEIGHT - self._metrics.height()) // 2
        pictures = _Pictures(ratio)
        for top, row in lines:
            chosen = row.account_id in ticked
            if top == current or chosen:
                painter.fillRect(0, top, right, ROW_HEIGHT - 1, here if top == current else tint)
            painter.fillRect(0, top + ROW_HEIGHT - 1, right, 1, line)
            for slot in slots:
                text = cell_text(row, slot.place)
                if text:
                    painter.setPen(muted if slot.place is Place.ORIGIN or _to_come(row, slot.place) else ink)
                    painter.drawStaticText(slot.left + _PADDING, top + text_top, self._text(text, slot.width))
                else:
                    pictures.paint(painter, row, slot, top, chosen=chosen)

    def _text(self, text: str, width: int) -> QStaticText:
        known = self._texts.get((text, width))
        if known is None:
            if len(self._texts) > _KEPT:
                self._texts.clear()
            shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 2 * _PADDING)
            known = self._texts[text, width] = QStaticText(shown)
            known.setTextFormat(Qt.TextFormat.PlainText)
            known.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        return known


def _to_come(row: AccountRow, place: Place) -> bool:
    return place is Place.LOGIN and row.login is None


class _Pictures:
    """What stands in the cells that hold no words, for one painting."""

    def __init__(self, ratio: float) -> None:
        colours = tokens()
        self._ratio = ratio
        self._eye = icon_pixmap("eye", colours.primary, _ICON, ratio)
        self._with_mail = icon_pixmap("envelope", colours.ink, _ICON, ratio)
        self._mails = {
            state: icon_pixmap(name, getattr(colours, ink), _ICON, ratio) for state, (name, ink) in _MAIL.items()
        }
        self._without_mail = icon_pixmap("cross", colours.muted, _ICON, ratio)

    def paint(self, painter: QPainter, row: AccountRow, slot: Slot, top: int, *, chosen: bool) -> None:
        place = slot.place
        if place is Place.STATE:
            painter.drawPixmap(
                slot.left + 4, top + (ROW_HEIGHT - CHIP_HEIGHT) // 2, chip_pixmap(row.state, self._ratio)
            )
            return
        if place is Place.TICK:
            size, picture = BOX_SIZE, box_pixmap(_BOX[chosen], self._ratio)
        elif place is Place.EYE:
            size, picture = _ICON, self._eye
        elif place is Place.EMAIL:
            size, picture = _ICON, self._mail(row)
        else:
            return
        painter.drawPixmap(slot.left + (slot.width - size) // 2, top + (ROW_HEIGHT - size) // 2, picture)

    def _mail(self, row: AccountRow) -> QPixmap:
        if row.delivery is None or row.email is None:
            return self._with_mail if row.email else self._without_mail
        return self._mails[row.delivery]


_MAIL = {
    DeliveryState.QUEUED: ("envelope-clock", "ink"),
    DeliveryState.ACCEPTED: ("envelope", "ink"),
    DeliveryState.DELIVERED: ("envelope-delivered", "ink"),
    DeliveryState.UNCERTAIN: ("envelope-unsure", "orange"),
    DeliveryState.BOUNCED: ("warning", "red"),
    DeliveryState.FAILED: ("warning", "red"),
}
"""The picture of the latest mail: each has a shape of its own, colour only adds to it."""
_BOX = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}

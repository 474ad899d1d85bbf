"""The small parts that the screens share: words, cards, bands, buttons. Every text is drawn as text, never as HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.models.clock import parse_instant
from app.models.errors import PreauError

Row = TypeVar("Row", bound=QWidget)


def words(text: str = "", *, role: str = "body", wrap: bool = True) -> QLabel:
    """A label; ``role`` is title, heading, subheading, strong, muted or body (see the theme)."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    label.setProperty("role", role)
    if wrap:
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label


def button(text: str, on_click: Callable[[], object], *, role: str = "plain") -> QPushButton:
    """A push button; ``role`` is primary, plain, link or danger."""
    made = QPushButton(text)
    made.setProperty("role", role)
    made.setAutoDefault(True)
    made.clicked.connect(lambda: on_click())
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return made


class Card(QFrame):
    """A white box with a title; ``body`` is where its content goes."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 12, 16, 16)
        self.body.setSpacing(8)
        self.title = words(title, role="heading")
        self.title.setVisible(bool(title))
        self.body.addWidget(self.title)


class Band(QLabel):
    """A sentence on a tint: red for a refusal, orange for a warning, green for success, blue to know.

    Hidden while it has nothing to say; it stays until the next sentence.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMargin(8)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setVisible(False)

    def say(self, text: str, *, tone: str = "blue") -> None:
        """Show a sentence and have it read aloud."""
        self.setText(text)
        self.setProperty("tone", tone)
        restyle(self)
        self.setVisible(bool(text))
        if text:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def refuse(self, error: PreauError) -> None:
        """Say why something was refused."""
        self.say(error.sentence, tone="red")

    def clear(self) -> None:
        """Nothing to say any more."""
        self.setVisible(False)
        super().clear()


def add_band(layout: QLayout, sentence: str, *, tone: str = "orange") -> None:
    """Put a band that says something at the end of a layout."""
    band = Band()
    layout.addWidget(band)
    band.say(sentence, tone=tone)


def scrolled(content: QWidget) -> QScrollArea:
    """``content`` in an area that scrolls up and down only."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def empty_state(text: str, action: QWidget | None = None) -> QFrame:
    """A sentence and what to do next, in the middle of the place of a list that has nothing."""
    frame = QFrame()
    frame.setProperty("role", "card")
    label = words(text, role="heading")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(40, 24, 40, 24)
    layout.setSpacing(16)
    layout.addStretch(1)
    layout.addWidget(label)
    if action is not None:
        layout.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addStretch(2)
    return frame


def empty(layout: QLayout) -> None:
    """Take every widget out of a layout and let it go."""
    while (taken := layout.takeAt(0)) is not None:
        if (widget := taken.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def replace_rows(layout: QLayout, old: Sequence[Row], new: list[Row], key: Callable[[Row], object]) -> list[Row]:
    """Put new rows in the place of old ones and return them; the keyboard goes on to the row of the same key.

    It goes on before the old row goes: a hidden widget would hand it to whoever comes next.
    """
    focused = next((key(row) for row in old if row is row.window().focusWidget()), None)
    for row in new:
        layout.addWidget(row)
        row.show()
        if focused is not None and key(row) == focused:
            row.setFocus()
    for row in old:
        layout.removeWidget(row)
        row.hide()
        row.deleteLater()
    return new


def number_box(least: int, most: int, *, name: str = "", unit: str = "") -> QSpinBox:
    """A field for a whole number; the style sheet of fields would take the room of its digits."""
    box = QSpinBox()
    box.setRange(least, most)
    box.setSuffix(f"\u00a0{unit}" if unit else "")
    box.setAccessibleName(name)
    box.lineEdit().setStyleSheet("border: none; padding: 0px 0px 0px 6px; min-height: 0px; background: transparent;")
    return box


def form_label(text: str, field: QWidget) -> QLabel:
    """The words beside a field, on its middle."""
    label = words(text, wrap=False)
    label.setBuddy(field)
    label.setMinimumHeight(field.sizeHint().height())
    return label


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a property that it looks at has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def many(count: int, one: str, several: str | None = None) -> str:
    """« 1 élève », « 240 élèves », with a no-break space."""
    return f"{grouped(count)}\u00a0{one if count <= 1 else several or one + 's'}"


def grouped(count: int) -> str:
    """A number in groups of three: « 15 000 »."""
    return f"{count:,}".replace(",", "\u202f")


def day(value: date) -> str:
    """« 21-11-2026 »."""
    return f"{value:%d-%m-%Y}"


def moment(at: str, zone: str, *, seconds: bool = False) -> str:
    """A stored instant where the school is: « 21-11-2026 à 14 h 02 », or « 21-11-2026 à 14:02:31 » as Arena does."""
    local: datetime = parse_instant(at).astimezone(ZoneInfo(zone))
    clock = f"{local:%H:%M:%S}" if seconds else f"{local.hour}\u00a0h\u00a0{local.minute:02d}"
    return f"{day(local.date())} à {clock}"

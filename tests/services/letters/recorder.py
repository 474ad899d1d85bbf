"""A canvas that draws nothing and keeps every mark, so that tests and the bench know where each one goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth


@dataclass(frozen=True, slots=True)
class TextMark:
    """A piece of text: its baseline starts at (x, y), in points from the lower left corner."""

    font: str
    size: float
    x: float
    y: float
    text: str

    @property
    def right(self) -> float:
        return self.x + float(stringWidth(self.text, self.font, self.size))


@dataclass(frozen=True, slots=True)
class QrMark:
    """A QR code: its left and upper edges, and the size of a module."""

    x: float
    top: float
    module: float
    operators: str


@dataclass(frozen=True, slots=True)
class OtherMark:
    """Any other call on the canvas."""

    name: str
    args: tuple[Any, ...]


Mark = TextMark | QrMark | OtherMark


class _RecordedText:
    def __init__(self, marks: list[Mark]) -> None:
        self._marks, self._font, self._at = marks, ("", 0.0), (0.0, 0.0)

    def setFont(self, font: str, size: float) -> None:
        self._font = (font, size)

    def setTextOrigin(self, x: float, y: float) -> None:
        self._at = (x, y)

    def textOut(self, text: str) -> None:
        self._marks.append(TextMark(*self._font, *self._at, text))


class Recorder:
    """Stands for a reportlab canvas."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self._font = ("", 0.0)

    @property
    def texts(self) -> list[TextMark]:
        return [mark for mark in self.marks if isinstance(mark, TextMark)]

    @property
    def qr(self) -> QrMark:
        (found,) = [mark for mark in self.marks if isinstance(mark, QrMark)]
        return found

    def called(self, name: str) -> list[tuple[Any, ...]]:
        return [mark.args for mark in self.marks if isinstance(mark, OtherMark) and mark.name == name]

    def find(self, text: str) -> TextMark:
        """The first piece that holds ``text``."""
        return next(mark for mark in self.texts if text in mark.text)

    def setFont(self, font: str, size: float) -> None:
        self._font = (font, size)

    def drawString(self, x: float, y: float, text: str) -> None:
        self.marks.append(TextMark(*self._font, x, y, text))

    def drawRightString(self, x: float, y: float, text: str) -> None:
        self.drawString(x - float(stringWidth(text, *self._font)), y, text)

    def drawCentredString(self, x: float, y: float, text: str) -> None:
        self.drawString(x - float(stringWidth(text, *self._font)) / 2, y, text)

    def beginText(self) -> _RecordedText:
        return _RecordedText(self.marks)

    def drawText(self, text: _RecordedText) -> None:
        """The pieces were kept as they came."""

    def addLiteral(self, operators: str) -> None:
        module, _, _, _, x, top = operators.split(None, 7)[1:7]
        self.marks.append(QrMark(float(x), float(top), float(module), operators))

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args: self.marks.append(OtherMark(name, args))

"""A row that goes on to the next line where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.flow import FlowLayout, spring


class Brick(QWidget):
    def sizeHint(self) -> QSize:
        return QSize(100, 30)


def row(qtbot: QtBot, width: int, *, bricks: int) -> tuple[QWidget, list[Brick]]:
    frame = QWidget()
    qtbot.addWidget(frame)
    layout = FlowLayout(frame, margins=QMargins(10, 5, 10, 5), spacing=8)
    found = [Brick() for _ in range(bricks)]
    for brick in found:
        layout.addWidget(brick)
    frame.resize(width, layout.heightForWidth(width))
    frame.show()
    return frame, found


def test_one_line_where_there_is_room(qtbot: QtBot) -> None:
    frame, bricks = row(qtbot, 400, bricks=3)
    assert [brick.x() for brick in bricks] == [10, 118, 226] and frame.height() == 40


def test_the_next_line_where_there_is_none(qtbot: QtBot) -> None:
    frame, bricks = row(qtbot, 240, bricks=3)
    assert [(brick.x(), brick.y()) for brick in bricks] == [(10, 5), (118, 5), (10, 43)] and frame.height() == 78


def test_what_is_hidden_takes_no_room(qtbot: QtBot) -> None:
    frame, bricks = row(qtbot, 400, bricks=3)
    bricks[1].hide()
    qtbot.waitUntil(lambda: bricks[2].x() == 118)
    assert frame.layout().heightForWidth(400) == 40


def test_a_spring_pushes_to_the_right(qtbot: QtBot) -> None:
    frame = QWidget()
    qtbot.addWidget(frame)
    layout = FlowLayout(frame)
    last = Brick()
    for part in (Brick(), spring(), last):
        layout.addWidget(part)
    frame.resize(500, 40)
    frame.show()
    assert last.geometry().right() == 499

"""Questions that stop the work: the safe answer is the default, Escape gives it too."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.ui.help.key import add_help

Ask = Callable[[QWidget, str, str], bool]
"""(over which window, question, words of the button that does it) → whether it was pressed."""


def ask(parent: QWidget, question: str, do_it: str) -> bool:
    """Ask and wait. The button that does it names what it does; « Ne rien faire » is the default."""
    box = question_box(parent, question, do_it)
    box.exec()
    return box.buttonRole(box.clickedButton()) is QMessageBox.ButtonRole.AcceptRole


def question_box(parent: QWidget, question: str, do_it: str) -> QMessageBox:
    """The question itself, not yet shown."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("Préau")
    add_help(box, "QUESTION")
    box.setText(question)
    box.addButton(do_it, QMessageBox.ButtonRole.AcceptRole).setProperty("role", "primary")
    no = box.addButton("Ne rien faire", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    return box

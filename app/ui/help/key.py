"""F1 in a dialog: the shortcut of the main window is out of its reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog

if TYPE_CHECKING:
    from app.ui.help.topics import Topic


def add_help(dialog: QDialog, name: str) -> None:
    """Let F1 open the topic of that name (see ``dialog_topics``) over a dialog. The texts are read at the first press."""
    shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), dialog)
    shortcut.activated.connect(lambda: _show(dialog, name))


def _show(dialog: QDialog, name: str) -> None:
    from app.ui.help import dialog_topics
    from app.ui.help.dialog import HelpDialog

    topic: Topic = getattr(dialog_topics, name)
    shown = HelpDialog(topic, dialog)
    shown.finished.connect(lambda _result: shown.deleteLater())
    shown.open()

"""What a screen is to the window that holds it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.desk import Desk
from app.ui.work import Crew


class Page(QWidget):
    """A tab of the window. It shows one school, and is told when rows have changed."""

    title = ""
    """The word on the tab."""
    tables: frozenset[str] = frozenset()
    """The tables whose changes concern it."""

    acted = Signal(object)
    """An act was made durable: the frozenset of the names of the changed tables."""
    wanted = Signal(str, object)
    """Go to another page: its key, and what it should show there (or None)."""
    sync_wanted = Signal()
    """Synchronise now."""

    def __init__(self, desk: Desk, crew: Crew, school_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.crew = crew
        self.school_id = school_id

    def refresh(self) -> None:
        """Read the vault again and show what it holds; called when the page is shown and when its tables changed."""

    def open_target(self, target: Any) -> None:
        """Show what another page asked for (a filter, an account)."""

"""The row of tabs under the title."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabBar, QWidget


class Tabs(QFrame):
    """Left and right go from tab to tab; Alt and a number too (the window's shortcuts)."""

    chosen = Signal(str)

    def __init__(self, titles: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.names = tuple(name for name, _ in titles)
        self.bar = QTabBar(self)
        self.bar.setProperty("role", "tabs")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bar.setUsesScrollButtons(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setAccessibleName("Pages")
        for number, (_, title) in enumerate(titles, start=1):
            self.bar.addTab(title)
            self.bar.setTabToolTip(number - 1, f"Alt+{number}")
        self.bar.currentChanged.connect(self._on_changed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.addWidget(self.bar)
        layout.addStretch(1)

    def show_chosen(self, name: str) -> None:
        """Mark a tab; a page that has none leaves the row as it is."""
        if name in self.names:
            self.bar.blockSignals(True)
            self.bar.setCurrentIndex(self.names.index(name))
            self.bar.blockSignals(False)

    def _on_changed(self, index: int) -> None:
        if index >= 0:
            self.chosen.emit(self.names[index])

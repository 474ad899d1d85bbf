"""A criterion of a band: a button with a menu of choices that stays open, and a cross that sets it back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from app.ui.theme import tokens
from app.ui.widgets.icons import icon

SELECT_ALL = "Sélectionner tout"
ROOM = 24
"""How many characters of names a button shows before it counts the others."""

Choice = tuple[str, str]
"""(key, label)."""


class StayingMenu(QMenu):
    """A menu whose boxes can be ticked one after the other: only Escape or a click elsewhere closes it."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        ticks = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if ticks and action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().keyPressEvent(event)


class MenuButton(QToolButton):
    """Opens its menu by click, Space, Enter or the down arrow, which would go to the next button."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.showMenu()
        else:
            super().keyPressEvent(event)


class ChoiceButton(QWidget):
    """« Classe(s) ▾ », or white « Classe : CM1, CM2 » with a cross once something is left out.

    ``several`` has boxes and « Sélectionner tout »; without it one choice excludes the others, and the first one
    means everything.
    """

    changed = Signal()

    def __init__(self, title: str, short_title: str, *, several: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._short_title, self._several = title, short_title, several
        self._actions: dict[str, QAction] = {}
        self._all: QAction | None = None
        self._offered: list[Choice] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button = MenuButton(self)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu = StayingMenu(self)
        self.menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.button.setMenu(self.menu)
        self._group = QActionGroup(self.menu)
        self.cross = QToolButton(self)
        self.cross.setProperty("role", "cross")
        self.cross.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.cross.setAccessibleName(f"{short_title}\u00a0: tout réafficher")
        self.cross.setToolTip(f"{short_title}\u00a0: tout réafficher")
        self.cross.clicked.connect(self._on_cross)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.button)
        layout.addWidget(self.cross)
        self._restyle()

    @property
    def stops(self) -> tuple[QWidget, QWidget]:
        """Where the Tab key goes."""
        return self.button, self.cross

    def offer(self, choices: Sequence[Choice]) -> None:
        """Replace the choices. What was left out stays left out where it is still offered.

        The same choices again change nothing: a list read anew must not pull an open menu from under the mouse.
        """
        if list(choices) == self._offered:
            return
        self._offered = list(choices)
        chosen, known = self.chosen(), set(self._actions)
        self.menu.clear()
        self._actions = {}
        self._all = self._add_all() if self._several else None
        self._group.deleteLater()
        self._group = group = QActionGroup(self.menu)
        group.setExclusive(not self._several)
        for key, label in choices:
            action = self.menu.addAction(label.replace("&", "&&"))
            action.setCheckable(True)
            action.setActionGroup(group)
            action.triggered.connect(self._on_ticked)
            self._actions[key] = action
        fresh = self._actions.keys() - known if self._several else set()
        self.choose(None if chosen is None else chosen | fresh)

    def _add_all(self) -> QAction:
        action = self.menu.addAction(SELECT_ALL)
        action.setCheckable(True)
        action.triggered.connect(self._on_all)
        self.menu.addSeparator()
        return action

    def chosen(self) -> frozenset[str] | None:
        """The keys that are ticked; None when nothing is left out."""
        ticked = frozenset(key for key, action in self._actions.items() if action.isChecked())
        everything = ticked == self._actions.keys() if self._several else self._first() in ticked
        return None if everything or not self._actions else ticked

    def choose(self, keys: frozenset[str] | None) -> None:
        """Tick these and nothing else (None: everything). Says nothing: the caller knows."""
        for place, (key, action) in enumerate(self._actions.items()):
            action.setChecked((self._several or place == 0) if keys is None else key in keys)
        self._restyle()

    def _first(self) -> str:
        return next(iter(self._actions), "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen() is not None:
            self._on_cross()
        else:
            super().keyPressEvent(event)

    def _on_cross(self) -> None:
        self.choose(None)
        self.button.setFocus()
        self.changed.emit()

    def _on_all(self, ticked: bool) -> None:
        for action in self._actions.values():
            action.setChecked(ticked)
        self._on_ticked()

    def _on_ticked(self) -> None:
        self._restyle()
        self.changed.emit()

    def _restyle(self) -> None:
        chosen, colours = self.chosen(), tokens()
        used = chosen is not None
        text = self._words(chosen)
        self.button.setText(text.replace("&", "&&"))
        self.button.setToolTip(self._tip(chosen))
        self.button.setAccessibleName(self._tip(chosen) if used else f"{self._title}\u00a0: tout")
        self.button.setIcon(icon("chevron-down", colours.band if used else colours.on_band))
        self.button.setIconSize(QSize(12, 12))
        self.cross.setIcon(icon("cross", colours.band))
        self.cross.setVisible(used)
        if self._all is not None:
            self._all.setChecked(not used)
        for part in (self.button, self.cross):
            part.setProperty("used", used)
            part.style().unpolish(part)
            part.style().polish(part)
        self.updateGeometry()

    def _labels(self, chosen: frozenset[str]) -> list[str]:
        return [action.text().replace("&&", "&") for key, action in self._actions.items() if key in chosen]

    def _tip(self, chosen: frozenset[str] | None) -> str:
        return "" if chosen is None else f"{self._short_title}\u00a0: {', '.join(self._labels(chosen)) or 'rien'}"

    def _words(self, chosen: frozenset[str] | None) -> str:
        if chosen is None:
            return self._title
        labels = self._labels(chosen)
        return f"{self._short_title}\u00a0: {shorten(labels)}"


def shorten(labels: Sequence[str]) -> str:
    """« CM1, CM2 », « Non notifié + 1 », « rien »: as many names as there is room for, the first one always."""
    if not labels:
        return "rien"
    named = 1
    while named < len(labels) and len(", ".join(labels[: named + 1])) <= ROOM:
        named += 1
    rest = len(labels) - named
    return ", ".join(labels[:named]) + (f"\u00a0+\u00a0{rest}" if rest else "")

"""A person without a mouse: what has the keyboard gets the keys, and nothing is reached otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.accessibility.reading import activate

Key = Qt.Key
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
MOST_TABS = 80


@dataclass
class Keyboard:
    """Presses keys where the focus is. ``pressed`` counts them."""

    qtbot: QtBot
    window: QWidget
    """Where the keyboard goes back to once a dialog has gone: the work of a window manager, of which there is none here."""
    pressed: int = field(default=0)

    @property
    def here(self) -> QWidget:
        """What has the keyboard: a menu that is open goes before all."""
        popup = QApplication.activePopupWidget()
        if popup is None and QApplication.focusWidget() is None and QApplication.activeModalWidget() is None:
            activate(self.window)
        return popup or QApplication.focusWidget() or self.window

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key after the other."""
        for key in keys:
            self.pressed += 1
            QTest.keyClick(self.here, key, modifier)

    def type(self, text: str) -> None:
        """Letters into what has the keyboard, in the place of what is there."""
        self.press(Key.Key_A, modifier=CONTROL)
        self.pressed += len(text)
        QTest.keyClicks(self.here, text)

    def tab_to(self, words: str, *, back: bool = False) -> None:
        """Press Tab until a screen reader would say words that begin so."""
        passed: list[str] = []
        for _ in range(MOST_TABS):
            passed.append(said(self.here) or repr(self.here))
            if passed[-1].startswith(words):
                return
            self.press(Key.Key_Backtab if back else Key.Key_Tab)
        raise AssertionError(f"Tab does not lead to {words!r}, but to {dict.fromkeys(passed)}")

    def choose(self, words: str) -> None:
        """Down to a line of the menu that is open, then Enter."""
        menu = self.here
        assert isinstance(menu, QMenu)
        for _ in range(len(menu.actions()) + 1):
            if (action := menu.activeAction()) is not None and action.text().startswith(words):
                self.press(Key.Key_Return)
                return
            self.press(Key.Key_Down)
        raise AssertionError(f"no line {words!r} in {[one.text() for one in menu.actions()]}")

    def then(self, shown: Callable[[], QWidget | None], do: Callable[[], None], opener: Callable[[], None]) -> None:
        """Open something that holds the program until it is left, a menu or a question, and do what is to be done there."""
        failed: list[BaseException] = []
        timer = QTimer(interval=10)

        def look() -> None:
            found = shown()
            if found is None or not _has_the_keyboard(found):
                return
            timer.stop()
            try:
                do()
            except AssertionError as error:
                failed.append(error)
                found.close()

        timer.timeout.connect(look)
        timer.start()
        opener()
        self.qtbot.waitUntil(lambda: not timer.isActive())
        if failed:
            raise failed[0]

    def menu(self, *words: str, opener: Callable[[], None]) -> None:
        """Open a menu and choose."""

        def act() -> None:
            for line in words:
                self.choose(line)
            if QApplication.activePopupWidget() is not None:
                self.press(Key.Key_Escape)

        self.then(QApplication.activePopupWidget, act, opener)

    def modal(self, act: Callable[[], None], *, opener: Callable[[], None]) -> None:
        """Open a dialog that holds the program, and act in it."""
        self.then(QApplication.activeModalWidget, act, opener)


def _has_the_keyboard(window: QWidget) -> bool:
    focused = QApplication.focusWidget()
    reached = (
        window.isActiveWindow() if isinstance(window, QMenu) else focused is not None and window.isAncestorOf(focused)
    )
    return window.isVisible() and reached


def said(widget: QWidget) -> str:
    """What a screen reader says first."""
    return widget.accessibleName() or str(getattr(widget, "text", str)()).replace("&&", "&")

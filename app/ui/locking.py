"""The window locks itself: after some minutes without a key or a click, nothing is shown until the person proves again.

What runs goes on (synchronisation, a print); every window is hidden, not covered, so that nothing is read behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.models.errors import PreauError
from app.ui import work
from app.ui.help.key import add_help
from app.ui.pieces import Band, button, words
from app.ui.startup import Proof

TICK_MS = 5_000
LOCKED = "Préau est verrouillé"
_ACTIVITY = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class LockDialog(QDialog):
    """The only thing in sight. It can be left by proving, or by quitting the application."""

    unlocked = Signal()
    quit_asked = Signal()

    def __init__(self, proof: Proof) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.CustomizeWindowHint | Qt.WindowType.WindowTitleHint)
        self._proof = proof
        self._asks = proof.asks()
        self._job: work.Job | None = None
        self.setWindowTitle("Préau")
        add_help(self, "LOCKED")
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setMinimumSize(520, 260)
        self.band, self.field = Band(), QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName("Phrase de passe")
        self.field.setPlaceholderText("Phrase de passe")
        self.field.setVisible(self._asks)
        self.leave = button("Quitter Préau", self.quit_asked.emit, role="link")
        self.unlock = button("Déverrouiller", self._on_unlock, role="primary")
        how = (
            "Saisissez votre phrase de passe." if self._asks else "Le trousseau de l’ordinateur est demandé de nouveau."
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 28, 32, 20)
        layout.setSpacing(12)
        for part in (words(LOCKED, role="title"), words(f"Personne n’a touché l’ordinateur depuis un moment. {how}"), self.band,
                     self.field):  # fmt: skip
            layout.addWidget(part)
        layout.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.leave)
        row.addStretch(1)
        row.addWidget(self.unlock)
        layout.addLayout(row)
        self.unlock.setDefault(True)
        (self.field if self._asks else self.unlock).setFocus()

    def _on_unlock(self) -> None:
        if self._job is not None:
            return
        answer = self.field.text() if self._asks else None
        self.unlock.setEnabled(False)
        self._job = work.start(
            lambda job: self._proof.prove(answer),
            parent=self,
            done=lambda _: self._on_proven(),
            failed=self._on_refused,
        )

    def _on_proven(self) -> None:
        self._job = None
        self.unlocked.emit()

    def _on_refused(self, error: PreauError) -> None:
        self._job = None
        self.unlock.setEnabled(True)
        self.field.clear()
        self.band.refuse(error)
        self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()


class Locker(QObject):
    """Watches for silence. ``minutes`` is read at each tick, so that a changed setting counts at once."""

    quit_asked = Signal()

    def __init__(
        self, proof: Proof, *, minutes: Callable[[], float], now: Callable[[], float] = time.monotonic,
        tick_ms: int = TICK_MS, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._proof, self._minutes, self._now = proof, minutes, now
        self._touched_at = now()
        self._hidden: list[QWidget] = []
        self.dialog: LockDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(tick_ms)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._on_window)
        for window in QGuiApplication.topLevelWindows():
            self._on_window(window)

    @property
    def locked(self) -> bool:
        """Whether the windows are hidden."""
        return self.dialog is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """On the windows only, which get keys and clicks before their widgets do: not one call a repaint of a widget."""
        if event.type() in _ACTIVITY:
            self._touched_at = self._now()
        return False

    def _on_window(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def _on_tick(self) -> None:
        if not self.locked and self._now() - self._touched_at >= 60 * self._minutes():
            self.lock()

    def lock(self) -> None:
        """Hide every window, and show the one that asks."""
        if self.locked:
            return
        self._hidden = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
        self.dialog = LockDialog(self._proof)
        self.dialog.unlocked.connect(self._on_unlocked)
        self.dialog.quit_asked.connect(self.quit_asked)
        self.dialog.show()
        for widget in self._hidden:
            widget.hide()
        self.dialog.activateWindow()

    def _on_unlocked(self) -> None:
        self._touched_at = self._now()
        for widget in self._hidden:
            if isValid(widget) and widget.windowType() != Qt.WindowType.Popup:
                widget.show()
        self._hidden = []
        self._end_dialog()

    def _end_dialog(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.hide()
            dialog.deleteLater()

    def stop(self) -> None:
        """Watch no more; a lock that is shown goes with the application."""
        self._timer.stop()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.disconnect(self._on_window)
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)
        self._end_dialog()

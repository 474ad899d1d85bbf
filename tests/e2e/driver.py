"""Plays a person at the real window: a script of conditions, each followed by an act, that also runs inside dialogs."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

from PySide6.QtCore import QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

Script = Generator[Callable[[], object], None, None]
"""Yields what it waits for; goes on once that is true."""
EVERY_MS = 20


class Player(QObject):
    """Plays a script on the window's thread; what goes wrong in it is raised by ``finish``."""

    def __init__(self, script: Script, *, timeout_s: float = 90) -> None:
        super().__init__()
        self._script = script
        self._timeout_s = timeout_s
        self._waiting: Callable[[], object] = lambda: True
        self._since = time.monotonic()
        self.done = False
        self.error: BaseException | None = None
        self._loop = QEventLoop(self)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._step)
        self._timer.start()

    def finish(self) -> None:
        """Play to the end."""
        if not self.done:
            self._loop.exec()
        if self.error is not None:
            raise self.error

    def _step(self) -> None:
        if self.done:
            return
        try:
            if self._waiting():
                self._waiting = next(self._script)
                self._since = time.monotonic()
            elif time.monotonic() - self._since > self._timeout_s:
                self._script.throw(TimeoutError("the window did not come to what the script waits for"))
        except StopIteration:
            self._stop(None)
        except BaseException as error:
            self._stop(error)

    def _stop(self, error: BaseException | None) -> None:
        self.done, self.error = True, error
        self._timer.stop()
        self._loop.quit()
        if error is not None:  # leave the dialogs, so that whoever waits for them goes on
            while (dialog := QApplication.activeModalWidget()) is not None:
                dialog.close()
                dialog.deleteLater()
                QApplication.processEvents()

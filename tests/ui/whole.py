"""The real window with every page, on the demonstration school after ten weeks of use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication

from app.services.todo import Page
from app.ui.app import Choices, Desktop
from app.ui.shell.window import MainWindow
from tests.ui.desk_stage import demo_stage, live_a_little

SMALL = (1093, 614)
"""An old 1366 × 768 at 125 %."""
EVERY_PAGE = tuple(page.value for page in Page if page is not Page.SYNC)
"""On the tabs, and those that a line or a menu leads to."""


@contextmanager
def whole_window(folder: Path, *, page: Page = Page.HOME, pupils: int = 30) -> Iterator[MainWindow]:
    """The application's own window, small, on ``page``; everything is closed at the end."""
    with demo_stage(folder, pupils=pupils) as stage:
        live_a_little(stage)
    with opened_window(folder, page=page) as window:
        yield window


@contextmanager
def opened_window(folder: Path, *, page: Page = Page.HOME) -> Iterator[MainWindow]:
    """The window on the vault that ``demo_stage`` left in ``folder``."""
    environ = {
        "PREAU_VAULT": str(folder / "poste.preau"),
        "PREAU_VAULT_KEY": bytes(32).hex(),
        "PREAU_FICTIONAL_NUMBERS": "1",
    }
    said: list[str] = []
    desktop = Desktop(Choices(environ, page, dark=False), say=said.append)
    try:
        assert desktop.open(), said
        assert desktop.window is not None
        desktop.window.resize(*SMALL)
        settle()
        yield desktop.window
    finally:
        desktop.close()


def settle() -> None:
    """Let what pages read come back and the layouts follow."""
    for _ in range(4):
        QApplication.processEvents()
        assert QThreadPool.globalInstance().waitForDone(30_000)
        QApplication.processEvents()

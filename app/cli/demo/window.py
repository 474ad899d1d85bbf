"""The window of the demonstration: on screen where there is one, else in pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.demo.stage import Stage
from app.services.todo import Page

if TYPE_CHECKING:
    from app.ui.shell.window import MainWindow

PICTURES = (
    (Page.GUARDIANS, "responsables"), (Page.HOME, "accueil"), (Page.STATISTICS, "statistiques"),
    (Page.REPORTS, "livrets"), (Page.IMPORTING, "importer"), (Page.MY_SCHOOL, "mon-ecole"),
)  # fmt: skip
SIZE = (1280, 800)


def show(here: Stage, tell: Callable[[str], None], *, headless: bool) -> None:
    """Open the window on « Responsables » until it is closed; without a display, take its pictures.

    The demonstration lets go of the vault first: the window is the real one, which opens it by itself.
    """
    here.desk.vault.close()
    environ = {
        **os.environ, "PREAU_VAULT": str(here.desk.vault.path), "PREAU_VAULT_KEY": here.key.hex(),
        "PREAU_FICTIONAL_NUMBERS": "1",
    }  # fmt: skip
    if headless:
        _take_pictures(environ, here.folder / "images", tell)
        return
    import signal

    from PySide6.QtWidgets import QApplication

    from app.ui.app import run

    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda _signal, _frame: QApplication.quit())
    tell(f"Portail des parents : {here.portal}   Courriels attrapés : {here.mailbox.address}")
    tell("La fenêtre est ouverte ; fermez-la pour terminer la démonstration.")
    run(page=Page.GUARDIANS, environ=environ)


def _take_pictures(environ: Mapping[str, str], folder: Path, tell: Callable[[str], None]) -> None:
    from PySide6.QtWidgets import QApplication

    from app.ui.app import Choices, Desktop, dress

    application = QApplication.instance() or QApplication(["preau"])
    assert isinstance(application, QApplication)
    dress(application, dark=False)
    folder.mkdir()
    desktop = Desktop(Choices(environ, Page.GUARDIANS, dark=False))
    try:
        if not desktop.open() or desktop.window is None:
            raise RuntimeError("the window did not open")
        desktop.window.resize(*SIZE)
        for page, name in PICTURES:
            desktop.window.show_page(page.value)
            _picture(desktop.window, folder / f"{name}.png")
        tell(f"{len(PICTURES)} images de la fenêtre dans {folder}")
    finally:
        desktop.close()


def _picture(window: MainWindow, path: Path) -> None:
    """The window once nothing moves any more: what it reads off its thread has come back."""
    from PySide6.QtCore import QThreadPool
    from PySide6.QtWidgets import QApplication

    for _ in range(3):
        QApplication.processEvents()
        QThreadPool.globalInstance().waitForDone(30_000)
        QApplication.processEvents()
    window.grab().save(str(path))

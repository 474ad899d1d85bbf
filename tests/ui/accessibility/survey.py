"""Run as a process of its own, at a scale of its own: reads and measures screens, writes pictures, prints JSON.

``python -m tests.ui.accessibility.survey screens|pages FOLDER``. A process of its own, because QT_SCALE_FACTOR is read
at the start, and because some thirty windows end here without being taken apart one by one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.services.todo import Page
from app.ui.garbage import Collector
from app.ui.guardians.page import GuardiansPage
from app.ui.theme import apply_theme
from tests.screenshots.other_screens import screens
from tests.screenshots.other_screens import settle as settle_screen
from tests.ui.accessibility.cuts import cuts
from tests.ui.accessibility.reading import nameless, roleless, unreached
from tests.ui.whole import SMALL, settle, whole_window

PAGE_ROOM = (1093, 504)
"""What a page has in a window of 1093 × 614."""


def main(what: str, folder: Path) -> None:
    application = QApplication(["preau"])
    apply_theme(application, dark=False)
    collector = Collector()
    folder.mkdir(parents=True, exist_ok=True)
    shown = _screens(application, folder) if what == "screens" else _pages(folder)
    found = {}
    for name, widget in shown:
        widget.grab().save(str(folder / f"{name}.png"))
        found[name] = {"faults": _faults(widget) if what == "screens" else [], "cuts": cuts(widget)}
    print(json.dumps({"ratio": application.devicePixelRatio(), "screens": found}))
    sys.stdout.flush()
    assert collector is not None
    os._exit(0)  # everything was read; nothing needs an orderly end


def _faults(widget: QWidget) -> list[str]:
    return [*nameless(widget), *roleless(widget), *unreached(widget)]


def _screens(application: QApplication, folder: Path) -> Iterator[tuple[str, QWidget]]:
    for name, widget in screens(application, folder):
        if not isinstance(widget, QDialog):
            widget.setProperty("role", "ground")
            widget.resize(*PAGE_ROOM)
        widget.show()
        settle_screen(application)
        yield name, widget


def _pages(folder: Path) -> Iterator[tuple[str, QWidget]]:
    """Each page of the real window, then an opened account, then the help."""
    with whole_window(folder, pupils=120) as window:
        assert (window.width(), window.height()) == SMALL
        for name in window.tabs.names:
            window.show_page(name)
            settle()
            yield name, window
        window.show_page(Page.GUARDIANS)
        page = window.page(Page.GUARDIANS)
        assert isinstance(page, GuardiansPage)
        page.open_line(0)
        settle()
        yield "compte", window
        window.show_help()
        settle()
        assert window.help_shown is not None
        yield "aide", window.help_shown


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

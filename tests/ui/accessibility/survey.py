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

from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from app.services.todo import Page
from app.ui.garbage import Collector
from app.ui.guardians.page import GuardiansPage
from app.ui.theme import apply_theme
from tests.screenshots.dialogs import dialogs
from tests.screenshots.other_screens import screens
from tests.screenshots.other_screens import settle as settle_screen
from tests.ui.accessibility.cuts import cuts
from tests.ui.accessibility.manners import clashes, ill_mannered, misprints, out_of_order
from tests.ui.accessibility.reading import nameless, roleless, unreached
from tests.ui.whole import EVERY_PAGE, SMALL, settle, whole_window

PAGE_ROOM = (1093, 504)
"""What a page has in a window of 1093 × 614."""


def main(what: str, folder: Path) -> None:
    application = QApplication(["preau"])
    apply_theme(application, dark=False)
    collector = Collector()
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {
        "screens": lambda: _screens(application, folder),
        "pages": lambda: _pages(folder),
        "dialogs": lambda: dialogs(folder),
    }
    found = {}
    for name, widget in kinds[what]():
        widget.grab().save(str(folder / f"{name}.png"))
        found[name] = {"kind": type(widget).__name__, "faults": _faults(widget), "cuts": cuts(widget)}
    print(json.dumps({"ratio": application.devicePixelRatio(), "screens": found}))
    sys.stdout.flush()
    assert collector is not None
    os._exit(0)  # everything was read; nothing needs an orderly end


def _faults(widget: QWidget) -> list[str]:
    """Everything that is wrong with one window; a menu is walked by the arrows, by Qt itself."""
    found = [*nameless(widget), *misprints(widget)]
    if isinstance(widget, QMenu):
        return found
    manners = [*out_of_order(widget), *ill_mannered(widget)] if isinstance(widget, QDialog) else []
    return [*found, *roleless(widget), *unreached(widget), *clashes(widget), *manners]


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
        for name in EVERY_PAGE:
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

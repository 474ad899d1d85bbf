"""The desktop's main screens as pictures: « Responsables » and its dialogs, small and large, light and dark."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.models.states import AccountState
from app.services.accounts import Criteria
from app.services.todo import Page as PageName
from app.ui.guardians.list_dialog import ListDialog
from app.ui.guardians.notify_dialog import NotifyDialog
from app.ui.guardians.page import GuardiansPage
from app.ui.pages import desktop_pages
from app.ui.shell.page import PageSpec
from app.ui.shell.window import MainWindow
from app.ui.theme import apply_theme
from tests.ui.school import demo_desk

SIZES = {"1280x800": (1280, 800), "1093x614": (1093, 614)}


def render(folder: Path) -> list[Path]:
    """Draw every picture into ``folder`` and return the files."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with TemporaryDirectory() as name, demo_desk(Path(name), pupils=236) as (desk, school_id):
        for dark in (False, True):
            apply_theme(application, dark=dark)
            for size_name, size in SIZES.items():
                suffix = f"{size_name}-{'sombre' if dark else 'clair'}"
                window = MainWindow(desk, school_id=school_id, pages=pages())
                window.resize(*size)
                window.show()
                made += _walk(window, folder, suffix)
                window.close()
                window.deleteLater()
    return made


def pages() -> list[PageSpec]:
    """The tabs that the product has; only « Responsables » is drawn here."""
    specs = desktop_pages(None, None, None, allow_fictional=True)  # type: ignore[arg-type]
    return [
        spec if spec.name == PageName.GUARDIANS else replace(spec, factory=lambda _shell: Blank()) for spec in specs
    ]


class Blank:
    """A page of somebody else."""

    def __init__(self) -> None:
        self.widget = QWidget()

    def refresh(self) -> None:
        """Nothing to read."""


def _walk(window: MainWindow, folder: Path, suffix: str) -> list[Path]:
    made: list[Path] = []

    def shoot(name: str, widget: QWidget = window) -> None:
        QApplication.processEvents()
        path = folder / f"{name}-{suffix}.png"
        widget.grab().save(str(path))
        made.append(path)

    window.show_page("guardians")
    page = window.page("guardians")
    assert isinstance(page, GuardiansPage)
    settle(lambda: page.model.rowCount() > 0 and page.view.footer.text() != "")
    for line in (2, 4, 7):
        page.view.table.ticked.emit(line, line)
    page.view.table.setFocus()
    settle(lambda: "3" in page.view.bar.counter.text())
    shoot("responsables")
    line = next(n for n in range(200) if page.model.row_at(n).state is AccountState.ACTIVATING)
    page.open_line(line)
    settle(lambda: page.view.panel.isVisible() and not page.busy)
    shoot("responsables-compte")
    page.close_panel()
    rooms = page._accounts.classrooms
    wanted = Criteria("ra", frozenset(rooms[1:3]), frozenset({AccountState.NOT_NOTIFIED, AccountState.NOTIFIED}))
    page.view.criteria.show_criteria(wanted)
    settle(lambda: "hors du filtre" in page.view.bar.counter.text())
    shoot("responsables-filtre")
    page.view.criteria.show_criteria(Criteria("zzz"))
    shoot("responsables-personne")
    page.view.criteria.show_everything()
    page.view.bar.notify_menu.popup(window.mapToGlobal(window.rect().center()))
    shoot("menu-notifier", page.view.bar.notify_menu)
    page.view.bar.notify_menu.close()
    _print(page, shoot)
    _list_and_reset(page, shoot)
    return made


def _print(page: GuardiansPage, shoot: Callable[[str, QWidget], None]) -> None:
    """The question, the result and « Réimprimer », on ten real sheets."""
    with TemporaryDirectory() as name:
        page.view.bar.notify_menu.sheets_asked.emit(True)
        settle(lambda: page.notifier.dialog is not None)
        asking = page.notifier.dialog
        assert isinstance(asking, NotifyDialog)
        shoot("notifier", asking)
        asking.folder.field.setText(name)
        asking.confirm.click()
        settle(lambda: asking.result_of_print is not None and not page.busy, timeout_s=60)
        shoot("notifier-fait", asking)
        asking.accept()
        page.view.bar.notify_menu.reprint_asked.emit()
        assert page.notifier.dialog is not None
        shoot("reimprimer", page.notifier.dialog)
        page.notifier.dialog.reject()


def _list_and_reset(page: GuardiansPage, shoot: Callable[[str, QWidget], None]) -> None:
    """Both questions; the box of the passwords is ticked, so that its warning is seen."""
    page.view.bar.list_menu.list_asked.emit("csv")
    dialog = page.notifier.dialog
    assert isinstance(dialog, ListDialog)
    dialog.passwords.setChecked(True)
    shoot("lister", dialog)
    dialog.reject()
    settle(lambda: page.notifier.dialog is None)
    page.view.bar.edit_menu.reset_asked.emit()
    settle(lambda: page.notifier.dialog is not None or page.view.error.isVisible())
    if page.notifier.dialog is not None:
        shoot("reinitialiser", page.notifier.dialog)
        page.notifier.dialog.reject()


def settle(condition: Callable[[], bool], *, timeout_s: float = 20.0) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not settle")
        QTest.qWait(5)


if __name__ == "__main__":
    import sys

    for made in render(Path(sys.argv[1])):
        print(made)

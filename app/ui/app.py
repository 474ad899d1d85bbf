"""The desktop application: opens the vault, shows the window, synchronises behind it, closes in order.

What the first screen does not need is imported when it is needed: each page with its first showing, the line to the
server once the window is there.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from platformdirs import user_log_path
from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QThreadPool, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.models.clock import Clock, system_clock
from app.services.desk import Desk
from app.services.preferences import last_school, set_last_school
from app.services.schools import linked_schools, list_schools
from app.services.support.copies import Swept, is_officer, sweep
from app.services.todo import Page as PageName
from app.services.vault.keys import Opening
from app.ui import work
from app.ui.crash import Hook, log_to
from app.ui.garbage import Collector
from app.ui.pages import desktop_pages, make_transport, officer_pages
from app.ui.shell.window import MainWindow
from app.ui.startup import ASK_PASSPHRASE, ASK_RECOVERY, DAMAGED, Doors, try_open
from app.ui.theme import apply_theme

if TYPE_CHECKING:
    from app.services.documents.courier import Left
    from app.services.sync.loop import Tick
    from app.ui.first_run.dialog import Beginnings
    from app.ui.line import Line
    from app.ui.locking import Locker

FICTIONAL_VARIABLE = "PREAU_FICTIONAL_NUMBERS"
LOG_NAME = "preau.log"
SWEEP_MS = 60_000
"""How often an officer's copies are looked at: one is never read more than a minute beyond its end."""
ENDED = "L’accès à une école a pris fin\u00a0: sa copie n’est plus sur ce poste."
PUT_BACK = "L’horloge de ce poste a reculé\u00a0: les copies sont fermées jusqu’au prochain échange avec le serveur."
LINE_DELAY_MS = 300
"""The first page is read and painted before the libraries of the network are imported."""


@dataclass(frozen=True, slots=True)
class Choices:
    """How to start: the environment, the first page, light or dark (None follows the system)."""

    environ: Mapping[str, str]
    page: PageName = PageName.HOME
    dark: bool | None = None
    clock: Clock = system_clock

    @property
    def allow_fictional(self) -> bool:
        """Whether the numbers kept for fiction count as mobiles: the demonstration and the tests."""
        return self.environ.get(FICTIONAL_VARIABLE, "") not in ("", "0")


def run(*, page: PageName = PageName.HOME, environ: Mapping[str, str] | None = None, dark: bool | None = None) -> int:
    """Show the desktop until its window is closed. Returns the exit code: 1 where the vault could not be opened."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    dress(application, dark)
    log_to(user_log_path("preau", appauthor=False) / LOG_NAME)
    hook = Hook(tell, application.closeAllWindows)
    hook.install()
    desktop = Desktop(Choices(environ if environ is not None else os.environ, page, dark))
    try:
        if not desktop.open():
            return 1
        return application.exec()
    finally:
        desktop.close()
        hook.remove()


def dress(application: QApplication, dark: bool | None) -> None:
    """Name, theme, French buttons; the theme follows the system where nobody chose."""
    application.setApplicationName("Préau")
    application.setDesktopFileName("preau")
    QLocale.setDefault(QLocale(QLocale.Language.French, QLocale.Country.France))
    translator = QTranslator(application)
    if translator.load("qtbase_fr", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
    apply_theme(application, dark=dark)


def tell(sentence: str) -> None:
    """A sentence that must be read before anything goes on."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Préau", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()


class Desktop(QObject):
    """One run of the application: what is open, and in which order it closes."""

    def __init__(self, choices: Choices, *, doors: Doors | None = None, say: Callable[[str], None] = tell) -> None:
        super().__init__()
        self._choices = choices
        self._doors = doors or Doors(choices.environ, clock=choices.clock)
        self._say = say
        self._collector = Collector(self)
        self._opening: Opening | None = None
        self._line: Line | None = None
        self.locker: Locker | None = None
        self.window: MainWindow | None = None

    def open(self) -> bool:
        """Open the vault, asking what must be asked, and show the window. False where the person gave up."""
        self._opening = self._open_vault() if self._doors.exists else None
        if self._opening is None and self._doors.exists:
            return False
        school_id = self._first_school()
        if school_id is None or self._opening is None:
            return False
        self._show(self._opening, school_id)
        return True

    def close(self) -> None:
        """End the exchange under way, then let go of the vault."""
        if self.locker is not None:
            self.locker.stop()
            self.locker = None
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None
        QThreadPool.globalInstance().waitForDone()
        if self._line is not None:
            self._line.stop()
            self._line = None
        if self._opening is not None:
            self._opening.vault.close()
            self._opening = None
        self._collector.stop()

    # Opening

    def _open_vault(self) -> Opening | None:
        found = try_open(self._doors)
        if isinstance(found, Opening):
            return found
        if found.code in ASK_PASSPHRASE | ASK_RECOVERY | DAMAGED:
            from app.ui.unlocking import ask_until_open

            return ask_until_open(None, self._doors, self._doors.open, found)
        self._say(found.sentence)
        return None

    def _first_school(self) -> str | None:
        if self._opening is not None:
            desk = self._desk(self._opening)
            sweep(desk)  # an officer's copies whose time is over go before anything is shown
            known = list_schools(desk)
            if not known and is_officer(desk):
                return ""
            if known:
                last = last_school(self._opening.vault)
                return next((one.school_id for one in known if one.school_id == last), known[0].school_id)
        return self._first_run()

    def _first_run(self) -> str | None:
        from app.ui.first_run.dialog import FirstRun

        dialog = FirstRun(self._beginnings(), opening=self._opening)
        done = dialog.exec()
        self._opening = dialog.opening
        return dialog.school_id if done else None

    def _add_school(self, parent: QWidget) -> str | None:
        from app.ui.first_run.dialog import FirstRun

        dialog = FirstRun(self._beginnings(), opening=self._opening, another=True, parent=parent)
        return dialog.school_id if dialog.exec() else None

    def _beginnings(self) -> Beginnings:
        from app.ui.first_run.dialog import Beginnings
        from app.ui.unlocking import restore_backup

        return Beginnings(
            make_vault=self._doors.make,
            desk_of=self._desk,
            transport=make_transport,
            label=platform.node(),
            allow_fictional=self._choices.allow_fictional,
            restore=lambda parent: restore_backup(parent, self._doors),
        )

    def _desk(self, opening: Opening) -> Desk:
        """Whoever sits here signs as the signatory of the only school, until a server says who it is."""
        desk = Desk(opening.vault, self._choices.clock, os.urandom)
        known = list_schools(desk)
        return desk.signed_by(known[0].signatory_name) if len(known) == 1 and known[0].signatory_name else desk

    # The window

    def _show(self, opening: Opening, school_id: str) -> None:
        desk = self._desk(opening)
        pages = desktop_pages(opening, self._doors, self._add_school, allow_fictional=self._choices.allow_fictional)
        first = self._choices.page.value
        if is_officer(desk):
            pages, first = officer_pages(pages), PageName.SUPPORT.value
            self._sweep_from_time_to_time(desk)
        self.window = MainWindow(desk, school_id=school_id, pages=pages, first_page=first)
        self.window.sync_asked.connect(self._on_sync_asked)
        self.window.school_chosen.connect(lambda chosen: set_last_school(opening.vault, chosen))
        self.window.show()
        application = QApplication.instance()
        if self._choices.dark is None and isinstance(application, QApplication):
            hints = application.styleHints()
            hints.colorSchemeChanged.connect(self._on_scheme)
            hints.accessibility().contrastPreferenceChanged.connect(self._on_scheme)
        self._watch(opening)
        QTimer.singleShot(LINE_DELAY_MS, self, lambda: self._prepare_line(desk, opening))

    def _watch(self, opening: Opening) -> None:
        """Lock the window after some minutes without anybody."""
        from app.services.preferences import lock_minutes
        from app.ui.locking import Locker

        self.locker = Locker(self._doors.proof(), minutes=lambda: lock_minutes(opening.vault), parent=self)
        self.locker.quit_asked.connect(self._on_quit)

    def _sweep_from_time_to_time(self, desk: Desk) -> None:
        """A copy ends while the window is open too."""
        timer = QTimer(self)
        timer.setInterval(SWEEP_MS)
        timer.timeout.connect(lambda: work.start(lambda _job: sweep(desk), parent=self, done=self._on_swept))
        timer.start()

    def _on_swept(self, swept: Swept) -> None:
        if self.window is not None and swept.school_ids:
            self._leave_closed()
            self._say(PUT_BACK if swept.clock_put_back else ENDED)

    def _leave_closed(self) -> None:
        """Show nothing of a school that is not in the vault any more."""
        if self.window is None:
            return
        known = [one.school_id for one in list_schools(self.window.desk)]
        if self.window.school_id not in known:
            self.window.choose_school(known[0] if known else "")

    def _on_counted(self) -> None:
        if self.window is not None:
            self._leave_closed()
            self.window.show_school()
            self.window.records_changed()

    def _on_quit(self) -> None:
        self.close()
        QApplication.quit()

    def _prepare_line(self, desk: Desk, opening: Opening) -> None:
        if self._opening is not None:
            work.start(partial(_make_ready, desk), parent=self, done=lambda _: self._start_line(desk, opening))

    def _start_line(self, desk: Desk, opening: Opening) -> None:
        from app.ui.line import Line

        if self._opening is None:
            return
        self._line = Line(desk, opening.secrets, self)
        self._line.ticked.connect(self._on_tick)
        self._line.carried.connect(self._on_carried)
        self._line.counted.connect(self._on_counted)
        self._line.start()

    def _on_sync_asked(self) -> None:
        if self.window is None:
            return
        desk = self.window.desk
        if self._line is None or not (linked_schools(desk) or is_officer(desk)):
            self.window.show_line()
            return
        self._line.wake()

    def _on_tick(self, tick: Tick) -> None:
        if self.window is None:
            return
        report = tick.report
        if report is not None and (report.rows or report.accepted or report.refused):
            self.window.show_school()
            self.window.records_changed()
            return
        self.window.show_line()
        if self.window.page_name == PageName.HOME.value:
            self.window.page(PageName.HOME.value).refresh()

    def _on_carried(self, left: Left) -> None:
        """Documents on their way are counted down where they are looked at."""
        if self.window is None or self.window.page_name != PageName.REPORTS.value:
            return
        from app.ui.reports.page import ReportsPage

        page = self.window.page(PageName.REPORTS.value)
        if isinstance(page, ReportsPage):
            page.show_left(left)

    def _on_scheme(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication) and self.window is not None:
            apply_theme(application)
            self.window.choose_school(self.window.school_id)


def _make_ready(desk: Desk, job: work.Job) -> None:
    """Off the window's thread: read what the line is made of, and let go what is past its time."""
    import app.ui.line  # noqa: F401
    from app.services.erasing import keep_all_in_time

    keep_all_in_time(desk)

"""The wiring of Accueil: reads off the window's thread, shows, and leads where a line points."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.models.states import AccountState
from app.services.todo import Page, Target, TodoItem
from app.ui import work
from app.ui.home.picture import HomePicture, import_words, line_words, people_words, reached_words, read_home
from app.ui.home.view import HomeView
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell
from app.ui.theme import tokens

CLOCK_MS = 30_000
"""« il y a 2 min » is said anew this often."""


class HomePage(ReadingPage[HomeView]):
    """Accueil. ``allow_fictional`` accepts the mobile numbers that the regulator keeps for fiction.

    ``add_school`` begins another school in the same vault, and returns its id or None (as in « Mon école »).
    """

    def __init__(
        self,
        shell: Shell,
        *,
        allow_fictional: bool = False,
        add_school: Callable[[QWidget], str | None] | None = None,
    ) -> None:
        view = HomeView()
        super().__init__(shell, view, view.band)
        self._add_school, self._fictional = add_school, allow_fictional
        self.view.item_chosen.connect(self._on_item)
        self.view.sync_asked.connect(shell.synchronise)
        self.view.import_asked.connect(lambda: shell.go(Target(Page.IMPORTING)))
        self.view.choice.chosen.connect(shell.choose_school)
        self.view.choice.another_asked.connect(self._on_another)
        self.view.choice.another.setVisible(add_school is not None)
        self._timer = QTimer(self.view, interval=CLOCK_MS)
        self._timer.timeout.connect(self._reader.again)
        self._timer.start()

    def close(self) -> None:
        self._timer.stop()
        super().close()

    def _show(self, picture: HomePicture) -> None:
        view, colours = self.view, tokens()
        view.band.clear()
        view.choice.show_schools(picture.person, picture.schools)
        view.show_todo(picture.todo)
        counts = picture.stats.school
        view.school.title.setText(people_words(picture.stats))
        view.show_states({state: counts.of(state) for state in AccountState})
        view.bar.show_parts([(counts.of(state), QColor(colours.state(state)[0])) for state in AccountState])
        view.reached.setText(reached_words(picture.stats))
        view.line_words.setText("\n".join(line_words(picture)))
        view.sync.setEnabled(picture.line.linked)
        view.sync.setToolTip("" if picture.line.linked else "Ce poste n’est pas encore relié à un serveur.")
        view.import_words.setText(import_words(picture.last_import, picture.line.timezone))

    def _read(self, job: work.Job) -> HomePicture:
        return read_home(self._shell.desk, school_id=self._shell.school_id, allow_fictional=self._fictional)

    def _on_another(self) -> None:
        made = self._add_school(self.view.window()) if self._add_school else None
        if made is not None:
            self._shell.choose_school(made)

    def _on_item(self, item: TodoItem) -> None:
        self._shell.go(item.target)

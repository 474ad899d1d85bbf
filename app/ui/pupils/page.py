"""« Élèves »: where the lines of Accueil about pupils lead, those whom nobody is responsible for too."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.models.names import fold
from app.services.pupil_list import ListedPupil, list_pupils
from app.services.todo import Page, Target
from app.ui import work
from app.ui.pieces import Band, button, day, empty_state, many, words
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell
from app.ui.tables import TextTable
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.narrowed import Narrowed

HEADERS = ("Élève", "Né(e) le", "Classe", "Niveau", "INE", "Responsables")
NOBODY = "Aucun élève ne correspond."
COMPLETE = (
    "Ce qui manque se complète dans ONDE, puis s’importe de nouveau\u00a0; les comptes et les mots de passe restent."
)
SEARCH_WIDTH = 208
MISSING = "manque"
NO_GUARDIAN = "aucun"


class PupilsView(QWidget):
    """Layout only."""

    searched = Signal(str)
    chosen = Signal(int)
    """A line was opened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.band, self.narrowed = Band(), Narrowed()
        self.title = words("Élèves", role="title")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Nom ou prénom")
        self.search.setAccessibleName("Chercher un élève ou un responsable")
        self.search.setFixedWidth(SEARCH_WIDTH)
        self.search.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.search.textChanged.connect(self.searched)
        self.nothing = empty_state(NOBODY)
        self.nothing.hide()  # until the list was read
        self.table = TextTable(HEADERS, name="Élèves", stretch=(0, 5))
        self.guardians = button("Voir ses responsables", lambda: self.chosen.emit(self.table.currentIndex().row()))
        self.importing = button("Importer depuis ONDE…", lambda: None)
        self._lay_out()
        self.table.activated.connect(lambda index: self.chosen.emit(index.row()))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.show_choice())
        self.show_choice()

    def _lay_out(self) -> None:
        bar = QWidget()
        flow = FlowLayout(bar, spacing=8)
        for part in (self.search, self.guardians, self.importing):
            flow.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 12)
        layout.setSpacing(10)
        for above in (self.band, self.title, words(COMPLETE, role="muted"), self.narrowed, bar):
            layout.addWidget(above)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.table, 1)

    def show_choice(self) -> None:
        """Whether a line is chosen."""
        self.guardians.setEnabled(self.table.selectionModel().hasSelection())


class PupilsPage(ReadingPage[PupilsView]):
    """The wiring: read once, filtered from memory."""

    def __init__(self, shell: Shell) -> None:
        view = PupilsView()
        super().__init__(shell, view, view.band)
        self._pupils: tuple[ListedPupil, ...] = ()
        self._shown: list[ListedPupil] = []
        self._only: frozenset[str] | None = None
        view.searched.connect(lambda _text: self._search())
        view.chosen.connect(self._on_chosen)
        view.narrowed.everything_asked.connect(lambda: self.narrow(Target(Page.PUPILS)))
        view.importing.clicked.connect(lambda: shell.go(Target(Page.IMPORTING)))

    def narrow(self, target: Target) -> None:
        """The pupils that a line of Accueil counts, or all of them."""
        self._only = target.pupil_ids
        self.view.narrowed.say(target.name)
        self.view.search.clear()
        self._search()
        self.view.table.setFocus()

    def _read(self, job: work.Job) -> tuple[ListedPupil, ...]:
        return list_pupils(self._shell.desk, school_id=self._shell.school_id)

    def _show(self, picture: tuple[ListedPupil, ...]) -> None:
        self._pupils = picture
        self._search()

    def _search(self) -> None:
        asked, only = fold(self.view.search.text()), self._only
        self._shown = [one for one in self._pupils if asked in one.key and (only is None or one.pupil_id in only)]
        self.view.table.fill([_cells(pupil) for pupil in self._shown])
        self.view.title.setText(f"Élèves\u00a0: {many(len(self._shown), 'élève')}" if self._pupils else "Élèves")
        self.view.nothing.setVisible(not self._shown)
        self.view.table.setVisible(bool(self._shown))
        self.view.show_choice()

    def _on_chosen(self, line: int) -> None:
        """The guardians of one pupil; where there is none, only ONDE can name them."""
        pupil = self._shown[line]
        if pupil.guardians:
            self._shell.go(Target(Page.GUARDIANS, pupil_ids=frozenset({pupil.pupil_id})))
        else:
            self.view.band.say(
                f"ONDE ne nomme aucun responsable pour {pupil.name}\u00a0: complétez sa fiche dans ONDE, puis importez de "
                "nouveau le fichier des responsables."
            )


def _cells(pupil: ListedPupil) -> tuple[str, ...]:
    born = day(pupil.birth_date) if pupil.birth_date else ""
    guardians = ", ".join(pupil.guardians) or NO_GUARDIAN
    return pupil.name, born, pupil.classroom, pupil.level, pupil.ine or MISSING, guardians

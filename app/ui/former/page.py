"""« Anciens élèves »: a list to look into, found as one types. Nothing can be changed here."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.models.names import fold
from app.services.former import FormerPupil, list_former
from app.services.todo import Page, Target
from app.ui import work
from app.ui.pieces import Band, button, day, empty_state, many, words
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell
from app.ui.tables import TextTable

HEADERS = ("Élève", "Né(e) le", "Dernière classe", "Année", "Parti(e) le", "Responsables")
NOBODY = "Aucun ancien élève\u00a0: ceux que de nouveaux fichiers d’ONDE n’ont plus arrivent ici."
KEPT = "Ils ne comptent plus dans les listes ni dans les taux\u202f; un élève qui revient dans ONDE retrouve sa fiche."


class FormerView(QWidget):
    """Layout only."""

    searched = Signal(str)
    back_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.band = Band()
        self.title = words("Anciens élèves", role="title")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Nom ou prénom")
        self.search.setAccessibleName("Chercher un ancien élève ou un responsable")
        self.search.setMaximumWidth(280)
        self.search.textChanged.connect(self.searched)
        self.nothing = empty_state(NOBODY)
        self.nothing.hide()  # until the list was read
        self.table = TextTable(HEADERS, name="Anciens élèves", stretch=(0, 2, 5))
        self.back = button("Revenir aux responsables", self.back_asked.emit, role="link")
        row = QHBoxLayout()
        row.addWidget(self.search)
        row.addStretch(1)
        row.addWidget(self.back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 12)
        layout.setSpacing(10)
        for part in (self.band, self.title, words(KEPT, role="muted")):
            layout.addWidget(part)
        layout.addLayout(row)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.table, 1)


class FormerPage(ReadingPage[FormerView]):
    """The wiring: read once, filtered from memory."""

    def __init__(self, shell: Shell) -> None:
        view = FormerView()
        super().__init__(shell, view, view.band)
        self._pupils: tuple[FormerPupil, ...] = ()
        self.view.searched.connect(lambda _text: self._search())
        self.view.back_asked.connect(lambda: shell.go(Target(Page.GUARDIANS)))

    def _read(self, job: work.Job) -> tuple[FormerPupil, ...]:
        return list_former(self._shell.desk, school_id=self._shell.school_id)

    def _show(self, picture: tuple[FormerPupil, ...]) -> None:
        self._pupils = picture
        self._search()

    def _search(self) -> None:
        asked = fold(self.view.search.text())
        found = [pupil for pupil in self._pupils if asked in pupil.key]
        self.view.table.fill([_cells(pupil) for pupil in found])
        self.view.title.setText(
            f"Anciens élèves\u00a0: {many(len(found), 'élève')}" if self._pupils else "Anciens élèves"
        )
        self.view.nothing.setVisible(not self._pupils)
        self.view.table.setVisible(bool(self._pupils))


def _cells(pupil: FormerPupil) -> tuple[str, ...]:
    born = day(pupil.birth_date) if pupil.birth_date else ""
    return pupil.name, born, pupil.classroom, pupil.year, day(pupil.left_on), ", ".join(pupil.guardians)

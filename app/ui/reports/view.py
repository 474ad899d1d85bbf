"""The layout of « Livrets »: a line a class and a period with its counts, the documents of the chosen lines below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.models.report_content import year_label
from app.models.states import ReportState
from app.services.reports.overview import Overview, ReportCounts, ReportFilter, ReportRow
from app.services.reports.readership import ReaderLine
from app.ui.pieces import Band, button, day, empty_state, many, words
from app.ui.tables import TextTable
from app.ui.widgets.flow import FlowLayout

TITLE = "Livrets scolaires"
COUNT_HEADERS = (
    "Classe", "Document", "Élèves", "Importés", "Complets", "Verrouillés", "Publiés", "Lus\n(un)", "Lus\n(tous)", "Papier",
)  # fmt: skip
OPENING_HEADERS = ("Ouverts /\ntéléch.",)
READER_HEADERS = ("Responsable", "Élève", "Document", "Pris connaissance", "Relance par")
READER_OPENING_HEADERS = ("Ouvert", "Téléchargé")
NOT_READ = "pas encore"
ROW_HEADERS = ("Élève", "Classe", "Document", "État", "À lire par", "À regarder")
NOTHING = "Aucun bilan encore. Exportez-les de LSU (PDF d’une classe) ou de votre autre logiciel (XML), puis importez-les ici."
CHOOSE = "Choisissez une ou plusieurs lignes (Ctrl ou Maj pour plusieurs)."
ONLY = "Pour {count} en dessous."
OPENINGS = "Savoir aussi quand un bilan est ouvert ou téléchargé"
OPENINGS_WHY = (
    "Pour la direction seule. Dites-le aux familles : c’est en faire plus que ce qu’elles confirment elles-mêmes."
)
FLAGS = {"postal_address": "Une adresse postale se lit dans ce PDF\u00a0: les deux parents auront le même fichier"}


class ReportsView(QWidget):
    """Layout only."""

    import_asked = Signal()
    locked = Signal(bool)
    publish_asked = Signal()
    school_asked = Signal()
    preview_asked = Signal()
    withdrawn = Signal()
    paper_asked = Signal()
    remind_asked = Signal()
    list_asked = Signal()
    openings_turned = Signal(bool)
    restore_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.title = words(TITLE, role="title", wrap=False)
        self.band = Band()
        self.sending = words(role="muted")
        self.sending.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.bring = button("Importer des bilans…", self.import_asked.emit, role="primary")
        self.lock = button("Verrouiller", lambda: self.locked.emit(True))
        self.unlock = button("Déverrouiller", lambda: self.locked.emit(False))
        self.school = button("Publier pour toute l’école…", self.school_asked.emit)
        self.publish = button("Publier…", self.publish_asked.emit)
        self.withdraw = button("Ne plus publier", self.withdrawn.emit)
        self.preview = button("Comme un parent…", self.preview_asked.emit)
        self.remind = button("Relancer par mail ou SMS…", self.remind_asked.emit)
        self.list = button("Liste pour l’enseignant…", self.list_asked.emit)
        self.paper = button("Imprimer pour ceux qui préfèrent le papier…", self.paper_asked.emit)
        self.openings = QCheckBox(OPENINGS)
        self.openings.setToolTip(OPENINGS_WHY)
        self.openings.toggled.connect(self.openings_turned)
        self.removed = words(role="muted")
        self.restore = button("Rétablir…", self.restore_asked.emit)
        self.hint = words(CHOOSE, role="muted", wrap=False)
        self.nothing = empty_state(NOTHING)
        self.nothing.hide()
        self.counts = TextTable(
            COUNT_HEADERS,
            name="Livrets, par classe et par période",
            numbers=frozenset(range(2, 12)),
            stretch=(0,),
            uncut=True,
        )
        self.documents = TextTable(ROW_HEADERS, name="Documents des lignes choisies", stretch=(0, 2, 5))
        self.readers = TextTable(READER_HEADERS, name="Qui a lu les documents choisis", stretch=(0, 1))
        self._readers: tuple[ReaderLine, ...] = ()
        self._rows: tuple[ReportRow, ...] = ()
        self._with_year = True
        self.lines: tuple[ReportCounts, ...] = ()
        self.overview = Overview()
        self._lay_out()
        self.counts.selectionModel().selectionChanged.connect(lambda *_: self.show_choice())
        self.documents.selectionModel().selectionChanged.connect(lambda *_: self.show_deeds())
        self.show_overview(Overview())

    def _lay_out(self) -> None:
        self.bar = QWidget()
        flow = FlowLayout(self.bar, spacing=8)
        self.deeds = (
            self.school, self.lock, self.unlock, self.publish, self.withdraw, self.preview, self.remind, self.list, self.paper,
        )  # fmt: skip
        for one in (self.bring, *self.deeds, self.hint):
            flow.addWidget(one)
        self.tables = QSplitter()
        self.tables.setOrientation(self.tables.orientation().Vertical)
        self.tables.setChildrenCollapsible(False)
        self.below = QTabWidget()
        for table, title in ((self.documents, "Documents"), (self.readers, "Qui a lu")):
            self.below.addTab(table, title)
        parts: tuple[QWidget, ...] = (self.counts, self.below)
        for part in parts:
            self.tables.addWidget(part)
        gone = QHBoxLayout()
        gone.addWidget(self.removed, 1)
        gone.addWidget(self.restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 12)
        layout.setSpacing(10)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.sending, 1)
        layout.addLayout(head)
        layout.addWidget(self.band)
        layout.addWidget(self.bar)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.tables, 1)
        layout.addLayout(gone)
        self.below.setCornerWidget(self.openings)
        order = (
            self.bring,
            *self.deeds,
            self.counts,
            self.below,
            self.documents,
            self.readers,
            self.restore,
            self.openings,
        )
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def show_overview(self, overview: Overview, readers: Sequence[ReaderLine] = ()) -> None:
        """Replace everything; the lines and the documents that were chosen stay chosen."""
        kept = {_key(line) for line in self.chosen_lines}
        alone = {row.report_id for row in self.chosen} if len(self.chosen) < len(self._rows) else set()
        self.overview, self.lines, self._readers = overview, overview.counted(), tuple(readers)
        self._turn_openings(overview.openings)
        years = {line.year for line in self.lines}
        self._with_year = len(years) != 1
        self.title.setText(TITLE if self._with_year else f"{TITLE} {year_label(years.pop())}")
        self.counts.fill([
            _count_cells(line, openings=overview.openings, with_year=self._with_year) for line in self.lines
        ])  # fmt: skip
        some = bool(self.lines)
        self.school.setEnabled(some)
        self.tables.setVisible(some)
        self.nothing.setVisible(not some)
        _select(self.counts, [place for place, line in enumerate(self.lines) if _key(line) in kept])
        self.show_choice()
        _select(self.documents, [place for place, row in enumerate(self._rows) if row.report_id in alone])

    def _turn_openings(self, on: bool) -> None:
        """Counts and lines of openings are there only where the school has asked for them."""
        self.openings.blockSignals(True)
        self.openings.setChecked(on)
        self.openings.blockSignals(False)
        self.counts.rename((*COUNT_HEADERS, *OPENING_HEADERS * on), stretch=(0,))
        self.readers.rename((*READER_HEADERS, *READER_OPENING_HEADERS * on), stretch=(0, 1))

    def say_removed(self, text: str) -> None:
        """What was taken out of the livrets and can still be put back; nothing where nothing was."""
        self.removed.setText(text)
        for one in (self.removed, self.restore):
            one.setVisible(bool(text))

    def say_sending(self, text: str) -> None:
        """What is on its way to the server; nothing where all is there."""
        self.sending.setText(text)
        self.sending.setVisible(bool(text))

    @property
    def chosen_lines(self) -> tuple[ReportCounts, ...]:
        """The chosen lines, in their order."""
        places = sorted({index.row() for index in self.counts.selectionModel().selectedRows()})
        return tuple(self.lines[place] for place in places if place < len(self.lines))

    @property
    def chosen(self) -> tuple[ReportRow, ...]:
        """The documents that are chosen one by one below, else all those of the chosen lines."""
        places = sorted({index.row() for index in self.documents.selectionModel().selectedRows()})
        return tuple(self._rows[place] for place in places if place < len(self._rows)) or self._rows

    def show_choice(self) -> None:
        """The documents of the chosen lines, all of them chosen, and what can be done with them."""
        self.documents.clearSelection()
        self._rows = tuple(row for line in self.chosen_lines for row in self.overview.find(_filter(line)))
        self.documents.fill([_row_cells(row, with_year=self._with_year) for row in self._rows])
        self.show_deeds()

    def show_deeds(self) -> None:
        """What can be done with what is chosen, and who has read it."""
        rows = self.chosen
        self.show_readers()
        states = {row.state for row in rows}
        self.lock.setEnabled(ReportState.UNLOCKED in states)
        self.unlock.setEnabled(bool(states - {ReportState.UNLOCKED}))
        self.publish.setEnabled(bool(rows))
        self.withdraw.setEnabled(any(row.published_on for row in rows))
        self.preview.setEnabled(bool(rows))
        for one in (self.remind, self.list):
            one.setEnabled(ReportState.PUBLISHED in states)
        self.paper.setEnabled(bool(states - {ReportState.UNLOCKED}))
        self.hint.setText(
            ONLY.format(count=many(len(rows), "document choisi", "documents choisis")) if rows else CHOOSE
        )
        self.hint.setVisible(bool(self.lines) and (not rows or len(rows) < len(self._rows)))

    def show_readers(self) -> None:
        """Those who read the chosen documents, who has not read first."""
        readers = self.chosen_readers
        openings, with_year = self.overview.openings, self._with_year
        self.readers.fill([_reader_cells(one, openings=openings, with_year=with_year) for one in readers])
        waiting = len({one.guardian_id for one in readers if one.read_on is None})
        self.below.setTabText(1, f"Qui a lu ({many(waiting, 'responsable')} à relancer)" if waiting else "Qui a lu")

    @property
    def chosen_readers(self) -> tuple[ReaderLine, ...]:
        """The guardians of the chosen documents."""
        ids = {row.report_id for row in self.chosen}
        return tuple(one for one in self._readers if one.row.report_id in ids)


def _select(table: TextTable, places: Sequence[int]) -> None:
    model = table.selectionModel()
    for place in places:
        model.select(table.texts.index(place, 0), model.SelectionFlag.Select | model.SelectionFlag.Rows)


def _key(line: ReportCounts) -> tuple[object, ...]:
    return line.classroom, line.kind, line.year, line.period_index, line.title


def _filter(line: ReportCounts) -> ReportFilter:
    """What a line counts."""
    return ReportFilter(
        classrooms=frozenset({line.classroom}), kinds=frozenset({line.kind}), year=line.year,
        period_index=line.period_index if line.kind == "periodic" else None, period_count=line.period_count,
    )  # fmt: skip


def _count_cells(line: ReportCounts, *, openings: bool, with_year: bool) -> Sequence[str]:
    counts = (
        line.pupils, line.imported, line.complete, line.locked, line.published, line.read_by_one, line.read_by_each,
        line.on_paper,
    )  # fmt: skip
    opened = (f"{line.opened} / {line.downloaded}",) if openings else ()
    return (line.classroom, _short(line.title, line.year, with_year), *map(str, (*counts, *opened)))


def _reader_cells(one: ReaderLine, *, openings: bool, with_year: bool) -> Sequence[str]:
    said = _day(one.read_on) or NOT_READ
    way = "" if one.read_on else one.way.label
    opened = (_day(one.opened_on), _day(one.downloaded_on)) if openings else ()
    title = _short(one.row.title, one.row.year, with_year)
    return one.guardian, one.row.pupil, title, said, way, *opened


def _day(stored: str | None) -> str:
    return day(date.fromisoformat(stored)) if stored else ""


def _row_cells(row: ReportRow, *, with_year: bool) -> Sequence[str]:
    when = f" le {day(date.fromisoformat(row.published_on))}" if row.published_on else ""
    waiting = len(row.readers.expected - row.readers.read)
    unread = "personne en ligne" if not row.readers.expected else str(waiting) if waiting else "lu par chacun"
    notes = [FLAGS.get(flag, flag) for flag in row.flags] + ([] if row.complete else ["Incomplet"])
    title = _short(row.title, row.year, with_year)
    return row.pupil, row.classroom, title, f"{row.state.label}{when}", unread, " · ".join(notes)


def _short(title: str, year: int, with_year: bool) -> str:
    """« Période 1 / 3 (2026-2027) »: most lines are of periods, and a cut title says nothing.

    ``with_year`` False where the screen says it once, above.
    """
    said = title if with_year else title.removesuffix(f" ({year_label(year)})")
    return (
        said.replace("Bilan périodique, période", "Période")
        .replace(" sur ", "\u00a0/\u00a0")
        .replace("Bilan de fin", "Fin")
    )

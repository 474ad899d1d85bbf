"""« Statistiques »: the three tables of Arena, computed off the window's thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.stats import Counts, Statistics, StatTable, compute, percent
from app.ui import work
from app.ui.pieces import Band, button, grouped, moment, scrolled, words
from app.ui.reading import Reader
from app.ui.shell.page import Shell
from app.ui.tables import TextTable
from app.ui.theme import tokens

COUNT_HEADERS = (
    "Nombre de\ncomptes\nresponsables", "Nombre de\ncomptes\nnon notifiés", "Nombre de\ncomptes notifiés\net non activés",
    "Nombre de\ncomptes en cours\nd’activation", "Nombre de\ncomptes\nactivés", "% de\ncomptes\nactivés",
)  # fmt: skip
REACHED_HEADER = "% d’élèves\nayant au moins un\nresponsable activé"
NOTE = (
    "Un responsable de deux élèves compte une fois pour l’école, et dans chacune de leurs classes\u00a0: "
    "les totaux par classe et par niveau dépassent donc le nombre de comptes."
)


class StatisticsView(QWidget):
    """Layout only: a bar with the button, then the three tables, whole, one under the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        numbers = frozenset(range(1, 8))
        self.school = TextTable(
            (*COUNT_HEADERS, REACHED_HEADER), name="Synthèse de la structure", numbers=frozenset(range(7)),
            stretch=range(6), whole=True,
        )  # fmt: skip
        self.by_class = TextTable(
            ("Classe", *COUNT_HEADERS), name="Synthèse par classe", numbers=numbers, stretch=range(1, 7), whole=True
        )
        self.by_level = TextTable(
            ("Niveau", *COUNT_HEADERS), name="Synthèse par niveau", numbers=numbers, stretch=range(1, 7), whole=True
        )
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 8, 20, 16)
        column.setSpacing(8)
        self.band = Band()
        column.addWidget(self.band)
        for title, table in (
            ("Synthèse des comptes responsables de la structure", self.school),
            ("Synthèse des comptes responsables par classe", self.by_class),
            ("Synthèse des comptes responsables par niveau", self.by_level),
        ):
            column.addSpacing(8)
            column.addWidget(words(title, role="heading"))
            column.addWidget(table)
        column.addWidget(words(NOTE, role="muted"))
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar())
        layout.addWidget(scrolled(content), 1)

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("role", "band")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(16)
        self.compute = button("Calculer les statistiques", lambda: None)
        self.updated = words(wrap=False)
        title = words("Statistiques pour les comptes responsables", wrap=False)
        for label in (title, self.updated):
            label.setStyleSheet(f"color: {tokens().on_band};")
        row.addWidget(title)
        row.addWidget(self.compute)
        row.addStretch(1)
        row.addWidget(self.updated)
        return bar

    def show_statistics(self, found: Statistics) -> None:
        """Fill the three tables."""
        self.band.clear()
        self.school.fill([(*_cells(found.school), percent(found.reached_share))])
        for table, view in ((found.by_class, self.by_class), (found.by_level, self.by_level)):
            view.fill(_rows(table), bold=frozenset({len(table.lines)}))
        at = moment(found.computed_at, found.timezone, seconds=True)
        self.updated.setText(f"Dernière mise à jour le {at}")


class StatisticsPage:
    """The wiring: read when shown, read again when asked."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.view = StatisticsView()
        self._reader = Reader(self.view, self._read, self.view.show_statistics, self.view.band.refuse)
        self.view.compute.clicked.connect(lambda: self._reader.again())

    @property
    def widget(self) -> QWidget:
        return self.view

    def refresh(self) -> None:
        self._reader.again()

    def close(self) -> None:
        self._reader.wait()

    def _read(self, job: work.Job) -> Statistics:
        return compute(self._shell.desk, school_id=self._shell.school_id)


def _rows(table: StatTable) -> list[tuple[str, ...]]:
    rows = [(line.label, *_cells(line.counts)) for line in table.lines]
    return [*rows, ("Total", *_cells(table.total))] if rows else []


def _cells(counts: Counts) -> tuple[str, ...]:
    numbers = (counts.accounts, counts.not_notified, counts.notified, counts.activating, counts.active)
    return (*(grouped(number) for number in numbers), percent(counts.active_share))

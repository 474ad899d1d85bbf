"""The layout of « Statistiques »: Arena's three tables, the curve with its figures, the delays, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from app.services import stats_words as texts
from app.services.stats import Missing, Statistics
from app.services.todo import Page, Target, TodoItem
from app.ui.home.view import TodoRow, rows_sheet
from app.ui.pieces import Band, Card, button, moment, replace_rows, scrolled, words
from app.ui.tables import TextTable
from app.ui.theme import tokens
from app.ui.widgets.choices import ChoiceButton

NUMBERS = frozenset(range(1, 40))


class StatisticsView(QWidget):
    """Layout only: a band with the acts, then everything under each other."""

    guardians_asked = Signal(object)
    """A TodoItem."""
    series_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setStyleSheet(rows_sheet(tokens()))
        self.band = Band()
        self.nursery = QCheckBox(texts.NURSERY)
        self.school = self._table((*texts.COUNT_HEADERS, texts.REACHED_HEADER), "Synthèse de la structure", first=0)
        self.by_class = self._table(("Classe", *texts.COUNT_HEADERS), "Synthèse par classe")
        self.by_level = self._table(("Niveau", *texts.COUNT_HEADERS), "Synthèse par niveau")
        self.reports = self._table(texts.REPORTS_HEADERS, "Livrets publiés et lus, par classe")
        self.no_reports = words(texts.NO_REPORTS, role="muted")
        self.figures = self._table(("",), "Activations, mois par mois")
        self.delays = self._table(texts.DELAY_HEADERS, "De la notification à l’activation, en jours")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 8, 20, 16)
        column.setSpacing(8)
        column.addWidget(self.band)
        self._add(column, texts.SCHOOL_TITLE, self.school)
        column.addWidget(self.nursery)
        column.addWidget(self._activations())
        column.addLayout(self._beside())
        self._add(column, texts.CLASS_TITLE, self.by_class)
        self._add(column, texts.LEVEL_TITLE, self.by_level)
        column.addWidget(words(texts.NOTE, role="muted"))
        self._add(column, texts.REPORTS_TITLE, self.reports)
        column.addWidget(self.no_reports)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar())
        layout.addWidget(scrolled(content), 1)

    @staticmethod
    def _table(headers: Sequence[str], name: str, *, first: int = 1) -> TextTable:
        numbers = NUMBERS if first else NUMBERS | {0}
        return TextTable(headers, name=name, numbers=numbers, stretch=range(first, len(headers)), whole=True)

    @staticmethod
    def _add(column: QVBoxLayout, title: str, table: TextTable) -> None:
        column.addSpacing(8)
        column.addWidget(words(title, role="heading"))
        column.addWidget(table)

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("role", "band")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(12)
        self.compute = button("Calculer les statistiques", lambda: None)
        self.levels = ChoiceButton("Niveau(x)", "Niveau")
        self.print = button("Imprimer en PDF…", lambda: None)
        self.updated = words(wrap=False)
        self.updated.setStyleSheet(f"color: {tokens().on_band};")
        for part in (self.compute, self.levels, self.print):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.updated)
        return bar

    def _activations(self) -> Card:
        card = Card(texts.CURVE_TITLE)
        self.chart_place = QVBoxLayout()
        self.by = QButtonGroup(self)
        row = QHBoxLayout()
        for number, label in enumerate(("Par origine", "Par classe")):
            choice = QRadioButton(label)
            choice.setChecked(number == 0)
            self.by.addButton(choice, number)
            row.addWidget(choice)
        row.addStretch(1)
        self.by.idClicked.connect(lambda _: self.series_changed.emit())
        self.curve_words = words()
        card.body.addLayout(row)
        card.body.addWidget(self.curve_words)
        card.body.addLayout(self.chart_place)
        card.body.addWidget(self.figures)
        return card

    def _beside(self) -> QGridLayout:
        self.delay_card, self.missing_card = Card(texts.DELAY_TITLE), Card(texts.MISSING_TITLE)
        self.delay_words, self.missing_words = words(), words(role="muted")
        self.delay_card.body.addWidget(self.delay_words)
        self.delay_card.body.addWidget(self.delays)
        self.delay_card.body.addStretch(1)
        self._missing = QVBoxLayout()
        self._missing.setSpacing(0)
        self.rows: list[TodoRow] = []
        self.missing_card.body.addWidget(self.missing_words)
        self.missing_card.body.addLayout(self._missing)
        self.missing_card.body.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        for place, card in enumerate((self.delay_card, self.missing_card)):
            grid.addWidget(card, 0, place)
            grid.setColumnStretch(place, 1)
        return grid

    def show_statistics(self, found: Statistics) -> None:
        """Everything but the curve, which has its own parts."""
        self.band.clear()
        self.levels.offer([(level, level) for level in found.offered])
        self.nursery.blockSignals(True)
        self.nursery.setChecked(not found.count_nursery)
        self.nursery.blockSignals(False)
        self._show_tables(found)
        self.delay_words.setText(texts.delay_words(found.delays))
        self.delays.fill(texts.delay_rows(found.delays))
        self.delays.setVisible(bool(found.delays.by_class))
        self._show_missing(found)
        at = moment(found.computed_at, found.timezone, seconds=True)
        self.updated.setText(f"Dernière mise à jour le {at}")

    def _show_tables(self, found: Statistics) -> None:
        heads = texts.count_headers(from_cp=found.from_cp)
        self.school.rename((*heads, texts.reached_header(from_cp=found.from_cp)), stretch=range(6))
        self.school.fill([texts.school_row(found)])
        for first, table, view in (
            ("Classe", found.by_class, self.by_class),
            ("Niveau", found.by_level, self.by_level),
        ):
            view.rename((first, *heads), stretch=range(1, 7))
            view.fill(texts.table_rows(table), bold=frozenset({len(table.lines)}))

        reports = texts.report_rows(found.reports)
        self.reports.fill(reports, bold=frozenset({len(found.reports.lines)}))
        self.reports.setVisible(bool(reports))
        self.no_reports.setVisible(not reports)

    def hide_reports(self, hidden: bool) -> None:
        """Say why the livrets are not counted here, on an officer's PC."""
        self.no_reports.setText(texts.REPORTS_HIDDEN if hidden else texts.NO_REPORTS)

    def _show_missing(self, found: Statistics) -> None:
        rows = [TodoRow(_item(line)) for line in found.missing]
        for row in rows:
            row.clicked.connect(lambda _=False, item=row.item: self.guardians_asked.emit(item))
            row.setEnabled(bool(row.item.target.account_ids or row.item.target.pupil_ids))
        self.rows = replace_rows(self._missing, self.rows, rows, lambda row: row.item.key)
        self.missing_words.setText(texts.missing_words(found))


def _item(line: Missing) -> TodoItem:
    accounts = line.account_ids if line.pupil_ids is None else None
    return TodoItem(
        line.key, line.count, line.words, Target(Page.GUARDIANS, account_ids=accounts, pupil_ids=line.pupil_ids)
    )

"""The look of « Circonscription »: what the server last said, a line a school, sorted by a click on a heading."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from app.models.support import By
from app.services.support.circonscription import ACCESS_HEADING, HEADINGS, Circonscription
from app.ui.pieces import Band, button, words
from app.ui.tables import TextTable

WIDTHS = {2: 86, 3: 102, 4: 72, 5: 92, 6: 78, 7: 100, 8: 72, 9: 86, 10: 88, 11: 88}
"""Of the columns but the school's, in pixels: a heading that sorts would take more than its figures."""
TWO_LINES = 44
"""Of a row, in pixels: a school's name is read whole on a small screen, its UAI behind it."""
NUMBERS = frozenset(range(2, 9))
ORDER = tuple(HEADINGS)
NOTHING = "Aucune école encore\u00a0: synchronisez, ou demandez à l’académie lesquelles vous suivez."


class CirconscriptionView(QWidget):
    """Layout only."""

    sorted_by = Signal(object, bool)
    """(By, descending)."""
    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        self.told = words(role="muted")
        self.table = TextTable(
            [heading.replace(" ", "\n", 1) for heading in (*HEADINGS.values(), ACCESS_HEADING)],
            name="Écoles de la circonscription",
            numbers=NUMBERS,
            stretch=(1,),
        )
        self.table.verticalHeader().setDefaultSectionSize(TWO_LINES)
        self.table.setColumnHidden(ORDER.index(By.UAI), True)
        header = self.table.horizontalHeader()
        for column, width in WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(ORDER.index(By.NAME), Qt.SortOrder.AscendingOrder)
        header.sortIndicatorChanged.connect(self._on_heading)
        self.table.activated.connect(lambda index: self.opened.emit(index.row()))
        self.nothing = words(NOTHING)
        self.open = button("Ouvrir l’école choisie", lambda: self.opened.emit(self.chosen), role="primary")
        self.code = button("Donner un code à une direction", lambda: None)
        self.pdf = button("PDF…", lambda: None)
        self.xlsx = button("Excel…", lambda: None)
        row = QHBoxLayout()
        row.addWidget(self.told, 1)
        for part in (self.open, self.code, self.pdf, self.xlsx):
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 12, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.band)
        layout.addLayout(row)
        layout.addWidget(self.nothing)
        layout.addWidget(self.table, 1)

    @property
    def chosen(self) -> int:
        """The place of the chosen line, -1 for none."""
        places = [index.row() for index in self.table.selectionModel().selectedRows()]
        return places[0] if places else -1

    def show_schools(self, found: Circonscription) -> None:
        """Replace the lines."""
        self.told.setText(f"{found.officer} · {found.told}" + (f" · {found.error}" if found.error else ""))
        self.table.fill([_with_uai(line.cells()) for line in found.lines])
        for part in (self.table, self.open, self.pdf, self.xlsx):
            part.setVisible(bool(found.lines))
        self.nothing.setVisible(not found.lines)

    def _on_heading(self, column: int, order: Qt.SortOrder) -> None:
        if column < len(ORDER):
            self.sorted_by.emit(ORDER[column], order is Qt.SortOrder.DescendingOrder)


def _with_uai(cells: Sequence[str]) -> list[str]:
    uai, name, *others = cells
    return [uai, f"{name} · {uai}" if name else uai, *others]

"""From a keystroke to the repainted table, at 500, 15,000 and 250,000 lines, beside a bare floor in the same run.

The floor is a plain table of eleven columns of text in plain Fusion: a list scan over names folded beforehand, a model
reset, a repaint; it sorts nothing, ticks nothing, counts nothing and draws no picture. Both type the same letters into
the same kind of box and let the event loop run until nothing is left to do; our counters are included up to 20,000
lines, beyond which they wait for a pause in the typing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHeaderView, QLineEdit, QTableView, QVBoxLayout, QWidget

from app.models.names import fold
from app.services.accounts import AccountList
from app.ui.guardians.columns import Place
from app.ui.guardians.model import cell_text
from app.ui.guardians.page import GuardiansPage
from app.ui.theme import ROW_HEIGHT, apply_theme
from tests.bench.lines import make_lines
from tests.bench.ratio import Ratio

SIZES = (500, 15_000, 250_000)
TYPED = ("martin", "le goff", "ume", "zoe s", "traore a")
ROUNDS = 3
WINDOW = (1280, 700)
AT_MOST = 1.5


def measure() -> list[Ratio]:
    """A ratio for each size."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    return [_measure(application, size) for size in SIZES]


def _measure(application: QApplication, size: int) -> Ratio:
    accounts = AccountList(make_lines(size))
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(ROUNDS):
        floor += _keystrokes(_plain(application), lambda: _floor_window(accounts))
        ours += _keystrokes(_themed(application), lambda: _our_window(accounts))
    value = median(floor) / median(ours)
    detail = (
        f"{size} lines: {1000 * median(ours):.1f} ms, floor {1000 * median(floor):.1f} (slowest {1000 * max(ours):.0f})"
    )
    return Ratio(f"keystroke to repainted table, {size}", value, 1 / AT_MOST, detail)


def _plain(application: QApplication) -> None:
    application.setStyleSheet("")


def _themed(application: QApplication) -> None:
    apply_theme(application, dark=False)


def _keystrokes(dressed: None, open_window: Callable[[], tuple[QWidget, QLineEdit, Callable[[], None]]]) -> list[float]:
    """Seconds of each keystroke, typing and taking back."""
    window, box, close = open_window()
    window.resize(*WINDOW)
    window.show()
    box.setFocus()
    QApplication.processEvents()
    seconds = [_keystroke(box, key) for key in _keys()]
    close()
    window.close()
    window.deleteLater()
    QApplication.processEvents()
    return seconds


def _keys() -> Iterator[str | Qt.Key]:
    for word in TYPED:
        yield from word
        for _ in word:
            yield Qt.Key.Key_Backspace


def _keystroke(box: QLineEdit, key: str | Qt.Key) -> float:
    started = time.perf_counter()
    QTest.keyClick(box, key)  # type: ignore[call-overload]
    QApplication.processEvents()
    QApplication.processEvents()
    return time.perf_counter() - started


def _our_window(accounts: AccountList) -> tuple[QWidget, QLineEdit, Callable[[], None]]:
    page = GuardiansPage(None)  # type: ignore[arg-type] - nothing is read nor opened
    page.show_accounts(accounts)
    return page.view, page.view.criteria.search, page.close


class _FloorModel(QAbstractTableModel):
    def __init__(self, accounts: AccountList) -> None:
        super().__init__()
        self.texts = [[cell_text(row, place) for place in Place] for row in accounts.rows]
        self.keys = [row.search_key for row in accounts.rows]
        self.places = list(range(len(self.keys)))

    def search(self, text: str) -> None:
        wanted = fold(text)
        places = [place for place, key in enumerate(self.keys) if wanted in key]
        self.beginResetModel()
        self.places = places
        self.endResetModel()

    def rowCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return len(self.places)

    def columnCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return len(Place)

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self.texts[self.places[index.row()]][index.column()] if role == Qt.ItemDataRole.DisplayRole else None


def _floor_window(accounts: AccountList) -> tuple[QWidget, QLineEdit, Callable[[], None]]:
    window, box, table = QWidget(), QLineEdit(), QTableView()
    model = _FloorModel(accounts)
    table.setModel(model)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    box.textChanged.connect(model.search)
    layout = QVBoxLayout(window)
    layout.addWidget(box)
    layout.addWidget(table)
    return window, box, lambda: None


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least:.2f}) — {ratio.detail}")

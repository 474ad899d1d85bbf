"""« Statistiques »: read off the window's thread, counted anew from memory at each choice, drawn and printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog

from app.services import schools, stats_words
from app.services.activations import figures
from app.services.stats import Statistics, count
from app.services.stats_sources import Sources, read_sources
from app.ui import work
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell
from app.ui.statistics.view import StatisticsView

if TYPE_CHECKING:
    from app.ui.statistics.chart import CurveChart

MOST_LINES = 40
"""Beyond, nobody can follow a line of the chart, and drawing it stops the window for half a second."""
TOO_MANY = f" Le dessin montre les {MOST_LINES} premières classes\u202f; le tableau les donne toutes."


class StatisticsPage(ReadingPage[StatisticsView]):
    """The wiring. The chart's library comes after the tables: it takes most of a second to import."""

    def __init__(self, shell: Shell) -> None:
        view = StatisticsView()
        super().__init__(shell, view, view.band)
        self.found: Statistics | None = None
        self.chart: CurveChart | None = None
        self._sources: Sources | None = None
        self._jobs = work.Jobs(view)
        self._printing = work.Jobs(view)
        view.compute.clicked.connect(lambda: self._reader.again())
        view.levels.changed.connect(self._count)
        view.nursery.toggled.connect(self._on_nursery)
        view.series_changed.connect(self._draw)
        view.print.clicked.connect(self._on_print)
        view.guardians_asked.connect(lambda item: shell.go(item.target))
        view.figures.selectionModel().currentRowChanged.connect(self._on_row)

    def close(self) -> None:
        super().close()
        self._jobs.close()
        self._printing.close()

    def _read(self, job: work.Job) -> Sources:
        return read_sources(self._shell.desk, school_id=self._shell.school_id, with_reports=True)

    def _show(self, picture: Sources) -> None:
        self._sources = picture
        self.view.hide_reports(picture.reports_hidden)
        self._count()
        if self.chart is None:
            self._jobs.start(lambda job: _import_chart(), done=self._on_chart, failed=self.view.band.refuse)

    def _count(self) -> None:
        """Answered from memory: 15,000 guardians take some 30 ms."""
        if self._sources is not None:
            self.found = count(self._sources, levels=self.view.levels.chosen())
            self.view.show_statistics(self.found)
            self._draw()

    # The curve

    def _on_chart(self, _: Any) -> None:
        if self.chart is None:
            from app.ui.statistics.chart import CurveChart

            self.chart = CurveChart()
            self.view.chart_place.addWidget(self.chart)
            self._draw()

    def _draw(self) -> None:
        if self.found is None:
            return
        curve, by_class = self.found.curve, self.view.by.checkedId() == 1
        lines = curve.by_class if by_class else (curve.everybody, *curve.by_origin)
        headings, rows = figures(curve, lines)
        more = TOO_MANY if len(lines) > MOST_LINES else ""
        self.view.curve_words.setText(stats_words.curve_words(curve) + more)
        self.view.figures.rename(("", *headings), stretch=range(1, len(headings) + 1))
        self.view.figures.fill(rows, bold=frozenset() if by_class else frozenset({0}))
        drawn = curve.everybody.total > 0  # a line at zero says nothing that the sentence does not
        self.view.figures.setVisible(drawn)
        if self.chart is not None:
            self.chart.setVisible(drawn)
            self.chart.show_series(curve, lines[:MOST_LINES], leading=not by_class)

    def _on_row(self, current: Any) -> None:
        if self.chart is not None:
            self.chart.choose(current.row() if current.isValid() and current.row() < MOST_LINES else None)

    # The setting and the paper

    def _on_nursery(self, from_cp: bool) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self._do(lambda: schools.change_setting(desk, school_id=school_id, name="count_nursery", value=not from_cp))

    def _on_print(self) -> None:
        if self.found is None or self._printing.busy:
            return
        name, _ = QFileDialog.getSaveFileName(
            self.view, "Imprimer les statistiques", "Preau-Statistiques.pdf", "PDF (*.pdf)"
        )
        if name:
            self.print_to(Path(name))

    def print_to(self, path: Path) -> None:
        """Write what is shown into a PDF, off the window's thread."""
        desk, school_id, found = self._shell.desk, self._shell.school_id, self.found

        def call(job: work.Job) -> Path:
            from app.services.letters.statistics import write_statistics

            assert found is not None
            return write_statistics(desk, school_id=school_id, found=found, path=path)

        def done(written: Path) -> None:
            self.view.band.say(f"Les statistiques sont dans {written}.", tone="green")

        self._printing.start(call, done=done, failed=self.view.band.refuse)


def _import_chart() -> None:
    import app.ui.statistics.chart  # noqa: F401

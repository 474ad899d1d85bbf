"""« Comme un parent »: a document as a chosen guardian would see it, drawn on this PC."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QImage, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.errors import PreauError
from app.models.states import Access
from app.services.desk import Desk
from app.services.documents.vault_store import VaultStore
from app.services.reports.overview import ReportRow
from app.services.reports.parent_view import Parent, ParentView, as_parent, parents_of
from app.ui import work
from app.ui.help.key import add_help
from app.ui.pieces import Band, button, empty, scrolled, words

TITLE = "Comme un parent"
LEAD = "Les pages que ce responsable lirait et téléchargerait, tirées du même document. Rien n’est envoyé ni écrit."
NOBODY = "Cet élève n’a aucun responsable\u00a0: personne ne verra ce document."
MOST_OFFERED = 2000


class ParentViewDialog(QDialog):
    """One of some documents, one of the child's guardians, the pages."""

    def __init__(
        self, desk: Desk, school_id: str, reports: Sequence[ReportRow], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._school_id = desk, school_id
        self._jobs = work.Jobs(self)
        self._asked = 0
        self.setWindowTitle(TITLE)
        add_help(self, "REPORTS_PARENT")
        self.resize(980, 560)
        self.setMinimumSize(640, 460)
        self.report, self.guardian = QComboBox(), QComboBox()
        self.report.setAccessibleName("Élève et document")
        self.guardian.setAccessibleName("Vu par")
        self.as_text = QCheckBox("Le texte seul")
        self.band = Band()
        self.pages, self.text = QWidget(), QPlainTextEdit()
        self._lay_out()
        for row in reports[:MOST_OFFERED]:
            self.report.addItem(f"{row.pupil}, {row.classroom} — {row.title}", row)
        self.report.currentIndexChanged.connect(lambda _: self._read_parents())
        self.guardian.currentIndexChanged.connect(lambda _: self._draw())
        self.as_text.toggled.connect(lambda on: self.shown.setCurrentIndex(int(on)))
        self._read_parents()

    @property
    def busy(self) -> bool:
        """Whether something is read or drawn."""
        return self._jobs.busy

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self.pages)
        self._column.setSpacing(12)
        self.area = scrolled(self.pages)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setAccessibleName("Pages du document")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Texte du document")
        self.shown = QStackedWidget()
        for one in (self.area, self.text):
            self.shown.addWidget(one)
        layout, form = QVBoxLayout(self), QFormLayout()
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(8)
        form.addRow("Document", self.report)
        form.addRow("Vu par", self.guardian)
        layout.addWidget(words(LEAD, role="muted"))
        layout.addLayout(form)
        layout.addWidget(self.band)
        layout.addWidget(self.shown, 1)
        end = QHBoxLayout()
        end.addWidget(self.as_text)
        end.addStretch(1)
        end.addWidget(button("Fermer", self.reject, role="primary"))
        layout.addLayout(end)

    def _read_parents(self) -> None:
        row: ReportRow | None = self.report.currentData()
        if row is None:
            return
        desk, school_id, pupil_id = self._desk, self._school_id, row.pupil_id
        self._start(lambda job: parents_of(desk, school_id=school_id, pupil_id=pupil_id), self._offer)

    def _offer(self, parents: tuple[Parent, ...]) -> None:
        self.guardian.blockSignals(True)
        self.guardian.clear()
        for one in parents:
            note = "" if one.access is Access.FULL else f" — {one.access.label.lower()}"
            self.guardian.addItem(f"{one.name}{note}", one)
        self.guardian.blockSignals(False)
        if parents:
            self._draw()
        else:
            self._show(ParentView(NOBODY))

    def _draw(self) -> None:
        row, parent = self.report.currentData(), self.guardian.currentData()
        if row is None or parent is None:
            return
        desk, school_id = self._desk, self._school_id

        def call(job: work.Job) -> ParentView:
            store = VaultStore(desk.vault, desk.clock)
            return as_parent(desk, school_id=school_id, row=row, parent=parent, store=store)

        self._start(call, self._show)

    def _show(self, found: ParentView) -> None:
        empty(self._column)
        self.text.setPlainText(found.text)
        self.band.say(found.note, tone="orange")
        for number, png in enumerate(found.pages, 1):
            page = QLabel()
            page.setPixmap(QPixmap.fromImage(QImage.fromData(png)))
            page.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            page.setAccessibleName(f"Page {number} sur {len(found.pages)}")
            page.setAccessibleDescription("Ses mots sont dans «\u00a0Le texte seul\u00a0».")
            self._column.addWidget(page)
        self._column.addStretch(1)
        self.as_text.setEnabled(bool(found.text))

    def _start(self, call: Callable[[work.Job], Any], done: Callable[[Any], None]) -> None:
        """Only the answer to the latest question is shown."""
        self._asked += 1
        asked = self._asked
        self.band.clear()

        def latest(tell: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda what: tell(what) if asked == self._asked else None

        self._jobs.start(call, done=latest(done), failed=latest(self._on_failed))

    def _on_failed(self, error: PreauError) -> None:
        self._show(ParentView(""))
        self.band.refuse(error)

    def reject(self) -> None:
        self._jobs.close()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._jobs.close()
        super().closeEvent(event)

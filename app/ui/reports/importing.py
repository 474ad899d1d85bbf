"""The dialog that imports bilans: files, what they would change, who is meant by what nothing tells, then one act."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.models.report_content import CertificateKind, ReportKind, year_label
from app.services.desk import Desk
from app.services.reports import imports
from app.services.reports.imports import Preview, ReportsImported
from app.services.reports.pdf_drafts import pages_words
from app.services.reports.plan import SKIP, Options, Plan, PlannedReport
from app.ui import work
from app.ui.help.key import add_help
from app.ui.pieces import Band, button, many, scrolled, words
from app.ui.tables import TextTable

TITLE = "Importer des bilans"
LEAD = (
    "Choisissez le PDF d’une classe tel que LSU le donne, des PDF d’élèves (ou leur ZIP), ou le XML d’un autre logiciel. "
    "Rien n’est écrit avant que vous ne confirmiez."
)
FILES = "Bilans (*.xml *.pdf *.zip);;Tous les fichiers (*)"
CHANGE_HEADERS = ("", "Élève", "Document", "Fichier")
PROBLEM_HEADERS = ("", "Fichier", "Où", "Ce qui ne va pas")
ASK = "Qui est-ce\u202f?"
PERIODS = tuple((index, count) for count in (3, 2, 5) for index in range(1, count + 1))


class ReportsImportDialog(QDialog):
    """Reading and comparing happen elsewhere; ``imported`` is what was written."""

    def __init__(self, desk: Desk, school_id: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._school_id = desk, school_id
        self._jobs = work.Jobs(self)
        self._preview: Preview | None = None
        self.imported: ReportsImported | None = None
        self.setWindowTitle(TITLE)
        add_help(self, "REPORTS_IMPORT")
        self.setMinimumSize(760, 520)
        self.band, self.lead, self.headline = Band(), words(LEAD), words(role="strong")
        self.files = button("Choisir les fichiers…", self._on_choose, role="primary")
        self.kind, self.year, self.period = QComboBox(), QComboBox(), QComboBox()
        self.questions: dict[str, QComboBox] = {}
        self.changes = TextTable(CHANGE_HEADERS, name="Documents qui seraient importés", stretch=(1, 3))
        self.problems = TextTable(PROBLEM_HEADERS, name="Erreurs et avertissements", stretch=(3,))
        self.confirm = button("Importer", self._on_confirm, role="primary")
        self._lay_out()
        self._fill_options()
        self._show(None)

    @property
    def busy(self) -> bool:
        """Whether something is read, compared or written."""
        return self._jobs.busy

    def _lay_out(self) -> None:
        self.asked, self.options = QWidget(), QWidget()
        self._asked_form, options = QFormLayout(self.asked), QFormLayout(self.options)
        for label, box in (("Ces PDF sont", self.kind), ("Année scolaire", self.year), ("Période", self.period)):
            box.setAccessibleName(label)
            box.activated.connect(lambda _: self._compare())
            options.addRow(label, box)
        self.asking = scrolled(self.asked)
        self.asking.setMaximumHeight(150)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(8)
        for part in (self.band, self.lead, self.files, self.headline, self.options, self.asking):
            layout.addWidget(part)
        layout.addWidget(self.changes, 2)
        layout.addWidget(self.problems, 1)
        end = QHBoxLayout()
        end.addStretch(1)
        for one in (button("Fermer", self.reject), self.confirm):
            end.addWidget(one)
        layout.addLayout(end)

    def _fill_options(self) -> None:
        self.kind.addItem("ce que dit chaque PDF", None)
        for kind in (ReportKind.PERIODIC, ReportKind.CYCLE):
            self.kind.addItem(kind.label, kind)
        for certificate in CertificateKind:
            self.kind.addItem(f"Attestation\u00a0: {certificate.label}", certificate)
        self.year.addItem("celle que dit chaque PDF", None)
        this = self._desk.clock().year
        for year in range(this, this - 4, -1):
            self.year.addItem(year_label(year), year)
        self.period.addItem("celle que dit chaque PDF", None)
        for index, count in PERIODS:
            self.period.addItem(f"{index} sur {count}", (index, count))

    def _on_choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, TITLE, "", FILES)
        if names:
            self.open_files([Path(name) for name in names])

    def open_files(self, paths: Sequence[Path]) -> None:
        """Read files and show what they would change."""
        desk, school_id, files, options = self._desk, self._school_id, list(paths), self._options()
        self._start(
            lambda job: imports.preview(
                desk, school_id=school_id, files=files, options=options, progress=job.progress, cancelled=job.cancelled
            ),
            self._show,
        )

    def _options(self) -> Options:
        kind, period = self.kind.currentData(), self.period.currentData() or (None, None)
        certificate = kind if isinstance(kind, CertificateKind) else None
        return Options(
            kind=ReportKind.CERTIFICATE if certificate else kind, certificate=certificate, year=self.year.currentData(),
            period_index=period[0], period_count=period[1],
        )  # fmt: skip

    def _compare(self) -> None:
        """The same files, with what was said since."""
        desk, preview, options = self._desk, self._preview, self._options()
        if preview is None:
            return
        answers = dict(preview.answers)
        answers |= {one: box.currentData() for one, box in self.questions.items() if box.currentData()}
        self._start(
            lambda job: imports.answered(
                desk, preview=preview, answers=answers, options=options, cancelled=job.cancelled
            ),
            self._show,
        )

    def _show(self, preview: Preview | None) -> None:
        self._preview = preview
        plan = preview.plan if preview else None
        self.headline.setText(_headline(plan) if plan else "")
        self._ask(plan)
        self.changes.fill(_change_cells(plan) if plan else [])
        self.problems.fill(_problem_cells(plan) if plan else [])
        self.options.setVisible(plan is not None and plan.source != "xml")
        self.problems.setVisible(bool(plan and plan.problems))
        self.confirm.setEnabled(bool(plan and plan.written))
        if plan is not None and plan.flagged:
            self.band.say(
                f"{many(len(plan.flagged), 'document')} à regarder avant de publier\u00a0: une adresse postale s’y lit.",
                tone="orange",
            )

    def _ask(self, plan: Plan | None) -> None:
        """A box a child whom nothing tells; nobody is chosen beforehand."""
        while self._asked_form.rowCount():
            self._asked_form.removeRow(0)
        self.questions = {}
        before: QWidget = self.period
        for one in plan.unmatched if plan else ():
            box = QComboBox()
            box.addItem("à dire…", None)
            for choice in one.choices:
                box.addItem(choice.words, choice.answer)
            box.addItem("laisser de côté", SKIP)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(24)
            box.setAccessibleName(f"{ASK} {one.who}")
            box.setToolTip(one.sentence)
            box.activated.connect(lambda _: self._compare())
            self._asked_form.addRow(words(f"{one.who or 'Sans nom'} ({one.file})", wrap=False), box)
            self.questions[one.id] = box
            QWidget.setTabOrder(before, box)
            before = box
        self.asking.setVisible(bool(self.questions))

    def _on_confirm(self) -> None:
        desk, preview = self._desk, self._preview
        if preview is not None:
            self._start(lambda job: imports.carry_out(desk, preview=preview), self._on_written)

    def _on_written(self, done: ReportsImported) -> None:
        self.imported = done
        self.accept()

    def _start(self, call: Any, done: Any) -> None:
        if not self._jobs.busy:
            self.band.clear()
            self._jobs.start(call, done=done, failed=self.band.refuse)

    def reject(self) -> None:
        self._jobs.close()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._jobs.close()
        super().closeEvent(event)


def _headline(plan: Plan) -> str:
    parts = [
        f"{many(len(plan.new), 'nouveau document', 'nouveaux documents')}",
        f"{many(len(plan.replaced), 'remplacé')}", f"{many(len(plan.unchanged), 'inchangé')}",
    ]  # fmt: skip
    asked = f", {many(len(plan.unmatched), 'élève')} à préciser" if plan.unmatched else ""
    return ", ".join(parts) + asked


def _change_cells(plan: Plan) -> list[tuple[str, ...]]:
    new: list[tuple[str, ...]] = [("nouveau", one.pupil, one.title, _where(one)) for one in plan.new]
    return new + [("remplacé", one.pupil, one.title, _where(one)) for one in plan.replaced]


def _where(one: PlannedReport) -> str:
    """The file, and of a PDF the pages that were taken for this child."""
    return f"{one.file}, {pages_words(one.pages)}" if one.pages else one.file


def _problem_cells(plan: Plan) -> list[tuple[str, ...]]:
    return [
        (
            "Erreur" if one.level == "error" else "À savoir", one.file,
            f"ligne {one.line}" if one.line else f"page {one.page}" if one.page else "", one.message,
        )
        for one in plan.problems
    ]  # fmt: skip

"""What the dialogs that make something share: a folder to choose, a bar that advances, a cancel that is awaited, a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.errors import PreauError
from app.services.notify import Cancellation
from app.ui import work
from app.ui.help.key import add_help
from app.ui.pieces import Band, add_band, button, many, scrolled, words

CANCELLED = "Annulé\u00a0: aucun responsable n’a été notifié, et aucun fichier n’a été laissé."
_WIDTH = 700
_RESULT_HEIGHT = 420


def default_folder(name: str = "Feuilles Préau") -> Path:
    """A folder of ours among the person's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / name


class FolderField(QWidget):
    """A folder, typed or chosen."""

    changed = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None, *, what: str = "les feuilles") -> None:
        super().__init__(parent)
        self._title = f"Dossier où écrire {what}"
        self.field = QLineEdit(str(folder))
        self.field.setAccessibleName(self._title)
        self.field.textChanged.connect(lambda _text: self.changed.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field, 1)
        layout.addWidget(button("Choisir…", self._choose))

    @property
    def folder(self) -> Path | None:
        """The folder, or None where nothing is typed."""
        text = self.field.text().strip()
        return Path(text).expanduser() if text else None

    def _choose(self) -> None:
        start = str(self.folder or Path.home())
        chosen = QFileDialog.getExistingDirectory(self, self._title, start)
        if chosen:
            self.field.setText(chosen)


class PrintingDialog(QDialog):
    """Three pages: the question, the bar, the result. The work runs elsewhere; closing while it runs cancels it first."""

    printed = Signal(object)
    """What was made: a NotifyDone, or what another dialog's work returns."""

    cancelled_words = CANCELLED
    help_name = "SHEETS"
    """The topic of F1."""
    makes = "sheets"
    """What the folder is remembered for."""
    unit = "Feuille"
    """What the bar counts."""
    files_title = "Télécharger le courrier au format PDF"

    def __init__(self, title: str, do_it: str, parent: QWidget | None = None, *, role: str = "primary") -> None:
        """``do_it`` and ``role`` are those of the button that begins the work."""
        super().__init__(parent)
        self.setWindowTitle(title)
        add_help(self, self.help_name)
        self.setMinimumWidth(_WIDTH)
        self._job: work.Job | None = None
        self.result_of_print: Any = None
        self.error = Band()
        self.stack = QStackedWidget()
        self.question = QWidget()
        self.confirm = button(do_it, self.on_confirm, role=role)
        self.leave = button("Ne rien faire", self.reject)
        self.bar = QProgressBar()
        self.saying = words("Préparation…")
        self.cancel = button("Annuler", self.cancel_printing)
        self.outcome = QVBoxLayout()
        self.outcome.setSpacing(10)
        self.stack.addWidget(self.question)
        self.stack.addWidget(self._progress_page())
        self.stack.addWidget(self._result_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.error)
        layout.addWidget(self.stack, 1)

    def ask(self, heading: str, *parts: QWidget | QLayout, warnings: Sequence[str] = ()) -> None:
        """Lay the question out: what is asked, what to know first, the parts, then both buttons."""
        layout = QVBoxLayout(self.question)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(words(heading, role="heading"))
        for warning in warnings:
            add_band(layout, warning)
        for part in parts:
            if isinstance(part, QLayout):
                layout.addLayout(part)
            else:
                layout.addWidget(part)
        layout.addStretch(1)
        layout.addLayout(button_row(self.leave, self.confirm))

    def prefer(self, one: QPushButton) -> None:
        """Make one of the two buttons the default, and give it the keyboard."""
        for each in (self.leave, self.confirm):
            each.setDefault(each is one)
        one.setFocus()

    def need_folder(self, field: FolderField) -> None:
        """Nothing can begin while no folder is written."""
        field.changed.connect(lambda: self.confirm.setEnabled(field.folder is not None))

    def on_confirm(self) -> None:
        """The person has decided: the dialog calls ``run``."""
        raise NotImplementedError

    def _progress_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.addWidget(self.saying)
        layout.addWidget(self.bar)
        layout.addStretch(1)
        layout.addLayout(button_row(self.cancel))
        return page

    def _result_page(self) -> QWidget:
        page, content = QWidget(), QWidget()
        content.setLayout(self.outcome)
        self.open_folder = button("Ouvrir le dossier", self._open_folder)
        self.end = button("Terminer", self.accept, role="primary")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content), 1)
        layout.addLayout(button_row(self.open_folder, self.end))
        return page

    @property
    def running(self) -> bool:
        """Whether the work goes on."""
        return self._job is not None

    def run(self, call: Callable[[work.Job], Any]) -> None:
        """Do the work, off the window's thread."""
        self.error.clear()
        self.bar.setRange(0, 0)
        self.saying.setText("Préparation…")
        self.cancel.setEnabled(True)
        self.stack.setCurrentIndex(1)
        self.cancel.setFocus()
        self._job = work.start(call, parent=self, stops=(Cancellation,))
        self._job.progressed.connect(self._on_progress)
        self._job.done.connect(self._on_done)
        self._job.failed.connect(self._on_failed)
        self._job.stopped.connect(self._on_stopped)

    def cancel_printing(self) -> None:
        """Ask the work to stop; the dialog says so once it has."""
        if self._job is not None:
            self._job.cancel()
            self.cancel.setEnabled(False)
            self.saying.setText("Annulation…")

    def _on_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        if self.cancel.isEnabled():
            self.saying.setText(f"{self.unit} {done} sur {total}")

    def _on_done(self, result: Any) -> None:
        self._job, self.result_of_print = None, result
        self.printed.emit(result)
        self.show_result(result)
        self.stack.setCurrentIndex(2)
        self.end.setFocus()

    def _on_failed(self, error: PreauError) -> None:
        self._job = None
        self.error.say(error.sentence, tone="red")
        self.stack.setCurrentIndex(0)

    def _on_stopped(self) -> None:
        self._job = None
        self.error.say(self.cancelled_words, tone="blue")
        self.stack.setCurrentIndex(0)

    def show_result(self, result: Any) -> None:
        """What was made, and where it is."""
        self.outcome.setContentsMargins(0, 0, 8, 0)
        self.resize(max(self.width(), _WIDTH), max(self.height(), _RESULT_HEIGHT))
        self.outcome.addWidget(words(result.sentence, role="heading"))
        for sentence in self.result_lines(result):
            self.outcome.addWidget(words(sentence))
        self.open_folder.setVisible(bool(result.files))
        if result.files:
            self.outcome.addWidget(words(self.files_title, role="subheading"))
        for path in result.files:
            self.outcome.addWidget(_file_button(path))
        self.outcome.addStretch(1)

    def result_lines(self, result: Any) -> list[str]:
        """What is said of the result beside its own sentence."""
        made = f"Lot {result.batch_number}\u00a0: {many(result.sheet_count, 'feuille')}."
        return [made, *(f"Non réimprimée\u00a0: {sentence}" for sentence in result.left_out)]

    def _open_folder(self) -> None:
        if self.result_of_print is not None and self.result_of_print.files:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.result_of_print.files[0].parent)))

    def reject(self) -> None:
        """Escape: while it prints, cancel; else close."""
        if self.running:
            self.cancel_printing()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job.wait()
        super().closeEvent(event)


def _file_button(path: Path) -> QPushButton:
    made = button(
        path.name.replace("&", "&&"), lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))), role="link"
    )
    made.setAccessibleName(f"Ouvrir {path.name}")
    return made


def button_row(*buttons: QPushButton) -> QHBoxLayout:
    """Buttons at the right end of a dialog."""
    row = QHBoxLayout()
    row.addStretch(1)
    for one in buttons:
        row.addWidget(one)
    return row

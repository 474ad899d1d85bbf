"""The dialog of the flyers: what to print, for whom, counted as one chooses; the PDF is written off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.models.flyers import FlyerKind
from app.services import languages
from app.services.desk import Desk
from app.services.flyers import FlyerGroup, FlyersDone, count_flyers, write_flyers
from app.services.letters.flyer_texts import FOR_WHOM
from app.ui import work
from app.ui.help.key import add_help
from app.ui.pieces import Band, button, many, words

TITLE = "Flyers pour les familles"
HALF = "Deux flyers A5 sur chaque page A4, à couper"
LINE_HEIGHT = 28
KIND_ROLE = Qt.ItemDataRole.UserRole


class FlyersDialog(QDialog):
    """Non-modal work in a modal dialog: counting and writing happen elsewhere, the choices stay usable."""

    def __init__(
        self, desk: Desk, school_id: str, *, allow_fictional: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._school_id, self._fictional = desk, school_id, allow_fictional
        self._jobs = work.Jobs(self)
        self._written: Path | None = None
        self.setWindowTitle(TITLE)
        add_help(self, "FLYERS")
        self.setMinimumSize(620, 600)
        self.band = Band()
        self.kinds = QButtonGroup(self)
        self.classes = QListWidget()
        self.classes.setAccessibleName("Classes, avec le nombre d’exemplaires")
        self.total = words(role="strong")
        self.language = QComboBox()
        self.language.setAccessibleName("Langue, au dos du français")
        self.half = QCheckBox(HALF)
        self.write = button("Écrire le PDF…", self._on_write, role="primary")
        self.write.setDefault(True)
        self.opener = button("Ouvrir le PDF", self._on_open)
        self.opener.hide()
        self._lay_out()
        self._fill_languages()
        self.kinds.idClicked.connect(lambda _: self.count())
        self.classes.itemChanged.connect(lambda _: self._show_total())
        self.count()

    @property
    def kind(self) -> FlyerKind:
        """The flyer that is chosen."""
        return list(FlyerKind)[self.kinds.checkedId()]

    @property
    def busy(self) -> bool:
        """Whether something is being counted or written."""
        return self._jobs.busy

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(4)
        layout.addWidget(self.band)
        for number, kind in enumerate(FlyerKind):
            choice = QRadioButton(kind.label)
            choice.setChecked(number == 0)
            choice.setAccessibleDescription(FOR_WHOM[kind])
            self.kinds.addButton(choice, number)
            layout.addWidget(choice)
            explained = words(FOR_WHOM[kind], role="muted")
            explained.setContentsMargins(28, 0, 0, 4)
            layout.addWidget(explained)
        self.classes_title = words("Classes", role="heading")
        layout.addWidget(self.classes_title)
        layout.addWidget(self.classes, 1)
        layout.addWidget(self.total)
        row = QHBoxLayout()
        label = words("Traduit au dos en", wrap=False)
        label.setBuddy(self.language)
        row.addWidget(label)
        row.addWidget(self.language)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(self.half)
        layout.addSpacing(8)
        end = QHBoxLayout()
        end.addStretch(1)
        for part in (self.opener, button("Fermer", self.reject), self.write):
            end.addWidget(part)
        layout.addLayout(end)

    def _fill_languages(self) -> None:
        self.language.addItem("français seulement", languages.FRENCH)
        for language in languages.languages():
            unread = "" if language.reviewed else " (traduction non relue)"
            self.language.addItem(f"{language.french_name}{unread}", language.code)

    def count(self) -> None:
        """Count the copies of each class anew."""
        desk, school_id, kind, fictional = self._desk, self._school_id, self.kind, self._fictional
        self.write.setEnabled(False)
        self._start(
            lambda job: count_flyers(desk, school_id=school_id, kind=kind, allow_fictional=fictional),
            lambda groups: self._on_counted(kind, groups),
        )

    def _start(self, call: Callable[[work.Job], object], done: Callable[..., None]) -> None:
        self._jobs.start(call, done=done, failed=self.band.refuse)

    def _on_counted(self, kind: FlyerKind, groups: tuple[FlyerGroup, ...]) -> None:
        if kind is not self.kind:
            return
        families = kind is not FlyerKind.DIRECTOR
        for part in (self.classes_title, self.classes, self.language, self.total):
            part.setEnabled(families)
        self.classes.blockSignals(True)
        self.classes.clear()
        for group in groups if families else ():
            item = QListWidgetItem(f"{group.classroom} — {many(group.copies, 'exemplaire')}")
            item.setData(KIND_ROLE, group)
            item.setCheckState(Qt.CheckState.Checked)
            item.setSizeHint(QSize(0, LINE_HEIGHT))
            self.classes.addItem(item)
        self.classes.blockSignals(False)
        self._show_total()

    def chosen(self) -> list[FlyerGroup]:
        """The classes that are ticked."""
        items = (self.classes.item(row) for row in range(self.classes.count()))
        return [item.data(KIND_ROLE) for item in items if item.checkState() is Qt.CheckState.Checked]

    def _show_total(self) -> None:
        groups, families = self.chosen(), self.kind is not FlyerKind.DIRECTOR
        copies = sum(group.copies for group in groups)
        self.write.setEnabled(bool(groups) or not families)
        if not families:
            self.total.setText("Une page, pour vous.")
        elif self.classes.count() == 0:
            self.total.setText("Aucun responsable n’a besoin de ce flyer.")
        else:
            self.total.setText(f"{many(len(groups), 'classe')}, {many(copies, 'exemplaire')} à distribuer.")

    def _on_write(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Écrire les flyers", f"Preau-Flyer-{self.kind.value}.pdf", "PDF (*.pdf)"
        )
        if name and not self.busy:
            self.write_to(Path(name))

    def write_to(self, path: Path) -> None:
        """Write the PDF of what is chosen."""
        desk, school_id, kind, fictional = self._desk, self._school_id, self.kind, self._fictional
        rooms = [group.classroom for group in self.chosen()] if kind is not FlyerKind.DIRECTOR else None
        language, half = str(self.language.currentData()), self.half.isChecked()
        self.band.clear()
        self._start(
            lambda job: write_flyers(
                desk, school_id=school_id, kind=kind, path=path, classrooms=rooms, language=language, half=half,
                allow_fictional=fictional,
            ),
            self._on_written,
        )  # fmt: skip

    def _on_written(self, done: FlyersDone) -> None:
        self._written = done.path
        self.opener.show()
        self.band.say(
            f"{many(done.pages, 'page')} dans {done.path}. Le nombre d’exemplaires à copier est au bas de chacune.",
            tone="green",
        )

    def _on_open(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))

    def reject(self) -> None:
        self._jobs.close()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._jobs.close()
        super().closeEvent(event)

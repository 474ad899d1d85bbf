"""« Lister les comptes »: which format, where, and whether provisional passwords are in it, with what that means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from app.models.errors import Refused
from app.services import lists
from app.services.accounts import AccountRow
from app.services.desk import Desk
from app.services.lists import ListDone, ListFormat
from app.ui.guardians.printing import FolderField, PrintingDialog, default_folder
from app.ui.pieces import Band, form_label, many
from app.ui.work import Job

CANCELLED = "Annulé\u00a0: aucune liste n’a été laissée."
NOBODY = Refused("nobody", "Aucune ligne à lister\u00a0: modifiez les critères, ou cochez des responsables.")
LINES = 22
"""Lines of text that the dialog has room for from the start, so that the warning moves nothing when it appears."""
FORMATS = {
    ListFormat.PDF: "PDF, à imprimer",
    ListFormat.CSV: "CSV, pour un autre logiciel",
    ListFormat.XLSX: "Excel (xlsx)",
}


class ListDialog(PrintingDialog):
    """Writes the list of some lines. Passwords are left out unless the box is ticked; then the safe button is the default."""

    cancelled_words = CANCELLED
    help_name = "LISTING"
    makes = "lists"
    unit = "Ligne"
    files_title = "Ouvrir la liste"

    def __init__(
        self,
        desk: Desk,
        *,
        school_id: str,
        rows: Sequence[AccountRow],
        wanted: str,
        ticked: bool,
        folder: Path | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Lister les comptes", "Faire la liste", parent)
        self._desk, self._school_id, self._rows = desk, school_id, tuple(rows)
        self.format = QComboBox()
        for kind, title in FORMATS.items():
            self.format.addItem(title, kind.value)
        self.format.setCurrentIndex(list(FORMATS).index(ListFormat(wanted)))
        self.folder = FolderField(folder or default_folder("Listes Préau"), what="la liste")
        self.passwords = QCheckBox("Avec les mots de passe provisoires")
        self.warning = Band()
        self._lay_out(ticked)
        self.passwords.toggled.connect(self._on_passwords)
        self.need_folder(self.folder)
        self.prefer(self.confirm)
        self.resize(self.minimumWidth(), LINES * self.fontMetrics().lineSpacing())

    def _lay_out(self, ticked: bool) -> None:
        which = "les responsables cochés" if ticked else "tout ce que la liste montre"
        form = QFormLayout()
        form.setVerticalSpacing(10)
        for title, field in (("Format", self.format), ("Dossier", self.folder)):
            field.setAccessibleName(title)
            form.addRow(form_label(title, field), field)
        self.ask(f"{many(len(self._rows), 'ligne')}\u00a0: {which}.", form, self.passwords, self.warning)

    def _on_passwords(self, asked: bool) -> None:
        self.warning.say(lists.WARNING if asked else "", tone="orange")
        self.leave.setDefault(asked)
        self.confirm.setDefault(not asked)
        if asked and self.confirm.hasFocus():
            self.leave.setFocus()

    def on_confirm(self) -> None:
        folder, wanted = self.folder.folder, ListFormat(self.format.currentData())
        with_passwords = self.passwords.isChecked()
        if folder is None:
            return
        self.run(lambda job: self._write(job, folder, wanted, with_passwords))

    def _write(self, job: Job, folder: Path, wanted: ListFormat, with_passwords: bool) -> ListDone:
        """On the job's thread."""
        return lists.write_list(
            self._desk,
            school_id=self._school_id,
            rows=self._rows,
            wanted=wanted,
            folder=folder,
            with_passwords=with_passwords,
            progress=job.progress,
            cancelled=job.cancelled,
        )

    def result_lines(self, result: ListDone) -> list[str]:
        return [] if result.act_id is None else ["Cette liste avec mots de passe est notée au journal."]

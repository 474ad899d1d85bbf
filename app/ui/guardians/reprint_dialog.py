"""« Réimprimer à partir de la feuille… »: the same sheets, the same passwords; nobody is notified again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from app.models.clock import local_date
from app.services import notify
from app.services.desk import Desk
from app.services.notify import BatchSummary, GroupSummary
from app.ui.guardians.printing import FolderField, PrintingDialog, default_folder
from app.ui.pieces import day, form_label, many, number_box, words

WHOLE_BATCH = "Tout le lot"


class ReprintDialog(PrintingDialog):
    """A batch, a class of it, a number to begin with."""

    help_name = "REPRINT"

    def __init__(
        self,
        desk: Desk,
        *,
        school_id: str,
        batches: Sequence[BatchSummary],
        zone: str,
        folder: Path | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Réimprimer des feuilles", "Réimprimer", parent)
        self._desk, self._school_id, self._batches = desk, school_id, tuple(batches)
        self.batch, self.group, self.number = QComboBox(), QComboBox(), number_box(1, 1)
        self.folder = FolderField(folder or default_folder())
        for found in self._batches:
            self.batch.addItem(batch_words(found, zone))
        self._lay_out()
        self.batch.currentIndexChanged.connect(lambda _index: self._show_groups())
        self.group.currentIndexChanged.connect(lambda _index: self._show_range())
        self.need_folder(self.folder)
        self._show_groups()
        self.confirm.setDefault(True)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(10)
        for title, field in (
            ("Lot", self.batch),
            ("Classe", self.group),
            ("À partir de la feuille", self.number),
            ("Dossier", self.folder),
        ):
            field.setAccessibleName(title)
            form.addRow(form_label(title, field), field)
        told = words("Personne n’est notifié à nouveau, et la date de distribution ne change pas.", role="muted")
        self.ask("Les mêmes feuilles, sans nouveau mot de passe.", told, form)

    @property
    def _chosen(self) -> BatchSummary:
        return self._batches[self.batch.currentIndex()]

    @property
    def _chosen_group(self) -> GroupSummary | None:
        index = self.group.currentIndex()
        return self._chosen.groups[index - 1] if index > 0 else None

    def _show_groups(self) -> None:
        self.group.clear()
        self.group.addItem(f"{WHOLE_BATCH} ({many(self._chosen.sheet_count, 'feuille')})")
        for group in self._chosen.groups:
            self.group.addItem(f"{group.group} ({many(group.total, 'feuille')})")
        self._show_range()

    def _show_range(self) -> None:
        """A number counts inside its class: the whole batch can begin at any number that some class has."""
        group = self._chosen_group
        most = group.total if group else max((one.total for one in self._chosen.groups), default=1)
        self.number.setRange(1, max(most, 1))
        self.number.setSuffix(f" sur {most}")

    def on_confirm(self) -> None:
        desk, school_id, batch, group = self._desk, self._school_id, self._chosen, self._chosen_group
        number, folder = self.number.value(), self.folder.folder
        if folder is None:
            return
        self.run(
            lambda job: notify.reprint(
                desk,
                school_id=school_id,
                batch_id=batch.batch_id,
                from_number=number,
                group=group,
                folder=folder,
                progress=job.progress,
                cancelled=job.cancelled,
            )
        )


def batch_words(batch: BatchSummary, zone: str) -> str:
    """« L-0912-3F · 12-09-2026 · 37 feuilles · Mme Durand »; a reset says so, since nothing was printed of it."""
    known = "" if batch.known else " · inconnu du serveur"
    count = many(batch.sheet_count, "feuille") if batch.paper else many(batch.sheet_count, "réinitialisation")
    parts = (batch.number, day(local_date(batch.created_at, zone)), count, batch.author)
    return " · ".join(part for part in parts if part) + known

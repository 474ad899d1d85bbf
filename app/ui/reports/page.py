"""The wiring of « Livrets »: import, lock, publish, remind, print for those who prefer paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app.services import schools, undoing
from app.services.desk import Desk
from app.services.documents.courier import Left, left_to_send
from app.services.documents.vault_store import VaultStore
from app.services.reports import decisions, paper, publication, reminding
from app.services.reports.decisions import Decided
from app.services.reports.imports import ReportsImported
from app.services.reports.overview import Overview, ReportRow, read_overview
from app.services.reports.paper import PaperDone
from app.services.reports.publication import Publication
from app.services.reports.readership import ReaderLine, print_unread, read_readers
from app.services.reports.reminding import Reminders
from app.services.reports.removals import removals
from app.services.undoing import Offer
from app.ui import work
from app.ui.asking import Ask, ask
from app.ui.pieces import many
from app.ui.reading_page import ReadingPage
from app.ui.reports.importing import ReportsImportDialog
from app.ui.reports.parent_view import ParentViewDialog
from app.ui.reports.publishing import PublishDialog, PublishSchoolDialog
from app.ui.reports.view import ReportsView
from app.ui.shell.page import Shell

AskDay = Callable[[QWidget, Desk, Overview, tuple[ReportRow, ...]], str | None]
"""(over which window, desk, livrets, documents) → the day of publication, or None."""
HIDE = "Déverrouiller {count}\u202f? Les familles ne les verront plus, tant qu’ils ne sont pas verrouillés de nouveau."
REMOVED = "{name}. Cela s’annule pendant 30 jours ; ensuite les documents sont supprimés pour de bon."
REMIND = "Relancer {guardians} qui n’ont pas encore lu {documents}\u202f? Un message chacun, par mail ou SMS, jamais la nuit."


@dataclass(frozen=True, slots=True)
class _Picture:
    overview: Overview
    readers: tuple[ReaderLine, ...]
    left: Left
    removed: tuple[Offer, ...]


class ReportsPage(ReadingPage[ReportsView]):
    """« Livrets »."""

    def __init__(self, shell: Shell, *, asking: Ask = ask, asking_day: AskDay | None = None) -> None:
        view = ReportsView()
        super().__init__(shell, view, view.band)
        self._ask, self._ask_day = asking, asking_day or ask_day
        self._removed: tuple[Offer, ...] = ()
        view.import_asked.connect(self._on_import)
        view.locked.connect(self._on_lock)
        view.publish_asked.connect(self._on_publish)
        view.withdrawn.connect(lambda: self._publish(None))
        view.school_asked.connect(self._on_school)
        view.preview_asked.connect(lambda: self.preview(self.view.chosen, self.view))
        view.paper_asked.connect(self._on_paper)
        view.remind_asked.connect(self._on_remind)
        view.list_asked.connect(self._on_list)
        view.openings_turned.connect(self._on_openings)
        view.restore_asked.connect(self._on_restore)

    def _read(self, job: work.Job) -> _Picture:
        desk, school_id = self._shell.desk, self._shell.school_id
        overview = read_overview(desk, school_id=school_id)
        readers = read_readers(desk, school_id=school_id, reports=overview.rows, zone=overview.zone)
        left, removed = left_to_send(desk, school_id=school_id), removals(desk, school_id=school_id)
        return _Picture(overview, readers, left, removed)

    def _show(self, picture: _Picture) -> None:
        self._removed = picture.removed
        self.view.show_overview(picture.overview, picture.readers)
        self.view.say_sending(sending_words(picture.left))
        self.view.say_removed(REMOVED.format(name=picture.removed[0].done) if picture.removed else "")

    def show_left(self, left: Left) -> None:
        """What is still on its way to the server, while it travels."""
        if left.school_id == self._shell.school_id:
            self.view.say_sending(sending_words(left))

    def _on_import(self) -> None:
        dialog = ReportsImportDialog(self._shell.desk, self._shell.school_id, parent=self.view)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.imported is not None:
            self.note_imported(dialog.imported)

    def note_imported(self, done: ReportsImported) -> None:
        """Say what was written, and let the server know."""
        self._shell.records_changed()
        self._shell.synchronise()
        new = many(done.new, "nouveau document", "nouveaux documents")
        self.view.band.say(
            f"Importé\u00a0: {new}, {many(done.replaced, 'remplacé')}, {many(done.unchanged, 'inchangé')}. "
            "Les PDF attendent d’être verrouillés, puis publiés.",
            tone="green",
        )

    def _on_lock(self, locked: bool) -> None:
        desk, school_id, chosen = self._shell.desk, self._shell.school_id, self.view.chosen
        if not locked and not self._ask(
            self.view,
            HIDE.format(count=many(len(chosen), "document")),
            f"Déverrouiller {many(len(chosen), 'document')}",
        ):
            return
        word = "verrouillé" if locked else "déverrouillé"
        self._do(
            lambda: decisions.lock(desk, school_id=school_id, reports=chosen, locked=locked),
            lambda done: self._tell(done, word),
        )

    def _on_publish(self) -> None:
        chosen = self.view.chosen
        if (day := self._ask_day(self.view, self._shell.desk, self.view.overview, chosen)) is not None:
            self._publish(day)

    def _on_school(self) -> None:
        dialog = PublishSchoolDialog(self._shell.desk, self.view.overview, parent=self.view)
        dialog.preview_asked.connect(lambda reports: self.preview(reports, dialog))
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.publish_school(dialog.publication, dialog.day)

    def publish_school(self, found: Publication, on: str) -> None:
        """Everything that is complete and locked, from one day."""
        desk, school_id = self._shell.desk, self._shell.school_id
        self._do(
            lambda: publication.carry_out(desk, school_id=school_id, publication=found, on=on),
            lambda done: self._tell(done, "publié"),
        )

    def preview(self, reports: Sequence[ReportRow], parent: QWidget) -> None:
        """Show documents as a guardian would see them."""
        ParentViewDialog(self._shell.desk, self._shell.school_id, reports, parent=parent).exec()

    def _publish(self, on: str | None) -> None:
        desk, school_id, chosen = self._shell.desk, self._shell.school_id, self.view.chosen
        self._do(
            lambda: decisions.publish(desk, school_id=school_id, reports=chosen, on=on),
            lambda done: self._tell(done, "publié" if on else "retiré du portail"),
        )

    def _tell(self, done: Decided, word: str) -> None:
        same = f" ({done.unchanged} l’étaient déjà)" if done.unchanged else ""
        plural = "s" if done.changed > 1 else ""
        first, _, rest = word.partition(" ")
        words = f"{first}{plural} {rest}".rstrip()
        self.view.band.say(f"{many(done.changed, 'document')} {words}{same}.", tone="green")

    def _on_remind(self) -> None:
        desk, school_id, chosen = self._shell.desk, self._shell.school_id, self.view.chosen
        self._acts.start(
            lambda job: reminding.plan(desk, school_id=school_id, reports=chosen),
            done=self._confirm_reminders,
            failed=self._on_failed,
        )

    def _confirm_reminders(self, found: Reminders) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        people = many(found.guardians, "responsable")
        question = REMIND.format(guardians=people, documents=many(found.documents, "document"))
        if self._ask(self.view, question, f"Relancer {people}"):
            self._do(
                lambda: reminding.carry_out(desk, school_id=school_id, reminders=found),
                lambda _: self.view.band.say(
                    f"Demandé\u00a0: {people} seront relancés dès que le serveur le saura. Qui ne peut pas l’être est "
                    "nommé dans «\u00a0À revoir\u00a0».",
                    tone="green",
                ),
            )

    def _on_list(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.view, "Où écrire les listes")
        if folder:
            self.print_list(Path(folder))

    def print_list(self, folder: Path) -> None:
        """Write a PDF a class for the teachers: who has not read."""
        desk, school_id, readers = self._shell.desk, self._shell.school_id, self.view.chosen_readers

        def done(files: tuple[Path, ...]) -> None:
            self.view.band.say(f"{many(len(files), 'liste')} dans {folder}.", tone="green")

        if not self._acts.busy:
            self._acts.start(
                lambda job: print_unread(desk, school_id=school_id, readers=readers, folder=folder),
                done=done, failed=self._on_failed,
            )  # fmt: skip

    def _on_openings(self, on: bool) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self._do(lambda: schools.change_setting(desk, school_id=school_id, name="report_openings", value=on))

    def _on_restore(self) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        if self._removed and self._ask(self.view, self._removed[0].question, self._removed[0].do_it):
            act_id = self._removed[0].act_id
            self._do(lambda: undoing.undo(desk, school_id=school_id, act_id=act_id))

    def _on_paper(self) -> None:
        folder = QFileDialog.getExistingDirectory(self.view, "Où écrire les PDF")
        if folder:
            self.print_paper(Path(folder))

    def print_paper(self, folder: Path) -> None:
        """Write a PDF a class into a folder, for those who prefer paper."""
        desk, school_id = self._shell.desk, self._shell.school_id
        ids = [row.report_id for row in self.view.chosen]

        def press(job: work.Job) -> PaperDone:
            plan = paper.plan(desk, school_id=school_id, report_ids=ids)
            store = VaultStore(desk.vault, desk.clock)
            return paper.print_paper(
                desk, plan=plan, store=store, folder=folder, progress=job.progress, cancelled=job.cancelled
            )

        if not self._acts.busy:
            self._acts.start(press, done=self._on_printed, failed=self._on_failed)

    def _on_printed(self, done: PaperDone) -> None:
        lacking = (
            f" Il manque un document à {many(len(done.missing), 'famille')}\u00a0: synchronisez, puis recommencez."
            if done.missing
            else ""
        )
        folder = done.files[0].parent if done.files else ""
        self.view.band.say(
            f"{many(done.printed, 'famille')}, {many(len(done.files), 'fichier')} dans {folder}.{lacking}",
            tone="orange" if done.missing else "green",
        )


def ask_day(parent: QWidget, desk: Desk, overview: Overview, reports: tuple[ReportRow, ...]) -> str | None:
    """Ask for the day of publication."""
    dialog = PublishDialog(desk, overview, reports, parent=parent)
    return dialog.day if dialog.exec() == QDialog.DialogCode.Accepted else None


def sending_words(left: Left) -> str:
    """« 12 documents (3,4 Mo) à envoyer au serveur » ; nothing where all is there."""
    if not left.documents:
        return ""
    size = f"{max(left.bytes // 1000, 1)}\u00a0ko"
    if left.bytes >= 1_000_000:
        size = f"{left.bytes / 1_000_000:.1f}\u00a0Mo".replace(".", ",")
    return f"{many(left.documents, 'document')} ({size}) à envoyer au serveur\u00a0: les familles les verront ensuite."

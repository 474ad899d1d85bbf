"""The wiring of « Feuilles »: each button is an act on the chosen classes; deleting files is asked each time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.models.errors import PreauError
from app.services import printed_files, sheet_groups
from app.services.records.journal import SubmittedAct
from app.services.sheet_groups import SheetGroup
from app.services.todo import Page, Target
from app.ui import work
from app.ui.asking import Ask, ask
from app.ui.pieces import many
from app.ui.reading import Reader
from app.ui.sheets.view import SheetsView
from app.ui.shell.page import Shell

HANDED = "Noté\u00a0: ces feuilles sont remises."
NOT_HANDED = "Noté\u00a0: ces feuilles sont encore à remettre."
PROLONGED = "Demandé\u00a0: le même papier restera valable dès que le serveur le saura."
NO_FILES = "Aucun fichier PDF de ces lots n’est encore sur ce poste, là où Préau l’a écrit."


class SheetsPage:
    """« Feuilles »."""

    def __init__(self, shell: Shell, *, asking: Ask = ask) -> None:
        self._shell, self._ask = shell, asking
        self.view = view = SheetsView()
        view.handed.connect(lambda: self._on_handed(undo=False))
        view.not_handed.connect(lambda: self._on_handed(undo=True))
        view.prolong_asked.connect(self._on_prolong)
        view.remind_asked.connect(self._on_remind)
        view.delete_asked.connect(lambda: self._offer_deletion([group.batch_id for group in view.chosen], said=True))
        self._reader = Reader(view, self._read, view.show_groups, view.band.refuse)

    @property
    def widget(self) -> QWidget:
        return self.view

    @property
    def busy(self) -> bool:
        """Whether the list is being read."""
        return self._reader.busy

    def refresh(self) -> None:
        self._reader.again()

    def close(self) -> None:
        self._reader.wait()

    def _read(self, job: work.Job) -> tuple[SheetGroup, ...]:
        return sheet_groups.list_groups(self._shell.desk, school_id=self._shell.school_id)

    def _on_handed(self, *, undo: bool) -> None:
        desk, school_id, chosen = self._shell.desk, self._shell.school_id, self.view.chosen
        said = NOT_HANDED if undo else HANDED
        if (
            self._do(lambda: sheet_groups.hand_over(desk, school_id=school_id, groups=chosen, undo=undo), said)
            and not undo
        ):
            done = sheet_groups.finished_batches(sheet_groups.list_groups(desk, school_id=school_id))
            self._offer_deletion([group.batch_id for group in chosen if group.batch_id in done], said=False)

    def _on_prolong(self) -> None:
        desk, school_id, chosen = self._shell.desk, self._shell.school_id, self.view.chosen
        self._do(lambda: sheet_groups.prolong(desk, school_id=school_id, groups=chosen), PROLONGED)

    def _on_remind(self) -> None:
        """Tick everybody of these classes who is not in yet, and open the notification."""
        accounts = frozenset(account for group in self.view.chosen for account in group.to_remind)
        if accounts:
            self._shell.go(Target(Page.GUARDIANS, account_ids=accounts, notify=True))

    def _do(self, call: Callable[[], SubmittedAct], said: str) -> bool:
        try:
            call()
        except PreauError as error:
            self.view.band.say(error.sentence, tone="red")
            return False
        self.view.band.say(said, tone="green")
        self._shell.records_changed()
        self._shell.synchronise()
        return True

    def _offer_deletion(self, batch_ids: list[str], *, said: bool) -> None:
        """Ask, then delete the files that Préau wrote for these batches; ``said`` where there is none to say so."""
        desk = self._shell.desk
        paths = printed_files.still_there(
            desk, school_id=self._shell.school_id, batch_ids=list(dict.fromkeys(batch_ids))
        )
        if not paths:
            if said:
                self.view.band.say(NO_FILES)
            return
        if self._ask(self.view, _question(paths), f"Effacer {many(len(paths), 'fichier')}"):
            deleted = printed_files.delete_files(desk, paths=paths)
            self.view.band.say(deleted.sentence, tone="orange" if deleted.kept else "green")


def _question(paths: tuple[Path, ...]) -> str:
    folders = ", ".join(dict.fromkeys(str(path.parent) for path in paths))
    return (
        f"Effacer {many(len(paths), 'fichier')} PDF de ces feuilles, dans {folders}\u202f? Ils contiennent des mots de passe. "
        "Préau peut réimprimer ces feuilles tant qu’elles sont valables."
    )

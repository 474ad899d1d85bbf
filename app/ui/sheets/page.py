"""The wiring of « Feuilles »: each button is an act on the chosen classes; deleting files is asked each time."""

from __future__ import annotations

from pathlib import Path

from app.services import printed_files, sheet_groups
from app.services.sheet_groups import SheetGroup
from app.services.todo import Page, Target
from app.ui import work
from app.ui.asking import Ask, ask
from app.ui.pieces import many
from app.ui.reading_page import ReadingPage
from app.ui.sheets.view import SheetsView
from app.ui.shell.page import Shell

HANDED = "Noté\u00a0: ces feuilles sont remises."
NOT_HANDED = "Noté\u00a0: ces feuilles sont encore à remettre."
PROLONGED = "Demandé\u00a0: le même papier restera valable dès que le serveur le saura."
TO_HAND = "les lots où des feuilles restent à remettre"
NO_FILES = "Aucun fichier PDF de ces lots n’est encore sur ce poste, là où Préau l’a écrit."


class SheetsPage(ReadingPage[SheetsView]):
    """« Feuilles »."""

    def __init__(self, shell: Shell, *, asking: Ask = ask) -> None:
        view = SheetsView()
        super().__init__(shell, view, view.band)
        self._ask = asking
        view.handed.connect(lambda: self._on_handed(undo=False))
        view.not_handed.connect(lambda: self._on_handed(undo=True))
        view.prolong_asked.connect(self._on_prolong)
        view.remind_asked.connect(self._on_remind)
        view.delete_asked.connect(self._on_delete)
        view.guardians_asked.connect(lambda: shell.go(Target(Page.GUARDIANS)))
        view.narrowed.everything_asked.connect(lambda: self.narrow(Target(Page.SHEETS)))
        self._groups: tuple[SheetGroup, ...] = ()
        self._to_hand = False

    def _read(self, job: work.Job) -> tuple[SheetGroup, ...]:
        return sheet_groups.list_groups(self._shell.desk, school_id=self._shell.school_id)

    def _show(self, picture: tuple[SheetGroup, ...]) -> None:
        self._groups = picture
        self._show_groups()

    def narrow(self, target: Target) -> None:
        """The sheets that Accueil counts as still to be handed out, or all of them."""
        self._to_hand = target.to_hand
        self._show_groups()
        self.view.table.setFocus()

    def _show_groups(self) -> None:
        waiting = tuple(group for group in self._groups if group.to_hand)
        self._to_hand = self._to_hand and bool(
            waiting or not self._groups
        )  # handed out to the last: all is shown again
        self.view.narrowed.say(TO_HAND if self._to_hand and waiting else "")
        self.view.show_groups(waiting if self._to_hand else self._groups)

    def _on_handed(self, *, undo: bool) -> None:
        desk, school_id, chosen = self._shell.desk, self._shell.school_id, self.view.chosen

        def hand_over() -> tuple[Path, ...]:
            """The files that are of no more use."""
            sheet_groups.hand_over(desk, school_id=school_id, groups=chosen, undo=undo)
            done = sheet_groups.finished_batches(sheet_groups.list_groups(desk, school_id=school_id))
            over = [group.batch_id for group in chosen if group.batch_id in done and not undo]
            return printed_files.still_there(desk, school_id=school_id, batch_ids=list(dict.fromkeys(over)))

        def tell(files: tuple[Path, ...]) -> None:
            self.view.band.say(NOT_HANDED if undo else HANDED, tone="green")
            if files:
                self._ask_deletion(files)

        self._do(hand_over, tell)

    def _on_prolong(self) -> None:
        desk, school_id, chosen = self._shell.desk, self._shell.school_id, self.view.chosen
        self._do(
            lambda: sheet_groups.prolong(desk, school_id=school_id, groups=chosen),
            lambda _: self.view.band.say(PROLONGED, tone="green"),
        )

    def _on_remind(self) -> None:
        """Tick everybody of these classes who is not in yet, and open the notification."""
        accounts = frozenset(account for group in self.view.chosen for account in group.to_remind)
        if accounts:
            self._shell.go(Target(Page.GUARDIANS, account_ids=accounts, notify=True))

    def _on_delete(self) -> None:
        """Offer to delete the files of the chosen lines, or say that there is none."""
        chosen = list(dict.fromkeys(group.batch_id for group in self.view.chosen))
        paths = printed_files.still_there(self._shell.desk, school_id=self._shell.school_id, batch_ids=chosen)
        if paths:
            self._ask_deletion(paths)
        else:
            self.view.band.say(NO_FILES)

    def _ask_deletion(self, paths: tuple[Path, ...]) -> None:
        """Ask, then delete files that Préau wrote."""
        if self._ask(self.view, _question(paths), f"Effacer {many(len(paths), 'fichier')}"):
            deleted = printed_files.delete_files(self._shell.desk, paths=paths)
            self.view.band.say(deleted.sentence, tone="orange" if deleted.kept else "green")


def _question(paths: tuple[Path, ...]) -> str:
    folders = ", ".join(dict.fromkeys(str(path.parent) for path in paths))
    return (
        f"Effacer {many(len(paths), 'fichier')} PDF de ces feuilles, dans {folders}\u202f? Ils contiennent des mots de passe. "
        "Préau peut réimprimer ces feuilles tant qu’elles sont valables."
    )

"""The wiring of « Doublons »: looked for off the window's thread, with a bar and a way to stop."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.models.errors import PreauError
from app.services.duplicates import merging, search
from app.services.duplicates.merging import MergePreview
from app.services.duplicates.search import Pair
from app.services.support.copies import is_officer
from app.services.todo import Target
from app.ui import work
from app.ui.shell.page import Shell
from app.ui.support.duplicates.merge_dialog import MergeDialog
from app.ui.support.duplicates.view import DuplicatesView

NOTED = "Noté\u00a0: ce n’est pas la même personne. Cela s’annule dans «\u00a0Journal\u00a0»."
GROUPED = (
    "Les deux fiches sont regroupées. Corrigez ONDE aussi\u202f; cela s’annule dans «\u00a0Journal\u00a0» pendant "
    "30\u00a0jours."
)
ONLY_A_NAME = (
    "Ces fiches portent le même nom, mais rien d’autre ne dit qu’elles sont de la même personne\u00a0: comparez-les "
    "dans ONDE."
)


class DuplicatesPage:
    """The section of « Assistance » that shows who stands twice."""

    def __init__(self, shell: Shell) -> None:
        self._shell, self.view = shell, DuplicatesView(decides=not is_officer(shell.desk))
        self._jobs, self._acts = work.Jobs(self.view), work.Jobs(self.view)
        self._search: work.Job | None = None
        self._again = False
        self._pairs: tuple[Pair, ...] = ()
        self._accounts: frozenset[str] | None = None
        self.dialog: MergeDialog | None = None
        view = self.view
        view.search_asked.connect(self.refresh)
        view.stop_asked.connect(self._on_stop)
        view.merge_asked.connect(self._on_merge)
        view.apart_asked.connect(self._on_apart)
        view.pairs.currentRowChanged.connect(self._show)

    @property
    def widget(self) -> QWidget:
        return self.view

    @property
    def busy(self) -> bool:
        """Whether something goes on in the background."""
        return self._jobs.busy or self._acts.busy

    def refresh(self) -> None:
        """Look again; asked for during a search it is done once more."""
        if self._jobs.busy:
            self._again = True
            return
        desk, school_id = self._shell.desk, self._shell.school_id
        self.view.progress.setRange(0, 0)
        self.view.show_busy(True)
        self._search = self._jobs.start(
            lambda job: search.find_duplicates(desk, school_id=school_id, progress=job.progress, stop=job.cancelled),
            done=self._on_found, failed=self._on_stopped,
        )  # fmt: skip
        self._search.progressed.connect(self._on_progress)

    def narrow(self, target: Target) -> None:
        """Begin with the first pair of these accounts."""
        self._accounts = target.account_ids
        self._fill()

    def close(self) -> None:
        self._acts.close()
        self._jobs.close()

    def _on_progress(self, done: int, total: int) -> None:
        self.view.progress.setRange(0, total)
        self.view.progress.setValue(done)

    def _on_found(self, pairs: tuple[Pair, ...]) -> None:
        self._pairs = pairs
        self._end()
        self._fill()

    def _on_stopped(self, error: PreauError) -> None:
        self._end()
        self.view.band.say(error.sentence, tone="orange" if error.code == "stopped" else "red")

    def _end(self) -> None:
        self._search = None
        self.view.show_busy(False)
        if self._again:
            self._again = False
            self.refresh()

    def _on_stop(self) -> None:
        self._again = False
        if self._search is not None:
            self._search.cancel()

    def _fill(self) -> None:
        chosen = max(self.view.pairs.currentRow(), 0)
        wanted = self._accounts or frozenset()
        named = [
            place for place, pair in enumerate(self._pairs) if wanted & {pair.one.account_id, pair.other.account_id}
        ]
        searching = self._search is not None
        if named:
            chosen = named[0]
        elif wanted and not searching:
            self.view.band.say(ONLY_A_NAME, tone="orange")
        if named or not searching:
            self._accounts = None
        chosen = min(chosen, len(self._pairs) - 1)
        self.view.show_pairs(self._pairs, chosen)
        self._show(chosen)

    def _show(self, place: int) -> None:
        if 0 <= place < len(self._pairs):
            self.view.show_pair(self._pairs[place])

    @property
    def _pair(self) -> Pair | None:
        place = self.view.pairs.currentRow()
        return self._pairs[place] if 0 <= place < len(self._pairs) else None

    def _on_apart(self) -> None:
        pair, desk = self._pair, self._shell.desk
        if pair is not None and not self._acts.busy:
            self._acts.start(
                lambda job: search.set_apart(desk, pair=pair), done=lambda _: self._on_done(NOTED),
                failed=self.view.band.refuse,
            )  # fmt: skip

    def _on_merge(self) -> None:
        pair, desk = self._pair, self._shell.desk
        if pair is not None and not self._acts.busy:
            self._acts.start(
                lambda job: merging.preview_merge(desk, pair=pair), done=self._ask, failed=self.view.band.refuse
            )

    def _ask(self, preview: MergePreview) -> None:
        self.dialog = dialog = MergeDialog(preview, self.view.window())
        dialog.accepted.connect(lambda: self._merge(preview, dialog.take))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _merge(self, preview: MergePreview, take: frozenset[str]) -> None:
        desk = self._shell.desk
        self._acts.start(
            lambda job: merging.merge(desk, preview=preview, take=take), done=lambda _: self._on_done(GROUPED),
            failed=self.view.band.refuse,
        )  # fmt: skip

    def _on_done(self, sentence: str) -> None:
        self.view.band.say(sentence, tone="green")
        self._shell.records_changed()
        self._shell.synchronise()

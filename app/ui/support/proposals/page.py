"""The wiring of « Mes propositions »."""

from __future__ import annotations

from app.services.support.proposing import ProposalView, list_proposals
from app.ui import work
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell
from app.ui.support.proposals.view import ProposalsView


class ProposalsPage(ReadingPage[ProposalsView]):
    """An officer's own proposals, of the school that is shown."""

    def __init__(self, shell: Shell) -> None:
        view = ProposalsView()
        super().__init__(shell, view, view.band)

    def _read(self, job: work.Job) -> tuple[ProposalView, ...]:
        return list_proposals(self._shell.desk, school_id=self._shell.school_id)

    def _show(self, picture: tuple[ProposalView, ...]) -> None:
        self.view.show_proposals(picture)

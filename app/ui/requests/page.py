"""« Demandes »: read off the window's thread, shown as cards, answered one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.models.acts_requests import LIVING, Answer, RequestKind
from app.models.support import ProposalStatus
from app.services import schools
from app.services.requests import RequestView, list_requests
from app.services.support import proposing
from app.services.support.proposing import ProposalView
from app.services.todo import Page, Target
from app.ui import work
from app.ui.pieces import Band, many, replace_rows, scrolled, words
from app.ui.reading_page import ReadingPage
from app.ui.requests.answering import Answerer
from app.ui.requests.cards import RequestCard
from app.ui.requests.proposals import Proposals, ask_why
from app.ui.shell.page import Shell
from app.ui.widgets.narrowed import Narrowed

NOTHING = (
    "Aucune demande n’attend. Un parent qui n’arrive pas à entrer peut écrire à l’école depuis le portail\u00a0: sa demande "
    "arrive ici à la synchronisation."
)
KINDS = {
    RequestKind.HELP: "les demandes d’aide", RequestKind.CORRECTION: "les corrections proposées",
    RequestKind.NOT_GUARDIAN: "«\u00a0pas le représentant légal\u00a0»", RequestKind.MERGE: "les comptes regroupés",
}  # fmt: skip
Picture = tuple[tuple[RequestView, ...], tuple[ProposalView, ...], bool]
MOST = 200
"""Cards at once; the closed ones beyond are in the journal."""


class RequestsView(QWidget):
    """Layout only."""

    answered = Signal(str, str)
    opened = Signal(str)
    diagnosis_asked = Signal(str)
    closed_wanted = Signal()
    digest_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        self.title = words("Demandes", role="title")
        self.with_closed = QCheckBox("Montrer aussi celles qui sont traitées")
        self.with_closed.toggled.connect(self.closed_wanted)
        self.digest = QCheckBox("Un courriel par jour à l’adresse de l’école quand une demande attend (sans aucun nom)")
        self.digest.clicked.connect(self.digest_wanted)
        self.nothing = words(NOTHING, role="muted")
        self.narrowed = Narrowed()
        self.proposals = Proposals()
        self.cards: list[RequestCard] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.with_closed)
        column.addWidget(self.band)
        column.addLayout(top)
        column.addWidget(self.narrowed)
        column.addWidget(self.proposals)
        column.addWidget(self.nothing)
        column.addLayout(self._list)
        column.addWidget(self.digest)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content))

    def show_requests(self, found: Sequence[RequestView], proposals: Sequence[ProposalView]) -> None:
        """Replace the cards."""
        self.proposals.show_proposals(proposals)
        cards = [RequestCard(request) for request in found]
        for card in cards:
            card.answered.connect(self.answered)
            card.opened.connect(self.opened)
            card.diagnosis_asked.connect(self.diagnosis_asked)
        self.cards = replace_rows(self._list, self.cards, cards, key=lambda card: card.request_id)
        waiting = sum(request.status in LIVING for request in found)
        waiting += len(proposals)
        self.nothing.setVisible(not found and not proposals)
        self.title.setText(f"Demandes\u00a0: {many(waiting, 'à traiter', 'à traiter')}" if waiting else "Demandes")


class RequestsPage(ReadingPage[RequestsView]):
    """The wiring."""

    def __init__(self, shell: Shell, *, why: Callable[[QWidget], str | None] = ask_why) -> None:
        view = RequestsView()
        super().__init__(shell, view, view.band)
        self._parent, self._why = QObject(view), why
        self.answerer = Answerer(shell, view, self._parent)
        self._requests: dict[str, RequestView] = {}
        self._kinds: frozenset[RequestKind] = frozenset()
        view.narrowed.everything_asked.connect(lambda: self.narrow(Target(Page.REQUESTS)))
        view.answered.connect(self._on_answered)
        view.opened.connect(self._on_opened)
        view.diagnosis_asked.connect(self._on_diagnosis)
        view.closed_wanted.connect(self.refresh)
        view.digest_wanted.connect(self._on_digest)
        view.proposals.accepted.connect(self._on_accepted)
        view.proposals.refused.connect(self._on_refused)
        self.answerer.refused.connect(self._on_failed)
        self.answerer.said.connect(lambda sentence: view.band.say(sentence, tone="green"))

    @property
    def busy(self) -> bool:
        return super().busy or self.answerer.jobs.busy or self.answerer.printer.jobs.busy

    def close(self) -> None:
        self.answerer.close()
        super().close()

    def _read(self, job: work.Job) -> Picture:
        desk, school_id = self._shell.desk, self._shell.school_id
        found = list_requests(desk, school_id=school_id)
        everything = self.view.with_closed.isChecked()
        kinds = self._kinds or frozenset(RequestKind)
        shown = [
            one for one in found
            if one.kind in kinds and (everything or one.status in LIVING or Answer.UNDO_MERGE in one.answers)
        ]  # fmt: skip
        proposed = [
            one for one in proposing.list_proposals(desk, school_id=school_id) if one.status is ProposalStatus.OPEN
        ]  # fmt: skip
        return tuple(shown[:MOST]), tuple(proposed), schools.help_digest(desk, school_id=school_id)

    def narrow(self, target: Target) -> None:
        """The kinds that a line of Accueil counts, or all of them."""
        self._kinds = target.kinds
        self.view.narrowed.say(", ".join(KINDS[kind] for kind in RequestKind if kind in target.kinds))
        self.refresh()

    def _show(self, picture: Picture) -> None:
        found, proposed, digest = picture
        if self._kinds and not found:  # answered to the last: the others come back
            self.narrow(Target(Page.REQUESTS))
            return
        self._requests = {request.request_id: request for request in found}
        self.view.show_requests(found, proposed)
        self.view.digest.setChecked(digest)

    def _on_accepted(self, proposal_id: str) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self._do(
            lambda: proposing.accept(desk, school_id=school_id, proposal_id=proposal_id),
            lambda done: self.view.band.say(f"C’est fait\u00a0: {done.words}.", tone="green"),
        )

    def _on_refused(self, proposal_id: str) -> None:
        desk, school_id, said = self._shell.desk, self._shell.school_id, self._why(self.view)
        if said is not None:
            self._do(lambda: proposing.refuse(desk, school_id=school_id, proposal_id=proposal_id, said=said))

    def _on_digest(self, wanted: bool) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self._do(lambda: schools.change_setting(desk, school_id=school_id, name="help_digest", value=wanted))

    def _on_answered(self, request_id: str, how: str) -> None:
        self.view.band.clear()
        self.answerer.answer(self._requests[request_id], Answer(how))

    def _on_diagnosis(self, account_id: str) -> None:
        self._shell.go(Target(Page.SUPPORT, account_ids=frozenset({account_id}), section="diagnosis"))

    def _on_opened(self, account_id: str) -> None:
        self._shell.go(Target(Page.GUARDIANS, account_ids=frozenset({account_id})))

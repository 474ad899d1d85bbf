"""The layout of « Mes propositions »: a card each, what waits for its answer first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.models.support import ProposalStatus
from app.services.support.proposing import ProposalView
from app.ui.pieces import Band, Card, replace_rows, scrolled, words

TITLE = "Ce que j’ai proposé à cette école"
NOTHING = (
    "Rien encore. Le bouton d’une cause, dans «\u00a0Diagnostic\u00a0», propose une réparation\u202f; la réponse de la "
    "direction vient ici, à la synchronisation."
)
WAITS = "Attend la réponse de la direction."


class OwnProposalCard(Card):
    """Layout only."""

    def __init__(self, proposal: ProposalView) -> None:
        super().__init__(proposal.guardian)
        self.proposal_id = proposal.proposal_id
        waits = proposal.status is ProposalStatus.OPEN
        self.answer = words(WAITS if waits else proposal.answer, role="muted" if waits else "strong")
        self.body.addWidget(words(proposal.moment, role="muted"))
        for part in (proposal.words, f"«\u00a0{proposal.reason}\u00a0»"):
            self.body.addWidget(words(part))
        self.body.addWidget(self.answer)


class ProposalsView(QWidget):
    """Layout only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.band = Band()
        self.nothing = words(NOTHING, role="muted")
        self.cards: list[OwnProposalCard] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(20, 4, 20, 16)
        column.setSpacing(8)
        for part in (self.band, words(TITLE, role="title"), self.nothing):
            column.addWidget(part)
        column.addLayout(self._list)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(content))

    def show_proposals(self, found: Sequence[ProposalView]) -> None:
        """Replace the cards."""
        cards = [OwnProposalCard(one) for one in found]
        self.cards = replace_rows(self._list, self.cards, cards, key=lambda card: card.proposal_id)
        self.nothing.setVisible(not found)

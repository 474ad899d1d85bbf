"""What the assistance proposes, as cards above the parents' requests: what would be done, why, « Accepter », « Refuser… »."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QVBoxLayout, QWidget

from app.services.support.proposing import ProposalView
from app.ui.pieces import Card, button, replace_rows, words


class ProposalCard(Card):
    """Layout only."""

    accepted = Signal(str)
    refused = Signal(str)

    def __init__(self, proposal: ProposalView) -> None:
        super().__init__(f"Proposé par l’assistance\u00a0: {proposal.guardian}")
        self.proposal_id = proposal.proposal_id
        self.body.addWidget(words(f"{proposal.moment} · {proposal.officer}", role="muted"))
        self.body.addWidget(words(proposal.words, role="strong"))
        self.body.addWidget(words(f"«\u00a0{proposal.reason}\u00a0»"))
        self.accept = button("Accepter", lambda: self.accepted.emit(self.proposal_id), role="primary")
        self.refuse = button("Refuser…", lambda: self.refused.emit(self.proposal_id))
        row = QHBoxLayout()
        for one in (self.accept, self.refuse):
            one.setAccessibleName(f"{one.text()}\u00a0: {proposal.words}")
            row.addWidget(one)
        row.addStretch(1)
        self.body.addLayout(row)


class Proposals(QWidget):
    """The cards, the oldest first; hidden while there is none."""

    accepted = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[ProposalCard] = []
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)

    def show_proposals(self, found: Sequence[ProposalView]) -> None:
        """Replace the cards."""
        cards = [ProposalCard(one) for one in found]
        for card in cards:
            card.accepted.connect(self.accepted)
            card.refused.connect(self.refused)
        self.cards = replace_rows(self._list, self.cards, cards, key=lambda card: card.proposal_id)
        self.setVisible(bool(cards))


def ask_why(parent: QWidget) -> str | None:
    """The sentence that the officer will read; None where the person gave up."""
    dialog = QInputDialog(parent)
    dialog.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, on=False)
    dialog.setWindowTitle("Refuser la proposition")
    dialog.setLabelText("Ce que l’assistance lira\u00a0:")
    dialog.setOkButtonText("Refuser")
    dialog.setCancelButtonText("Ne rien faire")
    return dialog.textValue() if dialog.exec() else None

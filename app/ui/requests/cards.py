"""One request as a card: who asks what, why this parent is not in, and the answers, the most probable first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from app.models.acts_requests import Answer, RequestKind, RequestStatus
from app.models.help_codes import shown_reference
from app.models.names import fold
from app.services.requests import RequestView
from app.ui.guardians.menus import menu_button
from app.ui.pieces import Card, button, words
from app.ui.widgets.flow import FlowLayout

SHOWN = 3
"""Buttons beside the menu of the other answers."""
ANSWERS = {
    Answer.LINK: "Envoyer un lien",
    Answer.SHEET: "Imprimer une feuille…",
    Answer.REOPEN: "Rouvrir l’accès",
    Answer.CORRECT: "Corriger la fiche du responsable…",
    Answer.CORRECT_CHILD: "Corriger la fiche de l’élève…",
    Answer.CONTACT: "Nouveau contact, vérifié de vive voix…",
    Answer.MATCH: "Dire de qui il s’agit…",
    Answer.CLOSE_ACCESS: "Retirer son accès…",
    Answer.ACCEPT: "Accepter",
    Answer.REFUSE: "Refuser…",
    Answer.UNDO_MERGE: "Séparer les comptes…",
    Answer.IN_ONDE: "Vu\u00a0: ONDE est corrigé",
    Answer.IS_GUARDIAN: "C’est bien le représentant",
    Answer.SETTLED: "Déjà réglé",
    Answer.UNKNOWN: "Je ne connais pas cette personne",
}
"""What each button says; three dots where something more is asked."""


_HEAVY = (Answer.CLOSE_ACCESS, Answer.UNDO_MERGE)
"""Never proposed as what one does without thinking."""


class RequestCard(Card):
    """Layout only."""

    answered = Signal(str, str)
    """(request id, answer)."""
    opened = Signal(str)
    """The account whose panel is wanted."""
    diagnosis_asked = Signal(str)
    """The account whose whole diagnosis is wanted."""

    def __init__(self, request: RequestView) -> None:
        super().__init__(_title(request))
        self.request_id = request.request_id
        self.body.addWidget(words(_under(request), role="muted"))
        sides = QHBoxLayout()
        sides.setSpacing(24)
        for side in (_said(request), self._known(request)):
            if side is not None:
                sides.addWidget(side, 1)
        if sides.count():
            self.body.addLayout(sides)
        if request.answer:
            self.body.addWidget(words(request.answer, role="strong" if request.answers else "body"))
        self.buttons: dict[Answer, QPushButton] = {}
        self.more: QToolButton | None = None
        if request.answers:
            self.body.addWidget(self._answers(request))

    def _known(self, request: RequestView) -> QWidget | None:
        """What Préau knows of this guardian; a link to the account."""
        lines = [*request.why]
        if request.kind is RequestKind.HELP and request.guardian and not lines:
            lines = ["Son compte est actif et ouvert\u00a0: un mot de passe oublié, sans doute."]
        if request.kind is RequestKind.HELP and not request.guardian:
            lines = ["Aucun responsable de l’école n’a exactement ce nom et cet enfant."]
        if request.kind is RequestKind.HELP and request.guardian:
            known = request.known_address
            lines.append(f"Adresse connue de l’école\u00a0: {known}." if known else "L’école n’a pas son adresse mail.")
        if not lines and request.account_id is None:
            return None
        links = self._links(request, request.account_id) if request.account_id is not None else None
        return _side("Ce que Préau sait" if lines else "Son compte", lines, links)

    def _links(self, request: RequestView, account_id: str) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row)
        for label, signal in (("Ouvrir son compte", self.opened), ("Diagnostic complet", self.diagnosis_asked)):
            link = button(label, partial(signal.emit, account_id), role="link")
            link.setAccessibleName(f"{label}\u00a0: {request.guardian}")
            flow.addWidget(link)
        return row

    def _answers(self, request: RequestView) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row)
        few = len(request.answers) <= SHOWN + 1
        shown = request.answers if few else request.answers[:SHOWN]
        for place, answer in enumerate(shown):
            made = button(
                ANSWERS[answer], self._teller(answer), role="plain" if place or answer in _HEAVY else "primary"
            )
            made.setAccessibleName(f"{ANSWERS[answer]}\u00a0: {request.who}")
            self.buttons[answer] = made
            flow.addWidget(made)
        if not few:
            self.more = self._menu(request)
            flow.addWidget(self.more)
        return row

    def _menu(self, request: RequestView) -> QToolButton:
        menu = QMenu(self)
        for answer in request.answers[SHOWN:]:
            tell = self._teller(answer)
            menu.addAction(ANSWERS[answer]).triggered.connect(lambda _checked=False, tell=tell: tell())
        made = menu_button("Autres réponses", menu, self)
        made.setAccessibleName(f"Autres réponses\u00a0: {request.who}")
        return made

    def _teller(self, answer: Answer) -> Callable[[], None]:
        return lambda: self.answered.emit(self.request_id, answer.value)


def _title(request: RequestView) -> str:
    child = f", pour {request.child}" if request.child else ""
    return f"{request.title}\u00a0: {request.guardian or request.who}{child}"


def _under(request: RequestView) -> str:
    status = "" if request.status is RequestStatus.OPEN else request.status_words
    reference = f"référence {shown_reference(request.reference)}" if request.reference else ""
    return " · ".join(part for part in (f"{request.moment} ({request.age})", reference, status) if part)


def _said(request: RequestView) -> QWidget | None:
    """What the parent typed; for a correction, both values."""
    lines = []
    if request.guardian and fold(request.who) != fold(request.guardian):
        lines.append(f"Nom écrit\u00a0: {request.who}")
    if request.step:
        lines.append(f"N’a pas pu\u00a0: {request.step}")
    if request.proposal is not None:
        one = request.proposal
        lines.append(f"{one.label}\u00a0: {one.present or '(vide)'} → {one.proposed or '(vide)'}")
    if request.words:
        lines.append(f"«\u00a0{request.words}\u00a0»" if request.kind is RequestKind.HELP else request.words)
    if request.contact:
        lines.append(f"Contact écrit, non vérifié\u00a0: {request.contact}")
    title = "Ce qu’a fait la famille" if request.kind is RequestKind.MERGE else "Ce que dit le parent"
    return _side(title, lines) if lines else None


def _side(title: str, lines: list[str], last: QWidget | None = None) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(words(title, role="subheading"))
    for line in lines:
        column.addWidget(words(line))
    if last is not None:
        column.addWidget(last)
    column.addStretch(1)
    return made

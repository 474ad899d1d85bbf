"""The blue band: five criteria that act as one types, the magnifying glass, and the way back to everything."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QToolButton, QWidget

from app.models.states import AccountOrigin, AccountState, Mail
from app.services.accounts import Criteria
from app.ui.pieces import button
from app.ui.theme import tokens
from app.ui.widgets.choices import ChoiceButton
from app.ui.widgets.flow import FlowLayout, spring
from app.ui.widgets.icons import icon

MAIL_LABELS = {
    Mail.ALL: "Tous", Mail.WITH: "Avec adresse mail", Mail.WITHOUT: "Sans adresse mail", Mail.FAILING: "En échec",
    Mail.QUEUED: "Mail en attente d’envoi", Mail.ACCEPTED: "Mail accepté par sa messagerie", Mail.DELIVERED: "Mail remis",
    Mail.BOUNCED: "Mail refusé par sa messagerie", Mail.FAILED: "Mail qui n’a pas pu partir",
    Mail.UNCERTAIN: "Mail peut-être parti",
}  # fmt: skip
NOBODY_ALONE = (None, None)
"""No list made elsewhere, neither of accounts nor of pupils."""
_SEARCH_WIDTH = 208


class CriteriaBand(QFrame):
    """Says what is asked; finds nothing itself."""

    changed = Signal()
    submitted = Signal()
    """Enter or the magnifying glass: the keyboard may go on to the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "band")
        self._only: tuple[frozenset[str] | None, frozenset[str] | None] = NOBODY_ALONE
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Nom ou prénom")
        self.search.setAccessibleName("Nom ou prénom de l’élève ou du responsable")
        self.search.setToolTip("Nom ou prénom de l’élève ou du responsable (Ctrl+F)")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(_SEARCH_WIDTH)
        self.search.setMinimumWidth(_SEARCH_WIDTH)
        self.search.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.classrooms = ChoiceButton("Classe(s)", "Classe")
        self.states = ChoiceButton("État(s) de compte", "État")
        self.mail = ChoiceButton("Adresse mail", "Adresse mail", several=False)
        self.origins = ChoiceButton("Origine du compte", "Origine")
        self.only = ChoiceButton("", "Liste", several=False)
        self.glass = self._magnifying_glass()
        self.reset = button("Tout réafficher", self.show_everything, role="link")
        self.states.offer([(state.value, state.label) for state in AccountState])
        self.mail.offer([(choice.value, label) for choice, label in MAIL_LABELS.items()])
        self.origins.offer([(origin.value, origin.label) for origin in AccountOrigin])
        self._lay_out()
        self._connect()

    def _magnifying_glass(self) -> QToolButton:
        found = QToolButton(self)
        found.setIcon(icon("search", tokens().on_band))
        found.setToolTip("Rechercher (Entrée)")
        found.setAccessibleName("Rechercher")
        found.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return found

    def _lay_out(self) -> None:
        layout = FlowLayout(self, margins=QMargins(20, 10, 20, 10), spacing=8)
        self.only.hide()
        parts = (self.search, self.classrooms, self.states, self.mail, self.origins, self.only, self.glass)
        for part in (*parts, spring(self), self.reset):
            layout.addWidget(part)
        self.reset.setVisible(False)

    @property
    def stops(self) -> list[QWidget]:
        """Where the Tab key goes, in order."""
        choices = (self.classrooms, self.states, self.mail, self.origins, self.only)
        return [self.search, *(part for choice in choices for part in choice.stops), self.glass, self.reset]

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._on_changed())
        self.search.returnPressed.connect(self.submitted)
        self.glass.clicked.connect(self.submitted)
        for choice in (self.classrooms, self.states, self.mail, self.origins):
            choice.changed.connect(self._on_changed)
        self.only.changed.connect(self._on_only_left)

    def offer_classrooms(self, labels: Sequence[str]) -> None:
        """The classes of the school, in its order."""
        self.classrooms.offer([(label, label) for label in labels])

    def criteria(self) -> Criteria:
        """What is asked at present."""
        states, origins = self.states.chosen(), self.origins.chosen()
        mail = self.mail.chosen()
        return Criteria(
            text=self.search.text(),
            classrooms=self.classrooms.chosen(),
            states=None if states is None else frozenset(map(AccountState, states)),
            mail=Mail.ALL if mail is None else Mail(next(iter(mail))),
            origins=None if origins is None else frozenset(map(AccountOrigin, origins)),
            account_ids=self._only[0],
            pupil_ids=self._only[1],
        )

    def show_criteria(self, criteria: Criteria, *, only_label: str = "") -> None:
        """Ask for this and nothing else. ``only_label`` names a list made elsewhere. Says ``changed`` once."""
        self.search.blockSignals(True)
        self.search.setText(criteria.text)
        self.search.blockSignals(False)
        self.classrooms.choose(criteria.classrooms)
        self.states.choose(_values(criteria.states))
        self.mail.choose(None if criteria.mail is Mail.ALL else frozenset({criteria.mail.value}))
        self.origins.choose(_values(criteria.origins))
        self._only = (criteria.account_ids, criteria.pupil_ids)
        self.only.setVisible(self._only != NOBODY_ALONE)
        if self._only != NOBODY_ALONE:
            self.only.offer([("all", "tout"), ("only", only_label)])
            self.only.choose(frozenset({"only"}))
        self._on_changed()

    def show_everything(self) -> None:
        """Set every criterion back."""
        self.show_criteria(Criteria())
        self.search.setFocus()

    def _on_only_left(self) -> None:
        if self.only.chosen() is None:
            self._only = NOBODY_ALONE
            self.only.hide()
            self.search.setFocus()
        self._on_changed()

    def _on_changed(self) -> None:
        self.reset.setVisible(self.criteria().in_use)
        self.changed.emit()


def _values(chosen: frozenset[AccountState] | frozenset[AccountOrigin] | None) -> frozenset[str] | None:
    return None if chosen is None else frozenset(one.value for one in chosen)

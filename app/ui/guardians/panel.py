"""One account beside the table (arena.md, One account): it opens at once with what the list knows, then is completed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.models.states import AccountState
from app.services.accounts import AccountRow
from app.ui.guardians.erase_words import END_LIMIT, LIMIT
from app.ui.guardians.menus import EditMenu, NotifyMenu, menu_button
from app.ui.guardians.model import plain_tip
from app.ui.guardians.person_menus import ChildLineView, GuardianMenu, wish_words
from app.ui.pieces import Band, button, scrolled, words
from app.ui.theme import tokens
from app.ui.widgets.chips import StateChip
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.icons import icon

if TYPE_CHECKING:
    from app.services.account_card import AccountCard, ChildLine
    from app.services.rights import AccountRights

WIDTH = 330
PASSWORD_NOTE = "* Seul un mot de passe provisoire est affiché\u202f; celui que le responsable a choisi est masqué."  # noqa: S105
WHY = "Pourquoi la connexion n’aboutit-elle pas\u202f?"
MOST_EVENTS = 12
MOST_MAILS = 3
BESIDE = 24
"""Characters that a value may have beside its title; a longer one, such as an address, goes below it."""


class AccountPanel(QFrame):
    """Shows one account; Escape or the cross closes it."""

    closed = Signal()
    reopen_asked = Signal(str)
    diagnosis_asked = Signal(str)
    """The account whose whole diagnosis is wanted."""
    notify_asked = Signal(str, bool)
    """The account, and whether its password is reset."""
    access_asked = Signal(object, object, object)
    """AccountRights, ChildRights, Access."""
    protect_asked = Signal(object)
    """ChildRights."""
    wish_asked = Signal(object, object)
    """AccountRights, Wish or None."""
    mail_asked = Signal(str, bool)
    """The account, and whether its password is reset."""
    resend_asked = Signal(str, str)
    """The account, and where its activation mail went."""
    language_asked = Signal(object, str)
    """AccountRights, and the code of a language."""
    correct_asked = Signal(str, str)
    """Table and id of a record."""
    erase_asked = Signal(str, str)
    """As for a correction."""
    limit_asked = Signal(str, str, str, bool)
    """Table and id of a record, the person's name, and whether she is to be limited."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setFixedWidth(WIDTH)
        self.account_id = ""
        self.name = words(role="heading")
        self.chip = StateChip(AccountState.NOT_NOTIFIED)
        self.cross = self._cross()
        self.notify_menu = NotifyMenu(self, with_reprint=False)
        self.notify_menu.allow(somebody=True)
        self.notify = menu_button("(Re)Notifier le compte", self.notify_menu, self)
        self.edit_menu = EditMenu(self, one=True)
        self.edit = menu_button("Modifier le compte", self.edit_menu, self)
        self.person_menu = GuardianMenu(self)
        self.person = menu_button("Fiche", self.person_menu, self)
        self.person.setAccessibleName("Fiche et souhait du responsable")
        self.wish = words(role="strong")
        self.child_lines: list[ChildLineView] = []
        self._rights: AccountRights | None = None
        self.person_menu.correct_asked.connect(self._on_correct)
        self.person_menu.wish_asked.connect(self._on_wish)
        self.person_menu.erase_asked.connect(self._on_erase)
        self.person_menu.limit_asked.connect(self._on_limit)
        self.person_menu.language_asked.connect(lambda code: self.language_asked.emit(self._rights, code))
        self.reopen = button("Rouvrir l’accès", lambda: self.reopen_asked.emit(self.account_id), role="primary")
        self.sheet = button(
            "Imprimer sa feuille…", lambda: self.notify_asked.emit(self.account_id, False), role="primary"
        )
        self.why = Band()
        self.diagnosis = button("Diagnostic complet", lambda: self.diagnosis_asked.emit(self.account_id), role="link")
        self._activation_address = ""
        self.notify_menu.mails_asked.connect(lambda reset: self.mail_asked.emit(self.account_id, reset))
        self.edit_menu.resend_asked.connect(lambda: self.resend_asked.emit(self.account_id, self._activation_address))
        self.notify_menu.sheets_asked.connect(lambda reset: self.notify_asked.emit(self.account_id, reset))
        self._details = QWidget()
        self._body = QVBoxLayout(self._details)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._content = QWidget()
        self._lay_out()

    def _cross(self) -> QToolButton:
        found = QToolButton(self)
        found.setProperty("role", "link")
        found.setIcon(icon("cross", tokens().muted))
        found.setToolTip("Fermer (Échap)")
        found.setAccessibleName("Fermer le compte")
        found.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        found.clicked.connect(self.closed)
        return found

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.cross, 0, Qt.AlignmentFlag.AlignTop)
        menus = QWidget(self)
        flow = FlowLayout(menus, spacing=8)
        flow.addWidget(self.notify)
        flow.addWidget(self.edit)
        flow.addWidget(self.person)
        body = self._content
        inner = QVBoxLayout(body)
        inner.setContentsMargins(16, 4, 12, 12)
        inner.setSpacing(8)
        inner.addWidget(self.chip)
        inner.addWidget(menus)
        inner.addWidget(self.wish)
        inner.addWidget(self.why)
        inner.addWidget(self.diagnosis)
        inner.addWidget(self.reopen)
        inner.addWidget(self.sheet)
        inner.addWidget(self._details)
        inner.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 2, 2)
        layout.setSpacing(0)
        head.setContentsMargins(16, 0, 8, 0)
        layout.addLayout(head)
        layout.addWidget(scrolled(body), 1)

    def show_row(self, row: AccountRow) -> None:
        """What the list already knows, at once; the rest comes with ``show_card``."""
        if row.account_id != self.account_id:
            self._clear()
        self.account_id = row.account_id
        self.setAccessibleName(f"Compte de {row.guardian}")
        self.name.setText(row.guardian)
        self.show_state(row.state)

    def show_state(self, state: AccountState) -> None:
        """The state, and what it allows."""
        self.chip.show_state(state)
        self.edit_menu.allow_reset(state is not AccountState.NOT_NOTIFIED)

    def show_card(self, card: AccountCard) -> None:
        """Everything. A card of another account, come too late, is passed over."""
        if card.account_id != self.account_id:
            return
        self._details.hide()  # filled out of sight: parts shown one by one would be painted over each other
        self._clear()
        self.name.setText(card.name)
        self.show_state(card.state)
        self.why.say("\n".join((WHY, *card.why)) if card.why else "", tone="orange")
        self.reopen.setVisible(card.can_reopen)
        self.sheet.setVisible(card.mail_failing)
        self._activation_address = card.activation_address or ""
        self.edit_menu.allow_resend(card.activation_address is not None)
        self._show_rights(card.rights)
        self._heading("Informations du compte")
        self._body.addLayout(_facts(card))
        self._body.addWidget(words(card.password_note or PASSWORD_NOTE, role="muted"))
        self._mails(card.mails)
        if card.children or card.elsewhere:
            self._heading("Élèves rattachés au compte")
        self._children("Inscrits dans l’établissement", card.children)
        self._children("Inscrits dans un autre établissement", card.elsewhere)
        if card.events:
            self._heading("Derniers évènements")
            for event in card.events[:MOST_EVENTS]:
                self._body.addWidget(selectable(words(f"{event.at}\u00a0: {event.words}", role="muted")))
        self._details.show()

    def show_refusal(self, sentence: str) -> None:
        """Say why the account cannot be shown."""
        self.why.say(sentence, tone="red")

    def _heading(self, text: str) -> None:
        self._body.addSpacing(6)
        self._body.addWidget(words(text, role="subheading"))

    def _mails(self, mails: Sequence[str]) -> None:
        if mails:
            self._heading("Messagerie")
            for sentence in mails[:MOST_MAILS]:
                self._body.addWidget(selectable(words(sentence)))

    def _children(self, title: str, children: Sequence[ChildLine]) -> None:
        if not children:
            return
        self._body.addWidget(words(title, role="muted"))
        for child in children:
            parts = (f"{child.first_name} {child.last_name}".strip(), child.birth_date, child.place)
            self._body.addWidget(self._child(" · ".join(part for part in parts if part), child))

    def _child(self, text: str, child: ChildLine) -> QWidget:
        rights = self._rights
        own = next((one for one in rights.children if one.pupil_id == child.pupil_id), None) if rights else None
        if rights is None or own is None:
            return selectable(words(text))
        line = ChildLineView(text, own)
        line.menu.access_asked.connect(lambda access: self.access_asked.emit(rights, own, access))
        line.menu.protect_asked.connect(lambda: self.protect_asked.emit(own))
        line.menu.correct_asked.connect(lambda: self.correct_asked.emit("pupils", own.pupil_id))
        line.menu.erase_asked.connect(lambda: self.erase_asked.emit("pupils", own.pupil_id))
        line.menu.limit_asked.connect(lambda: self.limit_asked.emit("pupils", own.pupil_id, own.name, not own.limited))
        self.child_lines.append(line)
        return line

    def _show_rights(self, rights: AccountRights) -> None:
        self._rights = rights
        self.person.setEnabled(True)
        self.person_menu.show_wish(rights.wish)
        self.person_menu.limit.setText(END_LIMIT if rights.limited else LIMIT)
        self.person_menu.language.show_language(rights.language)
        said = wish_words(rights)
        self.wish.setText(said)
        self.wish.setVisible(bool(said))

    def _on_correct(self) -> None:
        if self._rights is not None:
            self.correct_asked.emit("guardians", self._rights.guardian_id)

    def _on_erase(self) -> None:
        if self._rights is not None:
            self.erase_asked.emit("guardians", self._rights.guardian_id)

    def _on_limit(self) -> None:
        if (own := self._rights) is not None:
            self.limit_asked.emit("guardians", own.guardian_id, own.name, not own.limited)

    def _on_wish(self, wish: object) -> None:
        if self._rights is not None:
            self.person_menu.show_wish(self._rights.wish)  # the tick follows the records
            self.wish_asked.emit(self._rights, wish)

    def _clear(self) -> None:
        self.why.clear()
        self.reopen.hide()
        self.sheet.hide()
        self.edit_menu.allow_resend(False)
        self.wish.hide()
        self.person.setEnabled(False)
        self._rights = None
        self.child_lines = []
        _empty(self._body)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def selectable(label: QLabel) -> QLabel:
    """Let a text be copied with the mouse, without one more stop of the Tab key."""
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _facts(card: AccountCard) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(1, 1)
    facts = (
        ("Identifiant", card.login), ("Mot de passe *", card.password), ("Courriel", card.email),
        ("Mobile", card.mobile), ("Origine", card.origin), ("Distribution", card.notified_on),
        ("Dernier accès", card.last_access_on),
    )  # fmt: skip
    line = 0
    for title, value in facts:
        grid.addWidget(words(title, role="muted", wrap=False), line, 0, Qt.AlignmentFlag.AlignTop)
        if len(value) > BESIDE:
            line += 1
            grid.addWidget(_fact(title, value), line, 0, 1, 2)
        else:
            grid.addWidget(_fact(title, value), line, 1)
        line += 1
    return grid


def _fact(title: str, value: str) -> QLineEdit:
    """A value that can be copied, however long it is; the Tab key passes it by."""
    field = QLineEdit(value)
    field.setProperty("role", "fact")
    field.setReadOnly(True)
    field.setCursorPosition(0)
    field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    field.setToolTip(plain_tip(value))
    field.setAccessibleName(title)
    return field


def _empty(layout: QVBoxLayout | QGridLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if isinstance(inner, QGridLayout | QVBoxLayout):
            _empty(inner)
        if widget is not None:
            widget.hide()
            widget.deleteLater()

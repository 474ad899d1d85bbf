"""What can be decided or corrected about a guardian, and about each child: small menus of the account's panel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from app.models.states import Access, Wish
from app.services.languages import FRENCH, languages, named
from app.services.rights import AccountRights, ChildRights
from app.ui.guardians.erase_words import ASK, END_LIMIT, LIMIT
from app.ui.guardians.menus import menu_button
from app.ui.pieces import words

CORRECT_GUARDIAN = "Corriger sa fiche…"
LANGUAGE = "Langue de la famille"
LIMITED = "Traitement limité\u00a0: la fiche est seulement gardée."
CORRECT_PUPIL = "Corriger la fiche de l’élève…"
PROTECT = "Situation protégée…"
ACCESS_WORDS = {
    Access.FULL: "Accès en ligne complet…", Access.PAPER: "Papier seulement…", Access.NONE: "Aucun accès…",
}  # fmt: skip
WISH_WORDS: dict[Wish | None, str] = {
    None: "Souhaite un compte", Wish.PAPER: Wish.PAPER.label, Wish.NO_ACCOUNT: Wish.NO_ACCOUNT.label,
}  # fmt: skip


class GuardianMenu(QMenu):
    """« Le responsable »: his record, his language and his wish."""

    correct_asked = Signal()
    language_asked = Signal(str)
    """The code of a language."""
    wish_asked = Signal(object)
    """A Wish, or None for an account like everybody."""
    limit_asked = Signal()
    erase_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.correct = self.addAction(CORRECT_GUARDIAN)
        self.correct.triggered.connect(lambda: self.correct_asked.emit())
        self.language = LanguageMenu(self)
        self.addMenu(self.language)
        self.addSeparator()
        group = QActionGroup(self)
        self.wishes: dict[Wish | None, QAction] = {}
        for wish, text in WISH_WORDS.items():
            action = self.wishes[wish] = self.addAction(text)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, wish=wish: self.wish_asked.emit(wish))
            group.addAction(action)
        self.wishes[None].setChecked(True)
        self.limit, self.erase = add_rights(self, self.limit_asked, self.erase_asked)

    def show_wish(self, wish: Wish | None) -> None:
        """Tick the present wish."""
        self.wishes[wish].setChecked(True)


def add_rights(menu: QMenu, limit_asked: SignalInstance, erase_asked: SignalInstance) -> tuple[QAction, QAction]:
    """The last two lines of a person's menu: limit what is done with her record, and erase her."""
    menu.addSeparator()
    limit, erase = menu.addAction(LIMIT), menu.addAction(ASK)
    limit.triggered.connect(lambda: limit_asked.emit())
    erase.triggered.connect(lambda: erase_asked.emit())
    return limit, erase


class LanguageMenu(QMenu):
    """« Langue de la famille »: French, or French and one of the languages that have a catalogue."""

    def __init__(self, parent: GuardianMenu) -> None:
        super().__init__(parent)
        self._code = FRENCH
        self._asked = parent.language_asked
        self._group = QActionGroup(self)
        self.codes: dict[str, QAction] = {}
        self.aboutToShow.connect(self.fill)
        self.show_language(FRENCH)

    def show_language(self, code: str) -> None:
        """Say the present language in the title, and tick it."""
        self._code = code
        self.setTitle(f"{LANGUAGE}\u00a0: {named(code)}")
        for one, action in self.codes.items():
            action.setChecked(one == code)

    def fill(self) -> None:
        """Add the languages, which are read from their files the first time that the menu opens."""
        if not self.codes:
            self._add(FRENCH, named(FRENCH))
            for language in languages():
                self._add(language.code, f"{language.french_name} ({language.name})")
            self.show_language(self._code)

    def _add(self, code: str, text: str) -> None:
        action = self.codes[code] = self.addAction(text)
        action.setCheckable(True)
        action.triggered.connect(lambda _=False: self._on_chosen(code))
        self._group.addAction(action)

    def _on_chosen(self, code: str) -> None:
        """The tick follows the records, not the click."""
        self.show_language(self._code)
        self._asked.emit(code)


class ChildMenu(QMenu):
    """The rights of one guardian on one child, and the child's record."""

    access_asked = Signal(object)
    protect_asked = Signal()
    correct_asked = Signal()
    limit_asked = Signal()
    erase_asked = Signal()

    def __init__(self, child: ChildRights, parent: QWidget) -> None:
        super().__init__(parent)
        group = QActionGroup(self)
        self.accesses: dict[Access, QAction] = {}
        for access, text in ACCESS_WORDS.items():
            action = self.accesses[access] = self.addAction(text)
            action.setCheckable(True)
            action.setChecked(access is child.access)
            action.triggered.connect(lambda _=False, access=access: self._on_access(child, access))
            group.addAction(action)
        self.addSeparator()
        self.protect = self.addAction(PROTECT)
        self.protect.setCheckable(True)
        self.protect.setChecked(child.protected)
        self.protect.triggered.connect(lambda: self._on_protect(child))
        self.addSeparator()
        self.correct = self.addAction(CORRECT_PUPIL)
        self.correct.triggered.connect(lambda: self.correct_asked.emit())
        self.limit, self.erase = add_rights(self, self.limit_asked, self.erase_asked)
        self.limit.setText(END_LIMIT if child.limited else LIMIT)

    def _on_access(self, child: ChildRights, access: Access) -> None:
        """The tick follows the records, not the click: a dialog comes first."""
        self.accesses[child.access].setChecked(True)
        self.access_asked.emit(access)

    def _on_protect(self, child: ChildRights) -> None:
        self.protect.setChecked(child.protected)
        self.protect_asked.emit()


class ChildLineView(QWidget):
    """One child: name, birth date, class, what is not as usual in words, and the menu."""

    def __init__(self, text: str, child: ChildRights, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.child = child
        self.menu = ChildMenu(child, self)
        self.button = menu_button("Droits", self.menu, self)
        self.button.setProperty("role", "link")
        self.button.setAccessibleName(f"Droits et fiche de {child.name}")
        label = _selectable(words(text))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        self.note = words(child.words, role="strong")
        self.note.setVisible(bool(child.words))
        layout.addWidget(self.note)


def wish_words(rights: AccountRights) -> str:
    """What the panel says of a limit, else of a wish; nothing for the usual."""
    if rights.limited:
        return LIMITED
    if rights.wish is None:
        return "Préfère le papier, dit-il sur le portail\u00a0: pas de rappel." if rights.prefers_paper else ""
    return f"{rights.wish.label}\u00a0: ni notification, ni rappel, hors des taux."


def _selectable(label: QLabel) -> QLabel:
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

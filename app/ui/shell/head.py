"""The top of the window: title, the school's line, the state of the line to the server, who is sitting there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from app.services.schools import SchoolView
from app.services.sync.status import SyncStatus
from app.ui.pieces import restyle, words
from app.ui.theme import tokens
from app.ui.widgets.icons import icon

BUSY = "Synchronisation…"


class Head(QFrame):
    """Title and school at the left, the pill at the right."""

    school_chosen = Signal(str)
    sync_asked = Signal()
    help_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.title = words("Préau — Administration des comptes", role="title", wrap=False)
        self.school = words(role="muted", wrap=False)
        self.choice = self._school_button()
        self.pill = self._pill()
        self.help = self._help_button()
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.school)
        line.addWidget(self.choice)
        line.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self.title)
        left.addLayout(line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 8, 20, 8)
        layout.addLayout(left, 1)
        layout.addWidget(self.pill, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.help, 0, Qt.AlignmentFlag.AlignVCenter)

    def _school_button(self) -> QToolButton:
        found = QToolButton(self)
        found.setProperty("role", "link")
        found.setText("Changer d’école")
        found.setIcon(icon("chevron-down", tokens().primary))
        found.setIconSize(QSize(12, 12))
        found.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        found.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        found.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        found.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        found.setMenu(QMenu(found))
        found.menu().setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        found.hide()
        return found

    def _pill(self) -> QToolButton:
        found = QToolButton(self)
        found.setProperty("role", "pill")
        found.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        found.setIconSize(QSize(14, 14))
        found.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        found.clicked.connect(self.sync_asked)
        return found

    def _help_button(self) -> QToolButton:
        found = QToolButton(self)
        found.setProperty("role", "pill")
        found.setText("?")
        found.setToolTip("Aide sur cette page (F1)")
        found.setAccessibleName("Aide sur cette page")
        found.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        found.clicked.connect(self.help_asked)
        return found

    def show_schools(self, schools: Sequence[SchoolView], school_id: str) -> None:
        """The school at work; a menu to change where the vault holds several."""
        here = next((school for school in schools if school.school_id == school_id), None)
        parts = (here.uai, here.name, here.town) if here else ()
        self.school.setText(" · ".join(part for part in parts if part))
        menu = self.choice.menu()
        menu.clear()
        group = QActionGroup(menu)
        for school in schools:
            action = menu.addAction(school.line.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(school.school_id == school_id)
            action.triggered.connect(lambda _=False, chosen=school.school_id: self.school_chosen.emit(chosen))
            group.addAction(action)
        self.choice.setVisible(len(schools) > 1)

    def show_line(self, state: SyncStatus, text: str) -> None:
        """The state of the line in words; orange where something waits or fails."""
        waiting = bool(state.pending_count or state.last_error or state.review_count or not state.linked)
        self._show_pill(text, "orange" if waiting else "green")
        self.pill.setToolTip(_tip(state))

    def show_busy(self) -> None:
        """An exchange is under way."""
        self._show_pill(BUSY, "")

    def _show_pill(self, text: str, tone: str) -> None:
        colours = tokens()
        self.pill.setText("\u00a0" + text.replace("&", "&&"))
        self.pill.setAccessibleName(f"Liaison avec le serveur\u00a0: {text}. Entrée pour synchroniser.")
        pictures = {"orange": ("info", colours.orange), "green": ("check", colours.green)}
        name, colour = pictures.get(tone, ("info", colours.muted))
        self.pill.setIcon(icon(name, colour))
        self.pill.setProperty("tone", tone)
        restyle(self.pill)


def _tip(state: SyncStatus) -> str:
    if not state.linked:
        return "Ce poste n’est pas encore relié au serveur\u00a0: «\u00a0Mon école\u00a0», puis le code reçu."
    return state.last_error or "Synchroniser maintenant (F5)"

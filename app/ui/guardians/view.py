"""The layout of « Responsables »: band of criteria, actions, table, and the account beside it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.ui.guardians.actions import ActionsBar
from app.ui.guardians.criteria import CriteriaBand
from app.ui.guardians.model import AccountsModel
from app.ui.guardians.panel import AccountPanel
from app.ui.guardians.table import AccountsTable
from app.ui.pieces import Band, button, empty_state, words

NOBODY_YET = "Aucun élève encore."
NOBODY_FOUND = (
    "Attention\u202f! Aucun responsable ne correspond à vos critères de sélection. Veuillez modifier votre demande."
)
READING = "Lecture de la liste…"


class GuardiansView(QWidget):
    """Layout only; its parts say what was asked."""

    import_asked = Signal()
    everything_asked = Signal()
    go_on_asked = Signal(bool)
    """Let the paused mails leave, or give them up."""
    paused_asked = Signal()
    """Show the accounts whose mails were refused."""
    notice_asked = Signal()
    """Show the accounts that the notice is about."""

    def __init__(self, model: AccountsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.criteria = CriteriaBand()
        self.bar = ActionsBar()
        self.notice = Band()
        self.notice_show = button("Voir ces comptes", self.notice_asked.emit)
        self.notice_show.hide()
        self.paused = Band()
        self.paused_buttons = (
            button("Voir les adresses refusées", self.paused_asked.emit),
            button("Reprendre l’envoi", lambda: self.go_on_asked.emit(True)),
            button("Abandonner l’envoi", lambda: self.go_on_asked.emit(False)),
        )
        self.error = Band()
        self.table = AccountsTable(model)
        self.panel = AccountPanel()
        self.panel.hide()
        self.footer = words(role="muted", wrap=False)
        self.reading = words(READING, role="muted", wrap=False)
        self.empty = empty_state(NOBODY_YET, button("Importer depuis ONDE…", self.import_asked.emit, role="primary"))
        self.nothing = empty_state(NOBODY_FOUND, button("Tout réafficher", self.everything_asked.emit))
        self.stack = QStackedWidget()
        for page in (_centred(self.reading), self.table, self.empty, self.nothing):
            self.stack.addWidget(page)
        self._lay_out()
        self._order_stops()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.stack, 1)
        left.addWidget(self.footer)
        beside = QHBoxLayout()
        beside.setSpacing(12)
        beside.addLayout(left, 1)
        beside.addWidget(self.panel)
        below = QVBoxLayout()
        below.setContentsMargins(20, 10, 20, 8)
        below.setSpacing(8)
        notice = QHBoxLayout()
        notice.addWidget(self.notice, 1)
        notice.addWidget(self.notice_show, 0, Qt.AlignmentFlag.AlignTop)
        below.addWidget(self.error)
        below.addLayout(notice)
        paused = QHBoxLayout()
        paused.addWidget(self.paused, 1)
        for one in self.paused_buttons:
            one.hide()
            paused.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)
        below.addLayout(paused)
        below.addWidget(self.bar)
        below.addLayout(beside, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.criteria)
        layout.addLayout(below, 1)

    def _order_stops(self) -> None:
        """The Tab key goes as one reads: criteria, actions, header, lines, account."""
        bar, panel = self.bar, self.panel
        actions = (bar.notify, bar.list, bar.edit, bar.show_ticked, bar.clear)
        account = (panel.cross, panel.notify, panel.edit, panel.person, panel.reopen, panel.sheet)
        notices = (self.notice_show, *self.paused_buttons)
        stops = [*self.criteria.stops, *notices, *actions, self.table.header, self.table, *account]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def show_notice(self, text: str) -> None:
        """What must not be handed out; nothing where there is nothing."""
        self.notice.say(text, tone="orange")
        self.notice_show.setVisible(bool(text))

    def show_paused(self, text: str) -> None:
        """Mails that wait for a decision; nothing where there are none."""
        self.paused.say(text, tone="orange")
        for one in self.paused_buttons:
            one.setVisible(bool(text))

    def show_table(self) -> None:
        """The lines."""
        self.stack.setCurrentWidget(self.table)

    def show_empty(self) -> None:
        """Nobody was imported yet."""
        self.stack.setCurrentWidget(self.empty)

    def show_nothing(self) -> None:
        """Nobody matches."""
        self.stack.setCurrentWidget(self.nothing)


def _centred(label: QLabel) -> QFrame:
    frame = QFrame()
    frame.setProperty("role", "card")
    layout = QVBoxLayout(frame)
    layout.addWidget(label, 0, Qt.AlignmentFlag.AlignCenter)
    return frame

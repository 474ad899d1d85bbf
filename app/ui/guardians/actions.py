"""The row of actions: how many are ticked, and what can be done with them (arena.md, Actions)."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Signal
from PySide6.QtWidgets import QWidget

from app.ui.guardians import selection
from app.ui.guardians.menus import EditMenu, ListMenu, NotifyMenu, menu_button
from app.ui.pieces import button, words
from app.ui.widgets.flow import FlowLayout, spring


class ActionsBar(QWidget):
    """The counter and the three menus; the menus' own signals say what was asked."""

    clear_asked = Signal()
    show_asked = Signal()
    """Show the ticked accounts and nothing else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.counter = words(role="strong", wrap=False)
        self.notify_menu = NotifyMenu(self, with_reprint=True)
        self.notify = menu_button("(Re)Notifier les comptes", self.notify_menu, self, primary=True)
        self.list_menu = ListMenu(self)
        self.list = menu_button("Lister les comptes", self.list_menu, self)
        self.edit_menu = EditMenu(self, one=False)
        self.edit = menu_button("Modifier les comptes", self.edit_menu, self)
        self.show_ticked = button("Voir la sélection", self.show_asked.emit, role="link")
        self.clear = button("Tout désélectionner", self.clear_asked.emit, role="link")
        layout = FlowLayout(self, margins=QMargins(0, 0, 0, 0), spacing=8)
        parts = (self.counter, self.notify, self.list, self.edit, spring(self), self.show_ticked, self.clear)
        for part in parts:
            layout.addWidget(part)
        self.show_count(0, 0)

    def show_count(self, ticked: int, outside: int) -> None:
        """« 37 responsables sélectionnés, dont 4 hors du filtre »."""
        sentence = selection.sentence(ticked, outside)
        if sentence == self.counter.text():
            return
        self.counter.setText(sentence)
        self.notify_menu.allow(somebody=ticked > 0)
        self.edit_menu.allow_reset(ticked > 0)
        self.show_ticked.setVisible(outside > 0)
        self.clear.setVisible(ticked > 0)

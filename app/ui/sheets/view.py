"""The layout of « Feuilles »: a line a class and a batch, and what can be done with the chosen lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.sheet_groups import SheetGroup
from app.ui.pieces import Band, button, day, empty_state, many, words
from app.ui.tables import TextTable
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.narrowed import Narrowed

HEADERS = ("Lot", "Classe", "Imprimé le", "Feuilles", "Remises", "Utilisées", "Valables jusqu’au", "État")
NOTHING = (
    "Aucune feuille n’a encore été imprimée. Cochez des responsables, puis «\u00a0(Re)Notifier les comptes\u00a0»."
)
CHOOSE = "Choisissez une ou plusieurs lignes (Ctrl ou Maj pour plusieurs)."


class SheetsView(QWidget):
    """Layout only."""

    handed = Signal()
    not_handed = Signal()
    prolong_asked = Signal()
    remind_asked = Signal()
    delete_asked = Signal()
    guardians_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.title = words("Feuilles imprimées", role="title")
        self.band, self.reminder, self.narrowed = Band(), Band(), Narrowed()
        self.guardians = button("Aller aux responsables", self.guardians_asked.emit, role="primary")
        self.nothing = empty_state(NOTHING, self.guardians)
        self.nothing.hide()  # until the list was read
        self.table = TextTable(
            HEADERS, name="Feuilles imprimées, par lot et par classe", numbers=frozenset({3, 4, 5}), stretch=(1,)
        )
        self.groups: tuple[SheetGroup, ...] = ()
        self.hand = button("Noter comme remises", self.handed.emit, role="primary")
        self.unhand = button("Pas encore remises", self.not_handed.emit)
        self.prolong = button("Prolonger", self.prolong_asked.emit)
        self.remind = button("Tout relancer…", self.remind_asked.emit)
        self.delete = button("Effacer les fichiers PDF…", self.delete_asked.emit)
        self.hint = words(CHOOSE, role="muted", wrap=False)
        self.buttons = (self.hand, self.unhand, self.prolong, self.remind, self.delete)
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.show_choice())
        self.show_choice()

    def _lay_out(self) -> None:
        self.bar = QWidget()
        flow = FlowLayout(self.bar, spacing=8)
        for one in (*self.buttons, self.hint):
            flow.addWidget(one)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 12)
        layout.setSpacing(10)
        for part in (self.title, self.band, self.reminder, self.narrowed, self.bar):
            layout.addWidget(part)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.table, 1)
        for before, after in pairwise((self.narrowed.everything, *self.buttons, self.table)):
            QWidget.setTabOrder(before, after)

    def show_groups(self, groups: Sequence[SheetGroup]) -> None:
        """Replace the lines; those that were chosen stay chosen."""
        kept = {group.key for group in self.chosen}
        self.groups = tuple(groups)
        self.table.fill([_cells(group) for group in groups])
        for part in (self.table, self.bar):
            part.setVisible(bool(groups))
        self.nothing.setVisible(not groups)
        for place, group in enumerate(groups):
            if group.key in kept:
                self._choose(place)
        self._remind([group for group in groups if group.expiring and group.to_prolong])
        self.show_choice()

    def _choose(self, place: int) -> None:
        model = self.table.selectionModel()
        model.select(self.table.texts.index(place, 0), model.SelectionFlag.Select | model.SelectionFlag.Rows)

    def _remind(self, ending: Sequence[SheetGroup]) -> None:
        """What ends soon, so that the families are told in time."""
        count = sum(len(group.to_prolong) for group in ending)
        first = min((group.expires_on for group in ending if group.expires_on), default=None)
        if first is None:
            self.reminder.clear()
            return
        ended = (
            "ne sont plus valables, ou cessent bientôt de l’être"
            if count > 1
            else "n’est plus valable, ou cesse bientôt de l’être"
        )
        self.reminder.say(
            f"{many(count, 'feuille')} {ended} ({day(first)} pour la première)\u00a0: «\u00a0Prolonger\u00a0» garde le même "
            "papier valable, «\u00a0Tout relancer\u00a0» en imprime d’autres.",
            tone="orange",
        )

    @property
    def chosen(self) -> tuple[SheetGroup, ...]:
        """The groups of the chosen lines, in their order."""
        places = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return tuple(self.groups[place] for place in places if place < len(self.groups))

    def show_choice(self) -> None:
        """What can be done with the chosen lines."""
        chosen = self.chosen
        self.hand.setEnabled(any(group.to_hand for group in chosen))
        self.unhand.setEnabled(any(sheet["handed_on"] for group in chosen for sheet in group.sheets))
        self.prolong.setEnabled(any(group.to_prolong for group in chosen))
        self.remind.setEnabled(any(group.to_remind for group in chosen))
        self.delete.setEnabled(bool(chosen))
        self.hint.setVisible(not chosen and bool(self.groups))


def _cells(group: SheetGroup) -> tuple[str, ...]:
    until = day(group.expires_on) if group.expires_on else "—"
    return (
        group.batch_number, group.group, day(group.printed_on), str(group.total), f"{group.handed}\u00a0/\u00a0{group.total}",
        str(group.used), until, _note(group),
    )  # fmt: skip


def _note(group: SheetGroup) -> str:
    if group.waiting:
        return "Ne pas distribuer\u00a0: synchronisez d’abord"
    if group.expired:
        return "Plus valables"
    if group.expiring:
        return "Expirent bientôt"
    return "À remettre" if group.to_hand else "Remises"

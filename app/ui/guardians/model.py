"""The lines as Qt asks for them: the whole list of the school, seen through the places that were found."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.services.accounts import AccountList, AccountRow
from app.services.deliveries import STATES
from app.ui.guardians.columns import COLUMNS, Place

Index = QModelIndex | QPersistentModelIndex
_NOTHING = QModelIndex()
NO_LOGIN = "à venir"
"""In place of a log-in that no server has given yet."""


class AccountsModel(QAbstractTableModel):
    """Read-only. What is ticked is a set of accounts: a guardian's other lines are ticked with the first."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts = AccountList(())
        self.places: list[int] = []
        self.ticked: set[str] = set()

    def show(self, accounts: AccountList, places: list[int]) -> None:
        """Show these lines and no others."""
        self.beginResetModel()
        self.accounts, self.places = accounts, places
        self.endResetModel()

    def row_at(self, line: int) -> AccountRow:
        """What stands on a line of the screen."""
        return self.accounts.rows[self.places[line]]

    def rowCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self.places)

    def columnCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, place = self.row_at(index.row()), Place(index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _spoken(row, place, row.account_id in self.ticked)
        if role == Qt.ItemDataRole.CheckStateRole and place is Place.TICK:
            return Qt.CheckState.Checked if row.account_id in self.ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(row, place)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[Place(section)].header
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return {Place.TICK: "Sélection", Place.EYE: "Ouvrir"}.get(
                Place(section), COLUMNS[Place(section)].header.replace("\n", " ")
            )
        return None


def day(text: str | None) -> str:
    """« 21-11-2026 » for ``2026-11-21``, nothing for None."""
    return f"{text[8:10]}-{text[5:7]}-{text[:4]}" if text else ""


def cell_text(row: AccountRow, place: Place) -> str:
    """The words of a cell that has words."""
    match place:
        case Place.PUPIL:
            return row.pupil
        case Place.CLASSROOM:
            return row.classroom
        case Place.GUARDIAN:
            return row.guardian
        case Place.LOGIN:
            return row.login or NO_LOGIN
        case Place.ORIGIN:
            return row.origin.label
        case Place.NOTIFIED_ON:
            return day(row.notified_on)
        case Place.LAST_ACCESS_ON:
            return day(row.last_access_on)
        case _:
            return ""


def mail_text(row: AccountRow) -> str:
    """The address, and what became of the latest mail: « m@exemple.fr, refusé par sa messagerie »."""
    if row.email is None:
        return "sans adresse mail"
    return f"{row.email}, {STATES[row.delivery]}" if row.delivery else row.email


def _spoken(row: AccountRow, place: Place, ticked: bool) -> str:
    """What a screen reader says of a cell, pictures included."""
    match place:
        case Place.TICK:
            return "sélectionné" if ticked else "non sélectionné"
        case Place.EMAIL:
            return mail_text(row)
        case Place.STATE:
            return row.state.label
        case Place.EYE:
            return f"Ouvrir le compte de {row.guardian}"
        case _:
            return cell_text(row, place)


def _tip(row: AccountRow, place: Place) -> str | None:
    """Tooltips are told as plain text: a name that looks like a tag stays a name."""
    match place:
        case Place.PUPIL | Place.CLASSROOM | Place.GUARDIAN | Place.EMAIL:
            return plain_tip(_spoken(row, place, False))
        case Place.LOGIN if row.login is None:
            return "L’identifiant est donné par le serveur, à la première synchronisation."
        case Place.EYE:
            return "Ouvrir le compte (Entrée)"
        case _:
            return None


def plain_tip(text: str) -> str:
    """Qt takes a tooltip for HTML when it looks like it: escaped, it shows what was written."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span>{escaped}</span>"

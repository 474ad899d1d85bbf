"""Which accounts are ticked. The selection is by account: it outlives filters, sorts and a list read anew."""

from __future__ import annotations

from collections.abc import Iterable, Set

from PySide6.QtCore import Qt

from app.ui.pieces import grouped


def toggle(ticked: Set[str], accounts: Iterable[str]) -> set[str]:
    """Tick all of them, or clear all of them where all were ticked."""
    asked = set(accounts)
    return set(ticked - asked) if asked <= ticked else set(ticked | asked)


def box(ticked: Set[str], shown: Set[str]) -> Qt.CheckState:
    """What the header's box says of the lines that are shown."""
    here = ticked & shown
    if not here:
        return Qt.CheckState.Unchecked
    return Qt.CheckState.Checked if len(here) == len(shown) else Qt.CheckState.PartiallyChecked


def sentence(ticked: int, outside: int) -> str:
    """« 37 responsables sélectionnés, dont 4 hors du filtre »."""
    many = "s" * (ticked > 1)
    text = f"{grouped(ticked)}\u00a0responsable{many} sélectionné{many}"
    return f"{text}, dont {grouped(outside)}\u00a0hors du filtre" if outside else text

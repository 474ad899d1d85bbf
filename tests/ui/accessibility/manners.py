"""How a window behaves and writes: its default button, Escape, F1, keys that clash, French typography."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QTabBar,
    QWidget,
)

from app.ui.help.dialog import HelpDialog
from app.ui.help.guide_dialog import GuideDialog
from tests.ui.accessibility.reading import activate, walk_with_tab

_WRONG = re.compile(r"(?<=\w)'(?=\w)|\.\.\.|« | »|(?<=[\w»)])[ ][:;!?](?=\s|$)|(?<=\w)[;!?](?=\s|$)|\"")
"""A typewriter's apostrophe, quotation mark or ellipsis; a space that may break, or none, before ; : ! ?"""
_TWO_PARTS = re.compile(r"\S+@\S+|https?://\S+|/\S+")
"""Addresses and folders follow no typography."""


def misprints(root: QWidget) -> list[str]:
    """What is written against French typography, wherever a person or a screen reader would read it."""
    return list(
        dict.fromkeys(f"misprint {text!r}" for text in _written(root) if _WRONG.search(_TWO_PARTS.sub("", text)))
    )


def _written(root: QWidget) -> Iterator[str]:
    for widget in (root, *root.findChildren(QWidget)):
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle())
        if isinstance(widget, (QLabel, QAbstractButton)):
            yield widget.text()
        elif isinstance(widget, QLineEdit):
            yield widget.placeholderText()
        elif isinstance(widget, QTabBar):
            yield from (widget.tabText(place) for place in range(widget.count()))
        elif isinstance(widget, QMenu):
            yield from (text for action in widget.actions() for text in (action.text(), action.toolTip()))


def clashes(root: QWidget) -> list[str]:
    """Keys that two shortcuts would take at once: Qt then obeys neither."""
    window = root.window()
    found = [one for one in window.findChildren(QShortcut) if one.isEnabled() and _place(one).isVisibleTo(window)]
    return [
        f"{one.key().toString()} is taken twice"
        for one, other in combinations(found, 2)
        if one.key() == other.key() and _meet(one, other)
    ]


def _meet(one: QShortcut, other: QShortcut) -> bool:
    wide = Qt.ShortcutContext.WindowShortcut
    places = _place(one), _place(other)
    if places[0].window() is not places[1].window():
        return False
    return wide in (one.context(), other.context()) or places[0] is places[1] or any(
        here.isAncestorOf(there) for here, there in (places, places[::-1])
    )  # fmt: skip


def _place(shortcut: QShortcut) -> QWidget:
    parent = shortcut.parent()
    assert isinstance(parent, QWidget)
    return parent


def ill_mannered(dialog: QDialog) -> list[str]:
    """One default button, never one that ends something; a title; help at F1, unless it only tells something."""
    shown = [one for one in dialog.findChildren(QPushButton) if one.isVisibleTo(dialog)]
    default = [one for one in shown if one.isDefault()]
    found = [] if len(default) == 1 or not shown else [f"default buttons: {[one.text() for one in default]}"]
    found += [f"the default is dangerous: {one.text()}" for one in default if one.property("role") == "danger"]
    found += [] if dialog.windowTitle() or isinstance(dialog, QMessageBox) else ["no title"]
    return [*found, *([] if len(shown) == 1 and isinstance(dialog, QMessageBox) else _without_help(dialog))]


def _without_help(dialog: QDialog) -> list[str]:
    if isinstance(dialog, (HelpDialog, GuideDialog)):
        return []
    activate(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_F1)
    QApplication.processEvents()
    shown = [one for one in dialog.findChildren(HelpDialog) if one.isVisible()]
    for one in shown:
        QTest.keyClick(one, Qt.Key.Key_Escape)
    return [] if len(shown) == 1 else ["F1 opens nothing"]


def out_of_order(dialog: QDialog) -> list[str]:
    """Steps of Tab that go up, or back on one line: the eye and the keyboard read in the same order."""
    seen = walk_with_tab(dialog)
    steps = pairwise(seen[seen.index(first) :] if (first := _first(seen)) else [])
    return [f"Tab goes back from {_named(here)} to {_named(there)}" for here, there in steps if _before(there, here)]


def _first(seen: list[QWidget]) -> QWidget | None:
    return min(seen, key=lambda one: (_corner(one).y(), _corner(one).x()), default=None)


def _before(one: QWidget, other: QWidget) -> bool:
    """Whether ``one`` stands wholly above ``other``, or left of it on its line."""
    here, there = QRect(_corner(one), one.size()), QRect(_corner(other), other.size())
    return here.bottom() < there.top() or (here.right() < there.left() and here.top() < there.bottom())


def _corner(widget: QWidget) -> QPoint:
    return widget.mapTo(widget.window(), QPoint(0, 0))


def _named(widget: QWidget) -> str:
    return widget.accessibleName() or getattr(widget, "text", str)() or type(widget).__name__

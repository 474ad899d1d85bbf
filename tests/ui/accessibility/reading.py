"""The windows as a screen reader gets them: Qt's accessibility interface, and the Tab key."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QHeaderView, QRadioButton, QScrollArea, QWidget

Role = QAccessible.Role

CONTROLS = frozenset(
    {
        Role.Button, Role.PushButton, Role.ButtonMenu, Role.ButtonDropDown, Role.CheckBox, Role.RadioButton,
        Role.EditableText, Role.ComboBox, Role.SpinBox, Role.Slider, Role.Table, Role.List, Role.Tree, Role.PageTab,
        Role.PageTabList, Role.Link, Role.MenuItem, Role.ProgressBar,
    }
)  # fmt: skip
NO_ROLE = frozenset({Role.NoRole, Role.Client})
WHOLE = frozenset({Role.Table, Role.Tree, Role.List})
"""Named as a whole; their cells are the records."""
TAB = Qt.FocusPolicy.TabFocus.value


def tree(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """An interface and what is shown inside of it."""
    yield interface
    if interface.role() in WHOLE:
        return
    for place in range(interface.childCount()):
        child = interface.child(place)
        if child is not None and child.isValid() and not child.state().invisible:
            yield from tree(child)


def nameless(root: QWidget) -> list[str]:
    """The controls that a screen reader could not name, each by what is known of it."""
    interface = QAccessible.queryAccessibleInterface(root)
    return [
        _described(found)
        for found in tree(interface)
        if found.role() in CONTROLS and not found.text(QAccessible.Text.Name).strip()
    ]


def roleless(root: QWidget) -> list[str]:
    """What takes the keyboard without saying what it is."""
    return [
        _path(widget) for widget in tab_stops(root) if _interface(widget).role() in NO_ROLE and not _is_a_region(widget)
    ]


def tab_stops(root: QWidget) -> list[QWidget]:
    """Everything shown that Tab should reach. Of the radio buttons of a group, one is reached, the arrows do the rest."""
    found = [
        widget for widget in root.findChildren(QWidget)
        if widget.isVisibleTo(root) and widget.window() is root.window() and widget.isEnabled()
        and widget.focusPolicy().value & TAB and widget.focusProxy() is None and not _inside_a_field(widget)
    ]  # fmt: skip
    return [widget for widget in found if not (isinstance(widget, QRadioButton) and not widget.isChecked())]


def _is_a_region(widget: QWidget) -> bool:
    """Qt gives no role to a header, a part of its table, nor to an area that scrolls: their names say what they are."""
    return isinstance(widget, (QHeaderView, QScrollArea)) and bool(widget.accessibleName())


def _inside_a_field(widget: QWidget) -> bool:
    """The viewport of a table and the line of a box to choose from act for their owner."""
    parent = widget.parent()
    return isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget


def walk_with_tab(root: QWidget, *, most: int = 300) -> list[QWidget]:
    """Where Tab leads, from the first stop until it comes back to one already seen."""
    window = root.window()
    stops = tab_stops(root)
    activate(window)
    if stops:
        stops[0].setFocus()
    seen: list[QWidget] = []
    while (here := QApplication.focusWidget()) is not None and here not in seen and len(seen) < most:
        seen.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    return seen


def activate(window: QWidget, *, attempts: int = 20) -> None:
    """Bring the keyboard to a window; one that is just being shown takes it by itself."""
    for _ in range(attempts):
        if QTest.qWaitForWindowActive(window, 300) and QApplication.activeWindow() is window:
            return
        window.activateWindow()
    raise TimeoutError(f"{window!r} does not become active")


def unreached(root: QWidget) -> list[str]:
    """What Tab never comes to."""
    seen = walk_with_tab(root)
    return [_path(widget) for widget in tab_stops(root) if widget not in seen]


def _interface(widget: QWidget) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(widget)


def _described(interface: QAccessibleInterface) -> str:
    widget = interface.object()
    return f"{interface.role().name} {_path(widget) if isinstance(widget, QWidget) else interface.rect()}"


def _path(widget: QWidget) -> str:
    names = []
    here: QWidget | None = widget
    while here is not None and len(names) < 4:
        names.append(type(here).__name__)
        here = here.parentWidget()
    words = getattr(widget, "text", str)()
    return f"{' < '.join(names)} {words!r}"

"""The look of every window: one set of colours in light and in dark, the font that we ship, one style sheet (LOOK.md)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.models.states import AccountState

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
FONT_FOLDER = RESOURCES / "fonts"
ICON_FOLDER = RESOURCES / "icons"
FONT_FAMILY = "DejaVu Sans"
FONT_POINTS = 10
ROW_HEIGHT = 32
"""Of one line of a table, in pixels."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours by their use. Text colours keep 4.5 : 1 on ground, surface and their own tint."""

    ground: str
    surface: str
    line: str
    ink: str
    muted: str
    primary: str
    on_primary: str
    hover: str
    tint: str
    current: str
    """Of the line where the keyboard is."""
    band: str
    on_band: str
    band_field: str
    edge: str
    """Of a box to fill or to tick: 3 : 1 on surface."""
    red: str
    orange: str
    yellow: str
    green: str
    red_tint: str
    orange_tint: str
    yellow_tint: str
    green_tint: str

    def state(self, state: AccountState) -> tuple[str, str]:
        """Text and tint of an account's state."""
        return {
            AccountState.NOT_NOTIFIED: (self.red, self.red_tint),
            AccountState.NOTIFIED: (self.orange, self.orange_tint),
            AccountState.ACTIVATING: (self.yellow, self.yellow_tint),
            AccountState.ACTIVE: (self.green, self.green_tint),
        }[state]


LIGHT = Tokens(
    ground="#f3f5f8", surface="#ffffff", line="#d8dee6", ink="#1b2430", muted="#5a6675", primary="#1f5f9e",
    on_primary="#ffffff", hover="#194e83", tint="#e8f0f8", current="#d3e4f4", band="#1f5f9e", on_band="#ffffff",
    band_field="#3a73ab", edge="#7d8998", red="#b3261e", orange="#a85500", yellow="#7a6200", green="#1a7a3c",
    red_tint="#fbe9e7", orange_tint="#fdf0e0", yellow_tint="#fbf5d9", green_tint="#e4f5ea",
)  # fmt: skip
DARK = Tokens(
    ground="#14181d", surface="#1c2229", line="#2e3742", ink="#e6eaf0", muted="#9aa6b4", primary="#6cb0f2",
    on_primary="#10202f", hover="#8bc2f6", tint="#1d3145", current="#29486a", band="#1d3145", on_band="#e6eaf0",
    band_field="#2b4866", edge="#7a8796", red="#ff8a80", orange="#ffb454", yellow="#e6cf5a", green="#6fd08c",
    red_tint="#3a1f1d", orange_tint="#38291a", yellow_tint="#35301a", green_tint="#1b3324",
)  # fmt: skip

_DARK = "preau_dark"
_COLOURS = "preau_colours"


def apply_theme(application: QApplication, *, dark: bool | None = None, contrast: bool | None = None) -> None:
    """Dress the application: Fusion, our font, our colours. None follows the system, light or dark, high contrast or not.

    In high contrast the system's own colours take the place of ours (``app.ui.contrast``).
    """
    if dark is None:
        dark = application.styleHints().colorScheme() is Qt.ColorScheme.Dark
    if contrast is None:
        contrast = wants_contrast(application)
    application.setStyle(QStyleFactory.create("Fusion"))
    colours = DARK if dark else LIGHT
    if contrast:
        from app.ui.contrast import system_tokens

        colours = system_tokens(application)
    application.setProperty(_DARK, dark)
    application.setProperty(_COLOURS, colours)
    load_fonts()
    application.setFont(QFont(FONT_FAMILY, FONT_POINTS))
    application.setPalette(palette(colours))
    application.setStyleSheet(style_sheet(colours))


def wants_contrast(application: QApplication) -> bool:
    """Whether the person has asked the system for high contrast."""
    hints = application.styleHints()
    return hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast


def tokens() -> Tokens:
    """The colours in use; light where no theme was applied."""
    application = QApplication.instance()
    found = application.property(_COLOURS) if application is not None else None
    return found if isinstance(found, Tokens) else LIGHT


@cache
def load_fonts() -> None:
    """Make the shipped font known to Qt, once; every screen then looks the same on every PC."""
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono-Bold.ttf"):
        QFontDatabase.addApplicationFont(str(FONT_FOLDER / name))


def font(*, points: float = FONT_POINTS, bold: bool = False) -> QFont:
    """Our font at a size, for what is painted by hand."""
    found = QFont(FONT_FAMILY)
    found.setPointSizeF(points)
    found.setBold(bold)
    return found


def palette(colours: Tokens) -> QPalette:
    """What Fusion draws by itself: boxes to tick, arrows, scroll bars, selections."""
    roles = {
        QPalette.ColorRole.Window: colours.ground, QPalette.ColorRole.WindowText: colours.ink,
        QPalette.ColorRole.Base: colours.surface, QPalette.ColorRole.AlternateBase: colours.ground,
        QPalette.ColorRole.Text: colours.ink, QPalette.ColorRole.Button: colours.surface,
        QPalette.ColorRole.ButtonText: colours.ink, QPalette.ColorRole.Highlight: colours.primary,
        QPalette.ColorRole.HighlightedText: colours.on_primary, QPalette.ColorRole.Link: colours.primary,
        QPalette.ColorRole.PlaceholderText: colours.muted, QPalette.ColorRole.ToolTipBase: colours.surface,
        QPalette.ColorRole.ToolTipText: colours.ink, QPalette.ColorRole.Accent: colours.primary,
    }  # fmt: skip
    found = QPalette()
    for role, colour in roles.items():
        found.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        found.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return found


def style_sheet(colours: Tokens) -> str:
    """The application's style sheet. Widgets choose a role with the property ``role`` (see ``app.ui.widgets``)."""
    dark = QColor(colours.surface).lightness() < QColor(colours.ink).lightness()
    icons = {name: f'url("{(ICON_FOLDER / file).as_posix()}")' for name, file in _sheet_icons(dark).items()}
    outlined = colours.edge if colours.band_field == colours.band else colours.band_field  # high contrast has no tints
    return Template(_SHEET).substitute(asdict(colours) | icons | {"band_edge": outlined})


def _sheet_icons(dark: bool) -> dict[str, str]:
    """A style sheet cannot colour a drawing: the marks that it needs are there in both colours."""
    shade = "dark" if dark else "light"
    return {name: f"sheet/{name.replace('_', '-')}-{shade}.svg" for name in ("tick", "arrow_down", "arrow_up")}


_SHEET = """
* { outline: none; }
QWidget { color: $ink; }
QMainWindow, QDialog, QWidget[role="ground"] { background: $ground; }
QWidget[role="bar"] { background: $surface; border: none; border-bottom: 1px solid $line; }
QWidget[role="band"] { background: $band; }
QFrame[role="card"] { background: $surface; border: 1px solid $line; border-radius: 6px; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: 13pt; font-weight: bold; padding-top: 1px; qproperty-indent: 0; }
QLabel[role="heading"] { font-size: 11pt; font-weight: bold; padding-top: 1px; qproperty-indent: 0; }
QLabel[role="subheading"] { font-weight: bold; color: $muted; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="strong"] { font-weight: bold; }
QLabel[role="count"] { font-weight: bold; font-size: 11pt; }
QLabel[role="figure"] { font-size: 13pt; font-weight: bold; }
QLabel[role="link"] { color: $primary; }

QPushButton, QToolButton { background: $surface; color: $primary; border: 1px solid $line; border-radius: 5px;
  padding: 5px 10px; min-height: 20px; }
QPushButton:hover, QToolButton:hover { background: $tint; }
QPushButton:focus, QToolButton:focus { border: 2px solid $primary; padding: 4px 9px; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $ground; }
QPushButton[role="primary"], QToolButton[role="primary"] { background: $primary; color: $on_primary;
  border: 1px solid $primary; font-weight: normal; }
QPushButton[role="primary"]:hover, QToolButton[role="primary"]:hover { background: $hover; }
QPushButton[role="primary"]:focus, QToolButton[role="primary"]:focus { border: 2px solid $ink; }
QPushButton[role="primary"]:disabled, QToolButton[role="primary"]:disabled { background: $ground; color: $muted;
  border: 1px solid $line; }
QPushButton[role="danger"] { color: $red; }
QPushButton[role="link"], QToolButton[role="link"] { background: transparent; border: 1px solid transparent;
  color: $primary; padding: 5px 6px; text-decoration: underline; }
QPushButton[role="link"]:focus, QToolButton[role="link"]:focus { border: 2px solid $primary; padding: 4px 5px; }
QPushButton[role="link"]:disabled { color: $muted; text-decoration: none; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0px; }

QToolButton[role="pill"] { background: $surface; color: $muted; border: 1px solid $line; border-radius: 15px;
  padding: 4px 14px; }
QToolButton[role="pill"]:hover { background: $tint; }
QToolButton[role="pill"]:focus { border: 2px solid $primary; padding: 3px 13px; }
QToolButton[role="pill"][tone="orange"] { color: $orange; }
QToolButton[role="pill"][tone="green"] { color: $green; }

QWidget[role="band"] QToolButton, QWidget[role="band"] QPushButton { background: $band_field; color: $on_band;
  border: 1px solid $band_edge; }
QWidget[role="band"] QToolButton:hover, QWidget[role="band"] QPushButton:hover { border: 1px solid $on_band; }
QWidget[role="band"] QToolButton:focus, QWidget[role="band"] QPushButton:focus { border: 2px solid $on_band; }
QWidget[role="band"] QToolButton[used="true"] { background: $on_band; color: $band; border: 1px solid $on_band; }
QWidget[role="band"] QToolButton[used="true"]:focus { border: 2px solid $edge; }
QWidget[role="band"] QToolButton[role="cross"] { padding: 5px 6px; }
QWidget[role="band"] QToolButton[role="cross"]:focus { padding: 4px 5px; }
QWidget[role="band"] QPushButton[role="link"] { background: transparent; border: 1px solid transparent;
  text-decoration: underline; }
QWidget[role="band"] QPushButton[role="link"]:focus { border: 2px solid $on_band; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QComboBox, QDateEdit, QListWidget { background: $surface; color: $ink;
  border: 1px solid $edge; border-radius: 5px; padding: 5px 8px; min-height: 20px;
  selection-background-color: $primary; selection-color: $on_primary; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QComboBox:focus, QDateEdit:focus,
QListWidget:focus { border: 2px solid $primary; padding: 4px 7px; }
QListWidget::item { min-height: 28px; }
QWidget[role="band"] QLineEdit { border: 1px solid $edge; }
QWidget[role="band"] QLineEdit:focus { border: 2px solid $on_band; }
QLineEdit[role="fact"], QLineEdit[role="fact"]:focus { background: transparent; border: none; padding: 0px;
  min-height: 18px; }
QLineEdit[wrong="true"] { border: 2px solid $red; padding: 4px 7px; }
QCheckBox, QRadioButton { background: transparent; spacing: 8px; padding: 3px; border: 1px solid transparent;
  border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $primary; }
QCheckBox:disabled, QRadioButton:disabled { color: $muted; }

QCheckBox::indicator, QListView::indicator, QMenu::indicator:non-exclusive { width: 14px; height: 14px; border: 1px solid $edge;
  border-radius: 3px; background: $surface; }
QCheckBox::indicator:checked, QListView::indicator:checked, QMenu::indicator:non-exclusive:checked { border: 1px solid $primary;
  background: $primary;
  image: $tick; }
QRadioButton::indicator, QMenu::indicator:exclusive { width: 14px; height: 14px; border: 1px solid $edge;
  border-radius: 8px; background: $surface; }
QRadioButton::indicator:checked, QMenu::indicator:exclusive:checked { width: 6px; height: 6px; border: 5px solid $primary;
  border-radius: 8px; background: $on_primary; }
QMenu::indicator { margin-left: 8px; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 26px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: $arrow_down; width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $edge; selection-background-color: $tint;
  selection-color: $ink; }
QSpinBox QLineEdit, QSpinBox QLineEdit:focus { border: none; padding: 0px 6px; min-height: 18px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; width: 22px; }
QSpinBox::up-arrow { image: $arrow_up; width: 10px; height: 10px; }
QSpinBox::down-arrow { image: $arrow_down; width: 10px; height: 10px; }

QMenu { background: $surface; border: 1px solid $edge; padding: 4px; }
QMenu::item { padding: 6px 20px 6px 14px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: $tint; color: $ink; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QToolTip { background: $surface; color: $ink; border: 1px solid $edge; padding: 4px; }

QDialogButtonBox { button-layout: 3; }
QMessageBox QLabel#qt_msgbox_label { min-width: 420px; padding: 4px; }
QFrame[role="message"] { border-radius: 5px; border: 1px solid $line; background: $surface; }
QFrame[role="message"][tone="red"] { background: $red_tint; border: 1px solid $red; }
QFrame[role="message"][tone="orange"] { background: $orange_tint; border: 1px solid $orange; }
QFrame[role="message"][tone="green"] { background: $green_tint; border: 1px solid $green; }
QFrame[role="message"][tone="blue"] { background: $tint; border: 1px solid $primary; }

QTabBar[role="tabs"] { background: $surface; border: none; }
QTabBar[role="tabs"]::tab { background: transparent; color: $muted; padding: 9px 16px 8px 16px; margin: 0px;
  border: 1px solid transparent; border-bottom: 3px solid transparent; }
QTabBar[role="tabs"]::tab:hover { color: $ink; }
QTabBar[role="tabs"]::tab:selected { color: $primary; border-bottom: 3px solid $primary; }
QTabBar[role="tabs"]::tab:focus { border: 2px solid $primary; border-bottom: 3px solid $primary;
  padding: 8px 15px 8px 15px; }
QTabBar[role="sections"] { background: transparent; border: none; }
QTabBar[role="sections"]::tab { background: $surface; color: $muted; padding: 6px 14px; margin: 0px 6px 0px 0px;
  border: 1px solid $line; border-radius: 5px; }
QTabBar[role="sections"]::tab:hover { color: $ink; }
QTabBar[role="sections"]::tab:selected { color: $primary; background: $tint; border: 1px solid $primary; }
QTabBar[role="sections"]::tab:focus { border: 2px solid $primary; padding: 5px 13px; }

QTableView, QTableWidget, QTreeView { background: $surface; color: $ink; border: 1px solid $line; border-radius: 6px;
  gridline-color: $line; selection-background-color: $tint; selection-color: $ink; }
QTableView:focus, QTreeView:focus { border: 1px solid $primary; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; font-weight: bold; border: none;
  border-bottom: 1px solid $line; padding: 6px 10px; }
QTableCornerButton::section { background: $surface; border: none; }
QProgressBar { background: $ground; border: 1px solid $line; border-radius: 5px; text-align: center; min-height: 18px; }
QProgressBar::chunk { background: $tint; border-radius: 4px; }
QScrollBar:vertical { background: $ground; width: 12px; margin: 0; border: none; }
QScrollBar:horizontal { background: $ground; height: 12px; margin: 0; border: none; }
QScrollBar::handle { background: $edge; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $ground; }
"""

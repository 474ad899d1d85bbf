"""The acts that Arena's menus offer, for the selection or for one account. What cannot be done says why."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.ui.theme import tokens
from app.ui.widgets.choices import MenuButton, StayingMenu
from app.ui.widgets.icons import icon

WITH_RESET = "Avec réinitialisation du mot de passe"
BY_SHEETS = "Par feuilles individuelles imprimables…"
BY_MAIL = "Par envoi de courriers électroniques…"
RESEND = "Renvoyer un courriel d’activation"
LISTS = {
    "pdf": "Imprimer la liste des responsables (format pdf)",
    "csv": "Exporter la liste des responsables (format csv)",
    "xlsx": "Exporter la liste des responsables (format Excel)",
}
TICK_FIRST = "Cochez d’abord un ou plusieurs responsables."


def menu_button(text: str, menu: QMenu, parent: QWidget, *, primary: bool = False) -> QToolButton:
    """A button that opens a menu: by click, Space, Enter or the down arrow."""
    found = MenuButton(parent)
    found.setText(text.replace("&", "&&"))
    found.setProperty("role", "primary" if primary else "plain")
    found.setIcon(icon("chevron-down", tokens().on_primary if primary else tokens().primary))
    found.setIconSize(QSize(12, 12))
    found.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    found.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    found.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    found.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    menu.setToolTipsVisible(True)
    found.setMenu(menu)
    return found


class NotifyMenu(StayingMenu):
    """« (Re)Notifier »: the box to tick first, then the ways."""

    sheets_asked = Signal(bool)
    """By sheets; True with a reset of the password."""
    mails_asked = Signal(bool)
    """By mail; True with a reset of the password."""
    reprint_asked = Signal()

    def __init__(self, parent: QWidget, *, with_reprint: bool) -> None:
        super().__init__(parent)
        self.reset = self.addAction(WITH_RESET)
        self.reset.setCheckable(True)
        self.addSeparator()
        self.by_sheets = self.addAction(BY_SHEETS)
        self.by_sheets.triggered.connect(self._on_sheets)
        self.by_mail = self.addAction(BY_MAIL)
        self.by_mail.triggered.connect(self._on_mails)
        self.reprint: QAction | None = None
        if with_reprint:
            self.addSeparator()
            self.reprint = self.addAction("Réimprimer à partir de la feuille…")
            self.reprint.triggered.connect(lambda: self.reprint_asked.emit())

    def allow(self, *, somebody: bool) -> None:
        """Whether there is anybody to notify."""
        for action, text in ((self.by_sheets, BY_SHEETS), (self.by_mail, BY_MAIL)):
            action.setEnabled(somebody)
            action.setToolTip("" if somebody else TICK_FIRST)
            action.setText(text if somebody else f"{text.rstrip('…')} (cochez d’abord)")

    def allow_reprint(self, printed: bool) -> None:
        """Whether there is any batch to print again."""
        if self.reprint is not None:
            self.reprint.setEnabled(printed)
            self.reprint.setToolTip("" if printed else "Aucune feuille n’a encore été imprimée.")

    def _on_sheets(self) -> None:
        self.sheets_asked.emit(self._with_reset())

    def _on_mails(self) -> None:
        self.mails_asked.emit(self._with_reset())

    def _with_reset(self) -> bool:
        """What the box says; the next notification starts without."""
        with_reset = self.reset.isChecked()
        self.reset.setChecked(False)
        return with_reset


class ListMenu(QMenu):
    """« Lister les comptes »: Arena's two lists, and one for Excel."""

    list_asked = Signal(str)
    """The format: pdf, csv or xlsx."""
    former_asked = Signal()
    """Those who left the school."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lists: dict[str, QAction] = {}
        for name, text in LISTS.items():
            self.lists[name] = self.addAction(f"{text}…")
            self.lists[name].triggered.connect(lambda _=False, name=name: self.list_asked.emit(name))
        self.addSeparator()
        self.former = self.addAction("Anciens élèves…")
        self.former.triggered.connect(lambda: self.former_asked.emit())


class EditMenu(QMenu):
    """« Modifier les comptes », or « Modifier le compte »."""

    reset_asked = Signal()
    resend_asked = Signal()

    def __init__(self, parent: QWidget, *, one: bool) -> None:
        super().__init__(parent)
        self._one = one
        self._reset_text = "Réinitialiser le mot de passe" if one else "Réinitialiser le(s) mot(s) de passe"
        self.reset = self.addAction(f"{self._reset_text}…")
        self.reset.triggered.connect(lambda: self.reset_asked.emit())
        self.resend: QAction | None = None
        if one:
            self.resend = self.addAction(RESEND)
            self.resend.triggered.connect(lambda: self.resend_asked.emit())
            self.allow_resend(False)

    def allow_resend(self, allowed: bool) -> None:
        """Whether an activation mail was sent and its link not used yet."""
        if self.resend is not None:
            self.resend.setEnabled(allowed)
            self.resend.setText(f"{RESEND}…" if allowed else f"{RESEND} (activation pas en cours)")
            self.resend.setToolTip("" if allowed else "Seulement pour un compte en cours d’activation.")

    def allow_reset(self, allowed: bool) -> None:
        """Whether there is a password to reset: somebody ticked, or an account that was notified."""
        why = "jamais notifié" if self._one else "cochez d’abord"
        self.reset.setEnabled(allowed)
        self.reset.setText(f"{self._reset_text}…" if allowed else f"{self._reset_text} ({why})")
        tip = "Un compte non notifié n’a pas de mot de passe\u00a0: notifiez-le." if self._one else TICK_FIRST
        self.reset.setToolTip("" if allowed else tip)

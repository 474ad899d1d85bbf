"""Asking for the passphrase or the recovery code, until the vault opens or the person gives up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.models.errors import PreauError
from app.services.vault.keys import Opening
from app.ui import work
from app.ui.help.key import add_help
from app.ui.pieces import Band, button, words
from app.ui.startup import ASK_PASSPHRASE, ASK_RECOVERY, DAMAGED, Doors

Attempt = Callable[[str | None, str | None], Opening]
"""(passphrase, recovery code) → an opened vault."""


class UnlockDialog(QDialog):
    """Ends accepted with ``opening``. The sentence of the last refusal stays until the next attempt."""

    def __init__(self, doors: Doors, attempt: Attempt, refused: PreauError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.opening: Opening | None = None
        self._doors, self._attempt = doors, attempt
        self._job: work.Job | None = None
        self._by_code = False
        self.setWindowTitle("Préau")
        add_help(self, "OPENING")
        self.setMinimumWidth(560)
        self._lay_out()
        self._show_way(by_code=refused.code in ASK_RECOVERY)
        self._say(refused)

    def _lay_out(self) -> None:
        self.title = words(role="title")
        self.band = Band()
        self.label, self.field = words(), QLineEdit()
        self.label.setBuddy(self.field)
        self.new_label, self.new = words("Nouvelle phrase de passe pour ce poste"), QLineEdit()
        self.new_label.setBuddy(self.new)
        self.shown = QCheckBox("Montrer ce que je tape")
        self.shown.toggled.connect(self._on_shown)
        self.other = button("", self._on_other, role="link")
        self.restore = button("Restaurer une sauvegarde…", self._on_restore, role="link")
        self.give_up = button("Quitter", self.reject)
        self.unlock = button("Ouvrir", self._on_open, role="primary")
        self.unlock.setDefault(True)
        row = QHBoxLayout()
        for part in (self.other, self.restore):
            row.addWidget(part)
        row.addStretch(1)
        for part in (self.give_up, self.unlock):
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(10)
        for widget in (self.title, self.band, self.label, self.field, self.new_label, self.new, self.shown):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addLayout(row)

    def _show_way(self, *, by_code: bool) -> None:
        self._by_code = by_code
        ask_new = by_code and not self._doors.has_keyring()
        self.title.setText("Ouvrir Préau")
        self.label.setText("Code de récupération, imprimé à la création du fichier" if by_code else "Phrase de passe")
        self.field.setAccessibleName(self.label.text())
        self.field.clear()
        self.new.setAccessibleName(self.new_label.text())
        self.new_label.setVisible(ask_new)
        self.new.setVisible(ask_new)
        self.other.setText(
            "J’ai une phrase de passe" if by_code else "J’ai oublié\u00a0: utiliser le code de récupération"
        )
        self.shown.setVisible(not by_code or ask_new)
        self._on_shown(self.shown.isChecked())
        self.field.setFocus()

    def _on_shown(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.field.setEchoMode(QLineEdit.EchoMode.Normal if self._by_code else mode)
        self.new.setEchoMode(mode)

    def _on_other(self) -> None:
        self.band.clear()
        self._show_way(by_code=not self._by_code)

    def _on_open(self) -> None:
        text, new = self.field.text(), self.new.text() or None
        if not text.strip():
            self.field.setFocus()
            return
        answers = (new, text) if self._by_code else (text, None)
        self._try(lambda job: self._attempt(*answers))

    def _on_restore(self) -> None:
        attempt = choose_backup(self, self._doors)
        if attempt is not None:
            self._attempt = attempt
            self._try(lambda job: attempt(None, None))

    def _try(self, call: Callable[[work.Job], Opening]) -> None:
        if self._job is None:
            self.band.clear()
            self.unlock.setEnabled(False)
            self._job = work.start(call, parent=self, done=self._on_opened, failed=self._on_refused)

    def _on_opened(self, opening: Opening) -> None:
        self._job = None
        self.opening = opening
        self.accept()

    def _on_refused(self, error: PreauError) -> None:
        self._job = None
        self.unlock.setEnabled(True)
        if error.code in ASK_RECOVERY and not self._by_code:
            self._show_way(by_code=True)
        elif error.code in ASK_PASSPHRASE and self._by_code:
            self._show_way(by_code=False)
        self._say(error)
        self.field.selectAll()

    def _say(self, error: PreauError) -> None:
        self.band.say(error.sentence, tone="blue" if error.code == "passphrase_needed" else "red")
        answerable = error.code in ASK_PASSPHRASE | ASK_RECOVERY | {"weak_passphrase"}
        self.unlock.setVisible(answerable)
        self.field.setEnabled(answerable)
        self.restore.setVisible(error.code in DAMAGED or not answerable)

    def reject(self) -> None:
        if self._job is None:
            super().reject()


def choose_backup(parent: QWidget, doors: Doors) -> Attempt | None:
    """Ask which backup to restore; None where the person gives up."""
    name, _ = QFileDialog.getOpenFileName(
        parent, "Quelle sauvegarde restaurer\u202f?", "", "Sauvegardes de Préau (*.preau);;Tous les fichiers (*)"
    )
    if not name:
        return None
    backup = Path(name)
    return lambda passphrase, recovery: doors.restore(backup, passphrase, recovery)


def restore_backup(parent: QWidget, doors: Doors) -> Opening | None:
    """Restore a backup on a PC without a vault: tried by itself, then asking what it needs."""
    attempt = choose_backup(parent, doors)
    if attempt is None:
        return None
    try:
        return attempt(None, None)
    except PreauError as error:
        return ask_until_open(parent, doors, attempt, error)


def ask_until_open(parent: QWidget | None, doors: Doors, attempt: Attempt, refused: PreauError) -> Opening | None:
    """The dialog, modal; None where the person gives up."""
    dialog = UnlockDialog(doors, attempt, refused, parent)
    dialog.exec()
    return dialog.opening

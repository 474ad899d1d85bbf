"""The steps of the first run, each a sentence and what to fill in. Layout only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.contacts import mail_problem, phone_problem
from app.ui.first_run import words as said
from app.ui.forms import (
    CONTACT_FIELDS,
    SIGNATORY_FIELDS,
    Form,
    check_uai,
    required,
)
from app.ui.pieces import Band, Card, button, words
from app.ui.theme import tokens


class FirstRunView(QWidget):
    """A title, a band for what went wrong, the step, the way back and the way on."""

    chosen = Signal(str)
    """« code » or « offline »."""
    restore_asked = Signal()
    backed = Signal()
    advanced = Signal()
    print_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.title = words(role="title")
        self.band = Band()
        self.stack = QStackedWidget()
        self._steps: dict[str, QWidget] = {}
        for name, step in (
            ("welcome", self._welcome()),
            ("passphrase", self._passphrase()),
            ("code", self._code()),
            ("school", self._school()),
            ("contact", self._contact()),
            ("recovery", self._recovery()),
            ("files", self._files()),
        ):
            self._steps[name] = step
            self.stack.addWidget(step)
        self.back = button("‹\u00a0Retour", self.backed.emit)
        self.next = button("Continuer", self.advanced.emit, role="primary")
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        for part in (self.title, self.band):
            layout.addWidget(part)
        layout.addWidget(self.stack, 1)
        layout.addLayout(row)

    @property
    def step(self) -> str:
        """The name of the step that is shown."""
        current = self.stack.currentWidget()
        return next(name for name, step in self._steps.items() if step is current)

    def show_step(self, name: str, *, back: bool, on: str | None) -> None:
        """Show a step; ``on`` are the words of the way on, None where choosing leads on by itself."""
        self.band.clear()
        self.title.setText(said.STEPS[name])
        self.stack.setCurrentWidget(self._steps[name])
        self.back.setVisible(back)
        self.next.setVisible(on is not None)
        self.next.setText(on or "")
        self.next.setDefault(on is not None)
        self.set_busy(busy=False)
        first = {"welcome": self.with_code, "passphrase": self.passphrase, "recovery": self.kept}.get(name)
        forms = {"code": self.code, "school": self.school, "contact": self.contact}
        if name in forms:
            first = next(iter(forms[name].fields.values()))
        if first is not None:
            first.setFocus()

    def set_busy(self, *, busy: bool) -> None:
        """While something is under way, nothing can be pressed twice."""
        self.stack.setEnabled(not busy)
        self.back.setEnabled(not busy)
        self.next.setEnabled(not busy)

    def embed_files(self, panel: QWidget) -> None:
        """Put the import panel into the last step."""
        self._files_body.addWidget(panel, 1)

    def _welcome(self) -> QWidget:
        step, column = _step(said.INTRO)
        self.with_code = button(said.HAVE_CODE, lambda: self.chosen.emit("code"), role="primary")
        self.offline = button(said.OFFLINE, lambda: self.chosen.emit("offline"))
        for choice, more in ((self.with_code, said.HAVE_CODE_MORE), (self.offline, said.OFFLINE_MORE)):
            card = Card()
            card.body.addWidget(choice)
            card.body.addWidget(words(more, role="muted"))
            column.addWidget(card)
        self.restore = button("Restaurer une sauvegarde…", self.restore_asked.emit, role="link")
        column.addWidget(self.restore)
        column.addStretch(1)
        return step

    def _passphrase(self) -> QWidget:
        step, column = _step(said.LOCK_STEP)
        self.passphrase, self.again = QLineEdit(), QLineEdit()
        for field, label in ((self.passphrase, "Phrase de passe"), (self.again, "La même, encore une fois")):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setAccessibleName(label)
            title = words(label)
            title.setBuddy(field)
            column.addWidget(title)
            column.addWidget(field)
        shown = QCheckBox("Montrer ce que je tape")
        shown.toggled.connect(self._show_passphrase)
        column.addWidget(shown)
        column.addStretch(1)
        return step

    def _show_passphrase(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for field in (self.passphrase, self.again):
            field.setEchoMode(mode)

    def _code(self) -> QWidget:
        step, column = _step(said.CODE_STEP)
        self.code = Form(
            {"server": "Adresse du serveur", "code": "Code"},
            checks={
                "server": required("Donnez l’adresse écrite avec le code."),
                "code": required("Saisissez le code."),
            },
        )
        column.addWidget(self.code)
        column.addStretch(1)
        return step

    def _school(self) -> QWidget:
        step, column = _step(said.SCHOOL_STEP)
        self.school = Form(
            {"uai": "UAI", "name": "Nom de l’école", "address": "Adresse", "postal_code": "Code postal",
             "town": "Commune"},
            checks={"uai": check_uai, "name": required("Donnez le nom de l’école, tel que les parents le connaissent.")},
        )  # fmt: skip
        column.addWidget(self.school)
        column.addStretch(1)
        return step

    def _contact(self) -> QWidget:
        step, column = _step(said.CONTACT_STEP)
        self.contact = Form(
            {**CONTACT_FIELDS, **SIGNATORY_FIELDS}, checks={"email": mail_problem, "phone": phone_problem}
        )
        column.addWidget(self.contact)
        column.addStretch(1)
        return step

    def _recovery(self) -> QWidget:
        step, column = _step(said.RECOVERY_STEP)
        self.recovery_code = words()
        self.recovery_code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        colours = tokens()
        self.recovery_code.setStyleSheet(
            f"font-family: 'DejaVu Sans Mono'; font-size: 15pt; font-weight: bold; padding: 14px; "
            f"background: {colours.surface}; border: 1px solid {colours.line}; border-radius: 6px;"
        )
        self.kept = QCheckBox(said.RECOVERY_KEPT)
        self.kept.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        column.addWidget(self.recovery_code)
        column.addWidget(button("Enregistrer en PDF à imprimer…", self.print_asked.emit))
        column.addWidget(self.kept)
        column.addStretch(1)
        return step

    def _files(self) -> QWidget:
        step, self._files_body = _step(said.FILES_STEP)
        return step


def _step(sentence: str) -> tuple[QWidget, QVBoxLayout]:
    step = QWidget()
    column = QVBoxLayout(step)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(10)
    column.addWidget(words(sentence))
    return step, column

"""« Par envoi de courriers électroniques » and « Renvoyer un courriel d’activation »: asked first, then told."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.models.contacts import is_mail, mail_suggestion
from app.models.errors import PreauError
from app.services import notify_mail
from app.services.desk import Desk
from app.services.notify_mail import MailDone, MailPlan
from app.ui import work
from app.ui.guardians.printing import button_row
from app.ui.help.key import add_help
from app.ui.pieces import Band, add_band, button, many, scrolled, words

TITLE = "(Re)Notifier par courrier électronique"
PRINT = "Imprimer leurs feuilles…"
NOBODY = "Aucun mail ne peut partir."
LEAVING = (
    "Les mails partent du serveur, à la prochaine synchronisation. Préau synchronise seul dès que le réseau le permet\u202f; "
    "le sort de chaque mail s’affiche dans «\u00a0Messagerie\u00a0»."
)
_WIDTH = 640
_NAMES_HEIGHT = 260


class MailDialog(QDialog):
    """Confirms a plan and carries it out; those whom no mail reaches are named, their sheets at hand.

    The default button cancels where a password would be ended.
    """

    sent = Signal(object)
    """A MailDone."""
    sheets_asked = Signal(object)
    """The accounts whose sheets are to be printed; the dialog has closed."""

    def __init__(self, desk: Desk, plan: MailPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        add_help(self, "MAILING")
        self.setMinimumWidth(_WIDTH)
        self._desk, self._plan = desk, plan
        self._job: work.Job | None = None
        self.result_of_sending: MailDone | None = None
        self.error = Band()
        self.stack = QStackedWidget()
        self.confirm = button(f"Envoyer {many(len(plan.mails), 'mail')}", self._on_confirm, role="primary")
        self.leave = button("Ne rien faire", self.reject)
        self.print = button(PRINT, self._on_print)
        self.print_after = button(PRINT, self._on_print)
        self.end = button("Terminer", self.accept, role="primary")
        self.confirm.setEnabled(bool(plan.mails))
        for one in (self.print, self.print_after):
            one.setVisible(bool(plan.paper_ids))
        self.stack.addWidget(self._question())
        self.stack.addWidget(self._answer())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.error)
        layout.addWidget(self.stack, 1)
        first = self.confirm if plan.mails and not plan.reset else self.leave
        first.setDefault(True)
        first.setFocus()

    def _question(self) -> QWidget:
        page, bands = QWidget(), QWidget()
        inner = QVBoxLayout(bands)
        inner.setContentsMargins(0, 0, 8, 0)
        for sentence in filter(None, (self._plan.missing_sentence, *self._plan.warnings)):
            add_band(inner, sentence)
        inner.addStretch(1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(words(self._plan.sentence or NOBODY, role="heading"))
        area = scrolled(bands)
        area.setMinimumHeight(min(_NAMES_HEIGHT, bands.sizeHint().height()))
        layout.addWidget(area, 1)
        if self._plan.mails:
            layout.addWidget(words(LEAVING, role="muted"))
        layout.addLayout(button_row(self.print, self.leave, self.confirm))
        return page

    def _answer(self) -> QWidget:
        page = QWidget()
        self.outcome = words(role="heading")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.outcome)
        layout.addWidget(words(LEAVING))
        self.missing = words(self._plan.missing_sentence)
        self.missing.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.addWidget(scrolled(self.missing), 1)
        layout.addLayout(button_row(self.print_after, self.end))
        return page

    @property
    def running(self) -> bool:
        """Whether the act is being written."""
        return self._job is not None

    def _on_confirm(self) -> None:
        self.error.clear()
        self.confirm.setEnabled(False)
        desk, plan = self._desk, self._plan
        self._job = work.start(
            lambda job: notify_mail.send(desk, plan=plan), parent=self, done=self._on_done, failed=self._on_failed
        )

    def _on_done(self, result: MailDone) -> None:
        self._job, self.result_of_sending = None, result
        self.outcome.setText(result.sentence)
        self.stack.setCurrentIndex(1)
        self.end.setDefault(True)
        self.end.setFocus()
        self.sent.emit(result)

    def _on_failed(self, error: PreauError) -> None:
        self._job = None
        self.confirm.setEnabled(True)
        self.error.say(error.sentence, tone="red")

    def _on_print(self) -> None:
        self.accept()
        self.sheets_asked.emit(self._plan.paper_ids)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._job is not None:
            self._job.wait()
        super().closeEvent(event)


class ResendDialog(QDialog):
    """Shows where the activation mail went, so that it can be corrected before it leaves again."""

    def __init__(self, address: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Renvoyer un courriel d’activation")
        add_help(self, "RESENDING")
        self.setMinimumWidth(_WIDTH)
        self.field = QLineEdit(address)
        self.field.setAccessibleName("Adresse mail")
        self.hint: QLabel = words(role="muted")
        self.leave = button("Ne rien faire", self.reject)
        self.confirm = button("Renvoyer le courriel", self.accept, role="primary")
        self.confirm.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(words("Renvoyer le courriel d’activation à cette adresse\u202f?", role="heading"))
        layout.addWidget(self.field)
        layout.addWidget(self.hint)
        layout.addWidget(words("Corrigez-la au besoin. Le lien du courriel précédent ne fonctionnera plus."))
        layout.addStretch(1)
        layout.addLayout(button_row(self.leave, self.confirm))
        self.field.textChanged.connect(lambda _text: self._judge())
        self._judge()

    @property
    def address(self) -> str:
        """What is written."""
        return self.field.text().strip()

    def _judge(self) -> None:
        good = is_mail(self.address)
        self.confirm.setEnabled(good)
        meant = mail_suggestion(self.address) if good else None
        said = f"L’adresse est-elle {meant}\u202f?" if meant else ""
        self.hint.setText(said if good else "Cette adresse mail n’est pas complète, par exemple prenom.nom@exemple.fr.")
        self.hint.setVisible(bool(self.hint.text()))

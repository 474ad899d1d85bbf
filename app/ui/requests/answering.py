"""From a button of a request to the acts that answer it: a dialog where something is asked, work off the thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.acts_requests import Answer, RequestKind
from app.models.errors import PreauError
from app.services import answering, requests
from app.services.corrections import Person, Table, read_person
from app.services.requests import Candidate, RequestView
from app.ui.asking import Ask, ask
from app.ui.guardians.asker import Asker
from app.ui.guardians.notifying import Notifier
from app.ui.guardians.rights_dialogs import CorrectDialog, RightsDialog
from app.ui.requests.dialogs import ContactDialog, MatchDialog, RefuseDialog
from app.ui.shell.page import Shell

ENDS = "Le mot de passe actuel de {who} cessera de fonctionner dès que le serveur le saura."
PART = (
    "Séparer les comptes que la famille a regroupés\u202f? Chacun retrouve son identifiant et ses enfants\u00a0; il faut "
    "notifier de nouveau celui qui avait été absorbé."
)
NO_ACCESS = "Retirer à {who} l’accès en ligne pour {child}\u202f? Ses connexions et ses liens prennent fin."


class SheetPrinter(Notifier):
    """Prints a sheet for a request; the request is answered once it is printed."""

    answered = Signal(str)

    def __init__(self, shell: Shell, window: QWidget, parent: QObject) -> None:
        super().__init__(shell, window, parent)
        self._request_id = ""

    def print_for(self, request: RequestView) -> None:
        """Work out the sheet of whoever asked; somebody who has been in gets a new password."""
        assert request.account_id is not None
        self._request_id = request.request_id
        reset = answering.needs_reset(self._shell.desk, school_id=self._shell.school_id, account_id=request.account_id)
        self.ask([request.account_id], reset=reset)

    def _on_printed(self, makes: str, result: Any) -> None:
        super()._on_printed(makes, result)
        if result.act_id is not None:
            self.answered.emit(self._request_id)


class Answerer(Asker):
    """One answer at a time. ``said`` tells what was done, in a sentence."""

    said = Signal(str)

    def __init__(self, shell: Shell, window: QWidget, parent: QObject, *, confirm: Ask = ask) -> None:
        super().__init__(shell, window, parent)
        self._confirm = confirm
        self.printer = SheetPrinter(shell, window, self)
        self.printer.refused.connect(self.refused)
        self.printer.closed.connect(self.closed)
        self.printer.answered.connect(self._on_sheet)
        self._how: dict[Answer, Callable[[RequestView], None]] = {
            Answer.LINK: self._link, Answer.SHEET: self.printer.print_for, Answer.REOPEN: self._reopen,
            Answer.CORRECT: lambda request: self._correct(request, "guardians", request.guardian_id),
            Answer.CORRECT_CHILD: lambda request: self._correct(request, "pupils", request.pupil_id),
            Answer.CONTACT: self._contact, Answer.MATCH: self._match,
            Answer.CLOSE_ACCESS: self._close_access, Answer.ACCEPT: self._accept, Answer.REFUSE: self._refuse,
            Answer.UNDO_MERGE: self._part, Answer.SETTLED: self._close(Answer.SETTLED),
            **{why: self._close(why) for why in (Answer.UNKNOWN, Answer.IN_ONDE, Answer.IS_GUARDIAN)},
        }  # fmt: skip

    def answer(self, request: RequestView, how: Answer) -> None:
        """Do it, or ask what is needed first."""
        if self._free and self.printer.dialog is None:
            self._how[how](request)

    def close(self) -> None:
        self.printer.close()
        super().close()

    def _link(self, request: RequestView) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        try:
            ends = answering.ends_password(desk, school_id=school_id, request_id=request.request_id)
        except PreauError as error:
            self.refused.emit(error)
            return
        if ends and not self._confirm(self._window, ENDS.format(who=request.guardian), "Envoyer le lien"):
            return
        sentence = f"Un lien part à {request.known_address} à la prochaine synchronisation."
        self._do(answering.send_link, sentence, request_id=request.request_id)

    def _reopen(self, request: RequestView) -> None:
        self._do(answering.reopen, f"Accès rouvert pour {request.guardian}.", request_id=request.request_id)

    def _correct(self, request: RequestView, table: Table, record_id: str | None) -> None:
        if record_id is not None:
            done = lambda person: self._on_person(request, person)  # noqa: E731 - one argument is already known
            self._start(read_person, done, table=table, record_id=record_id)

    def _on_person(self, request: RequestView, person: Person) -> None:
        dialog = CorrectDialog(person, self._window)
        self._decide(
            dialog,
            lambda: self._do(
                answering.correct_record, f"La fiche de {person.name} est corrigée, et à reporter dans ONDE.",
                request_id=request.request_id, table=person.table, record_id=person.record_id, values=dialog.values,
            ),
        )  # fmt: skip

    def _contact(self, request: RequestView) -> None:
        dialog = ContactDialog(request, self._shell.desk.person_name, self._window)
        self._decide(
            dialog,
            lambda: self._do(
                answering.hold_contact, "Le nouveau contact est noté. L’ancien est prévenu.",
                request_id=request.request_id, value=dialog.value.text(), verified_by=dialog.who.text(),
            ),
        )  # fmt: skip

    def _match(self, request: RequestView) -> None:
        self._start(requests.every_guardian, lambda everybody: self._on_everybody(request, everybody))

    def _on_everybody(self, request: RequestView, everybody: tuple[Candidate, ...]) -> None:
        dialog = MatchDialog(request, everybody, self._window)
        self._decide(
            dialog,
            lambda: self._do(
                answering.match, "C’est noté\u00a0: répondez maintenant à la demande.",
                request_id=request.request_id, guardian_id=dialog.guardian_id or "",
            ),
        )  # fmt: skip

    def _close_access(self, request: RequestView) -> None:
        question = NO_ACCESS.format(who=request.guardian, child=request.child)
        if self._confirm(self._window, question, "Retirer l’accès"):
            words = f"Accès retiré à {request.guardian}\u00a0: corrigez aussi ONDE."
            self._do(answering.close_access, words, request_id=request.request_id)

    def _accept(self, request: RequestView) -> None:
        words = "Correction acceptée\u00a0: elle est à reporter dans ONDE."
        if request.kind is RequestKind.RIGHT:
            words = "Demande acceptée\u00a0: le parent le lit dans «\u00a0Mon compte\u00a0»."
        self._do(answering.decide, words, request_id=request.request_id, accepted=True)

    def _refuse(self, request: RequestView) -> None:
        dialog = RefuseDialog(request, self._window)
        ids = {"request_id": request.request_id, "accepted": False}
        self._decide(dialog, lambda: self._do(answering.decide, "C’est refusé.", **ids, said=dialog.said))

    def _part(self, request: RequestView) -> None:
        if self._confirm(self._window, PART, "Séparer les comptes"):
            words = "Les comptes seront séparés à la prochaine synchronisation."
            self._do(answering.undo_merge, words, request_id=request.request_id)

    def _close(self, why: Answer) -> Callable[[RequestView], None]:
        return lambda request: self._do(answering.close, "Demande close.", request_id=request.request_id, why=why)

    def _on_sheet(self, request_id: str) -> None:
        words = "Feuille imprimée\u00a0: remettez-la après la synchronisation."
        self._do(answering.note, words, request_id=request_id, how=Answer.SHEET)

    def _decide(self, dialog: RightsDialog, accepted: Callable[[], None]) -> None:
        dialog.accepted.connect(accepted)
        self._open(dialog)

    def _do(self, service: Callable[..., Any], sentence: str, **arguments: Any) -> None:
        self._start(service, lambda _act: self._on_answered(sentence), **arguments)

    def _on_answered(self, sentence: str) -> None:
        self._on_written()
        self.said.emit(sentence)

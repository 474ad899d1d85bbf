"""From the button of a cause to what does it: a dialog that other pages have too, an act, or the page where it is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.errors import PreauError
from app.models.support import Repair
from app.services import answering
from app.services.corrections import Person, read_person
from app.services.diagnosis import doing
from app.services.diagnosis.cause import Remedy
from app.services.diagnosis.diagnose import Diagnosis
from app.services.support import proposing
from app.services.todo import Page, Target
from app.ui.guardians.asker import Asker
from app.ui.guardians.deciding import Decider
from app.ui.guardians.mailing import Mailing
from app.ui.guardians.notifying import Notifier
from app.ui.shell.page import Shell

_PAGES = {
    Remedy.REPORTS: Page.REPORTS, Remedy.REQUESTS: Page.REQUESTS, Remedy.IMPORT: Page.IMPORTING,
    Remedy.ENROL: Page.MY_SCHOOL, Remedy.SYNCHRONISE: Page.SYNC,
}  # fmt: skip
PROPOSED = {
    Remedy.REOPEN: Repair.REOPEN, Remedy.PROLONG: Repair.PROLONG, Remedy.RESET: Repair.RESET, Remedy.RESEND: Repair.RESEND,
}  # fmt: skip
"""What a support officer proposes by the same button; the director does it."""
_HERS = (Remedy.OPEN_ACCOUNT, Remedy.DUPLICATES, Remedy.SYNCHRONISE)
"""What she does herself: she looks."""
Do = Callable[[Diagnosis, str | None], None]
"""(whom it is about, the pupil whose record it is about)."""


def buttons(*, copy: bool) -> dict[Remedy, str]:
    """The remedies that have a button, with its words: all of them, or in a school's copy what an officer can do."""
    if not copy:
        return {remedy: remedy.label for remedy in Remedy}
    asked = {remedy: f"Proposer\u00a0: {_small(remedy.label.rstrip('…'))}" for remedy in PROPOSED}
    correct = {Remedy.CORRECT_GUARDIAN: f"Proposer\u00a0: {_small(Remedy.CORRECT_GUARDIAN.label)}"}
    return asked | correct | {remedy: remedy.label for remedy in _HERS}


def _small(label: str) -> str:
    return f"{label[0].lower()}{label[1:]}"


class Remedies(Asker):
    """One at a time; ``refused`` says why something was not done."""

    done = Signal(str)
    """What was done, in a sentence."""

    def __init__(self, shell: Shell, window: QWidget, parent: QObject) -> None:
        super().__init__(shell, window, parent)
        self.notifier = Notifier(shell, window, self)
        self.decider = Decider(shell, window, self)
        self.mailing = Mailing(shell, window, self)
        self.mailing.sheets_asked.connect(lambda accounts, reset: self.notifier.ask(list(accounts), reset=reset))
        for asker in self._askers:
            asker.refused.connect(self._on_refused)
        self._how: dict[Remedy, Do] = {
            Remedy.SHEET: self._sheet,
            Remedy.RESET: lambda one, _: self.notifier.ask([one.account_id], reset=True),
            Remedy.RESEND: lambda one, _: self.mailing.ask_resend(one.account_id, one.email),
            Remedy.REOPEN: self._reopen, Remedy.PROLONG: self._prolong,
            Remedy.CORRECT_GUARDIAN: lambda one, _: self.decider.ask_correction("guardians", one.guardian_id),
            Remedy.CORRECT_CHILD: self._correct_child,
            Remedy.OPEN_ACCOUNT: self._open_account,
            Remedy.DUPLICATES: self._compare,
            Remedy.HAND_OUT: lambda _one, _: shell.go(Target(Page.SHEETS, to_hand=True)),
            **{remedy: self._page(page) for remedy, page in _PAGES.items()},
        }  # fmt: skip

    @property
    def _askers(self) -> tuple[Asker, ...]:
        return self.notifier, self.decider, self.mailing

    @property
    def busy(self) -> bool:
        """Whether something goes on in the background."""
        return any(asker.jobs.busy for asker in (self, *self._askers))

    def close(self) -> None:
        for asker in self._askers:
            asker.close()
        super().close()

    def carry_out(self, remedy: Remedy, diagnosis: Diagnosis, pupil_id: str | None) -> None:
        """Do it, ask what is needed first, or lead to where it is done."""
        self._how[remedy](diagnosis, pupil_id)

    def propose(self, remedy: Remedy, one: Diagnosis, *, reason: str) -> None:
        """From a school's copy: ask its director to do it. Of a correction the values are asked for first."""
        if remedy is Remedy.CORRECT_GUARDIAN:
            show = lambda person: self._ask_correction(person, one, reason)  # noqa: E731
            self._start(read_person, show, table="guardians", record_id=one.guardian_id)
            return
        self._start(
            proposing.propose_for_account, self._proposed(one), guardian_id=one.guardian_id, kind=PROPOSED[remedy],
            reason=reason,
        )  # fmt: skip

    def _ask_correction(self, person: Person, one: Diagnosis, reason: str) -> None:
        from app.ui.guardians.rights_dialogs import ProposeDialog

        if self.dialog is None:
            dialog = ProposeDialog(person, reason, self._window)
            dialog.accepted.connect(
                lambda: self._start(
                    proposing.propose_correction, self._proposed(one), guardian_id=one.guardian_id,
                    values=dialog.values, reason=dialog.reason,
                )
            )  # fmt: skip
            self._open(dialog)

    def _proposed(self, one: Diagnosis) -> Callable[[object], None]:
        return lambda _made: self._on_done(
            f"Proposé à la direction, pour {one.name}\u00a0: sa réponse viendra dans «\u00a0Mes propositions\u00a0»."
        )

    def _sheet(self, one: Diagnosis, _pupil_id: str | None) -> None:
        reset = answering.needs_reset(self._shell.desk, school_id=self._shell.school_id, account_id=one.account_id)
        self.notifier.ask([one.account_id], reset=reset)

    def _reopen(self, one: Diagnosis, _pupil_id: str | None) -> None:
        done = lambda _act: self._on_done(f"Accès rouvert pour {one.name}.")  # noqa: E731 - a slot with a name
        self._start(doing.reopen, done, account_id=one.account_id)

    def _prolong(self, one: Diagnosis, _pupil_id: str | None) -> None:
        done = lambda _act: self._on_done(f"La feuille de {one.name} vaudra de nouveau.")  # noqa: E731
        self._start(doing.prolong, done, account_id=one.account_id)

    def _correct_child(self, one: Diagnosis, pupil_id: str | None) -> None:
        if pupil_id is not None:
            self.decider.ask_correction("pupils", pupil_id)

    def _open_account(self, one: Diagnosis, _pupil_id: str | None) -> None:
        self._shell.go(Target(Page.GUARDIANS, account_ids=frozenset({one.account_id})))

    def _compare(self, one: Diagnosis, _pupil_id: str | None) -> None:
        accounts = frozenset({one.account_id, *one.twins})
        self._shell.go(Target(Page.SUPPORT, account_ids=accounts, section="duplicates"))

    def _page(self, page: Page) -> Do:
        return lambda _one, _pupil_id: self._shell.go(Target(page))

    def _on_done(self, sentence: str) -> None:
        self._on_written()
        self.done.emit(sentence)

    def _on_refused(self, error: PreauError) -> None:
        self.refused.emit(error)

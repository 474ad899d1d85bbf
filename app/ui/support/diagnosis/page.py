"""The wiring of « Diagnostic »: the school is laid out off the window's thread, then every answer comes from memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.models.support import Reading
from app.models.tables import Row
from app.services.accounts import listed_name
from app.services.diagnosis.cause import Remedy
from app.services.diagnosis.diagnose import Diagnosis, diagnose_school, diagnosis
from app.services.diagnosis.facts import SchoolFacts, school_facts
from app.services.diagnosis.finding import People, read_query
from app.services.support.copies import is_copy
from app.services.support.readings import note_reading
from app.services.todo import Target
from app.ui import work
from app.ui.pieces import many
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell
from app.ui.support.diagnosis.remedies import PROPOSED, Remedies, buttons
from app.ui.support.diagnosis.view import MOST_FOUND, DiagnosisView

NOBODY = "Personne de ce nom, de ce numéro, de cette adresse ni de cet identifiant dans cette école."


def choose_file(parent: QWidget) -> str:
    """Where to write the report; empty where the person gave up."""
    return QFileDialog.getSaveFileName(parent, "Enregistrer le rapport", "Diagnostic.pdf", "PDF (*.pdf)")[0]


@dataclass(frozen=True)
class _School:
    """A school laid out: searched and answered in memory."""

    facts: SchoolFacts
    people: People
    accounts: dict[str, Row]
    copy: bool = False
    """A school open to the support officer who sits here."""


class DiagnosisPage(ReadingPage[DiagnosisView]):
    """« Pourquoi la connexion n’aboutit-elle pas ? »."""

    def __init__(self, shell: Shell, *, choose: Callable[[QWidget], str] = choose_file) -> None:
        view = DiagnosisView()
        self._choose_file = choose
        super().__init__(shell, view, view.band)
        self._school: _School | None = None
        self._account_id: str | None = None
        self._shown: Diagnosis | None = None
        self._noted: str | None = None
        self._parent = QObject(view)
        self.remedies = Remedies(shell, view, self._parent)
        self.remedies.refused.connect(self._on_failed)
        self.remedies.done.connect(lambda sentence: view.band.say(sentence, tone="green"))
        view.field.textChanged.connect(lambda _text: self._on_typed())
        view.chosen.connect(self._choose)
        view.remedy_asked.connect(self._on_remedy)
        view.report_asked.connect(self._on_report)

    @property
    def busy(self) -> bool:
        return super().busy or self.remedies.busy

    def close(self) -> None:
        self.remedies.close()
        super().close()

    def narrow(self, target: Target) -> None:
        """Answer for the account that ``target`` names."""
        self.view.clear()
        self._account_id = next(iter(target.account_ids or ()), None)
        self._answer()

    def _read(self, job: work.Job) -> _School:
        with self._shell.desk.vault.read() as connection:
            facts = school_facts(connection, self._shell.desk, school_id=self._shell.school_id).lay_out()
        copy = is_copy(self._shell.desk, school_id=self._shell.school_id)
        return _School(facts, People(facts), {account["id"]: account for account in facts.accounts}, copy)

    def _show(self, picture: _School) -> None:
        self._school = picture
        if self._account_id is not None:
            self._answer()
        else:
            self._find()

    def _on_typed(self) -> None:
        self._account_id = None
        self.view.band.clear()
        self._find()

    def _find(self) -> None:
        if self._school is None:
            return
        query = self.view.field.text()
        found = self._school.people.find(query)
        named = [(account["id"], self._named(account)) for account in found[:MOST_FOUND]]
        self.view.show_found(named if len(found) > 1 else [], "" if read_query(query).empty else said(found))
        if len(found) == 1:
            self._choose(found[0]["id"])

    def _named(self, account: Row) -> str:
        assert self._school is not None
        facts = self._school.facts.of(account)
        children = ", ".join(child.name for child in facts.children)
        return f"{listed_name(facts.guardian)} ({children})" if children else listed_name(facts.guardian)

    def _choose(self, account_id: str) -> None:
        self._account_id = account_id
        self._answer()

    def _answer(self) -> None:
        """Answer for the one who is meant; who went meanwhile is answered for no more."""
        school, account_id = self._school, self._account_id
        if school is None or account_id is None:
            return
        account = school.accounts.get(account_id)
        self._shown = diagnosis(school.facts.of(account)) if account is not None else None
        self._note(school, account_id)
        if self._shown is None:
            self.view.hide_answer()
        else:
            self.view.show_answer(self._shown, buttons(copy=school.copy), director=not school.copy)

    def _note(self, school: _School, account_id: str) -> None:
        """Whoever is let in tells the director that she looked for a cause; about whom, once."""
        if not school.copy or account_id == self._noted:
            return
        self._noted, desk, school_id = account_id, self._shell.desk, self._shell.school_id
        work.start(lambda _job: note_reading(desk, school_id=school_id, what=Reading.DIAGNOSIS), parent=self._parent)

    def _on_remedy(self, remedy: Remedy, pupil_id: str) -> None:
        if self._shown is not None:
            self.view.band.clear()
            if self._school is not None and self._school.copy and remedy in (*PROPOSED, Remedy.CORRECT_GUARDIAN):
                cause = next(one.title for one in self._shown.causes if one.remedy is remedy)
                self.remedies.propose(remedy, self._shown, reason=f"Diagnostic\u00a0: {cause}")
            else:
                self.remedies.carry_out(remedy, self._shown, pupil_id or None)

    def _on_report(self) -> None:
        """The whole school by cause, for the academy's desk: read anew, off the window's thread."""
        path = "" if self._acts.busy else self._choose_file(self.view)
        if path:
            self.view.band.say("Le rapport s’écrit…", tone="blue")
            done = lambda made: self.view.band.say(f"{made.name} est écrit.", tone="green")  # noqa: E731
            self._acts.start(lambda _job: self._write_report(Path(path)), done=done, failed=self._on_failed)

    def _write_report(self, file: Path) -> Path:
        from app.services.diagnosis.report import write_report  # off the window's thread: it brings the drawing with it

        desk, school_id = self._shell.desk, self._shell.school_id
        note_reading(desk, school_id=school_id, what=Reading.DIAGNOSIS)
        return write_report(desk, school_id=school_id, found=diagnose_school(desk, school_id=school_id), file=file)


def said(found: Sequence[Row]) -> str:
    """How many were found."""
    if not found:
        return NOBODY
    more = f"\u00a0: les {MOST_FOUND} premiers" if len(found) > MOST_FOUND else ""
    return f"{many(len(found), 'responsable')}{more}" if len(found) > 1 else ""

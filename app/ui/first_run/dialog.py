"""The wiring of the first run: a vault, a school, its contact, the recovery code, the first import."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QVBoxLayout, QWidget

from app.models.errors import PreauError
from app.services import schools
from app.services.desk import Desk
from app.services.sync.enrolment import Enrolled, enrol
from app.services.sync.transport import HttpTransport
from app.services.vault.keys import Opening
from app.ui import work
from app.ui.first_run.view import FirstRunView
from app.ui.help.key import add_help
from app.ui.importing.panel import ImportPanel
from app.ui.paper import write_recovery_pdf

NOT_THE_SAME = "Les deux saisies diffèrent\u00a0: tapez deux fois la même phrase."
ANOTHER = "Ajouter une école"
NOT_KEPT = "Imprimez ou recopiez d’abord le code, puis cochez la case."


@dataclass(frozen=True, slots=True)
class Beginnings:
    """How the first run makes things: a vault (with a passphrase where asked), the desk on it, a line to a server."""

    make_vault: Callable[[str | None], Opening]
    desk_of: Callable[[Opening], Desk]
    transport: Callable[..., HttpTransport]
    label: str
    allow_fictional: bool = False
    restore: Callable[[QWidget], Opening | None] | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    desk: Desk
    school_id: str


class FirstRun(QDialog):
    """Ends accepted with ``opening`` and ``school_id``; rejected, ``opening`` may be there all the same, to be closed.

    ``opening`` given: a vault without a school, left there by an assistant that was closed half-way, or one to which
    a school is added (``another``): its recovery code was printed before.
    """

    def __init__(
        self,
        beginnings: Beginnings,
        *,
        opening: Opening | None = None,
        another: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._beginnings, self._another = beginnings, another
        self.opening = opening
        self.school_id: str | None = None
        self.panel: ImportPanel | None = None
        self._way = "offline"
        self._job: work.Job | None = None
        self.setWindowTitle("Préau")
        add_help(self, "FIRST_RUN")
        self.resize(820, 590)
        self.view = view = FirstRunView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(view)
        view.chosen.connect(self._on_chosen)
        view.backed.connect(self._on_back)
        view.advanced.connect(self._on_next)
        view.print_asked.connect(self._on_print)
        view.restore_asked.connect(self._on_restore)
        view.restore.setVisible(beginnings.restore is not None and opening is None)
        view.show_step("welcome", back=False, on=None)
        if another:
            view.title.setText(ANOTHER)

    def reject(self) -> None:
        """Closed by the cross or Escape: with a school it is an end like another, but not while work is under way."""
        if self._job is not None:
            self._job.cancel()  # a server that is slow to answer is waited for no longer
            return
        if self.panel is not None and self.panel.busy:
            return
        if self.school_id is not None:
            self.accept()
        else:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in a field leads on; a focused button takes it first."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.view.next.isVisible() and self.view.next.isEnabled():
                self.view.next.click()
            return
        super().keyPressEvent(event)

    def _on_chosen(self, way: str) -> None:
        self._way = way
        if self.opening is not None:
            self._show_start()
            return
        self._make_vault(None)

    def _make_vault(self, passphrase: str | None) -> None:
        self._run(lambda job: self._beginnings.make_vault(passphrase), self._on_made, self._on_not_made)

    def _on_made(self, opening: Opening) -> None:
        self.opening = opening
        self._show_start()

    def _on_not_made(self, error: PreauError) -> None:
        if error.code == "passphrase_needed" and self.view.step != "passphrase":
            self.view.show_step("passphrase", back=True, on="Continuer")
        else:
            self.view.band.refuse(error)

    def _show_start(self) -> None:
        if self._way == "code":
            self.view.show_step("code", back=True, on="Relier ce poste")
        else:
            self.view.show_step("school", back=True, on="Continuer")

    def _on_back(self) -> None:
        self.view.show_step("welcome", back=False, on=None)

    def _on_next(self) -> None:
        steps: dict[str, Callable[[], None]] = {
            "passphrase": self._take_passphrase,
            "code": self._take_code,
            "school": self._take_school,
            "contact": self._take_contact,
            "recovery": self._take_recovery,
            "files": self.accept,
        }
        steps[self.view.step]()

    def _take_passphrase(self) -> None:
        if self.view.passphrase.text() != self.view.again.text():
            self.view.band.say(NOT_THE_SAME, tone="red")
            return
        self._make_vault(self.view.passphrase.text())

    def _take_code(self) -> None:
        form, opening = self.view.code, self.opening
        if opening is None or not form.check():
            return
        desk, values, begin = self._beginnings.desk_of(opening), form.values(), self._beginnings

        def call(job: work.Job) -> Enrolled:
            with closing(begin.transport(given_up=job.cancelled)) as transport:
                return enrol(
                    desk, server_url=values["server"], code=values["code"], transport=transport,
                    secrets=opening.secrets, label=begin.label,
                )  # fmt: skip

        self._run(call, self._on_enrolled, self._say)

    def _on_enrolled(self, enrolled: Enrolled) -> None:
        self.school_id = enrolled.school_id
        self._show_recovery()

    def _take_school(self) -> None:
        form = self.view.school
        if self.opening is None or not form.check():
            return
        values = form.values()
        details = {name: values[name] for name in ("address", "postal_code", "town")}
        desk = self._beginnings.desk_of(self.opening)
        try:
            made = schools.create_school(desk, uai=values["uai"], name=values["name"], details=details)
        except PreauError as error:
            self._say(error)
            return
        self.school_id = made.school_id
        self.view.show_step("contact", back=False, on="Continuer")

    def _take_contact(self) -> None:
        form = self.view.contact
        if self.opening is None or self.school_id is None or not form.check():
            return
        try:
            schools.edit_school(
                self._beginnings.desk_of(self.opening), school_id=self.school_id, values=form.values()
            )  # fmt: skip
        except PreauError as error:
            self._say(error)
            return
        self._show_recovery()

    def _show_recovery(self) -> None:
        code = self.opening.recovery_code if self.opening else None
        if code is None or self._another:
            self._show_files()
            return
        self.view.recovery_code.setText(code)
        self.view.show_step("recovery", back=False, on="Continuer")

    def _take_recovery(self) -> None:
        if not self.view.kept.isChecked():
            self.view.band.say(NOT_KEPT, tone="orange")
            self.view.kept.setFocus()
            return
        self._show_files()

    def _show_files(self) -> None:
        if self.opening is None or self.school_id is None:
            return
        if not self.school_id:  # a support officer's PC, which has no school and no files
            self.accept()
            return
        place = _Place(self._beginnings.desk_of(self.opening), self.school_id)
        self.panel = ImportPanel(place, allow_fictional=self._beginnings.allow_fictional)
        self.panel.show_history()
        self.panel.written.connect(lambda: self.view.next.setText("Ouvrir Préau"))
        self.view.embed_files(self.panel.widget)
        self.view.show_step("files", back=False, on="Plus tard, ouvrir Préau")

    def _on_print(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "Enregistrer le code de récupération", "Preau-code-de-recuperation.pdf", "PDF (*.pdf)"
        )
        if not name or self.opening is None or self.opening.recovery_code is None or self.school_id is None:
            return
        line = "Assistance"
        if self.school_id:
            line = schools.one_school(self._beginnings.desk_of(self.opening), school_id=self.school_id).line
        try:
            write_recovery_pdf(Path(name), code=self.opening.recovery_code, school=line)
        except PreauError as error:
            self._say(error)
            return
        self.view.band.say("Le code est dans ce PDF\u00a0: imprimez-le, puis effacez le fichier.", tone="green")

    def _on_restore(self) -> None:
        if self._beginnings.restore is None:
            return
        opening = self._beginnings.restore(self)
        if opening is None:
            return
        self.opening = opening
        found = schools.list_schools(self._beginnings.desk_of(opening))
        if found:
            self.school_id = found[0].school_id
            self.accept()

    def _run(
        self, call: Callable[[work.Job], Any], done: Callable[[Any], None], failed: Callable[[PreauError], None]
    ) -> None:
        def finish(result: Any) -> None:
            self._job = None
            self.view.set_busy(busy=False)
            done(result)

        def refuse(error: PreauError) -> None:
            self._job = None
            self.view.set_busy(busy=False)
            failed(error)

        self.view.band.clear()
        self.view.set_busy(busy=True)
        self._job = work.start(call, parent=self, done=finish, failed=refuse)

    def _say(self, error: PreauError) -> None:
        self.view.band.refuse(error)

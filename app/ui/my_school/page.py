"""The wiring of « Mon école »: edits are acts, the code is presented off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.models.errors import PreauError
from app.services import devices, preferences, schools
from app.services.reviews import value_words
from app.services.schools import DeviceLine
from app.services.sync.enrolment import Enrolled, enrol
from app.services.sync.status import status
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import SecretStore
from app.ui import work
from app.ui.asking import Ask, ask
from app.ui.my_school.people import PeopleDesk
from app.ui.my_school.view import MySchoolView
from app.ui.paper import write_recovery_pdf
from app.ui.pieces import moment
from app.ui.shell.page import Shell

SAVED = "Enregistré sur ce poste."
NO_CODE = "La clé de ce fichier est donnée par un script (PREAU_VAULT_KEY)\u00a0: il n’a pas de code de récupération."


@dataclass(frozen=True, slots=True)
class Means:
    """What the page needs beside the records: where secrets are, how a server is reached, how a backup is made.

    ``back_up`` writes a copy into a folder and returns the sentence that says so; ``add_school`` begins another school
    in the same vault and returns its id, or None where the person gave up.
    """

    secrets: SecretStore
    transport: Callable[..., HttpTransport]
    recovery_code: Callable[[], str | None]
    back_up: Callable[[Path], str] | None
    label: str
    add_school: Callable[[QWidget], str | None] | None = None
    allow_fictional: bool = False
    """Whether the numbers kept for fiction count as mobiles."""


class MySchoolPage:
    """« Mon école »."""

    def __init__(self, shell: Shell, means: Means, *, asking: Ask = ask) -> None:
        self._shell, self._means = shell, means
        self._job: work.Job | None = None
        self._dirty = False
        self.view = view = MySchoolView()
        view.saved.connect(self._on_saved)
        view.enrol_asked.connect(self._on_enrol)
        view.backup_asked.connect(self._on_backup)
        view.recovery_asked.connect(self._on_recovery)
        view.another_asked.connect(self._on_another)
        view.another.setVisible(means.add_school is not None)
        view.flyers_asked.connect(self._on_flyers)
        view.notices_turned.connect(partial(self._on_setting, "report_notices"))
        view.ine_turned.connect(partial(self._on_setting, "require_ine"))
        view.private_turned.connect(self._on_private)
        view.admission.asked.connect(self._on_admit)
        view.lock.setValue(preferences.lock_minutes(shell.desk.vault))
        view.lock.valueChanged.connect(lambda minutes: preferences.set_lock_minutes(shell.desk.vault, minutes))
        self.people = PeopleDesk(shell, view, asking)
        self.people.done.connect(self._on_decided)
        self.people.refused.connect(view.band.refuse)
        for form in (view.school, view.signatory):
            form.edited.connect(self._on_edited)
        view.backup.setVisible(means.back_up is not None)

    @property
    def widget(self) -> QWidget:
        return self.view

    def refresh(self) -> None:
        """Read the records anew; what is being typed is left alone."""
        desk, school_id, view = self._shell.desk, self._shell.school_id, self.view
        school = schools.one_school(desk, school_id=school_id)
        if not self._dirty:
            view.show_school(school, schools.sheet_life_days(desk, school_id=school_id))
        self._show_choices()
        self._show_line(school.timezone, school.portal_url)
        lines = schools.list_devices(desk, school_id=school_id)
        view.show_devices(lines, [_dates(line, school.timezone) for line in lines])
        self.people.show_lines(lines)
        view.admission.show_devices(
            devices.to_admit(desk, school_id=school_id),
            own=devices.own_fingerprint(desk, school_id=school_id),
            lacks_key=devices.lacks_key(desk, school_id=school_id),
        )
        view.safety.setText(
            "Le code de récupération, imprimé, ouvre vos données sur un autre poste."
            if self._means.recovery_code()
            else NO_CODE
        )
        view.recovery.setVisible(self._means.recovery_code() is not None)

    def close(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job.wait()

    def _show_line(self, zone: str, portal: str | None) -> None:
        line = status(self._shell.desk, school_id=self._shell.school_id)
        if not line.linked:
            self.view.server.setText(
                "Ce poste travaille seul. Avec le code reçu de votre académie, les identifiants des parents arrivent "
                "et vos modifications partent."
            )
            return
        said = [f"Relié à {line.server_url}."]
        if portal:
            said.append(f"Adresse du portail des parents\u00a0: {portal}")
        if line.last_success_at:
            said.append(f"Dernière synchronisation réussie le {moment(line.last_success_at, zone)}.")
        said.append("Un nouveau code relie ce poste à une autre adresse, sans rien perdre.")
        self.view.server.setText("\n".join(said))

    def _on_edited(self) -> None:
        self._dirty = True
        self.view.band.clear()

    def _on_saved(self) -> None:
        view, desk, school_id = self.view, self._shell.desk, self._shell.school_id
        if not view.school.check():
            return
        try:
            schools.edit_school(desk, school_id=school_id, values={**view.school.values(), **view.signatory.values()})
            if view.life.value() != schools.sheet_life_days(desk, school_id=school_id):
                schools.change_setting(desk, school_id=school_id, name="sheet_life_days", value=view.life.value())
        except PreauError as error:
            view.band.refuse(error)
            return
        self._dirty = False
        view.band.say(SAVED, tone="green")
        self._shell.records_changed()
        self._shell.synchronise()

    def _show_choices(self) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self.view.show_choices(
            notices=schools.report_notices(desk, school_id=school_id),
            private=schools.is_private(desk, school_id=school_id), ine=schools.requires_ine(desk, school_id=school_id),
        )  # fmt: skip

    def _on_setting(self, name: schools.SettingName, on: bool) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self._turn(lambda: schools.change_setting(desk, school_id=school_id, name=name, value=on))

    def _on_private(self, on: bool) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self._turn(lambda: schools.set_private(desk, school_id=school_id, private=on))

    def _turn(self, change: Callable[[], object]) -> None:
        try:
            change()
        except PreauError as error:
            self._show_choices()
            self.view.band.refuse(error)
            return
        self.view.band.say(SAVED, tone="green")
        self._shell.records_changed()
        self._shell.synchronise()

    def _on_enrol(self) -> None:
        form = self.view.code_form
        if self._job is not None or not form.check():
            return
        desk, school_id, means, values = self._shell.desk, self._shell.school_id, self._means, form.values()

        def call(job: work.Job) -> Enrolled:
            with closing(means.transport(given_up=job.cancelled)) as transport:
                return enrol(
                    desk, server_url=values["server"], code=values["code"], transport=transport,
                    secrets=means.secrets, school_id=school_id, label=means.label,
                )  # fmt: skip

        self.view.enrol.setEnabled(False)
        self.view.band.say("Le serveur est interrogé…")
        self._job = work.start(call, parent=self.view, done=self._on_enrolled, failed=self._on_refused)

    def _on_enrolled(self, enrolled: Enrolled) -> None:
        self._job = None
        self.view.enrol.setEnabled(True)
        self.view.code_form.fill({"server": "", "code": ""})
        self.view.band.say(f"Ce poste est relié\u00a0: {enrolled.school_name}, {enrolled.person_name}.", tone="green")
        if enrolled.school_id != self._shell.school_id:
            self._shell.choose_school(enrolled.school_id)
        else:
            self._shell.records_changed()
        self._shell.synchronise()

    def _on_refused(self, error: PreauError) -> None:
        self._job = None
        self.view.enrol.setEnabled(True)
        self.view.band.refuse(error)

    def _on_admit(self, device_id: str, number: str) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        try:
            devices.admit(desk, school_id=school_id, device_id=device_id, compared=number)
        except PreauError as error:
            self.view.band.refuse(error)
            return
        self.view.band.say(
            "Ce poste est admis\u00a0: il lira les mots de passe dès sa prochaine synchronisation.", tone="green"
        )
        self._shell.records_changed()
        self._shell.synchronise()

    def _on_decided(self, sentence: str) -> None:
        self.view.band.say(sentence, tone="green")
        self._shell.records_changed()
        self._shell.synchronise()

    def _on_another(self) -> None:
        made = self._means.add_school(self.view.window()) if self._means.add_school else None
        if made is not None:
            self._shell.choose_school(made)

    def _on_flyers(self) -> None:
        from app.ui.flyers.dialog import FlyersDialog

        fictional = self._means.allow_fictional
        FlyersDialog(self._shell.desk, self._shell.school_id, allow_fictional=fictional, parent=self.view).exec()

    def _on_recovery(self) -> None:
        code = self._means.recovery_code()
        name, _ = QFileDialog.getSaveFileName(
            self.view, "Enregistrer le code de récupération", "Preau-code-de-recuperation.pdf", "PDF (*.pdf)"
        )
        if not name or code is None:
            return
        school = schools.one_school(self._shell.desk, school_id=self._shell.school_id)
        try:
            write_recovery_pdf(Path(name), code=code, school=school.line)
        except PreauError as error:
            self.view.band.refuse(error)
            return
        self.view.band.say("Le code est dans ce PDF\u00a0: imprimez-le, puis effacez le fichier.", tone="green")

    def _on_backup(self) -> None:
        folder, back_up = QFileDialog.getExistingDirectory(self.view, "Où sauvegarder\u202f?"), self._means.back_up
        if not folder or back_up is None or self._job is not None:
            return
        self.view.band.say("Sauvegarde en cours…")
        self._job = work.start(
            lambda job: back_up(Path(folder)), parent=self.view, done=self._on_backed_up, failed=self._on_refused
        )

    def _on_backed_up(self, sentence: str) -> None:
        self._job = None
        self.view.band.say(sentence, tone="green")


def _dates(line: DeviceLine, zone: str) -> tuple[str, str]:
    seen = value_words(line.last_seen_on[:10]) if line.last_seen_on else "—"
    if line.revoked_at:
        return seen, f"révoqué le {moment(line.revoked_at, zone)}"
    return seen, "ce poste" if line.here else ""

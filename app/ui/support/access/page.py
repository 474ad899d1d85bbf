"""The wiring of « Accès de l’assistance »: open the school for a time, see what was looked at, end it."""

from __future__ import annotations

from datetime import date, timedelta

from app.models.clock import local_date
from app.models.support import year_end
from app.services.schools import one_school
from app.services.support import grants
from app.services.support.grants import GrantLine, KnownOfficer
from app.services.sync.seat import seated_engine
from app.ui import work
from app.ui.asking import Ask, ask
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell
from app.ui.support.access.view import AccessView
from app.ui.support.sections import Means

Picture = tuple[tuple[KnownOfficer, ...], tuple[GrantLine, ...]]


class AccessPage(ReadingPage[AccessView]):
    """What a director opens to the assistance."""

    def __init__(self, shell: Shell, means: Means, *, confirm: Ask = ask) -> None:
        view = AccessView()
        super().__init__(shell, view, view.band)
        self._means, self._ask = means, confirm
        self._lines: tuple[GrantLine, ...] = ()
        self._met: str | None = None
        view.grant_asked.connect(self._on_grant)
        view.code_asked.connect(self._on_code)
        view.end_asked.connect(self._on_end)
        view.table.selectionModel().selectionChanged.connect(lambda *_: self._show_choice())

    def _read(self, job: work.Job) -> Picture:
        desk, school_id = self._shell.desk, self._shell.school_id
        return grants.known_officers(desk, school_id=school_id), grants.list_grants(desk, school_id=school_id)

    def _show(self, picture: Picture) -> None:
        known, self._lines = picture
        self.view.show_officers(known, self._met)
        self.view.show_grants(self._lines)
        self._show_choice()

    def _on_grant(self) -> None:
        view, desk, school_id = self.view, self._shell.desk, self._shell.school_id
        officer_id, name, until = view.officer.currentData(), view.officer.currentText(), self._until()
        question = (
            f"Ouvrir les fiches et les comptes de l’école à {name}, pour\u00a0: {view.how_long.currentText()}\u202f?"
        )
        if officer_id is None or not self._ask(view, question, "Ouvrir l’accès"):
            return
        self._do(
            lambda: grants.grant(desk, school_id=school_id, officer_id=officer_id, until=until),
            lambda line: view.band.say(f"{line.name}\u00a0: {line.state}.", tone="green"),
        )

    def _until(self) -> date | None:
        """The last day of what was chosen; None for the 72 hours."""
        place = self.view.how_long.currentIndex()
        if place == 0:
            return None
        zone = one_school(self._shell.desk, school_id=self._shell.school_id).timezone
        today = local_date(self._shell.desk.now(), zone)
        return min(today + timedelta(days=7), year_end(today)) if place == 1 else year_end(today)

    def _on_code(self, code: str) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id

        def meet() -> tuple[str, str]:
            transport = self._means.transport(given_up=lambda: False)
            try:
                engine = seated_engine(desk, transport=transport, secrets=self._means.secrets)
                address = engine.address(school_id)
                return grants.meet(transport, address=address, code=code, follow=lambda: engine.run_once(school_id))
            finally:
                transport.close()

        self._do(meet, self._on_met)

    def _on_met(self, met: tuple[str, str]) -> None:
        self._met, name = met
        self.view.code.clear()
        self.view.band.say(
            f"Ce code est celui de {name}. Vérifiez que c’est bien elle, puis ouvrez l’accès.", tone="blue"
        )
        self.refresh()

    def _chosen(self) -> GrantLine | None:
        living = [line for line in self._lines if line.living]
        places = [index.row() for index in self.view.table.selectionModel().selectedRows()]
        line = self._lines[places[0]] if places and places[0] < len(self._lines) else None
        if line is None and len(living) == 1:
            return living[0]
        return line if line is not None and line.living else None

    def _show_choice(self) -> None:
        self.view.end.setEnabled(self._chosen() is not None)

    def _on_end(self) -> None:
        line, desk, school_id = self._chosen(), self._shell.desk, self._shell.school_id
        question = "Fermer l’école à cette personne\u202f? Sa copie disparaît de son poste au prochain échange."
        if line is None or not self._ask(self.view, question, "Mettre fin à l’accès"):
            return
        self._do(
            lambda: grants.end(desk, school_id=school_id, grant_id=line.grant_id),
            lambda ended: self.view.band.say(f"{ended.name}\u00a0: {ended.state}.", tone="green"),
        )

"""The wiring of « Circonscription »: sort, open a school that is open, give a code, write PDF and XLSX."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.models.clock import parse_instant
from app.models.support import By, CodeReply, Reading
from app.services.support.circonscription import Circonscription, read_circonscription, write_pdf, write_xlsx
from app.services.support.officers import ask_code
from app.services.support.readings import note_reading
from app.services.sync.seat import officer_token
from app.ui import work
from app.ui.reading_page import ReadingPage
from app.ui.shell.page import Shell
from app.ui.support.circonscription.view import CirconscriptionView
from app.ui.support.sections import Means

NOT_OPEN = (
    "Cette école n’est pas ouverte. Sa direction l’ouvre sous «\u00a0Assistance\u00a0», à votre nom, ou avec le code à "
    "6\u00a0chiffres que vous lui lisez au téléphone."
)
ChooseFile = Callable[[str, str], str]
"""(proposed name, filter) → the path, empty for none."""


class CirconscriptionPage(ReadingPage[CirconscriptionView]):
    """An officer's schools."""

    def __init__(self, shell: Shell, means: Means, *, choose: ChooseFile | None = None) -> None:
        view = CirconscriptionView()
        super().__init__(shell, view, view.band)
        self._means, self._choose = means, choose or self._choose_file
        self._by, self._descending = By.NAME, False
        self._found: Circonscription | None = None
        view.sorted_by.connect(self._on_sorted)
        view.opened.connect(self._on_opened)
        view.code.clicked.connect(self._on_code)
        view.pdf.clicked.connect(lambda: self._on_write("Circonscription.pdf", "PDF (*.pdf)", write_pdf))
        view.xlsx.clicked.connect(lambda: self._on_write("Circonscription.xlsx", "Excel (*.xlsx)", write_xlsx))

    def _read(self, job: work.Job) -> Circonscription:
        return read_circonscription(self._shell.desk, by=self._by, descending=self._descending)

    def _show(self, picture: Circonscription) -> None:
        self._found = picture
        self.view.show_schools(picture)

    def _on_sorted(self, by: By, descending: bool) -> None:
        self._by, self._descending = by, descending
        self.refresh()

    def _on_opened(self, place: int) -> None:
        if self._found is None or not 0 <= place < len(self._found.lines):
            self.view.band.say("Choisissez d’abord une école de la liste.", tone="orange")
            return
        line, desk = self._found.lines[place], self._shell.desk
        if line.granted_until is None:
            self.view.band.say(f"{line.name}\u00a0: {NOT_OPEN}", tone="orange")
            return
        self._do(
            lambda: note_reading(desk, school_id=line.school_id, what=Reading.OPENING),
            lambda _: self._shell.choose_school(line.school_id),
        )

    def _on_code(self) -> None:
        desk, secrets = self._shell.desk, self._means.secrets

        def ask() -> CodeReply:
            transport = self._means.transport(given_up=lambda: False)
            try:
                return ask_code(desk, line=transport, token=officer_token(secrets))
            finally:
                transport.close()

        self._do(ask, self._on_got)

    def _on_got(self, got: CodeReply) -> None:
        minutes = round((parse_instant(got.expires_at) - self._shell.desk.clock()).total_seconds() / 60)
        self.view.band.say(
            f"Code à lire à la direction\u00a0: {got.code[:3]}\u00a0{got.code[3:]}. Il vaut {minutes}\u00a0minutes, une fois.",
            tone="blue",
        )

    def _on_write(self, name: str, kind: str, write: Callable[..., Path]) -> None:
        path = self._choose(name, kind)
        found = self._found
        if path and found is not None:
            self._do(
                lambda: write(found, path=Path(path)),
                lambda made: self.view.band.say(f"{made.name} est écrit.", tone="green"),
            )

    def _choose_file(self, name: str, kind: str) -> str:
        return QFileDialog.getSaveFileName(self.view, "Enregistrer la liste", name, kind)[0]

"""The PCs of the school and who directs it: put a PC away, report it stolen, hand the school over."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from app.models.errors import PreauError
from app.services import devices, handover
from app.services.schools import DeviceLine
from app.ui.asking import Ask
from app.ui.my_school.handover_dialog import HandoverDialog
from app.ui.my_school.view import MySchoolView
from app.ui.pieces import many
from app.ui.shell.page import Shell

REVOKED = "Ce poste n’a plus accès à l’école dès que le serveur le sait."
STOLEN = (
    "Ce poste n’a plus accès à l’école, et les mots de passe provisoires qu’il pouvait lire prennent fin, dès que le serveur "
    "le sait. Les responsables concernés ont besoin d’une nouvelle feuille\u00a0: voyez Accueil."
)
HANDED_OVER = "Le code de passation est prêt. Il marche dès que ce poste a synchronisé."


class PeopleDesk(QObject):
    """The wiring of the devices' card."""

    done = Signal(str)
    """Something was written: the sentence to show."""
    refused = Signal(PreauError)

    def __init__(self, shell: Shell, view: MySchoolView, asking: Ask) -> None:
        super().__init__(view)
        self._shell, self._view, self._ask = shell, view, asking
        self._lines: Sequence[DeviceLine] = ()
        self.dialog: HandoverDialog | None = None
        view.table.selectionModel().selectionChanged.connect(lambda *_: self._show_choice())
        view.revoke.clicked.connect(lambda: self._revoke(stolen=False))
        view.stolen.clicked.connect(lambda: self._revoke(stolen=True))
        view.handover.clicked.connect(self._on_handover)

    def show_lines(self, lines: Sequence[DeviceLine]) -> None:
        """The devices, in the order of the table."""
        self._lines = tuple(lines)
        self._show_choice()

    def _chosen(self) -> DeviceLine | None:
        places = [index.row() for index in self._view.table.selectionModel().selectedRows()]
        line = self._lines[places[0]] if places and places[0] < len(self._lines) else None
        return line if line is not None and not line.here and line.revoked_at is None else None

    def _show_choice(self) -> None:
        chosen = self._chosen()
        for one in (self._view.revoke, self._view.stolen):
            one.setEnabled(chosen is not None)
            one.setToolTip("" if chosen else "Choisissez d’abord un autre poste de la liste.")

    def _revoke(self, *, stolen: bool) -> None:
        line, desk, school_id = self._chosen(), self._shell.desk, self._shell.school_id
        if line is None:
            return
        held = devices.count_readable(desk, school_id=school_id, device_id=line.device_id)
        do_it = "Déclarer ce poste volé" if stolen else "Révoquer ce poste"
        if not self._ask(self._view, _question(line, held, stolen=stolen), do_it):
            return
        try:
            devices.revoke(desk, school_id=school_id, device_id=line.device_id, stolen=stolen)
        except PreauError as error:
            self.refused.emit(error)
            return
        self.done.emit(STOLEN if stolen else REVOKED)

    def _on_handover(self) -> None:
        desk, school_id = self._shell.desk, self._shell.school_id
        self.dialog = HandoverDialog(lambda name: handover.begin(desk, school_id=school_id, name=name), self._view)
        self.dialog.finished.connect(lambda _result: self._on_handover_closed())
        self.dialog.open()

    def _on_handover_closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            if dialog.given is not None:
                self.done.emit(HANDED_OVER)
            dialog.deleteLater()


def _question(line: DeviceLine, held: int, *, stolen: bool) -> str:
    who = f"{line.label or 'Poste sans nom'} ({line.person_name})"
    if not stolen:
        return f"Révoquer {who}\u202f? Il ne synchronisera plus. Les feuilles déjà imprimées restent valables."
    if not held:
        return f"{who} a été volé ou perdu\u202f? Il ne synchronisera plus. L’école reçoit une nouvelle clé."
    counted = many(held, "mot de passe provisoire", "mots de passe provisoires")
    passwords = f"{counted} {'prennent' if held > 1 else 'prend'} fin"
    return (
        f"{who} a été volé ou perdu\u202f? Il ne synchronisera plus, et {passwords}\u00a0: les responsables concernés auront "
        "besoin d’une nouvelle feuille. L’école reçoit une nouvelle clé."
    )

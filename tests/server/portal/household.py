"""The named cast of the portal's tests: one small school on a real server, one family, one printed sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.models.tables import Row
from app.services import notify
from app.services.imports import commit, preview
from app.services.onde.decode import SourceFile
from app.services.records.rows import SchoolRows
from app.services.sealing import SheetSecret, open_secret, school_keyring
from tests.conftest import FakeClock
from tests.support.live import LiveDesk, LiveServer, live_desk, live_server

PUPILS = """Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Libellé classe;Niveau
DUPONT;;Zoé;14/03/2019;F;123456789AB;CE1 Mme Aubrac;CE1
DUPONT;;Noé;02/09/2016;M;123456789AC;CM2 M. Petit;CM2
<IMG SRC=X>;;<b>Ana</b>;05/05/2019;F;123456789AD;CE1 Mme Aubrac;CE1
"""
GUARDIANS = """Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de famille élève;Prénom élève;Nom de famille élève;Prénom élève
M.;DUPONT;Marc;m.dupont@example.org;06 39 98 01 01;DUPONT;Zoé;DUPONT;Noé
MME;HOSTILE;Ida;;;<IMG SRC=X>;<b>Ana</b>;;
"""  # noqa: E501
YOUNGEST = ("14", "3", "2019")
PASSWORD = "une phrase tranquille"


@dataclass
class Household:
    """The server, the director's desk, and what the parent holds in his hand."""

    server: LiveServer
    desk: LiveDesk
    clock: FakeClock
    knocks: list[str] = field(default_factory=list)
    """The pages that parents have asked for."""

    def account(self, first_name: str = "Marc") -> Row:
        """The school's view of the account of that guardian."""
        with self.desk.desk.vault.read() as connection:
            rows = SchoolRows(connection, self.desk.school_id)
            guardian = next(row for row in rows.all("guardians") if row["first_name"] == first_name)
            return next(row for row in rows.all("accounts") if row["guardian_id"] == guardian["id"])

    def print_sheet(self, folder: Path, first_name: str = "Marc", *, reset: bool = False) -> SheetSecret | None:
        """Notify one guardian by a sheet; returns what is printed on it, None for a reminder without secret."""
        account_id = self.account(first_name)["id"]
        plan = notify.plan(self.desk.desk, school_id=self.desk.school_id, account_ids=[account_id], reset=reset)
        folder.mkdir(exist_ok=True)
        done = notify.print_sheets(self.desk.desk, plan=plan, folder=folder, processes=1)
        with self.desk.desk.vault.read() as connection:
            rows = SchoolRows(connection, self.desk.school_id)
            sheet = next(row for row in rows.all("sheets") if row["batch_id"] == done.batch_id)
            if not sheet["with_secret"]:
                return None
            keys = school_keyring(connection, self.desk.school_id)
        return open_secret(
            sheet["sealed"], version=sheet["key_version"], keys=keys, sheet_id=sheet["id"], login=sheet["login"]
        )

    def events(self, kind: str, first_name: str = "Marc") -> list[Row]:
        """What the director sees of an account after a synchronisation, in order."""
        self.desk.sync()
        with self.desk.desk.vault.read() as connection:
            rows = SchoolRows(connection, self.desk.school_id)
            found = rows.where("events", account_id=self.account(first_name)["id"])
        return sorted((row for row in found if row["kind"] == kind), key=lambda row: row["at"])

    def parent(self) -> httpx.Client:
        """A browser of its own, without scripts; it follows redirects as browsers do."""
        return httpx.Client(
            base_url=self.server.url, follow_redirects=True, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30,
            event_hooks={"request": [lambda request: self.knocks.append(request.url.path)]},
            verify=False,  # there is no TLS here: to read the system's authorities for it takes longer than a page
        )  # fmt: skip


def form(
    *, date: tuple[str, str, str] = YOUNGEST, email: str = "", mobile: str = "", password: str = PASSWORD
) -> dict[str, str]:
    """The activation form, filled in."""
    day, month, year = date
    return {"jour": day, "mois": month, "annee": year, "courriel": email, "portable": mobile, "mot_de_passe": password}


@contextmanager
def household(
    folder: Path,
    clock: FakeClock,
    *,
    database_url: str | None = None,
    settings: Mapping[str, object] | None = None,
    port: int | None = None,
) -> Iterator[Household]:
    """A school of three pupils, imported, enrolled and synchronised."""
    with (
        live_server(folder, clock=clock, database_url=database_url, settings=settings, port=port) as server,
        live_desk(folder, clock=clock) as desk,
    ):
        files = [SourceFile("CSVExtraction.csv", text.encode()) for text in (PUPILS, GUARDIANS)]
        commit(desk.desk, preview=preview(desk.desk, school_id=desk.school_id, files=files, allow_fictional=True))
        server.add_school()
        desk.enrol(server, server.code())
        desk.sync()
        yield Household(server, desk, clock)

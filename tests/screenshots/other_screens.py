"""Pictures of Accueil, Statistiques, the import, « Mon école », « À revoir » and the first run."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from sqlalchemy import insert

from app.models.acts import CorrectFields, EditSchoolFields
from app.models.errors import PreauError, VaultError
from app.models.states import AccountState, SheetStatus
from app.services import notify
from app.services.accounts import list_accounts
from app.services.records.conflicts import put_refusal
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows, Stamp
from app.services.sync.transport import HttpTransport
from app.services.vault.keys import Opening
from app.services.vault.secrets import VaultSecrets
from app.services.vault.tables import links
from app.ui.first_run.dialog import Beginnings, FirstRun
from app.ui.former.page import FormerPage
from app.ui.garbage import Collector
from app.ui.guardians.page import GuardiansPage
from app.ui.home.page import HomePage
from app.ui.importing.page import ImportPage
from app.ui.journal.page import JournalPage
from app.ui.my_school.page import Means, MySchoolPage
from app.ui.pages import make_transport
from app.ui.pupils.page import PupilsPage
from app.ui.requests.page import RequestsPage
from app.ui.review.page import ReviewPage
from app.ui.sheets.page import SheetsPage
from app.ui.shell.page import Page
from app.ui.startup import Doors, try_open
from app.ui.statistics.page import StatisticsPage
from app.ui.support.diagnosis.page import DiagnosisPage
from app.ui.support.duplicates.page import DuplicatesPage
from app.ui.support.page import SupportPage
from app.ui.support.sections import Means as SupportMeans
from app.ui.support.sections import sections_for
from app.ui.unlocking import UnlockDialog
from tests.screenshots.looks import LOOKS, wear
from tests.ui.activity import live_a_term
from tests.ui.desk_stage import StandIn, demo_files, demo_stage
from tests.ui.requests.asked import ask

SIZES = ((1280, 700), (1093, 504))
"""The room of a page in windows of 1280 × 800 and 1093 × 614."""
DIALOG = (820, 590)
RECOVERY = "K7RW-3HNP-QX4M-T9VC-2JDY-5GAF-8BEU"
"""A recovery code as it is printed, of no vault."""


def render(folder: Path) -> list[Path]:
    """Every screen, large and small, light, dark and in high contrast."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    collector = Collector()
    for look in LOOKS:
        wear(application, look)
        with tempfile.TemporaryDirectory() as name:
            for screen, widget in screens(application, Path(name)):
                made += _shoot(application, folder, f"{screen}-{look}", widget)
    wear(application, "light")
    collector.stop()
    return made


def _shoot(application: QApplication, folder: Path, name: str, widget: QWidget) -> list[Path]:
    paths = []
    widget.setProperty("role", "ground")
    for width, height in SIZES if not isinstance(widget, QDialog) else (DIALOG,):
        widget.resize(width, height)
        widget.show()
        settle(application)
        paths.append(folder / f"{name}-{width}.png")
        widget.grab().save(str(paths[-1]))
    return paths


def settle(application: QApplication, until: Callable[[], bool] = lambda: True) -> None:
    """Let what runs in the background end and the layouts follow."""
    for _ in range(2000):
        application.processEvents()
        if QThreadPool.globalInstance().waitForDone(5) and until():
            break
    for _ in range(5):
        application.processEvents()


def screens(application: QApplication, folder: Path) -> Iterator[tuple[str, QWidget]]:
    """Each screen by its name, ready to be shown: pages, an import under way, the first run, the opening of a vault."""
    with demo_stage(folder, pupils=236) as stage:
        live_a_term(stage)
        disagree(stage)
        link(stage)
        _print_and_leave(stage, folder)
        ask(stage)
        pages: dict[str, Callable[[StandIn], Page]] = {
            "accueil": lambda shell: HomePage(shell, allow_fictional=True),
            "statistiques": StatisticsPage,
            "a-revoir": ReviewPage,
            "demandes": RequestsPage,
            "assistance": _support,
            "doublons": _duplicates,
            "journal": JournalPage,
            "feuilles": SheetsPage,
            "eleves": PupilsPage,
            "anciens-eleves": FormerPage,
            "mon-ecole": lambda shell: MySchoolPage(shell, _means(shell)),
            "importer": lambda shell: ImportPage(shell, allow_fictional=True),
        }
        for name, make in pages.items():
            page = make(stage)
            page.refresh()
            settle(application)
            settle(application, lambda page=page: getattr(page, "chart", page) is not None)
            yield name, page.widget
        yield from _preview(application, stage, folder)
    yield from _empty(application, folder)
    yield from _first_run(application, folder)
    yield from _unlock(application, folder)


def _support(shell: StandIn) -> SupportPage:
    """A guardian is asked for, as on the telephone."""
    means = SupportMeans(VaultSecrets(shell.desk.vault), make_transport)
    page = SupportPage(shell, sections=sections_for(shell, means))
    section = page.section
    assert isinstance(section, DiagnosisPage)
    section.view.field.setText("p.parent12")
    return page


def _duplicates(shell: StandIn) -> DuplicatesPage:
    """The first guardian stands a second time, with the same mobile written otherwise."""
    with shell.desk.vault.write() as connection:
        rows = SchoolRows(connection, shell.school_id)
        one, other = sorted(rows.all("guardians"), key=lambda row: str(row["id"]))[:10:9]
        rows.change("guardians", one["id"], mobile="06 39 98 01 01")
        same = {name: one[name] for name in ("civility", "last_name", "first_name", "address", "postal_code")}
        rows.change("guardians", other["id"], mobile="+33639980101", usage_name=None, **same)
        rows.flush()
    return DuplicatesPage(shell)


def _preview(application: QApplication, stage: StandIn, folder: Path) -> Iterator[tuple[str, QWidget]]:
    page = ImportPage(stage, allow_fictional=True)
    page.refresh()
    first, second = demo_files(200)
    lines = first.content.split(b"\r\n")
    lines[5] = lines[5].replace(b"/20", b"/30")
    files = []
    for number, content in enumerate((b"\r\n".join(lines), second.content)):
        (folder / f"{number}").mkdir(exist_ok=True)
        files.append(folder / f"{number}" / "CSVExtraction.csv")
        files[-1].write_bytes(content)
    page.panel.open_files(files)
    settle(application, lambda: not page.panel.busy)
    yield "apercu", page.widget
    page.panel.previewing.whole.click()
    settle(application, lambda: not page.panel.busy)
    tabs = page.panel.previewing.tabs
    tabs.setCurrentIndex(tabs.count() - 1)
    yield "apercu-complet", page.widget
    page.panel.previewing.back.click()
    settle(application, lambda: not page.panel.busy)
    yield "import-abandonne", page.widget


def _empty(application: QApplication, folder: Path) -> Iterator[tuple[str, QWidget]]:
    """A school of which nothing was imported yet, and a file that is none of ONDE's."""
    (folder / "vide").mkdir()
    with demo_stage(folder / "vide", imported=False) as stage:
        pages: dict[str, Callable[[StandIn], Page]] = {
            "accueil-vide": lambda shell: HomePage(shell, allow_fictional=True), "responsables-vide": GuardiansPage,
            "feuilles-vide": SheetsPage, "statistiques-vide": StatisticsPage, "a-revoir-vide": ReviewPage,
            "demandes-vide": RequestsPage,
            "anciens-eleves-vide": FormerPage, "journal-vide": JournalPage,
            "mon-ecole-vide": lambda shell: MySchoolPage(shell, _means(shell)),
        }  # fmt: skip
        for name, make in pages.items():
            page = make(stage)
            page.refresh()
            settle(application)
            yield name, page.widget
        page = ImportPage(stage, allow_fictional=True)
        page.refresh()
        wrong = folder / "vide" / "photo.csv"
        wrong.write_bytes(bytes(range(256)))
        page.panel.open_files([wrong])
        settle(application, lambda: not page.panel.busy)
        yield "import-refuse", page.widget


def _first_run(application: QApplication, folder: Path) -> Iterator[tuple[str, QWidget]]:
    (folder / "seul").mkdir()
    with demo_stage(folder / "seul", imported=False) as stage:
        opening = Opening(stage.desk.vault, VaultSecrets(stage.desk.vault), RECOVERY)
        begin = Beginnings(
            lambda _: opening,
            lambda _: stage.desk,
            HttpTransport,
            "poste",
            allow_fictional=True,
            restore=lambda _parent: None,
        )
        dialog = FirstRun(begin)
        yield "premier-lancement-1", dialog
        dialog.view.offline.click()
        settle(application, lambda: dialog.view.step == "school")
        dialog.view.school.fill({"uai": "0310001A", "name": "École Marie Curie"})
        dialog.view.school.check()
        yield "premier-lancement-2", dialog
        dialog.view.school.fill({"uai": "0310001H", "town": "Toulouse"})
        dialog.view.next.click()
        yield "premier-lancement-3", dialog
        dialog.view.next.click()
        yield "premier-lancement-4", dialog
        dialog.view.kept.setChecked(True)
        dialog.view.next.click()
        yield "premier-lancement-5", dialog


def _unlock(application: QApplication, folder: Path) -> Iterator[tuple[str, QWidget]]:
    doors = Doors({"PREAU_VAULT": str(folder / "cle.preau")}, find_keyring=lambda: None)
    doors.make("quatre mots pris au hasard").vault.close()
    refused = try_open(doors)
    assert isinstance(refused, PreauError)
    yield "ouvrir", UnlockDialog(doors, doors.open, refused)
    refused = VaultError("key_not_found", "La clé de preau.preau n’est pas dans le trousseau de ce poste.")
    yield "ouvrir-code", UnlockDialog(doors, doors.open, refused)


def _means(stage: StandIn) -> Means:
    return Means(VaultSecrets(stage.desk.vault), HttpTransport, lambda: "K7RW-3HNP", lambda folder: "", "poste")


def disagree(stage: StandIn) -> None:
    """Two people wrote the same value, a pupil was corrected, an act was refused."""
    desk, school_id = stage.desk, stage.school_id
    fields = EditSchoolFields(changes={"phone": ("05 00 00 00 00", "05 36 49 00 01")})
    submit(desk, school_id=school_id, kind="ecole.modifier", fields=fields)
    with desk.vault.read() as connection:
        pupil = SchoolRows(connection, school_id).all("pupils")[3]
    fields_ = CorrectFields(record_id=pupil["id"], changes={"birth_date": (pupil["birth_date"], "2019-04-12")})
    submit(desk, school_id=school_id, kind="eleve.corriger", fields=fields_)
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, school_id)
        stamp = Stamp("act-x", "Hélène Rouvière", "poste", "2026-11-20T09:00:00.000000Z")
        put_refusal(rows, stamp, code="gone", sentence="Ce compte a été rouvert par Mme Tanguy entre-temps.")
        rows.flush()


def _print_and_leave(stage: StandIn, folder: Path) -> None:
    """Three classes with their sheets, some handed out, some that end soon; three pupils who left; another PC."""
    desk, school_id = stage.desk, stage.school_id
    fresh = [
        row.account_id
        for row in list_accounts(desk, school_id=school_id).rows
        if row.state is AccountState.NOT_NOTIFIED
    ]
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, school_id)
        rows.change("schools", school_id, portal_url="https://portail.exemple.fr")
        rows.flush()
    plan = notify.plan(desk, school_id=school_id, account_ids=list(dict.fromkeys(fresh)), reset=False)
    notify.print_sheets(desk, plan=plan, folder=folder / "pdf", processes=1)
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, school_id)
        sheets = sorted(rows.all("sheets"), key=lambda sheet: (str(sheet["classroom_label"]), int(sheet["number"])))
        for place, sheet in enumerate(sheets[: len(sheets) * 2 // 3]):
            ends = "2026-11-30T10:00:00.000000Z" if place < 8 else "2027-02-20T10:00:00.000000Z"
            handed = "2026-11-20" if 8 <= place < 20 else None
            rows.change("sheets", sheet["id"], status=SheetStatus.KNOWN.value, expires_at=ends, handed_on=handed)
        for pupil in sorted(rows.all("pupils"), key=lambda row: str(row["id"]))[:3]:
            rows.change("pupils", pupil["id"], left_on="2026-10-01")
        for name, who in (("d", "Hélène Rouvière"), ("autre", "Luc Petit")):
            rows.add("devices", name, person_id=f"p-{name}", person_name=who, role="director", label=f"PC {name}",
                     public_key="", created_at="2026-09-01T10:00:00.000000Z")  # fmt: skip
        rows.flush()


def link(stage: StandIn) -> None:
    """The PC is linked to a server, and has just synchronised."""
    with stage.desk.vault.write() as connection:
        connection.execute(
            insert(links).values(
                school_id=stage.school_id, server_url="https://preau.example.org", device_id="d", person_id="p",
                person_name="Hélène Rouvière", role="director", last_success_at="2026-11-21T12:58:00.000000Z",
                last_attempt_at="2026-11-21T12:58:00.000000Z",
            )
        )  # fmt: skip


if __name__ == "__main__":
    for path in render(Path(sys.argv[1])):
        print(path)

"""``preau --self-test``: whether this copy of the application is whole, on a vault of its own that vanishes.

Made for the packaged folder, where a module or a file may be missing that no import of the sources would miss.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.output import say
from app.models.clock import system_clock
from app.models.errors import TransportError
from app.services.demo.school import DETAILS, NAME, UAI, make_school
from app.services.desk import Desk

if TYPE_CHECKING:
    from app.ui.app import Desktop

PUPILS = 80
"""Enough for more than a hundred guardians: their sheets are drawn by two processes."""
SIZE = (1093, 614)
PORTAL = "https://portail.exemple.fr"
LANGUAGES = ("ar", "tr", "en")
"""Of the first guardians: shaping, fonts and catalogues are in the folder too."""


@dataclass(frozen=True, slots=True)
class Place:
    """The temporary folder of one self-test, its vault and its key."""

    folder: Path
    key: bytes

    @property
    def vault(self) -> Path:
        return self.folder / "essai.preau"

    @property
    def environ(self) -> Mapping[str, str]:
        return {
            **os.environ, "PREAU_VAULT": str(self.vault), "PREAU_VAULT_KEY": self.key.hex(), "PREAU_FICTIONAL_NUMBERS": "1",
        }  # fmt: skip


def run() -> int:
    """Try each part, a line each. Returns 0 where all of them work, else 1 and the part that does not."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        place = Place(Path(name), os.urandom(32))
        for words, step in STEPS:
            try:
                say(f"{words} : {step(place)}")
            except Exception as error:  # noqa: BLE001 - whatever is missing, the line names it
                say(f"{words} : ÉCHEC ({type(error).__name__} : {error})")
                return 1
    say("Cette copie de Préau est complète.")
    return 0


def _modules(place: Place) -> str:
    """A packaged copy takes nothing from elsewhere: no Python of the machine, no sources that happen to lie there."""
    packed = getattr(sys, "_MEIPASS", None)
    if packed is None:
        return "depuis les sources"
    home = Path(packed).resolve()
    found = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    files = [Path(file) for file in found if file]
    strangers = [file for file in files if file.is_absolute() and home not in file.resolve().parents]
    if strangers:
        raise RuntimeError(f"from elsewhere: {strangers[:3]}")
    return f"{len(files)}, tous de ce dossier"


def _vault(place: Place) -> str:
    from app.services.schools import create_school
    from app.services.vault.vault import create_vault, open_vault

    with create_vault(place.vault, key=place.key) as vault:
        create_school(Desk(vault, system_clock, os.urandom), uai=UAI, name=NAME, details=dict(DETAILS))
    if place.vault.read_bytes()[:15] == b"SQLite format 3":
        raise RuntimeError("the vault is not encrypted")
    open_vault(place.vault, key=place.key).close()
    return "créé, chiffré, rouvert"


def _migrations(place: Place) -> str:
    """The revisions are files that Alembic reads: played from nothing, on a base in memory."""
    from sqlalchemy import create_engine
    from sqlcipher3 import dbapi2

    from app.services.migrations.runner import current, upgrade
    from app.services.vault.schema import HOME

    engine = create_engine("sqlite://", module=dbapi2)
    try:
        with engine.begin() as connection:
            upgrade(connection, HOME)
            found = current(connection)
    finally:
        engine.dispose()
    if found is None or not found.endswith(HOME.head):
        raise RuntimeError(f"revision {found}, not {HOME.head}")
    return f"révision {found}"


def _keyring(place: Place) -> str:
    from keyring.backend import get_all_keyring

    from app.services.vault.keyrings import system_keyring

    known = {type(backend).__module__ for backend in get_all_keyring()}
    here = system_keyring()
    if len(known) < 2:  # the library without its backends knows its own refusal only
        raise RuntimeError("no backend of the keyring library is in this folder")
    return f"{type(here).__module__}" if here is not None else "aucun sur ce poste, une phrase de passe serait demandée"


def _import(place: Place) -> str:
    from app.services import imports
    from app.services.onde.decode import SourceFile
    from app.services.schools import list_schools

    drawn = make_school(pupils=PUPILS)
    files = [SourceFile("eleves.csv", drawn.pupils_csv()), SourceFile("responsables.csv", drawn.guardians_csv())]
    with _desk(place) as desk:
        school_id = list_schools(desk)[0].school_id
        preview = imports.preview(desk, school_id=school_id, files=files, allow_fictional=True)
        imports.commit(desk, preview=preview)
    return f"{len(drawn.pupils)} élèves, {len(drawn.guardians)} responsables"


def _sheets(place: Place) -> str:
    """Log-ins and the portal's address are written as a first synchronisation would; the rest is the real print."""
    from pypdf import PdfReader

    from app.services import notify
    from app.services.languages import languages
    from app.services.records.rows import SchoolRows
    from app.services.schools import list_schools

    with _desk(place) as desk:
        school_id = list_schools(desk)[0].school_id
        with desk.vault.write() as connection:
            rows = SchoolRows(connection, school_id)
            rows.change("schools", school_id, portal_url=PORTAL)
            accounts = [str(row["id"]) for row in rows.all("accounts")]
            for number, account in enumerate(accounts):
                rows.change("accounts", account, login=f"p.essai{number}")
            for guardian, language in zip(rows.all("guardians"), LANGUAGES, strict=False):
                rows.change("guardians", guardian["id"], language=language)
            rows.flush()
        plan = notify.plan(desk, school_id=school_id, account_ids=accounts, reset=False)
        done = notify.print_sheets(desk, plan=plan, single_file=place.folder / "feuilles.pdf", processes=2)
    pages = len(PdfReader(done.files[0]).pages)
    known = [language.code for language in languages()]
    if len(plan.sheets) <= 100 or pages < len(plan.sheets) or not set(LANGUAGES) <= set(known):
        raise RuntimeError(f"{pages} pages for {len(plan.sheets)} sheets; languages: {known}")
    return f"{len(plan.sheets)} dans un PDF de {pages} pages, par deux processus ; langues : fr, {', '.join(known)}"


def _reports(place: Place) -> str:
    """The two readers of bilans: their libraries are C and large, and nothing else imports them."""
    from app.services.reports.imports import preview
    from app.services.reports.pdf_write import write_pages
    from app.services.reports.sources import ReportFile
    from app.services.schools import list_schools

    xml = ReportFile("essai.xml", _lsu(UAI))
    with _desk(place) as desk:
        found = preview(desk, school_id=list_schools(desk)[0].school_id, files=[xml]).plan
    if len(found.unmatched) != 1 or found.errors:
        raise RuntimeError(f"{len(found.unmatched)} children asked, errors: {found.errors}")
    sheets = (place.folder / "feuilles.pdf").read_bytes()
    size = len(write_pages("feuilles.pdf", sheets, [1]))
    return f"XML de LSU lu, une page de PDF récrite ({size // 1000} ko)"


def _lsu(uai: str) -> bytes:
    """The smallest file of LSU, about a child who is nowhere."""
    return f"""<lsun-bilans xmlns="urn:fr:edu:scolarite:lsun:bilans:import" schemaVersion="1.0">
    <entete><etablissement>{uai}</etablissement></entete><donnees>
    <eleves><eleve id="E1" ine="123456789AB" nom="Essai" prenom="Essai"/></eleves>
    <periodes><periode id="P1" millesime="2026" indice="1" nb-periodes="3"/></periodes>
    <bilans-periodiques><bilan-periodique eleve-ref="E1" periode-ref="P1" date-verrou="2026-12-04T17:30:00">
    <appreciation-generale>Essai.</appreciation-generale></bilan-periodique></bilans-periodiques>
    </donnees></lsun-bilans>""".encode()


def _paper(place: Place) -> str:
    """One bilan, in the language that asks the most of fonts: Typst's compiler and its templates are in the folder."""
    from io import BytesIO

    from pypdf import PdfReader

    from app.models import report_content as rc
    from app.services.languages import named
    from app.services.reports.rendering.pdf import draw_pdf
    from app.services.reports.rendering.presenting import present

    report = rc.PeriodicReport(
        school=rc.SchoolOfReport(uai=UAI, name=NAME), year=2026, cycle=2, general="Une belle période.",
        pupil=rc.PupilOfReport(last_name="ESSAI", first_name="Zoé"),
        period=rc.Period(index=1, count=3, starts_on="2026-09-01", ends_on="2026-11-30"),
        domains=(rc.Domain(code="FRA-RAC", position=3, appreciation="Zoé lit avec plaisir."),),
    )  # fmt: skip
    pdf = draw_pdf(present(report, language=LANGUAGES[0]))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    tagged = b"/StructTreeRoot" in pdf
    if not tagged or "Une belle période." not in text or "Atteints" not in text:
        raise RuntimeError(f"tagged: {tagged}; {text[:200]}")
    return f"un PDF balisé, en français et en {named(LANGUAGES[0])}"


def _guides(place: Place) -> str:
    """Their text, pictures and template are files of the folder, and no module."""
    from app.services.guides import catalogue
    from app.services.guides.pdf import draw_guide

    size = sum(len(draw_guide(guide)) for guide in catalogue.Guide)
    return f"{len(catalogue.Guide)} en PDF ({size // 1000} ko)"


def _line(place: Place) -> str:
    """A server that is not there is told as such: proxies, certificates and HTTP are in the folder."""
    from app.models.wire import EnrolRequest
    from app.services.sync.transport import HttpTransport

    transport = HttpTransport()
    try:
        transport.enrol("https://127.0.0.1:9", EnrolRequest(code="essai", device_key="essai"))
    except TransportError:
        return "prête, sans serveur"
    finally:
        transport.close()
    raise RuntimeError("a server answered where there is none")


def _window(place: Place) -> str:
    from PySide6.QtWidgets import QApplication

    from app.ui.app import Choices, Desktop, dress

    application = QApplication.instance() or QApplication(["preau"])
    assert isinstance(application, QApplication)
    dress(application, dark=False)
    if QApplication.translate("QPlatformTheme", "Cancel") != "Annuler":
        raise RuntimeError("Qt's French is missing")
    trouble = _Trouble()
    desktop = Desktop(Choices(place.environ, dark=False), say=trouble.sentences.append)
    logging.getLogger().addHandler(trouble)
    try:
        shown = _shown(desktop) if desktop.open() else 0
    finally:
        desktop.close()
        logging.getLogger().removeHandler(trouble)
    if trouble.sentences:
        raise RuntimeError(trouble.sentences[0])
    return f"{shown} pages"


class _Trouble(logging.Handler):
    """Keeps what the window says when it cannot go on, and what it only writes down: a page that cannot be imported."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.sentences: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        self.sentences.append(f"{record.getMessage()} ({cause})" if cause else record.getMessage())


def _shown(desktop: Desktop) -> int:
    """Show every page, wait for what it reads, and see that something was drawn."""
    from PySide6.QtCore import QThreadPool
    from PySide6.QtWidgets import QApplication

    window = desktop.window
    assert window is not None
    window.resize(*SIZE)
    for name in window.tabs.names:
        window.show_page(name)
        for _ in range(3):
            QApplication.processEvents()
            QThreadPool.globalInstance().waitForDone(30_000)
        picture = window.grab().toImage()
        across = range(0, picture.width(), 7)
        colours = {picture.pixel(x, y) for y in range(0, picture.height(), 7) for x in across}
        if len(colours) < 8:
            raise RuntimeError(f"the page {name} is blank")
    return len(window.tabs.names)


@contextmanager
def _desk(place: Place) -> Iterator[Desk]:
    from app.services.vault.vault import open_vault

    with open_vault(place.vault, key=place.key) as vault:
        yield Desk(vault, system_clock, os.urandom)


STEPS = (
    ("Coffre", _vault), ("Mise à jour du coffre", _migrations), ("Trousseau", _keyring), ("Import", _import),
    ("Feuilles", _sheets), ("Bilans", _reports), ("Papier", _paper), ("Guides", _guides), ("Liaison", _line),
    ("Fenêtre", _window), ("Modules", _modules),
)  # fmt: skip
"""Each part in words, and what tries it: returns what it found, raises where it does not work."""

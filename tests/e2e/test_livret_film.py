"""The livret, from the files to who has read it: the real window, a real server, real mails, two parents in Chromium.

The clock is the test's, so that a night passes in no time; scripts are off, and every page is judged as it comes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox

from app.services import imports
from app.services.demo.school import UAI
from app.services.onde.decode import SourceFile
from app.services.todo import Page as PageName
from app.ui.app import Choices, Desktop, dress
from app.ui.reports.importing import ReportsImportDialog
from app.ui.reports.page import ReportsPage
from app.ui.reports.publishing import PublishDialog
from app.ui.shell.window import MainWindow
from tests.conftest import FakeClock
from tests.e2e.driver import Player, Script
from tests.e2e.walk import Film
from tests.server.portal.household import PASSWORD, Household, form
from tests.server.portal.reports.shelf import notices
from tests.support.browser import chromium, computer, phone, press
from tests.support.class_pdfs import Printed, class_pdf
from tests.support.live import body_of, live_desk, live_server
from tests.support.lsu_files import Child, LsuFile

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
KEY = bytes(range(32))
EVENING = datetime(2026, 12, 8, 20, 30, tzinfo=UTC)
"""21 h 30 in Paris: the director works late, nobody is woken."""
MORNING = datetime(2026, 12, 9, 6, 30, tzinfo=UTC)
ZOE, LEO = Printed("Dupont", "Zoé", "14/03/2019", "123456789AB"), Printed("Haddad", "Léo", "02/05/2019", "123456789AC")
PUPILS = f"""Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Libellé classe;Niveau
DUPONT;;Zoé;{ZOE.born};F;{ZOE.ine};CE1 Mme Aubrac;CE1
HADDAD;;Léo;{LEO.born};M;{LEO.ine};CE1 Mme Aubrac;CE1
"""
GUARDIANS = """Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de famille élève;Prénom élève
M.;DUPONT;Marc;;06 39 98 01 01;DUPONT;Zoé
MME;MARTIN;Inès;;06 39 98 01 02;DUPONT;Zoé
"""  # noqa: E501
PERIOD_1, PERIOD_2 = "Bilan de la période 1 (CE1)", "Bilan de la période 2 (CE1)"
I_HAVE_READ = "J’ai pris connaissance de ce document"
READ_ON = "Pris connaissance le"
WORDS = "Zoé a bien commencé l’année : elle lit avec plaisir et aide ses camarades."
PUBLISHED, BY_ONE, BY_EACH = 6, 7, 8
"""Columns of « Livrets »."""
MAILS_BEFORE = 2
"""Those that activate the accounts."""
T = TypeVar("T")


@dataclass
class Parent:
    """One guardian: his log-in and where his mails come."""

    login: str
    address: str


@dataclass
class Stage:
    """The server, the window of the director, both parents of Zoé."""

    home: Household
    desktop: Desktop
    marc: Parent
    ines: Parent

    @property
    def window(self) -> MainWindow:
        assert self.desktop.window is not None
        return self.desktop.window

    @property
    def page(self) -> ReportsPage:
        page = self.window.page(PageName.REPORTS.value)
        assert isinstance(page, ReportsPage)
        return page

    def mails_to(self, who: Parent) -> list[Message]:
        """The mails of the livret that came to one of them."""
        mails = self.home.server.caught.mails
        return [mail for mail in mails if mail["To"] == who.address and "Livret scolaire" in str(mail["Subject"])]

    def count(self, column: int, document: str) -> int:
        """A figure of the line of that document on « Livrets »."""
        return next(int(line[column]) for line in self.page.view.counts.texts_shown() if line[1].startswith(document))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def stage(qapp: QApplication, tmp_path: Path, clock: FakeClock) -> Iterator[Stage]:
    dress(qapp, dark=False)
    clock.now = EVENING.replace(hour=14)
    with live_server(tmp_path, clock=clock) as server:
        with live_desk(tmp_path, clock=clock, key=KEY) as desk:
            home = Household(server, desk, clock)
            files = [SourceFile("CSVExtraction.csv", text.encode()) for text in (PUPILS, GUARDIANS)]
            seen = imports.preview(desk.desk, school_id=desk.school_id, files=files, allow_fictional=True)
            imports.commit(desk.desk, preview=seen)
            server.add_school()
            desk.enrol(server, server.code())
            desk.sync()
            marc, ines = (let_in(home, tmp_path / name, name) for name in ("Marc", "Inès"))
        said: list[str] = []
        environment = {
            **os.environ, "PREAU_VAULT": str(tmp_path / "poste.preau"), "PREAU_VAULT_KEY": KEY.hex(),
            "PREAU_FICTIONAL_NUMBERS": "1",
        }  # fmt: skip
        desktop = Desktop(Choices(environment, PageName.REPORTS, dark=False, clock=clock), say=said.append)
        assert desktop.open()
        yield Stage(home, desktop, marc, ines)
        desktop.close()
        assert said == []


def let_in(home: Household, folder: Path, first_name: str) -> Parent:
    """The sheet, the form, the link of the mail: an active account with a confirmed address."""
    secret = home.print_sheet(folder, first_name)
    home.desk.sync()
    assert secret is not None
    address = f"{first_name.lower()}@example.org".replace("è", "e")
    known = len(home.server.caught.mails)
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email=address))
        link = re.search(r"https?://\S+", body_of(home.server.caught.wait(known + 1)[known]))
        assert link is not None
        parent.get(link.group())
        assert "Compte activé" in parent.post("/confirmation").text
    return Parent(str(home.account(first_name)["login"]), address)


# The director, at the window


def click(control: QAbstractButton) -> None:
    QTest.mouseClick(control, Qt.MouseButton.LeftButton)


def press_soon(control: QAbstractButton) -> None:
    """Press what opens a dialog and waits for it: the script goes on inside."""
    QTimer.singleShot(0, control, control.click)


def modal(kind: type[T]) -> T | None:
    """The dialog of that kind that is open."""
    found = QApplication.activeModalWidget()
    return found if isinstance(found, kind) else None


def bring(stage: Stage, path: Path) -> Script:
    """« Importer des bilans… », the file, « Importer »."""
    yield lambda: not stage.page.busy
    press_soon(stage.page.view.bring)
    yield lambda: modal(ReportsImportDialog)
    dialog = modal(ReportsImportDialog)
    assert dialog is not None
    dialog.open_files([path])
    yield lambda: not dialog.busy
    assert dialog.confirm.isEnabled(), (dialog.band.text(), dialog.headline.text(), dialog.problems.texts_shown())
    click(dialog.confirm)
    yield lambda: modal(ReportsImportDialog) is None and not stage.page.busy


def publish(stage: Stage) -> Script:
    """Every line: what is not locked is locked, then all is published today; the documents go to the server."""
    page, view = stage.page, stage.page.view
    view.counts.setFocus()
    QTest.keyClick(view.counts, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.lock.isEnabled()
    click(view.lock)
    yield lambda: not page.busy and not view.lock.isEnabled()
    press_soon(view.publish)
    yield lambda: modal(PublishDialog)
    dialog = modal(PublishDialog)
    assert dialog is not None and dialog.day == "2026-12-08"
    click(dialog.do_it)
    yield lambda: not page.busy and stage.count(PUBLISHED, "Période 2") == 2
    yield lambda: view.sending.isHidden() and "Synchronisé" in stage.window.head.pill.text()


def sees_read(stage: Stage, by_one: int, by_each: int) -> Script:
    """« Livrets » counts who has read the first bilan."""
    stage.window.synchronise()
    yield lambda: (stage.count(BY_ONE, "Période 1"), stage.count(BY_EACH, "Période 1")) == (by_one, by_each)
    yield lambda: not stage.page.busy


def remind(stage: Stage) -> Script:
    """« Relancer… » on every line; the question names how many people."""
    view = stage.page.view
    view.counts.selectAll()
    press_soon(view.remind)
    yield lambda: modal(QMessageBox)
    question = modal(QMessageBox)
    assert question is not None and "Relancer 1\u00a0responsable" in question.text()
    click(next(one for one in question.buttons() if one.text() == "Relancer 1\u00a0responsable"))
    yield lambda: not stage.page.busy and "Demandé" in view.band.text()
    yield lambda: "Synchronisé" in stage.window.head.pill.text()


def photograph(stage: Stage, film: Film, name: str) -> None:
    """Keep the window as it is, among the pictures of the film."""
    stage.window.grab().save(str(film.folder / f"{len(film.seen):02}-bureau-{name}.png"))


# The parents, in Chromium


def enter(page: Page, film: Film, stage: Stage, who: Parent) -> None:
    """From the address in the mail to the livret of Zoé."""
    page.goto(stage.home.server.url)
    page.get_by_label("Identifiant").fill(who.login)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    press(page, page.get_by_role("button", name="Se connecter"))
    film.look("enfants")
    press(page, page.get_by_role("link", name="Livret scolaire").first)
    film.look("livret")
    assert page.get_by_text("À lire").count() == 2 and READ_ON not in page.content()


def read_bilan(page: Page, film: Film) -> None:
    """The first bilan as a page, beside its PDF, then « J’ai pris connaissance »."""
    press(page, page.get_by_role("link", name=PERIOD_1))
    film.look("bilan")
    assert WORDS in page.content()
    kept = keep(page, film, "periode-1")
    assert WORDS in kept and ZOE.first_name in kept and LEO.first_name not in kept
    sign(page, film, "pris-connaissance")


def read_scan(page: Page, film: Film) -> None:
    """The second one, a part of the PDF of the class: of Zoé alone."""
    press(page, page.get_by_role("link", name=PERIOD_2))
    film.look("pdf")
    kept = keep(page, film, "periode-2")
    assert "Secret de Zoé" in kept and "Léo" not in kept
    sign(page, film, "pris-connaissance-pdf")


def keep(page: Page, film: Film, name: str) -> str:
    """Download the document of this page; its text."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le document (PDF)").click()
    path = film.folder / f"{name}.pdf"
    download.value.save_as(path)
    return "\n".join(one.extract_text() for one in PdfReader(path).pages)


def sign(page: Page, film: Film, name: str) -> None:
    assert READ_ON not in page.locator("p.read").all_inner_texts()
    press(page, page.get_by_role("button", name=I_HAVE_READ))
    film.look(name)
    assert page.get_by_text("C’est noté").is_visible() and page.locator("p.read").is_visible()
    press(page, page.locator("a.back"))


def test_from_the_files_to_who_has_read(stage: Stage, browser: Browser, tmp_path: Path) -> None:
    xml, pdf = tmp_path / "bilans.xml", tmp_path / "classe.pdf"
    children = [Child(n, one.ine, one.last_name, one.first_name) for n, one in enumerate((ZOE, LEO), 1)]
    xml.write_bytes(LsuFile(children, uai=UAI, rooms=(("101", "CE1 Mme Aubrac"),), general=WORDS).bytes())
    pdf.write_bytes(class_pdf((ZOE, LEO), period="Période 2/3 du 01/12/2026 au 12/03/2027"))
    with phone(browser) as page, computer(browser) as other:
        film, film_of_ines = Film(browser, page, "livret-390"), Film(browser, other, "livret-1280")
        for path in (xml, pdf):
            Player(bring(stage, path)).finish()
        Player(publish(stage)).finish()
        photograph(stage, film, "publie")
        told(stage)
        enter(page, film, stage, stage.marc)
        read_bilan(page, film)
        read_scan(page, film)
        film.look("tout-lu")
        Player(sees_read(stage, 1, 0)).finish()
        photograph(stage, film, "lu-par-un")
        Player(remind(stage)).finish()
        stage.home.server.caught.wait(MAILS_BEFORE + 3)
        assert "rappel" in str(stage.mails_to(stage.ines)[-1]["Subject"]) and len(stage.mails_to(stage.marc)) == 1
        enter(other, film_of_ines, stage, stage.ines)
        read_bilan(other, film_of_ines)
        read_scan(other, film_of_ines)
        Player(sees_read(stage, 1, 1)).finish()
        photograph(stage, film_of_ines, "lu-par-chacun")
    assert film.troubles() == {} and film_of_ines.troubles() == {}


def told(stage: Stage) -> None:
    """Nobody at night; each once in the morning, of both documents, and of nothing that they say."""
    clock, looking = stage.home.clock, notices(stage.home)
    clock.now = EVENING
    assert looking.send_due() == 0
    clock.now = MORNING
    assert looking.send_due() == 2
    stage.home.server.caught.wait(MAILS_BEFORE + 2)
    for who in (stage.marc, stage.ines):
        (mail,) = stage.mails_to(who)
        words = body_of(mail).replace("\u00a0", " ")
        assert "2 documents" in words and stage.home.server.url in words and who.login in words
        assert "Zoé" not in words and WORDS not in words

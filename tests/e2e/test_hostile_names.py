"""Names are hostile: ``<img src=…>`` goes through window, paper, mail, portal and lists as text."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from openpyxl import load_workbook
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from app.services.demo.school import UAI
from app.services.todo import Page
from app.ui.app import Choices, Desktop, dress
from app.ui.guardians.page import GuardiansPage
from app.ui.shell.window import MainWindow
from tests.cli.command import Cli
from tests.e2e.driver import Player, Script
from tests.server.portal.household import Household, form
from tests.support.live import body_of

HOSTILE = "<img src=x onerror=alert(1)>"
PUPILS = f"Nom élève;Prénom élève;Date naissance;Libellé classe\n{HOSTILE};<b>Ana</b>;05/05/2019;CE1 <script>\n"
GUARDIANS = (
    "Civilité Responsable;Nom responsable;Prénom responsable;Adresse responsable;Nom de famille élève;Prénom élève\n"
    f"MME;{HOSTILE};<i>Ida</i>;=cmd|1;{HOSTILE};<b>Ana</b>\n"
)


def write(folder: Path) -> tuple[Path, Path]:
    pupils, guardians = folder / "p.csv", folder / "g.csv"
    pupils.write_text(PUPILS, encoding="utf-8")
    guardians.write_text(GUARDIANS, encoding="utf-8")
    return pupils, guardians


def look(window: MainWindow) -> Script:
    """The list and the account panel, then every label of the window."""
    page = window.page(Page.GUARDIANS.value)
    assert isinstance(page, GuardiansPage)
    yield lambda: page.model.rowCount() == 1 and not page.busy
    assert page.model.row_at(0).pupil == f"{HOSTILE} <b>Ana</b>"
    page.open_line(0)
    yield lambda: page.view.panel.isVisible() and not page.busy
    for label in window.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or not Qt.mightBeRichText(label.text()), label.text()


def look_at_lists(preau: Cli) -> None:
    """The three lists and the journal hold the names as they are."""
    for kind in ("csv", "xlsx", "pdf"):
        assert preau("list", f"--{kind}", f"liste.{kind}", "--passwords").code == 0
    [_, line] = csv.reader((preau.folder / "liste.csv").read_text("utf-8-sig").splitlines(), delimiter=";")
    assert line[6] == HOSTILE and line[7] == "<i>Ida</i>"
    cells = [cell.value for cell in load_workbook(preau.folder / "liste.xlsx").active[2]]
    assert cells[6:8] == [HOSTILE, "<i>Ida</i>"]
    assert "<img src=x" in PdfReader(preau.folder / "liste.pdf").pages[0].extract_text()
    told = preau("journal", "--search", "liste avec mots de passe", "--json").json
    assert len(told) == 3 and HOSTILE in told[0]["detail"] and told[0]["author"] == HOSTILE


def test_in_the_window_on_paper_and_in_lists(qapp: QApplication, tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    pupils, guardians = write(tmp_path)
    assert preau("import", pupils, guardians, "--school", UAI, "--yes").code == 0
    preau("admin", "create-school", UAI, HOSTILE)
    code = preau("admin", "enrol-code", UAI, "--person", HOSTILE, "--json").json["code"]
    with preau.serving() as address:
        preau("enrol", "--server", address, "--code", code)
        preau("sync")
    sheets = tmp_path / "sheets.pdf"
    assert preau("notify", "--sheets", sheets, "--yes").code == 0
    text = " ".join(page.extract_text() for page in PdfReader(sheets).pages)
    assert "<b>Ana</b>" in text and "<img src=x" in text
    listed = preau("guardians")
    assert HOSTILE in listed.out and "<i>Ida</i>" in listed.out
    look_at_lists(preau)
    dress(qapp, dark=False)
    desktop = Desktop(Choices({**os.environ, **preau.environment}, Page.GUARDIANS, dark=False))
    assert desktop.open() and desktop.window is not None
    Player(look(desktop.window)).finish()
    desktop.close()


def test_in_the_mail(home: Household, tmp_path: Path) -> None:
    from app.services.schools import edit_school

    edit_school(home.desk.desk, school_id=home.desk.school_id, values={"name": f"École {HOSTILE}\nBcc: x@example.org"})
    secret = home.print_sheet(tmp_path / "sheets", "Ida")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        page = parent.get(f"/a/{secret.token}").text
        assert HOSTILE not in page and "&lt;img src=x" in page
        parent.post("/activation", data=form(date=("5", "5", "2019"), email="ida@example.org"))
    [mail] = home.server.caught.wait()
    assert mail.get_content_type() == "text/plain" and mail["Bcc"] is None
    assert f"École {HOSTILE}" in body_of(mail)

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.services import schools
from app.services.demo.school import UAI
from app.services.reports.overview import read_overview
from app.services.sync.status import status
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import VaultSecrets
from app.ui.my_school.page import SAVED, Means, MySchoolPage
from tests.support.live import live_server
from tests.ui.desk_stage import StandIn

CODE = "K7RW-3HNP-QX4M-T9VC-2JDY-5GAF-8BEU"


@pytest.fixture
def page(qtbot: QtBot, stage: StandIn) -> MySchoolPage:
    means = Means(
        VaultSecrets(stage.desk.vault), HttpTransport, lambda: CODE, lambda folder: f"Sauvegarde\u00a0: {folder.name}",
        "Bureau",
    )  # fmt: skip
    page = MySchoolPage(stage, means)
    qtbot.addWidget(page.widget)
    page.refresh()
    page.widget.show()
    return page


def test_what_is_typed_is_saved_as_one_act(qtbot: QtBot, page: MySchoolPage, stage: StandIn) -> None:
    before = status(stage.desk, school_id=stage.school_id).pending_count
    field = page.view.signatory.fields["signatory_name"]
    field.clear()
    qtbot.keyClicks(field, "M. Tanguy")
    page.view.save.setFocus()
    qtbot.keyClick(page.view.save, Qt.Key.Key_Space)
    assert page.view.band.text() == SAVED
    assert schools.one_school(stage.desk, school_id=stage.school_id).signatory_name == "M. Tanguy"
    assert status(stage.desk, school_id=stage.school_id).pending_count == before + 1
    assert (stage.changed, stage.synchronised) == (1, 1)


def test_a_wrong_mail_is_said_as_it_is_typed_and_not_saved(qtbot: QtBot, page: MySchoolPage, stage: StandIn) -> None:
    field = page.view.school.fields["email"]
    field.clear()
    qtbot.keyClicks(field, "ecole@")
    assert field.property("wrong") is True
    assert field.accessibleDescription() == "Une adresse mail s’écrit nom@domaine.fr."
    page.view.save.click()
    assert stage.changed == 0


def test_a_refresh_leaves_alone_what_is_being_typed(qtbot: QtBot, page: MySchoolPage) -> None:
    qtbot.keyClick(page.view.school.fields["town"], Qt.Key.Key_End)
    qtbot.keyClicks(page.view.school.fields["town"], " (le haut)")
    page.refresh()
    assert page.view.school.fields["town"].text() == "Valbrune (le haut)"


def test_the_life_of_the_sheets_is_the_schools_choice(page: MySchoolPage, stage: StandIn) -> None:
    page.view.life.setValue(60)
    page.view.save.click()
    assert schools.sheet_life_days(stage.desk, school_id=stage.school_id) == 60


def test_families_are_told_of_bilans_unless_the_school_says_no(
    qtbot: QtBot, page: MySchoolPage, stage: StandIn
) -> None:
    assert page.view.notices.isChecked() and read_overview(stage.desk, school_id=stage.school_id).told
    page.view.notices.setFocus()
    qtbot.keyClick(page.view.notices, Qt.Key.Key_Space)
    assert not read_overview(stage.desk, school_id=stage.school_id).told and stage.synchronised == 1
    page.refresh()
    assert not page.view.notices.isChecked() and page.view.band.text() == SAVED


def test_a_school_says_that_it_is_private_and_that_it_wants_an_ine_first(
    qtbot: QtBot, page: MySchoolPage, stage: StandIn
) -> None:
    def said() -> tuple[bool, bool]:
        desk, school_id = stage.desk, stage.school_id
        return schools.is_private(desk, school_id=school_id), schools.requires_ine(desk, school_id=school_id)

    assert said() == (False, False)
    for box in (page.view.private, page.view.ine):
        assert not box.isChecked()
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Space)
    assert said() == (True, True) and (stage.changed, stage.synchronised) == (2, 2)
    page.refresh()
    assert page.view.private.isChecked() and page.view.ine.isChecked() and page.view.notices.isChecked()
    qtbot.keyClick(page.view.private, Qt.Key.Key_Space)
    assert said() == (False, True) and stage.changed == 3


def test_a_code_links_this_pc_and_the_school_takes_the_servers_id(
    qtbot: QtBot, page: MySchoolPage, stage: StandIn, tmp_path: Path
) -> None:
    before = stage.school_id
    with live_server(tmp_path) as server:
        server_id = server.add_school()
        page.view.code_form.fill({"server": server.url, "code": server.code()})
        qtbot.keyClick(page.view.enrol, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: stage.school_id != before, timeout=20_000)
    assert (stage.school_id, stage.synchronised) == (server_id, 1)
    page.refresh()
    assert page.view.server.text().startswith(f"Relié à {server.url}")
    assert schools.one_school(stage.desk, school_id=server_id).uai == UAI


def test_a_refused_code_says_why_and_changes_nothing(
    qtbot: QtBot, page: MySchoolPage, stage: StandIn, tmp_path: Path
) -> None:
    before = stage.school_id
    with live_server(tmp_path) as server:
        server.add_school()
        page.view.code_form.fill({"server": server.url, "code": "AAAA-AAAA-AAAA-AAAA"})
        page.view.enrol.click()
        qtbot.waitUntil(lambda: page.view.band.property("tone") == "red", timeout=20_000)
    assert stage.school_id == before
    assert page.view.enrol.isEnabled()


def test_nothing_is_sent_without_an_address_and_a_code(page: MySchoolPage) -> None:
    page.view.enrol.click()
    assert page.view.code_form.fields["server"].property("wrong") is True


def test_the_recovery_code_and_a_backup_go_where_the_director_says(
    qtbot: QtBot, page: MySchoolPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "code.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page.view.recovery.click()
    assert CODE in PdfReader(target).pages[0].extract_text()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    page.view.backup.click()
    qtbot.waitUntil(lambda: page.view.band.text() == f"Sauvegarde\u00a0: {tmp_path.name}")

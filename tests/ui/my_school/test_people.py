"""« Mon école »: a PC is put away or reported stolen, the school is handed over; asked first, refused in words."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.services.records.rows import SchoolRows
from app.services.schools import list_devices
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import VaultSecrets
from app.services.vault.tables import links
from app.ui.my_school.page import Means, MySchoolPage
from tests.ui.desk_stage import Answers, StandIn


@pytest.fixture
def page(qtbot: QtBot, stage: StandIn, answers: Answers) -> Iterator[MySchoolPage]:
    """A school with two PCs: this one, and one that can read a sheet."""
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        for name in ("ici", "ailleurs"):
            rows.add("devices", name, person_id=f"p-{name}", person_name="Luc Petit", role="director", label=f"PC {name}",
                     public_key=base64.b64encode(bytes(32)).decode(), created_at="2026-09-01T10:00:00.000000Z")  # fmt: skip
        rows.add("key_grants", "g", device_id="ailleurs", key_version=5, sealed="x")
        rows.add("sheets", "s", batch_id="b", account_id="a", guardian_id="g", number=1, total=1, letter="C01", login="l",
                 key_version=5, printed_at="2026-09-01T10:00:00.000000Z", status="known")  # fmt: skip
        rows.flush()
        connection.execute(links.insert().values(
            school_id=stage.school_id, server_url="https://serveur.exemple.fr", device_id="ici", person_id="p-ici",
            person_name="Hélène Rouvière", role="director",
        ))  # fmt: skip
    means = Means(VaultSecrets(stage.desk.vault), HttpTransport, lambda: None, None, "Bureau")
    made = MySchoolPage(stage, means, asking=answers)
    qtbot.addWidget(made.widget)
    made.refresh()
    made.widget.show()
    yield made
    made.close()


def revoked(stage: StandIn) -> set[str]:
    return {line.device_id for line in list_devices(stage.desk, school_id=stage.school_id) if line.revoked_at}


def test_this_pc_cannot_be_chosen(page: MySchoolPage) -> None:
    assert not page.view.stolen.isEnabled() and not page.view.revoke.isEnabled()
    page.view.table.selectRow(0)
    assert not page.view.stolen.isEnabled()


def test_a_stolen_pc_is_asked_about_with_the_number_of_passwords(
    qtbot: QtBot, page: MySchoolPage, stage: StandIn, answers: Answers
) -> None:
    page.view.table.selectRow(1)
    qtbot.mouseClick(page.view.stolen, Qt.MouseButton.LeftButton)
    assert "PC ailleurs (Luc Petit) a été volé" in answers.asked[0]
    assert "1\u00a0mot de passe provisoire prend fin" in answers.asked[0] and revoked(stage) == set()
    answers.yes = True
    page.view.stolen.click()
    assert revoked(stage) == {"ailleurs"} and "nouvelle feuille" in page.view.band.text()
    assert (stage.changed, stage.synchronised) == (1, 1)
    page.refresh()
    page.view.table.selectRow(1)
    assert not page.view.stolen.isEnabled(), "a PC is revoked once"


def test_a_stolen_pc_that_could_read_nothing_is_not_said_to_end_passwords(
    page: MySchoolPage, stage: StandIn, answers: Answers
) -> None:
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        rows.change("sheets", "s", key_version=4)
        rows.flush()
    page.view.table.selectRow(1)
    page.view.stolen.click()
    assert "mot de passe" not in answers.asked[0] and "nouvelle clé" in answers.asked[0]


def test_a_pc_is_put_away(page: MySchoolPage, stage: StandIn, answers: Answers) -> None:
    answers.yes = True
    page.view.table.selectRow(1)
    page.view.revoke.click()
    assert revoked(stage) == {"ailleurs"} and "restent valables" in answers.asked[0]


def test_the_school_is_handed_over_with_a_code_shown_once(qtbot: QtBot, page: MySchoolPage, stage: StandIn) -> None:
    page.view.handover.click()
    dialog = page.people.dialog
    assert dialog is not None
    dialog.make.click()
    assert dialog.error.isVisible() and dialog.given is None
    qtbot.keyClicks(dialog.name, "Karim Benali")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.given is not None and dialog.code.text() == dialog.given.code
    assert "serveur.exemple.fr" in dialog.server.text()
    dialog.end.click()
    qtbot.waitUntil(lambda: page.people.dialog is None)
    assert "code de passation" in page.view.band.text() and stage.changed == 1

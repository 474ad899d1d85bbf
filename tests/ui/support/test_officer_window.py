"""The window of a support officer's PC: it opens on her schools, and shows nothing of a copy beyond its end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThreadPool
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from app.models.clock import instant
from app.models.errors import Refused
from app.models.states import Role
from app.models.support import CORRECTED_FIELDS, Repair
from app.models.tables import schools
from app.services import corrections
from app.services.desk import Desk
from app.services.diagnosis.cause import Remedy
from app.services.onde_worklist.worklist import known, worklist
from app.services.records.rows import SchoolRows
from app.services.support import copies, grants, proposing
from app.services.todo import Page, list_todo
from app.services.vault.tables import links
from app.services.vault.vault import open_vault
from app.ui.app import ENDED, Choices, Desktop
from app.ui.guardians.rights_dialogs import ProposeDialog
from app.ui.statistics.page import StatisticsPage
from app.ui.support.diagnosis.page import DiagnosisPage
from app.ui.support.proposals.page import ProposalsPage
from tests.conftest import FakeClock
from tests.ui.desk_stage import NOW, StandIn
from tests.ui.support.assistance import OFFICER, officer_stage


def hold_a_copy(folder: Path) -> None:
    """An officer's vault in which one school is open, a guardian in it."""
    with officer_stage(folder) as stage, stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, "s1")
        rows.add("schools", "s1", name="École B", uai="0990001A", timezone="Europe/Paris")
        rows.add("guardians", "g1", last_name="DUPONT", first_name="Marc")
        rows.add(
            "support_grants",
            "g",
            officer_id=OFFICER,
            officer_name="Mme Martin",
            granted_at=instant(NOW),
            until=instant(NOW + timedelta(hours=60)),
        )
        rows.flush()
        connection.execute(insert(links).values(
            school_id="s1", server_url="http://127.0.0.1:9", device_id="pc", person_id=OFFICER, person_name="Mme Martin",
            role=Role.SUPPORT.value,
        ))  # fmt: skip


@contextmanager
def her_desk(folder: Path, **account: str) -> Iterator[Desk]:
    """On a PC that holds a copy: the guardian's account, and a child of this year."""
    hold_a_copy(folder)
    with open_vault(folder / "erun.preau", key=bytes(32)) as vault:
        with vault.write() as connection:
            rows = SchoolRows(connection, "s1")
            rows.add("accounts", "a1", guardian_id="g1", origin="school", **account)
            rows.add("school_years", "y", label="2026-2027", starts_on="2026-08-01")
            rows.add("pupils", "p1", last_name="DUPONT", first_name="Zoé", extra={"birth_year": "2018"})
            rows.add("enrolments", "e1", pupil_id="p1", year_id="y", level="CP")
            rows.add("responsibilities", "r1", pupil_id="p1", guardian_id="g1", access="full")
            rows.flush()
        yield Desk(vault, lambda: NOW, random.Random(3).randbytes)


@contextmanager
def diagnosing(qtbot: QtBot, desk: Desk) -> Iterator[DiagnosisPage]:
    """« Diagnostic » with the guardian found."""
    page = DiagnosisPage(StandIn(desk, "s1"))
    qtbot.addWidget(page.widget)
    page.refresh()
    qtbot.waitUntil(lambda: not page.busy)
    page.view.field.setText("dupont")
    yield page
    page.close()
    QThreadPool.globalInstance().waitForDone()


def desktop_on(folder: Path, said: list[str], clock: FakeClock) -> Desktop:
    environ = {"PREAU_VAULT": str(folder / "erun.preau"), "PREAU_VAULT_KEY": bytes(32).hex()}
    return Desktop(Choices(environ, clock=clock), say=said.append)


def test_with_no_open_school_it_opens_on_the_circonscription(qtbot: QtBot, tmp_path: Path, clock: FakeClock) -> None:
    with officer_stage(tmp_path):
        pass
    clock.now = NOW
    desktop = desktop_on(tmp_path, [], clock)
    try:
        assert desktop.open() and desktop.window is not None
        window = desktop.window
        assert window.page_name == Page.SUPPORT and window.school_id == ""
        assert window.head.pill.text().strip() == "Synchronisé à l’instant", "her PC is linked, whatever is open to her"
        table = window.page(Page.SUPPORT).section.view.table  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: len(table.texts_shown()) == 12)
        window.show_page(Page.GUARDIANS)
        qtbot.waitUntil(lambda: window.page(Page.GUARDIANS).widget.isVisible())
    finally:
        desktop.close()


def test_a_copy_that_ends_while_the_window_is_open_leaves_it(qtbot: QtBot, tmp_path: Path, clock: FakeClock) -> None:
    hold_a_copy(tmp_path)
    clock.now = NOW
    said: list[str] = []
    desktop = desktop_on(tmp_path, said, clock)
    try:
        assert desktop.open() and desktop.window is not None
        window = desktop.window
        assert window.school_id == "s1" and window.page_name == Page.SUPPORT
        with pytest.raises(Refused, match="décide"):
            corrections.correct(
                window.desk, school_id="s1", table="guardians", record_id="g1", values={"email": "a@exemple.fr"}
            )
        clock.now = NOW + timedelta(hours=61)
        desktop._on_swept(copies.sweep(window.desk))
        assert window.school_id == "" and said == [ENDED]
        with window.desk.vault.read() as connection:
            assert connection.execute(schools.select()).all() == []
    finally:
        desktop.close()


def test_statistics_say_that_who_reads_is_not_shown_to_her(qtbot: QtBot, tmp_path: Path) -> None:
    hold_a_copy(tmp_path)
    with open_vault(tmp_path / "erun.preau", key=bytes(32)) as vault:
        page = StatisticsPage(StandIn(Desk(vault, lambda: NOW, random.Random(3).randbytes), "s1"))
        qtbot.addWidget(page.widget)
        page.refresh()
        qtbot.waitUntil(lambda: "qu’à la direction" in page.view.no_reports.text())
        qtbot.waitUntil(lambda: not page.busy)
        page.close()
        QThreadPool.globalInstance().waitForDone()


def test_the_button_of_a_cause_proposes_and_the_search_is_noted(qtbot: QtBot, tmp_path: Path) -> None:
    with her_desk(tmp_path, state="notified", block="birth_date_tries") as desk, diagnosing(qtbot, desk) as page:
        page.view.remedy_asked.emit(Remedy.REOPEN, "")
        qtbot.waitUntil(lambda: not page.busy and "Proposé à la direction" in page.view.band.text())
        [made] = proposing.list_proposals(desk, school_id="s1")
        assert (made.kind, made.guardian_id) == (Repair.REOPEN, "g1") and "Diagnostic" in made.reason
        qtbot.waitUntil(lambda: grants.list_grants(desk, school_id="s1")[0].diagnoses == 1)


def test_a_contact_is_proposed_from_the_window_and_the_answer_is_read_there(qtbot: QtBot, tmp_path: Path) -> None:
    with her_desk(tmp_path, state="not_notified", login="m.dupont") as desk, diagnosing(qtbot, desk) as page:
        shown = {card.code: card.do.text() if card.do else None for card in page.view.cards}
        assert shown["no_mobile"] == "Proposer\u00a0: corriger sa fiche…"
        assert shown["never_notified"] is None, "to notify is not hers"
        page.view.remedy_asked.emit(Remedy.CORRECT_GUARDIAN, "")
        qtbot.waitUntil(lambda: isinstance(page.remedies.dialog, ProposeDialog))
        dialog = page.remedies.dialog
        assert isinstance(dialog, ProposeDialog) and set(dialog.fields) == CORRECTED_FIELDS
        assert dialog.reason == "Diagnostic\u00a0: Pas de portable dans ONDE"
        dialog.fields["mobile"].setText("06 39 98 01 02")
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not page.busy and "Proposé à la direction" in page.view.band.text())
        [made] = proposing.list_proposals(desk, school_id="s1")
        assert (made.kind, made.guardian_id) == (Repair.CORRECT, "g1") and "06 39 98 01 02" in made.words
        with desk.vault.write() as connection:
            rows = SchoolRows(connection, "s1")
            answer = {"status": "refused", "closed_at": instant(NOW), "closed_by": "Mme Rouvière", "said": "<b>Non</b>"}
            rows.change("proposals", made.proposal_id, **answer)
            rows.flush()
        mine = ProposalsPage(StandIn(desk, "s1"))
        qtbot.addWidget(mine.widget)
        mine.refresh()
        qtbot.waitUntil(lambda: not mine.busy)
        [card] = mine.view.cards
        said = [label.text() for label in card.findChildren(QLabel)]
        assert {made.guardian, made.words, f"«\u00a0{made.reason}\u00a0»"} <= set(said)
        assert "<b>Non</b>" in card.answer.text() and card.answer.textFormat() is Qt.TextFormat.PlainText
        mine.close()


def test_to_correct_onde_is_the_schools_work(tmp_path: Path) -> None:
    """No line of Accueil leads an officer to a section that she has not."""
    with her_desk(tmp_path, state="not_notified") as desk:
        with desk.vault.write() as connection:
            rows = SchoolRows(connection, "s1")
            corrected = {"value": "06 39 98 01 09", "onde": None, "by": "x", "at": instant(NOW)}
            rows.change("guardians", "g1", corrections={"mobile": corrected})
            rows.flush()
        assert known(desk, school_id="s1"), "there is something to correct"
        assert "onde" not in [item.key for item in list_todo(desk, school_id="s1") if item.count != 0]
        with pytest.raises(Refused, match="se lit à l’école"):
            worklist(desk, school_id="s1")


def test_a_copy_that_ended_while_it_was_closed_is_not_shown(qtbot: QtBot, tmp_path: Path, clock: FakeClock) -> None:
    hold_a_copy(tmp_path)
    clock.now = NOW + timedelta(hours=61)
    desktop = desktop_on(tmp_path, [], clock)
    try:
        assert desktop.open() and desktop.window is not None and desktop.window.school_id == ""
    finally:
        desktop.close()

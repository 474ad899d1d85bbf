"""How an officer (ERUN) is let in, on her PC and on the director's, over a real server."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.models.states import Role
from app.models.support import By
from app.server.operating import officers
from app.server.operating.admin import Admin
from app.services.demo.school import NAME, UAI
from app.services.records.rows import SchoolRows
from app.services.sync.enrolment import enrol
from app.services.sync.seat import seated_engine
from app.services.vault.secrets import VaultSecrets
from app.services.vault.tables import officer
from app.ui.support.access.page import AccessPage
from app.ui.support.circonscription.page import CirconscriptionPage
from app.ui.support.circonscription.view import ORDER
from app.ui.support.diagnosis.page import DiagnosisPage
from app.ui.support.duplicates.page import DuplicatesPage
from app.ui.support.sections import Means
from tests.screenshots.steps.staging import (
    ADDRESS,
    ROOM,
    Clock,
    Pictures,
    card_of,
    cut,
    dice,
    line_to,
    settle,
    sized,
    whole,
    window,
)
from tests.screenshots.support import open_to
from tests.support.live import LiveServer, live_server
from tests.ui.desk_stage import StandIn, demo_stage
from tests.ui.support.assistance import officer_stage

WHO = "Mme Agnès Martin"


def pictures(folder: Path) -> Pictures:
    """Each by its name."""
    with live_server(folder, clock=Clock()) as server, officer_stage(folder) as hers:
        admin = Admin(server.database, server.clock, dice())
        admin.create_school(uai=UAI, name=NAME, portal_url=ADDRESS)
        hers.desk = replace(hers.desk, clock=server.clock)
        _enrol(hers, server, officers.create(admin, name=WHO, uais=[]).code)
        with hers.desk.vault.write() as connection:
            connection.execute(officer.update().values(last_success_at=hers.desk.now()))
        with window(hers.desk, "", officer=True) as shown:
            yield "erun-fenetre", whole(shown)
        page = _circonscription(hers, server)
        _press_heading(page, By.OLDEST)
        yield "erun-tri", whole(page.view)
        _press_heading(page, By.NAME)
        settle(lambda: not page.busy)
        page.view.table.selectRow(0)
        page._on_opened(0)
        settle()
        yield "erun-fermee", cut(page.view, page.view.band)
        page.view.code.click()
        settle(lambda: "Code" in page.view.band.text())
        yield "erun-code", cut(page.view, page.view.band, page.view.code, page.view.pdf)
        code = "".join(re.findall(r"\d", page.view.band.text())[:6])
        yield from _met(server, admin, folder, code)
        page.close()
        page.widget.hide()
        open_to(hers)
        yield from _inside(hers)


def _enrol(stage: StandIn, server: LiveServer, code: str, school_id: str | None = None) -> str:
    with closing(line_to(server)) as line:
        secrets = VaultSecrets(stage.desk.vault)
        made = enrol(
            stage.desk, server_url=ADDRESS, code=code, transport=line, secrets=secrets, school_id=school_id, label="PC"
        )  # fmt: skip
        if made.school_id:
            seated_engine(stage.desk, transport=line, secrets=secrets).run_once(made.school_id)
        return made.school_id


def _circonscription(hers: StandIn, server: LiveServer) -> CirconscriptionPage:
    page = CirconscriptionPage(hers, _means(hers, server))
    page.refresh()
    sized(page.widget)
    settle(lambda: not page.busy)
    return page


def _press_heading(page: CirconscriptionPage, by: By) -> None:
    header = page.view.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(ORDER.index(by)) + 8, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(lambda: not page.busy)


def _means(stage: StandIn, server: LiveServer) -> Means:
    return Means(VaultSecrets(stage.desk.vault), partial(line_to, server))


def _met(server: LiveServer, admin: Admin, folder: Path, code: str) -> Pictures:
    """The director types the six digits and is told whose they are."""
    (folder / "direction").mkdir()
    with demo_stage(folder / "direction", pupils=12) as stage:
        stage.desk = replace(stage.desk, clock=server.clock)
        name = admin.enrol_code(uai=UAI, role=Role.DIRECTOR, person_name="Hélène Rouvière")
        stage.school_id = _enrol(stage, server, name, stage.school_id)
        page = stage.page = AccessPage(stage, _means(stage, server))
        page.refresh()
        sized(page.widget)
        settle(lambda: not page.busy)
        page.view.code.setText(f"{code[:3]} {code[3:]}")
        settle()
        yield "acces-code", cut(page.view, card_of(page.view.meet))
        page.view.meet.click()
        settle(lambda: WHO in page.view.band.text() and not page.busy)
        yield "acces-qui", cut(page.view, page.view.band, card_of(page.view.meet))
        page.close()
        page.widget.hide()


def _inside(hers: StandIn) -> Pictures:
    """Her window on a school that is open to her; there, someone who stands twice."""
    with hers.desk.vault.write() as connection:
        rows = SchoolRows(connection, "s1")
        rows.add("guardians", "g2", last_name="DUPONT", first_name="Marc-Antoine", mobile="06 39 98 01 01")
        rows.add("responsibilities", "r2", pupil_id="p1", guardian_id="g2", access="full")
        rows.add("accounts", "a2", guardian_id="g2", state="not_notified", origin="unknown", login="m.dupont1")
        rows.flush()
    with window(hers.desk, "s1", officer=True) as shown:
        yield "erun-ouverte", whole(shown)
    asking = DiagnosisPage(StandIn(hers.desk, "s1"))
    asking.refresh()
    sized(asking.widget, (720, 300))
    yield "erun-rapport", cut(asking.view, asking.view.report, asking.view.field)
    asking.close()
    asking.widget.hide()
    page = DuplicatesPage(StandIn(hers.desk, "s1"))
    page.refresh()
    sized(page.widget, ROOM)
    settle(lambda: not page.busy)
    yield "erun-doublons", whole(page.widget)
    page.close()
    page.widget.hide()

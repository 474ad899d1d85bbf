"""Pictures of « Assistance »: a guardian whose ways in are closed, an officer let in, her schools, what she proposes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import insert

from app.models.clock import instant
from app.models.states import AccountState, Role
from app.services.accounts import list_accounts
from app.services.records.rows import SchoolRows
from app.services.todo import Page, Target
from app.services.vault.secrets import VaultSecrets
from app.services.vault.tables import links
from app.ui.garbage import Collector
from app.ui.pages import make_transport
from app.ui.requests.page import RequestsPage
from app.ui.support.access.page import AccessPage
from app.ui.support.circonscription.page import CirconscriptionPage
from app.ui.support.diagnosis.page import DiagnosisPage
from app.ui.support.duplicates.page import DuplicatesPage
from app.ui.support.proposals.page import ProposalsPage
from app.ui.support.sections import Means
from app.ui.support.worklist.page import WorklistPage
from tests.screenshots.looks import LOOKS, wear
from tests.screenshots.other_screens import SIZES, disagree, link, settle
from tests.ui.activity import live_a_term
from tests.ui.desk_stage import NOW, StandIn, demo_stage
from tests.ui.support.assistance import OFFICER, know, let_in, officer_stage, propose, stand_twice

BusyPage = AccessPage | RequestsPage | CirconscriptionPage | DuplicatesPage | ProposalsPage | WorklistPage
Shown = Iterator[tuple[str, QWidget]]


def render(folder: Path) -> list[Path]:
    """Each section, large and small, in each look."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    collector = Collector()
    for look in LOOKS:
        wear(application, look)
        with TemporaryDirectory() as place, demo_stage(Path(place), pupils=60) as stage:
            for name, widget in sections(application, stage, Path(place)):
                widget.setProperty("role", "ground")
                for width, height in SIZES:
                    widget.resize(width, height)
                    widget.show()
                    settle(application)
                    made.append(folder / f"assistance-{name}-{look}-{width}.png")
                    widget.grab().save(str(made[-1]))
    wear(application, "light")
    collector.stop()
    return made


def sections(application: QApplication, stage: StandIn, folder: Path) -> Shown:
    """Each by its name, ready to be shown."""
    live_a_term(stage)
    link(stage)
    rows = list_accounts(stage.desk, school_id=stage.school_id).rows
    meant = next(row for row in rows if row.state is AccountState.NOTIFIED and row.email)
    with stage.desk.vault.write() as connection:
        records = SchoolRows(connection, stage.school_id)
        records.change("accounts", meant.account_id, block="birth_date_tries")
        records.flush()
    page = stage.page = DiagnosisPage(stage)
    page.refresh()
    page.narrow(Target(Page.SUPPORT, account_ids=frozenset({meant.account_id}), section="diagnosis"))
    settle(application, lambda: not page.busy)
    yield "diagnostic", page.widget
    one, _other = stand_twice(stage, email="parent@exemple.fr")
    doubles = stage.page = DuplicatesPage(stage)
    doubles.refresh()
    settle(application, lambda: not doubles.busy)
    doubles.narrow(Target(Page.SUPPORT, account_ids=frozenset({one["id"]}), section="duplicates"))
    yield from _read(application, "doublons", doubles)
    doubles.close()
    disagree(stage)
    worklist = stage.page = WorklistPage(stage)
    yield from _read(application, "onde", worklist)
    worklist.close()
    know(stage)
    propose(stage, let_in(stage))
    means = Means(VaultSecrets(stage.desk.vault), make_transport)
    pages: tuple[tuple[str, BusyPage], ...] = (
        ("acces", AccessPage(stage, means)), ("propositions", RequestsPage(stage)),
        ("mes-propositions", ProposalsPage(stage)),
    )  # fmt: skip
    for name, made in pages:
        stage.page = made
        yield from _read(application, name, made)
    with officer_stage(folder) as hers:
        yield from _read(application, "circonscription", CirconscriptionPage(hers, means))
        yield from _diagnosed_by_her(application, hers)


def _diagnosed_by_her(application: QApplication, hers: StandIn) -> Shown:
    """Where a director acts, she proposes."""
    open_to(hers)
    page = DiagnosisPage(StandIn(hers.desk, "s1"))
    page.refresh()
    settle(application, lambda: not page.busy)
    page.view.field.setText("dupont")
    settle(application, lambda: bool(page.view.cards))
    yield "erun", page.widget
    page.close()


def open_to(hers: StandIn) -> None:
    """The copy of a school, with a guardian whose access is closed."""
    now = instant(NOW)
    with hers.desk.vault.write() as connection:
        rows = SchoolRows(connection, "s1")
        rows.add("schools", "s1", name="École élémentaire B", uai="0990001A", timezone="Europe/Paris")
        rows.add(
            "support_grants", "g", officer_id=OFFICER, officer_name="Mme Agnès Martin", granted_at=now,
            until=instant(NOW + timedelta(hours=60)),
        )  # fmt: skip
        rows.add("school_years", "y", label="2026-2027", starts_on="2026-08-01")
        rows.add("pupils", "p1", last_name="DUPONT", first_name="Zoé", extra={"birth_year": "2019"})
        rows.add("enrolments", "e1", pupil_id="p1", year_id="y", level="CE1")
        rows.add(
            "guardians", "g1", last_name="DUPONT", first_name="Marc", email="marc@example.org", mobile="0639980101"
        )
        rows.add("responsibilities", "r1", pupil_id="p1", guardian_id="g1", access="full")
        rows.add(
            "accounts", "a1", guardian_id="g1", state="notified", origin="school", login="m.dupont",
            block="birth_date_tries",
        )  # fmt: skip
        rows.flush()
        connection.execute(insert(links).values(
            school_id="s1", server_url="http://127.0.0.1:9", device_id="pc", person_id=OFFICER,
            person_name="Mme Agnès Martin", role=Role.SUPPORT.value, last_success_at=now,
        ))  # fmt: skip


def _read(application: QApplication, name: str, page: BusyPage) -> Shown:
    page.refresh()
    settle(application, lambda: not page.busy)
    yield name, page.widget


if __name__ == "__main__":
    for picture in render(Path(sys.argv[1])):
        print(picture)

"""A day without a network: the director, her deputy and an ERUN work on their own PCs; nothing of it is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.models.errors import PreauError, Refused
from app.models.states import Role
from app.models.support import ProposalStatus, Reading, Repair
from app.models.tables import SCHOOL_TABLES, Row
from app.server.operating import officers as operator
from app.services import corrections, notify
from app.services.accounts import list_accounts
from app.services.demo.school import UAI, make_school
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from app.services.support import copies, grants, proposing, readings
from app.services.support import officers as own
from app.services.support.circonscription import read_circonscription
from app.services.sync.enrolment import enrol
from app.services.sync.seat import officer_token, seated_engine
from app.services.sync.transport import Address, HttpTransport
from app.services.vault.secrets import VaultSecrets
from app.services.vault.vault import create_vault
from tests.conftest import FakeClock
from tests.support.live import LiveDesk, LiveServer, live_desk, live_server


@dataclass
class OfficerPc:
    """The ERUN's PC: a vault with no school of its own."""

    desk: Desk
    server: LiveServer

    @property
    def secrets(self) -> VaultSecrets:
        return VaultSecrets(self.desk.vault)

    def sync(self) -> None:
        transport = HttpTransport()
        try:
            own.refresh(self.desk, line=transport, token=officer_token(self.secrets))
            own.bring_copies(self.desk, seated_engine(self.desk, transport=transport, secrets=self.secrets))
        finally:
            transport.close()

    def rows(self, school_id: str, table: str) -> list[Row]:
        with self.desk.vault.read() as connection:
            return SchoolRows(connection, school_id).all(table)

    def held(self, school_id: str) -> int:
        """How many rows of a school are in the vault."""
        with self.desk.vault.read() as connection:
            rows = SchoolRows(connection, school_id)
            return sum(len(rows.all(table.name)) for table in SCHOOL_TABLES)


@dataclass
class Cast:
    server: LiveServer
    director: LiveDesk
    erun: OfficerPc
    clock: FakeClock
    stack: ExitStack
    folder: Path
    officer_id: str

    @property
    def school(self) -> str:
        return self.director.school_id

    def grant(self) -> str:
        line = grants.grant(self.director.desk, school_id=self.school, officer_id=self.officer_id)
        self.director.sync()
        return line.grant_id

    def deputy(self) -> LiveDesk:
        pc = self.stack.enter_context(live_desk(self.folder, clock=self.clock, name="adjoint"))
        pc.enrol(self.server, self.server.code(role=Role.DEPUTY, person="Luc Petit"))
        pc.sync()
        return pc


@pytest.fixture
def cast(tmp_path: Path, clock: FakeClock) -> Iterator[Cast]:
    with live_server(tmp_path, clock=clock) as server, ExitStack() as stack:
        server.add_school()
        director = stack.enter_context(live_desk(tmp_path, clock=clock, name="direction"))
        director.import_school(make_school(pupils=4))
        director.enrol(server, server.code())
        director.sync()
        made = operator.create(server.admin, name="Mme Erun", uais=[UAI])
        director.sync()
        vault = stack.enter_context(create_vault(tmp_path / "erun.preau", key=os.urandom(32)))
        erun = OfficerPc(Desk(vault, clock, os.urandom), server)
        transport = HttpTransport()
        done = enrol(
            erun.desk, server_url=server.url, code=made.code, transport=transport, secrets=erun.secrets, label="Poste ERUN"
        )  # fmt: skip
        transport.close()
        assert (done.school_id, done.role, done.person_name) == ("", "support", "Mme Erun")
        yield Cast(server, director, erun, clock, stack, tmp_path, made.officer_id)


def first_guardian(pc: Any, school_id: str) -> tuple[str, str]:
    row = list_accounts(pc.desk, school_id=school_id).rows[0]
    return row.guardian_id, row.account_id


def test_an_officer_begins_with_counts_and_no_rows(cast: Cast) -> None:
    cast.erun.sync()
    found = read_circonscription(cast.erun.desk)
    assert [(line.uai, line.granted_until) for line in found.lines] == [(UAI, None)]
    assert found.lines[0].counts is not None and found.lines[0].counts.guardians > 0
    assert cast.erun.held(cast.school) == 0


def test_a_day_without_a_network_loses_nothing(cast: Cast) -> None:
    deputy = cast.deputy()
    cast.grant()
    cast.erun.sync()
    guardian_id, account_id = first_guardian(cast.erun, cast.school)
    other_id = next(row.guardian_id for row in list_accounts(deputy.desk, school_id=cast.school).rows
                    if row.guardian_id != guardian_id)  # fmt: skip
    # 8 h: nobody reaches the server any more.
    assert readings.note_reading(cast.erun.desk, school_id=cast.school, what=Reading.OPENING)
    readings.note_reading(cast.erun.desk, school_id=cast.school, what=Reading.DIAGNOSIS)
    proposing.propose_correction(
        cast.erun.desk, school_id=cast.school, guardian_id=guardian_id, values={"email": "nouveau@exemple.fr"},
        reason="Il me l’a épelée au téléphone.",
    )  # fmt: skip
    reopen = proposing.propose_for_account(
        cast.erun.desk, school_id=cast.school, guardian_id=guardian_id, kind=Repair.REOPEN, reason="Bonne date."
    )  # fmt: skip
    corrections.correct(
        deputy.desk, school_id=cast.school, table="guardians", record_id=other_id, values={"email": "autre@exemple.fr"}
    )  # fmt: skip
    plan = notify.plan(cast.director.desk, school_id=cast.school, account_ids=[account_id], reset=False)
    notify.print_sheets(cast.director.desk, plan=plan, folder=cast.folder / "pdf", processes=1)
    cast.clock.advance(hours=24)
    assert copies.sweep(cast.erun.desk).school_ids == ()
    assert list_accounts(cast.erun.desk, school_id=cast.school).rows
    # The next morning, in any order.
    cast.erun.sync()
    deputy.sync()
    cast.director.sync()
    waiting = proposing.list_proposals(cast.director.desk, school_id=cast.school)
    assert [(one.kind, one.officer, one.status) for one in waiting] == [
        (Repair.CORRECT, "Mme Erun", ProposalStatus.OPEN), (Repair.REOPEN, "Mme Erun", ProposalStatus.OPEN),
    ]  # fmt: skip
    assert "nouveau@exemple.fr" in waiting[0].words
    [line] = grants.list_grants(cast.director.desk, school_id=cast.school)
    assert (line.openings, line.diagnoses, line.living) == (
        1,
        1,
        True,
    ) and line.readings == "1\u00a0ouverture, 1\u00a0recherche"
    assert line.last.startswith("09-09-2026")
    proposing.accept(cast.director.desk, school_id=cast.school, proposal_id=waiting[0].proposal_id)
    proposing.refuse(
        cast.director.desk, school_id=cast.school, proposal_id=waiting[1].proposal_id, said="Je l’ai déjà fait."
    )  # fmt: skip
    cast.director.sync()
    deputy.sync()
    cast.erun.sync()
    for pc in (cast.director, deputy, cast.erun):
        with pc.desk.vault.read() as connection:
            rows = SchoolRows(connection, cast.school)
            said = [
                (rows.need("guardians", one)["corrections"] or {})["email"]["value"] for one in (guardian_id, other_id)
            ]
            assert said == ["nouveau@exemple.fr", "autre@exemple.fr"]
            assert [row["account_id"] for row in rows.all("sheets")] == [account_id]
    answered = {one.proposal_id: one for one in proposing.list_proposals(cast.erun.desk, school_id=cast.school)}
    assert answered[reopen.proposal_id].status is ProposalStatus.REFUSED
    assert "Je l’ai déjà fait." in answered[reopen.proposal_id].answer


def test_what_reaches_the_officers_vault_has_no_secret(cast: Cast) -> None:
    _, account_id = first_guardian(cast.director, cast.school)
    plan = notify.plan(cast.director.desk, school_id=cast.school, account_ids=[account_id], reset=False)
    notify.print_sheets(cast.director.desk, plan=plan, folder=cast.folder / "pdf", processes=1)
    cast.director.sync()
    cast.grant()
    cast.erun.sync()
    [sheet] = cast.erun.rows(cast.school, "sheets")
    assert sheet["with_secret"] and sheet["sealed"] is None and sheet["key_version"] is None
    assert all(
        row["birth_date"] is None and row["extra"]["birth_year"] for row in cast.erun.rows(cast.school, "pupils")
    )
    assert all(row["address"] is None and row["town"] is None for row in cast.erun.rows(cast.school, "guardians"))
    for table in ("acts", "devices", "people", "key_grants", "traces", "reviews"):
        assert cast.erun.rows(cast.school, table) == [], table


def test_the_copy_ends_by_itself_without_a_network(cast: Cast) -> None:
    cast.grant()
    cast.erun.sync()
    cast.clock.advance(hours=71)
    assert copies.sweep(cast.erun.desk).school_ids == ()
    cast.clock.advance(hours=2)
    assert copies.overdue(cast.erun.desk)
    assert copies.sweep(cast.erun.desk).school_ids == (cast.school,)
    assert cast.erun.held(cast.school) == 0 and not copies.overdue(cast.erun.desk)
    assert read_circonscription(cast.erun.desk).lines[0].granted_until is None


def test_a_clock_put_back_closes_the_copy_until_the_server_is_reached(cast: Cast) -> None:
    cast.grant()
    cast.erun.sync()
    cast.clock.advance(hours=30)
    copies.sweep(cast.erun.desk)
    cast.clock.advance(hours=-29)
    swept = copies.sweep(cast.erun.desk)
    assert swept.clock_put_back and swept.school_ids == (cast.school,) and cast.erun.held(cast.school) == 0
    cast.erun.sync()  # the grant still lives: the server says what time it is, and gives the rows again
    assert cast.erun.held(cast.school) > 0


def test_a_clock_that_was_put_forward_by_mistake_costs_one_exchange(cast: Cast) -> None:
    cast.grant()
    cast.erun.sync()
    cast.clock.advance(hours=24 * 400)
    copies.sweep(cast.erun.desk)
    assert cast.erun.held(cast.school) == 0
    cast.clock.advance(hours=-24 * 400)
    cast.erun.sync()
    assert cast.erun.held(cast.school) > 0


def test_a_clock_set_right_by_a_few_minutes_is_no_trouble(cast: Cast) -> None:
    cast.grant()
    cast.erun.sync()
    cast.clock.advance(minutes=-4)
    assert not copies.sweep(cast.erun.desk).clock_put_back and cast.erun.held(cast.school) > 0


def test_the_director_ends_it_at_the_next_exchange(cast: Cast) -> None:
    grant_id = cast.grant()
    cast.erun.sync()
    line = grants.end(cast.director.desk, school_id=cast.school, grant_id=grant_id)
    assert not line.living and "terminé" in line.state
    cast.director.sync()
    cast.erun.sync()
    assert cast.erun.held(cast.school) == 0 and own.copies(cast.erun.desk) == ()


def test_proposals_made_before_the_end_still_arrive_and_the_copy_does_not(cast: Cast) -> None:
    cast.grant()
    cast.erun.sync()
    guardian_id, _ = first_guardian(cast.erun, cast.school)
    proposing.propose_for_account(
        cast.erun.desk, school_id=cast.school, guardian_id=guardian_id, kind=Repair.REOPEN, reason="Bonne date."
    )  # fmt: skip
    cast.clock.advance(hours=80)
    copies.sweep(cast.erun.desk)
    assert cast.erun.held(cast.school) == 0 and own.copies(cast.erun.desk) == (cast.school,)
    cast.erun.sync()
    cast.director.sync()
    assert len(proposing.list_proposals(cast.director.desk, school_id=cast.school)) == 1
    assert cast.erun.held(cast.school) == 0 and own.copies(cast.erun.desk) == ()


def test_an_officer_who_is_ended_loses_every_copy(cast: Cast) -> None:
    cast.grant()
    cast.erun.sync()
    guardian_id, _ = first_guardian(cast.erun, cast.school)
    proposing.propose_for_account(
        cast.erun.desk, school_id=cast.school, guardian_id=guardian_id, kind=Repair.REOPEN, reason="Bonne date."
    )  # fmt: skip
    operator.end(cast.server.admin, officer_id=cast.officer_id)
    with pytest.raises(PreauError):
        cast.erun.sync()
    assert cast.erun.held(cast.school) == 0 and own.copies(cast.erun.desk) == ()
    me = own.this_officer(cast.erun.desk)
    assert me is not None and "1\u00a0proposition" in (me.last_error or "")
    cast.director.sync()
    assert [line.living for line in grants.list_grants(cast.director.desk, school_id=cast.school)] == [False]
    assert grants.known_officers(cast.director.desk, school_id=cast.school) == ()


def test_a_proposal_that_does_not_apply_any_more_is_said_so(cast: Cast) -> None:
    cast.grant()
    cast.erun.sync()
    guardian_id, _ = first_guardian(cast.erun, cast.school)
    made = proposing.propose_correction(
        cast.erun.desk, school_id=cast.school, guardian_id=guardian_id, values={"email": "nouveau@exemple.fr"},
        reason="Épelée au téléphone.",
    )  # fmt: skip
    cast.erun.sync()
    cast.director.sync()
    desk = cast.director.desk
    corrections.correct(
        desk, school_id=cast.school, table="guardians", record_id=guardian_id, values={"email": "tiers@exemple.fr"}
    )  # fmt: skip
    with pytest.raises(Refused, match="ne vaut plus"):
        proposing.accept(desk, school_id=cast.school, proposal_id=made.proposal_id)
    assert proposing.list_proposals(desk, school_id=cast.school)[0].status is ProposalStatus.OPEN
    corrections.correct(
        desk, school_id=cast.school, table="guardians", record_id=guardian_id, values={"email": "nouveau@exemple.fr"}
    )  # fmt: skip
    assert proposing.accept(desk, school_id=cast.school, proposal_id=made.proposal_id).status is ProposalStatus.ACCEPTED
    with pytest.raises(Refused, match="déjà sa réponse"):
        proposing.refuse(desk, school_id=cast.school, proposal_id=made.proposal_id, said="Non.")


def test_a_new_password_is_made_by_the_director_alone(cast: Cast) -> None:
    guardian_id, account_id = first_guardian(cast.director, cast.school)
    plan = notify.plan(cast.director.desk, school_id=cast.school, account_ids=[account_id], reset=False)
    notify.print_sheets(cast.director.desk, plan=plan, folder=cast.folder / "pdf", processes=1)
    cast.director.sync()
    cast.grant()
    cast.erun.sync()
    made = proposing.propose_for_account(
        cast.erun.desk, school_id=cast.school, guardian_id=guardian_id, kind=Repair.RESET, reason="Feuille perdue."
    )  # fmt: skip
    cast.erun.sync()
    cast.director.sync()
    proposing.accept(cast.director.desk, school_id=cast.school, proposal_id=made.proposal_id)
    cast.director.sync()
    cast.erun.sync()
    assert len(cast.erun.rows(cast.school, "sheets")) == 2
    assert all(row["sealed"] is None for row in cast.erun.rows(cast.school, "sheets"))


def test_six_digits_said_on_the_phone_introduce_her(cast: Cast) -> None:
    operator.set_schools(cast.server.admin, officer_id=cast.officer_id, uais=[])
    cast.director.sync()
    assert grants.known_officers(cast.director.desk, school_id=cast.school) == ()
    transport = HttpTransport()
    code = own.ask_code(cast.erun.desk, line=transport, token=officer_token(cast.erun.secrets)).code
    secrets = VaultSecrets(cast.director.desk.vault)
    engine = seated_engine(cast.director.desk, transport=transport, secrets=secrets)
    address: Address = engine.address(cast.school)
    officer_id, name = grants.meet(transport, address=address, code=f"{code[:3]} {code[3:]}", follow=cast.director.sync)
    transport.close()
    assert (officer_id, name) == (cast.officer_id, "Mme Erun")
    cast.grant()
    cast.erun.sync()
    assert cast.erun.held(cast.school) > 0
    assert [line.counts for line in read_circonscription(cast.erun.desk).lines] == [None]


def test_neither_end_does_the_others_part(cast: Cast) -> None:
    grant_id = cast.grant()
    cast.erun.sync()
    with pytest.raises(Refused):
        grants.end(cast.erun.desk, school_id=cast.school, grant_id=grant_id)
    guardian_id, _ = first_guardian(cast.director, cast.school)
    with pytest.raises(Refused, match="ouverte à l’assistance"):
        proposing.propose_for_account(
            cast.director.desk, school_id=cast.school, guardian_id=guardian_id, kind=Repair.REOPEN, reason="Non."
        )  # fmt: skip

"""A stolen PC and a successor, through real PCs and a real server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.models.enrol_codes import LENGTH, hash_code, new_code
from app.models.errors import PreauError, Refused
from app.models.states import Role
from app.services import devices, handover, notify
from app.services.demo.school import make_school
from app.services.records.rows import SchoolRows
from app.services.sheets import distribution_notice
from tests.conftest import FakeClock
from tests.support.live import LiveDesk, LiveServer, live_desk, live_server


class Office:
    """A server and the PCs of a school, made as they come."""

    def __init__(self, folder: Path, server: LiveServer, clock: FakeClock, stack: ExitStack) -> None:
        self.folder, self.server, self._clock, self._stack = folder, server, clock, stack

    def pc(self, name: str, code: str | None = None) -> LiveDesk:
        made = self._stack.enter_context(live_desk(self.folder, clock=self._clock, name=name))
        if code is not None:
            made.enrol(self.server, code)
            made.sync()
        return made


@pytest.fixture
def office(tmp_path: Path, clock: FakeClock) -> Iterator[Office]:
    with live_server(tmp_path, clock=clock) as server, ExitStack() as stack:
        server.add_school()
        yield Office(tmp_path, server, clock, stack)


@pytest.fixture
def first(office: Office) -> LiveDesk:
    """The director's PC: six guardians notified by sheets that the server knows."""
    pc = office.pc("direction")
    pc.import_school(make_school(pupils=4))
    pc.enrol(office.server, office.server.code())
    pc.sync()
    accounts = [row["id"] for row in rows(pc, "accounts")]
    plan = notify.plan(pc.desk, school_id=pc.school_id, account_ids=accounts, reset=False)
    notify.print_sheets(pc.desk, plan=plan, folder=office.folder / "pdf", processes=1)
    pc.sync()
    return pc


def rows(pc: LiveDesk, table: str) -> list[dict[str, object]]:
    with pc.desk.vault.read() as connection:
        return SchoolRows(connection, pc.school_id).all(table)


def admitted(office: Office, first: LiveDesk, person: str = "Luc Petit") -> LiveDesk:
    """A deputy's PC that reads the school's passwords."""
    pc = office.pc("adjoint", office.server.code(role=Role.DEPUTY, person=person))
    first.sync()
    [waiting] = devices.to_admit(first.desk, school_id=first.school_id)
    devices.admit(first.desk, school_id=first.school_id, device_id=waiting.device_id, compared=waiting.fingerprint)
    first.sync()
    pc.sync()
    return pc


def own_id(pc: LiveDesk) -> str:
    from app.services.schools import list_devices

    return next(line.device_id for line in list_devices(pc.desk, school_id=pc.school_id) if line.here)


def test_a_stolen_pc_and_the_passwords_that_it_held_end_in_one_act(office: Office, first: LiveDesk) -> None:
    stolen = admitted(office, first)
    sheets = len(rows(first, "sheets"))
    assert devices.count_readable(first.desk, school_id=first.school_id, device_id=own_id(stolen)) == sheets > 0
    devices.revoke(first.desk, school_id=first.school_id, device_id=own_id(stolen), stolen=True)
    first.sync()
    with pytest.raises(PreauError):
        stolen.sync()
    assert {sheet["status"] for sheet in rows(first, "sheets")} == {"withdrawn"}
    notice = distribution_notice(first.desk, school_id=first.school_id)
    assert "Ne pas remettre, retirée par l’école" in notice.withheld_sentence
    first.sync()
    versions = {grant["key_version"] for grant in rows(first, "key_grants")}
    assert len(versions) == 2, "the school has a new key"
    accounts = [row["id"] for row in rows(first, "accounts")]
    plan = notify.plan(first.desk, school_id=first.school_id, account_ids=accounts, reset=False)
    notify.print_sheets(first.desk, plan=plan, folder=office.folder / "again", processes=1)
    first.sync()
    assert sorted({str(sheet["status"]) for sheet in rows(first, "sheets")}) == ["known", "withdrawn"]


def test_a_pc_that_is_only_put_away_keeps_the_sheets_valid(office: Office, first: LiveDesk) -> None:
    old = admitted(office, first)
    devices.revoke(first.desk, school_id=first.school_id, device_id=own_id(old), stolen=False)
    first.sync()
    with pytest.raises(PreauError):
        old.sync()
    assert {sheet["status"] for sheet in rows(first, "sheets")} == {"known"}
    with pytest.raises(Refused, match="autre poste"):
        devices.revoke(first.desk, school_id=first.school_id, device_id=own_id(first), stolen=True)


def test_a_deputy_revokes_nobody(office: Office, first: LiveDesk) -> None:
    deputy = admitted(office, first)
    devices.revoke(deputy.desk, school_id=deputy.school_id, device_id=own_id(first), stolen=True)
    deputy.sync()
    first.sync()
    assert {sheet["status"] for sheet in rows(first, "sheets")} == {"known"}
    assert "refused" in {review["kind"] for review in rows(deputy, "reviews")}


def test_the_successors_arrival_is_the_predecessors_end(office: Office, first: LiveDesk) -> None:
    given = handover.begin(first.desk, school_id=first.school_id, name="  Karim  Benali ")
    assert given.name == "Karim Benali" and given.server_url == office.server.url
    early = office.pc("trop-tot")
    with pytest.raises(PreauError):
        early.enrol(office.server, given.code)  # the server does not know the act yet
    first.sync()
    first.sync()  # until the successor comes, the predecessor works
    successor = office.pc("successeur", given.code)
    with pytest.raises(PreauError):
        first.sync()
    people = {str(row["name"]): row["ended_at"] for row in rows(successor, "people")}
    assert people["Karim Benali"] is None and people["Hélène Rouvière"] is not None
    assert len(rows(successor, "accounts")) == len(rows(first, "accounts"))
    assert {sheet["status"] for sheet in rows(successor, "sheets")} == {"known"}, "sheets in families' hands stay valid"
    with pytest.raises(PreauError):
        office.pc("encore", given.code)


def test_the_same_pc_changes_hands_and_still_reads_the_passwords(office: Office, first: LiveDesk) -> None:
    given = handover.begin(first.desk, school_id=first.school_id, name="Karim Benali")
    first.sync()
    device = own_id(first)
    first.enrol(office.server, given.code)
    first.sync()
    assert own_id(first) == device
    [here] = [row for row in rows(first, "devices") if row["id"] == device]
    assert (here["person_name"], here["revoked_at"]) == ("Karim Benali", None)
    account = next(str(row["account_id"]) for row in rows(first, "sheets"))
    assert notify.provisional_password(first.desk, school_id=first.school_id, account_id=account)


def test_a_second_code_ends_the_first_and_an_empty_name_is_refused(office: Office, first: LiveDesk) -> None:
    with pytest.raises(Refused):
        handover.begin(first.desk, school_id=first.school_id, name="  ")
    old = handover.begin(first.desk, school_id=first.school_id, name="Karim Benali")
    new = handover.begin(first.desk, school_id=first.school_id, name="Karim Benali")
    first.sync()
    with pytest.raises(PreauError):
        office.pc("vieux", old.code)
    office.pc("neuf", new.code)


def test_a_code_is_long_enough_and_is_kept_as_a_hash() -> None:
    code = new_code(lambda size: bytes(range(size)))
    assert len(code.replace("-", "")) == LENGTH and hash_code(code) == hash_code(code.replace("-", " ").lower())

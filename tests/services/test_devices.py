"""The PCs of a school share its key only through a person who compares two screens (DESIGN, « Sealing »)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.errors import Refused
from app.services import notify
from app.services.accounts import list_accounts
from app.services.demo.school import make_school
from app.services.devices import admit, lacks_key, own_fingerprint, settle_keys, to_admit
from app.services.records.rows import SchoolRows
from app.services.sealing import SecretUnreadable, school_keyring
from app.services.sheets import provisional_password
from app.services.vault.secrets import VaultSecrets
from tests.conftest import FakeClock
from tests.support.live import LiveDesk, LiveServer, live_desk, live_server


@pytest.fixture
def server(tmp_path: Path, clock: FakeClock) -> Iterator[LiveServer]:
    with live_server(tmp_path, clock=clock) as started:
        started.add_school()
        yield started


@pytest.fixture
def first(server: LiveServer, tmp_path: Path, clock: FakeClock) -> Iterator[LiveDesk]:
    """The director's PC, which has printed a sheet."""
    with live_desk(tmp_path, clock=clock, name="one") as desk:
        desk.import_school(make_school(pupils=2))
        desk.enrol(server, server.code())
        desk.sync()
        print_one(desk, tmp_path)
        desk.sync()
        yield desk


@pytest.fixture
def second(server: LiveServer, first: LiveDesk, tmp_path: Path, clock: FakeClock) -> Iterator[LiveDesk]:
    """The deputy's PC, newly enrolled."""
    with live_desk(tmp_path, clock=clock, name="two") as desk:
        desk.enrol(server, server.code(person="M. Petit"))
        desk.sync()
        first.sync()
        yield desk


def print_one(desk: LiveDesk, folder: Path, *, reset: bool = False) -> str:
    account_id = min(row.account_id for row in list_accounts(desk.desk, school_id=desk.school_id).rows)
    plan = notify.plan(desk.desk, school_id=desk.school_id, account_ids=[account_id], reset=reset)
    notify.print_sheets(desk.desk, plan=plan, folder=folder, processes=1)
    return account_id


def password(desk: LiveDesk) -> str | None:
    account_id = min(row.account_id for row in list_accounts(desk.desk, school_id=desk.school_id).rows)
    return provisional_password(desk.desk, school_id=desk.school_id, account_id=account_id)


def keys(desk: LiveDesk) -> set[int]:
    with desk.desk.vault.read() as connection:
        return set(school_keyring(connection, desk.school_id))


def test_a_pc_reads_nothing_before_a_person_has_compared_and_everything_after(
    first: LiveDesk, second: LiveDesk
) -> None:
    assert lacks_key(second.desk, school_id=second.school_id)
    with pytest.raises(SecretUnreadable):
        password(second)
    [waiting] = to_admit(first.desk, school_id=first.school_id)
    shown = own_fingerprint(second.desk, school_id=second.school_id)
    assert waiting.fingerprint == shown and shown is not None and waiting.person_name == "M. Petit"
    admit(first.desk, school_id=first.school_id, device_id=waiting.device_id, compared=shown)
    first.sync()
    second.sync()
    assert password(second) == password(first) is not None
    assert not lacks_key(second.desk, school_id=second.school_id)
    assert to_admit(first.desk, school_id=first.school_id) == ()


def test_another_number_lets_nobody_in(first: LiveDesk, second: LiveDesk) -> None:
    [waiting] = to_admit(first.desk, school_id=first.school_id)
    with pytest.raises(Refused, match="ne sont pas les mêmes"):
        admit(first.desk, school_id=first.school_id, device_id=waiting.device_id, compared="0000 0000 0000 0000 0000")
    first.sync()
    second.sync()
    with pytest.raises(SecretUnreadable):
        password(second)


def test_a_revoked_pc_never_gets_the_next_key(
    server: LiveServer, first: LiveDesk, second: LiveDesk, tmp_path: Path
) -> None:
    [waiting] = to_admit(first.desk, school_id=first.school_id)
    admit(first.desk, school_id=first.school_id, device_id=waiting.device_id, compared=waiting.fingerprint)
    first.sync()
    second.sync()
    before = keys(first)
    server.admin.revoke(device_id=waiting.device_id)
    first.sync()
    first.sync()
    [fresh] = keys(first) - before
    assert fresh > max(before)
    with first.desk.vault.read() as connection:
        grants = SchoolRows(connection, first.school_id).all("key_grants")
    assert waiting.device_id not in {grant["device_id"] for grant in grants if grant["key_version"] == fresh}
    print_one(first, tmp_path)
    assert password(first) is not None
    settled = keys(first)
    settle_keys(first.desk, school_id=first.school_id, secrets=VaultSecrets(first.desk.vault))
    assert keys(first) == settled  # once is enough

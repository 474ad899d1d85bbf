"""A PC takes its place in a school: begun offline, again, on another server, and as the copy of another PC."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.acts import CreateSchoolFields
from app.models.errors import Refused
from app.models.tables import COLUMNS
from app.services.records.journal import submit
from app.services.vault.tables import links, pending_acts
from tests.conftest import FakeClock
from tests.services.sync.conftest import UAI, NearDesk, NearServer, near_server


def begin_offline(desk: NearDesk) -> str:
    """A school begun with no server, its people imported."""
    school_id = desk.desk.new_id()
    submit(desk.desk, school_id=school_id, kind="ecole.creer", fields=CreateSchoolFields(uai=UAI, name="École"))
    desk.import_people(school_id)
    return school_id


def same(desk: NearDesk, server: NearServer, school_id: str) -> bool:
    """Whether the desktop has exactly the server's rows."""
    by_id: Callable[[dict[str, object]], str] = lambda row: str(row["id"])  # noqa: E731
    return all(
        sorted(desk.rows(table, school_id), key=by_id) == sorted(server.rows(table, school_id), key=by_id)
        for table in COLUMNS
    )


def test_a_school_begun_offline_takes_the_servers_id(server: NearServer, desk: NearDesk) -> None:
    offline_id = begin_offline(desk)
    school_id = server.add_school()
    assert desk.enrol(server, server.code()).school_id == school_id != offline_id
    assert desk.rows("pupils", offline_id) == []
    assert len(desk.rows("pupils", school_id)) == 4
    desk.sync(server, school_id)
    assert same(desk, server, school_id)
    assert len(server.rows("pupils", school_id)) == 4


def test_two_schools_begun_offline_with_the_same_files_become_one(
    server: NearServer, desk: NearDesk, tmp_path: Path, clock: FakeClock
) -> None:
    other = NearDesk(tmp_path / "autre.preau", clock)
    school_id = server.add_school()
    for one in (desk, other):
        begin_offline(one)
        one.enrol(server, server.code())
        one.sync(server, school_id)
    desk.sync(server, school_id)
    assert same(desk, server, school_id) and same(other, server, school_id)
    assert len(server.rows("pupils", school_id)) == 4
    assert len(server.rows("aliases", school_id)) > 4
    other.close()


def test_a_new_server_gets_everything_again(
    server: NearServer, desk: NearDesk, tmp_path: Path, clock: FakeClock
) -> None:
    """The school moves: the new server has another id for it, another key, and no record."""
    begin_offline(desk)
    old_id = server.add_school()
    desk.enrol(server, server.code())
    desk.sync(server, old_id)
    before = {row["first_name"] for row in desk.rows("guardians", old_id)}
    with near_server(tmp_path / "new.db", clock, mac_key=b"another key") as new:
        new_id = new.add_school()
        desk.enrol(new, new.code())
        desk.sync(new, new_id)
        assert same(desk, new, new_id)
        assert {row["first_name"] for row in new.rows("guardians", new_id)} == before != set()
        desk.import_people(new_id, pupils=6)
        desk.sync(new, new_id)
        assert same(desk, new, new_id)


def test_a_copied_vault_becomes_a_new_device(
    server: NearServer, desk: NearDesk, tmp_path: Path, clock: FakeClock
) -> None:
    """No keyring: the copy has the original's device key and token too, until it is told."""
    school_id = server.add_school()
    desk.enrol(server, server.code())
    desk.sync(server, school_id)
    desk.close()
    shutil.copyfile(desk.path, tmp_path / "copie.preau")
    desk.__post_init__()
    copy = NearDesk(tmp_path / "copie.preau", clock)
    desk.import_people(school_id)
    desk.sync(server, school_id)
    copy.import_people(school_id, pupils=6)
    with pytest.raises(Refused) as told:
        copy.sync(server, school_id)
    assert told.value.code == "device_copied"
    assert "Rien n’est perdu" in told.value.sentence
    copy.enrol(server, server.code("Paul Adjoint"))
    copy.sync(server, school_id)
    desk.sync(server, school_id)
    assert same(desk, server, school_id) and same(copy, server, school_id)
    assert len({row["device_id"] for row in server.rows("acts", school_id)}) == 2
    assert len(server.rows("pupils", school_id)) == len({row["ine"] for row in server.rows("pupils", school_id)})
    copy.close()


def test_a_refused_code_changes_nothing(server: NearServer, desk: NearDesk) -> None:
    offline_id = begin_offline(desk)
    server.add_school()
    with pytest.raises(Refused):
        desk.enrol(server, "FAUX-CODE")
    with desk.desk.vault.read() as connection:
        assert connection.execute(select(links)).first() is None
        assert set(connection.execute(select(pending_acts.c.school_id)).scalars()) == {offline_id}


def test_again_with_a_new_code_keeps_the_device_and_its_queue(server: NearServer, desk: NearDesk) -> None:
    school_id = server.add_school()
    desk.enrol(server, server.code())
    desk.sync(server, school_id)
    desk.import_people(school_id)
    desk.enrol(server, server.code())
    desk.sync(server, school_id)
    assert same(desk, server, school_id)
    assert len(server.rows("devices", school_id)) == 1

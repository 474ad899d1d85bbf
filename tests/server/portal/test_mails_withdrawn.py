"""Mails that wait when a school closes an access: which are withdrawn, and that their directors see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.states import Access
from app.server.tables import outbox
from app.services import rights
from tests.conftest import FakeClock
from tests.server.portal.accounts import SECOND_PUPILS
from tests.server.portal.creating import another_school, import_files
from tests.server.portal.household import PUPILS, Household, household
from tests.server.portal.test_director_groups import SECOND, TWICE, group
from tests.server.portal.test_mails import deliveries, send
from tests.services.test_undoing import colleague


@pytest.fixture
def waiting(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    """A server that sends nothing yet: every mail waits."""
    with household(tmp_path, clock, settings={"smtp_host": ""}) as home:
        yield home


def close_access(home: Household, name: str) -> None:
    desk, school_id = home.desk.desk, home.desk.school_id
    found = rights.rights_of(desk, school_id=school_id, account_id=home.account()["id"])
    pupil_id = rights.child_named(found, name).pupil_id
    rights.set_access(desk, school_id=school_id, guardian_id=found.guardian_id, pupil_id=pupil_id, access=Access.NONE)
    home.desk.sync()


def test_a_closed_access_withdraws_the_mails_of_both_records_of_one_person(waiting: Household, tmp_path: Path) -> None:
    """A colleague notified both before her PC knew that they were grouped."""
    import_files(waiting.desk, PUPILS, TWICE.replace("Marc Louis;;", "Marc Louis;m.louis@example.org;"))
    waiting.desk.sync()
    with colleague(tmp_path, waiting.clock, waiting.server) as other:
        group(waiting)
        send(Household(waiting.server, other, waiting.clock), "Marc", SECOND)
        waiting.desk.sync()
        assert {row["state"] for row in deliveries(waiting)} == {"queued"}
        close_access(waiting, "Zoé")
        assert [(row["state"], row["reason"]) for row in deliveries(waiting)] == [("failed", "access")] * 2


def test_a_closed_access_withdraws_no_mail_of_another_school(waiting: Household, tmp_path: Path) -> None:
    pupils = SECOND_PUPILS.replace("223456789AB", "123456789AC").replace("Léo", "Noé")
    guardians = TWICE.splitlines()[0] + "\nM.;DUPONT;Marc;m.dupont@example.org;;DUPONT;Noé\n"
    with another_school(waiting, tmp_path / "other", pupils, guardians) as other:
        assert other.account()["login"] == waiting.account()["login"], "one portal account"
        send(waiting, "Marc")
        send(other, "Marc")
        for name in ("Zoé", "Noé"):
            close_access(waiting, name)
        other.desk.sync()
        assert [row["state"] for row in deliveries(waiting)] == ["failed"]
        assert [row["state"] for row in deliveries(other)] == ["queued"]
        with other.server.database.read() as connection:
            kept = connection.execute(select(outbox.c.school_id).where(outbox.c.state == "queued")).scalars().all()
    assert kept == [other.desk.school_id], "and it is still to leave"

"""The operator's commands on a base: schools, codes, devices, epoch, the portal's address."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.models.errors import NotFound, Refused
from app.models.states import Role
from app.models.tables import schools
from app.models.wire import EnrolRequest
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.sync.enrolment import EnrolService
from app.server.sync.routes import ApiError, identify
from tests.conftest import FakeClock

UAI = "0990001N"


@pytest.fixture
def admin(database_url: str, clock: FakeClock) -> Iterator[Admin]:
    base = Database(database_url)
    base.create_if_empty()
    yield Admin(base, clock, os.urandom)
    base.close()


def enrol(admin: Admin, code: str, key: bytes = bytes(32)) -> str:
    service = EnrolService(admin.database, admin.clock, os.urandom)
    return service.enrol(EnrolRequest(code=code, device_key=base64.b64encode(key).decode(), label="PC")).token


@pytest.mark.parametrize(("uai", "code"), [("0990001A", "bad_uai"), ("99", "bad_uai")])
def test_a_school_needs_a_number_that_is_one(admin: Admin, uai: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        admin.create_school(uai=uai, name="École", portal_url="http://127.0.0.1")
    assert refused.value.code == code


def test_a_school_exists_once(admin: Admin) -> None:
    admin.create_school(uai=" 0990001n", name="École", portal_url="http://127.0.0.1")
    with pytest.raises(Refused, match="existe déjà"):
        admin.create_school(uai=UAI, name="École", portal_url="http://127.0.0.1")
    with pytest.raises(NotFound):
        admin.enrol_code(uai="0310001H", role=Role.DIRECTOR, person_name="Mme Durand")


def test_a_code_serves_one_device_for_a_day(admin: Admin, clock: FakeClock) -> None:
    admin.create_school(uai=UAI, name="École", portal_url="http://127.0.0.1")
    code = admin.enrol_code(uai=UAI, role=Role.DIRECTOR, person_name="Mme Durand")
    assert len(code.replace("-", "")) == 17
    first, again = enrol(admin, code.lower()), enrol(admin, code.replace("-", " "))
    assert first != again  # the same device, asked twice: the reply may have been lost
    with pytest.raises(Refused):
        enrol(admin, code, key=bytes(31) + b"x")
    late = admin.enrol_code(uai=UAI, role=Role.DEPUTY, person_name="M. Petit")
    clock.advance(hours=25)
    with pytest.raises(Refused):
        enrol(admin, late)
    [device] = admin.devices()
    assert (device.person_name, device.role, device.uai) == ("Mme Durand", "director", UAI)


def test_a_revoked_device_is_let_in_no_more(admin: Admin, clock: FakeClock) -> None:
    admin.create_school(uai=UAI, name="École", portal_url="http://127.0.0.1")
    token = enrol(admin, admin.enrol_code(uai=UAI, role=Role.DIRECTOR, person_name="Mme Durand"))
    caller = identify(admin.database, clock, token)
    admin.revoke(device_id=caller.device_id)
    with pytest.raises(ApiError):
        identify(admin.database, clock, token)
    assert admin.devices()[0].revoked_at is not None


def test_the_portals_new_address_reaches_the_schools_by_their_feed(admin: Admin) -> None:
    school_id = admin.create_school(uai=UAI, name="École", portal_url="http://ancien.example")
    with admin.database.read() as connection:
        before = connection.execute(select(schools.c.seq)).scalar_one()
    assert admin.follow_portal_address(portal_url="https://nouveau.example/") == 1
    assert admin.follow_portal_address(portal_url="https://nouveau.example") == 0
    with admin.database.read() as connection:
        row = connection.execute(select(schools).where(schools.c.id == school_id)).mappings().one()
    assert row["portal_url"] == "https://nouveau.example" and row["seq"] > before

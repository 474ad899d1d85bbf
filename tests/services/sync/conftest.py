"""Desktops that reach a real server's services without a network: enrolment and synchronisation, tokens and all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.models.ids import RandomBytes
from app.models.states import Role
from app.models.wire import EnrolReply, EnrolRequest, SyncReply, SyncRequest
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.sync.enrolment import EnrolService
from app.server.sync.exchange import SyncService
from app.server.sync.routes import identify
from app.services import imports
from app.services.demo.school import make_school
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.records.rows import SchoolRows
from app.services.sync.engine import SyncEngine, SyncReport
from app.services.sync.enrolment import Enrolled, enrol, token_name
from app.services.sync.transport import Address
from app.services.vault.secrets import VaultSecrets
from app.services.vault.vault import create_vault, open_vault
from tests.conftest import FakeClock

KEY = bytes(range(32))
UAI = "0990001N"


@dataclass
class NearServer:
    """A server in the same process; a desktop's transport, by its address."""

    database: Database
    clock: FakeClock
    mac_key: bytes = b"key of this server"
    random_bytes: RandomBytes = os.urandom

    @property
    def admin(self) -> Admin:
        return Admin(self.database, self.clock, self.random_bytes)

    def add_school(self, uai: str = UAI) -> str:
        return self.admin.create_school(uai=uai, name="École", portal_url="http://127.0.0.1")

    def code(self, person: str = "Hélène Rouvière", role: Role = Role.DIRECTOR) -> str:
        return self.admin.enrol_code(uai=UAI, role=role, person_name=person)

    def exchange(self, address: Address, request: SyncRequest) -> SyncReply:
        service = SyncService(self.database, self.clock, self.random_bytes, self.mac_key)
        caller = identify(self.database, self.clock, address.token)
        return service.exchange(caller=caller, school_id=address.school_id, request=request)

    def enrol(self, server_url: str, request: EnrolRequest) -> EnrolReply:
        return EnrolService(self.database, self.clock, self.random_bytes).enrol(request)

    def rows(self, table: str, school_id: str) -> list[dict[str, object]]:
        with self.database.read() as connection:
            return SchoolRows(connection, school_id).all(table)


@dataclass
class NearDesk:
    """A desktop with a vault of its own."""

    path: Path
    clock: FakeClock
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        vault = open_vault(self.path, key=KEY) if self.path.exists() else create_vault(self.path, key=KEY)
        self.desk = Desk(vault, self.clock, os.urandom, person_name="Direction")

    def enrol(self, server: NearServer, code: str) -> Enrolled:
        secrets = VaultSecrets(self.desk.vault)
        return enrol(self.desk, server_url="http://127.0.0.1", code=code, transport=server, secrets=secrets)

    def sync(self, server: NearServer, school_id: str) -> SyncReport:
        secrets = VaultSecrets(self.desk.vault)
        return SyncEngine(self.desk, server, lambda one: secrets.fetch(token_name(one)) or "").run_once(school_id)

    def import_people(self, school_id: str, *, pupils: int = 4, seed: int = 7) -> None:
        school = make_school(pupils=pupils, seed=seed)
        files = [SourceFile("eleves.csv", school.pupils_csv()), SourceFile("responsables.csv", school.guardians_csv())]
        imports.commit(
            self.desk, preview=imports.preview(self.desk, school_id=school_id, files=files, allow_fictional=True)
        )

    def rows(self, table: str, school_id: str) -> list[dict[str, object]]:
        with self.desk.vault.read() as connection:
            return SchoolRows(connection, school_id).all(table)

    def close(self) -> None:
        self.desk.vault.close()


@contextmanager
def near_server(path: Path, clock: FakeClock, *, mac_key: bytes = b"key of this server") -> Iterator[NearServer]:
    """A server with an empty base."""
    database = Database(f"sqlite:///{path}")
    database.create_if_empty()
    try:
        yield NearServer(database, clock, mac_key)
    finally:
        database.close()


@pytest.fixture
def server(tmp_path: Path, clock: FakeClock) -> Iterator[NearServer]:
    with near_server(tmp_path / "server.db", clock) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock) -> Iterator[NearDesk]:
    made = NearDesk(tmp_path / "poste.preau", clock)
    yield made
    made.close()

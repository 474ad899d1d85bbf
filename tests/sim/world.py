"""A small world: PCs with real vaults, a real server, a clock of its own, and a line that loses, delays and repeats.

Everything that decides is drawn from one seeded generator, so that a history is its seed. The engines are the
production ones; only the transport is ours, and what it does to messages is what networks do.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update

from app.models.errors import TransportError
from app.models.ids import uuid7
from app.models.states import Role
from app.models.tables import SCHOOL_TABLES, Row, new_row, schools
from app.models.wire import EnrolReply, EnrolRequest, SyncReply, SyncRequest
from app.server.database import Database
from app.server.sync import heads
from app.server.sync.exchange import Caller, SyncService
from app.server.tables import metadata as server_metadata
from app.server.tables import server_state
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from app.services.sync.engine import SyncEngine
from app.services.sync.transport import Address
from app.services.vault import vault as vaults
from app.services.vault.tables import links, pending_acts
from app.services.vault.vault import Vault, create_vault

KEY = bytes(range(32))
MAC_KEY = b"simulated mac key, outside the base"


_DIALECTS: dict[str, Any] = {}


def share_statements(engine: Engine) -> None:
    """Let all engines of one kind share compiled statements: a history opens a dozen, and compiling is a third of it."""
    dialect, cache = _DIALECTS.setdefault(f"{engine.dialect.dbapi}", (engine.dialect, engine._compiled_cache))
    engine.dialect, engine._compiled_cache = dialect, cache


def open_vault(path: Path) -> Vault:
    """Open a vault of the simulator."""
    vault = vaults.open_vault(path, key=KEY)
    share_statements(vault._engine)
    return vault


class Time:
    """A clock that moves when told, and a little at each look, as clocks do."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.now = datetime(2026, 9, 3, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=self._rng.randrange(1, 5_000))
        return self.now


class Line:
    """The transport of one PC: it carries messages as JSON to the server, badly when told to."""

    def __init__(self, world: World) -> None:
        self._world = world

    def exchange(self, address: Address, request: SyncRequest) -> SyncReply:
        reply = self._world.serve(address.token, address.school_id, request)
        return SyncReply.model_validate_json(reply.model_dump_json(exclude_defaults=True))

    def enrol(self, server_url: str, request: EnrolRequest) -> EnrolReply:
        raise TransportError("offline", "The simulated PCs are enrolled by the world.")


@dataclass
class Pc:
    """One PC: a vault, an engine, and what its person has been shown as saved."""

    name: str
    path: Path
    device_id: str
    desk: Desk
    engine: SyncEngine
    school_id: str
    saved: list[str] = field(default_factory=list)
    late: list[SyncReply] = field(default_factory=list)
    confirmed: dict[str, str] = field(default_factory=dict)
    seqs: dict[tuple[str, str], int] = field(default_factory=dict)
    epoch: str | None = None

    def rows(self, table: str) -> list[Row]:
        """The rows of one table as this PC has them."""
        with self.desk.vault.read() as connection:
            return SchoolRows(connection, self.school_id).all(table)

    def fresh(self) -> list[str]:
        """The ids of the acts that no server has judged, as far as this PC knows."""
        mine = (pending_acts.c.school_id == self.school_id, pending_acts.c.repushed.is_(None))
        with self.desk.vault.read() as connection:
            return list(connection.execute(select(pending_acts.c.act_id).where(*mine)).scalars())

    def pending(self) -> list[str]:
        """The ids of the acts not yet judged."""
        with self.desk.vault.read() as connection:
            return list(connection.execute(select(pending_acts.c.act_id).order_by(pending_acts.c.position)).scalars())


@dataclass
class SeenServer:
    """A server's base, as the oracle looks at it. ``restores`` counts how often a backup was put back."""

    database: Database
    restores: int = 0

    def server_rows(self, table: str, school_id: str) -> list[Row]:
        """The rows of one school's table on the server."""
        with self.database.read() as connection:
            return SchoolRows(connection, school_id).all(table)


class World(SeenServer):
    """The server, its schools and the PCs. ``database`` is empty when given."""

    def __init__(self, *, seed: int, database: Database, folder: Path, template: Path) -> None:
        super().__init__(database)
        self.rng = random.Random(seed)
        self.time = Time(self.rng)
        share_statements(database.engine)
        self.folder = folder
        self._template = template
        self.service = SyncService(database=database, clock=self.time, random_bytes=self.rng.randbytes, mac_key=MAC_KEY)
        self.pcs: list[Pc] = []
        self.callers: dict[str, Caller] = {}
        self.retired: list[Pc] = []

    def new_id(self) -> str:
        return uuid7(self.time(), self.rng.randbytes)

    def add_school(self, uai: str) -> str:
        """A school on the server, by the operator."""
        school_id = self.new_id()
        with self.database.write() as connection:
            head = heads.create(connection, school_id)
            rows = SchoolRows(connection, school_id)
            rows.add(
                "schools", school_id, uai=uai, name="École", timezone="Europe/Paris", portal_url="http://127.0.0.1"
            )
            rows.flush(next_seq=head.next)
            heads.save(connection, head)
        return school_id

    def add_pc(self, school_id: str, *, role: Role = Role.DIRECTOR) -> Pc:
        """A new PC with an empty vault, enrolled."""
        name = f"pc{len(self.pcs) + len(self.retired)}"
        path = self.folder / f"{name}.preau"
        shutil.copyfile(self._template, path)
        return self._start(name, path, school_id, role)

    def _start(self, name: str, path: Path, school_id: str, role: Role = Role.DIRECTOR) -> Pc:
        device_id = self.new_id()
        desk = Desk(open_vault(path), self.time, self.rng.randbytes, person_name=name)
        self.enrol_device(desk.vault, name, device_id, school_id, role)
        pc = Pc(name, path, device_id, desk, self._engine(desk, device_id), school_id)
        self.pcs.append(pc)
        return pc

    def enrol_device(self, vault: Vault, name: str, device_id: str, school_id: str, role: Role) -> None:
        """What an enrolment leaves behind on both ends."""
        self.callers[device_id] = Caller(device_id, school_id, name, role)
        with vault.write() as connection:
            connection.execute(delete(links))
            connection.execute(
                insert(links).values(
                    school_id=school_id, server_url="http://127.0.0.1", device_id=device_id, person_id=device_id,
                    person_name=name, role=role.value, cursor=0,
                )
            )  # fmt: skip
            known = new_row("schools", school_id=school_id, id=school_id, name="École")
            connection.execute(insert(schools).values(known))

    def _engine(self, desk: Desk, device_id: str) -> SyncEngine:
        return SyncEngine(desk, Line(self), token_of=lambda _school: device_id)

    def serve(self, token: str, school_id: str, request: SyncRequest) -> SyncReply:
        """One request, judged by the production service, through JSON."""
        asked = SyncRequest.model_validate_json(request.model_dump_json(exclude_defaults=True))
        return self.service.exchange(caller=self.callers[token], school_id=school_id, request=asked)

    def crash(self, pc: Pc) -> None:
        """The PC loses its memory: engine, request in flight, replies on their way."""
        pc.desk.vault.close()
        pc.desk = Desk(open_vault(pc.path), self.time, self.rng.randbytes, person_name=pc.name)
        pc.engine = self._engine(pc.desk, pc.device_id)

    def copy_vault(self, pc: Pc) -> Pc:
        """Somebody copies the vault of a PC, device and all; the copy works on with the same identity."""
        path = self.folder / f"{pc.name}-copy{len(self.pcs)}.preau"
        self.crash(pc)
        pc.desk.vault.close()
        shutil.copyfile(pc.path, path)
        self.crash(pc)
        desk = Desk(open_vault(path), self.time, self.rng.randbytes, person_name=pc.name)
        twin = Pc(f"{pc.name}bis", path, pc.device_id, desk, self._engine(desk, pc.device_id), pc.school_id)
        twin.saved = list(pc.saved)
        self.pcs.append(twin)
        return twin

    def new_device(self, pc: Pc) -> None:
        """A PC that was told that it is a copy enters again with a code of its own, its queue untouched."""
        pc.device_id = self.new_id()
        with pc.desk.vault.read() as connection:
            link = dict(connection.execute(select(links)).mappings().one())
        self.callers[pc.device_id] = Caller(pc.device_id, pc.school_id, pc.name, Role.DIRECTOR)
        with pc.desk.vault.write() as connection:
            connection.execute(update(links).values(device_id=pc.device_id, person_name=pc.name))
        assert link["school_id"] == pc.school_id
        pc.engine = self._engine(pc.desk, pc.device_id)

    def backup(self) -> dict[str, list[Row]]:
        """The whole server base, as rows."""
        tables = (*SCHOOL_TABLES, *server_metadata.sorted_tables)
        with self.database.read() as connection:
            return {t.name: [dict(row) for row in connection.execute(select(t)).mappings()] for t in tables}

    def restore(self, backup: dict[str, list[Row]], *, new_epoch: bool) -> None:
        """Put a backup back, as an operator does; the tokens of devices stay known to the world."""
        self.restores += 1
        tables = (*SCHOOL_TABLES, *server_metadata.sorted_tables)
        with self.database.write() as connection:
            for table in tables:
                connection.execute(delete(table))
                if backup[table.name]:
                    connection.execute(insert(table), backup[table.name])
            if new_epoch:
                connection.execute(
                    update(server_state).where(server_state.c.key == "epoch").values(value=self.rng.randbytes(8).hex())
                )

    def close(self) -> None:
        for pc in (*self.pcs, *self.retired):
            pc.desk.vault.close()


def empty_base(database: Database) -> None:
    """Take every row out of a server base but its schema and its epoch."""
    with database.write() as connection:
        for table in (*SCHOOL_TABLES, *server_metadata.sorted_tables):
            if table is not server_state:
                connection.execute(delete(table))


def template_vault(folder: Path) -> Path:
    """An empty vault to copy, so that a history does not pay for its creation."""
    path = folder / "template.preau"
    create_vault(path, key=KEY).close()
    return path

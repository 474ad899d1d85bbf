"""``kill -9`` of real processes over HTTP, each at a named point: nothing lost, nothing twice, everything converges.

100 in every run, ``--kills 10000`` before a release; ``-s`` shows how many fell at each point.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

import pytest

from app.models.clock import system_clock
from app.models.states import Role
from app.server.database import Database
from app.server.operating.admin import Admin
from app.services import imports
from app.services.demo.school import make_school
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.sync.engine import SyncEngine
from app.services.sync.enrolment import enrol
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import VaultSecrets
from app.services.vault.vault import create_vault, open_vault
from tests.sim.kills import KEY, PC_POINTS, SERVER_POINTS, ServerProcess, run_pc, synchronise
from tests.sim.oracle import check_rest
from tests.sim.world import Pc, SeenServer
from tests.support.live import free_port

UAI = "0990001N"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    made = ServerProcess(tmp_path, free_port())
    database = Database(made.database_url)
    database.create_if_empty()
    database.close()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def database(server: ServerProcess) -> Iterator[Database]:
    """The server's base, as an operator and the oracle see it."""
    made = Database(server.database_url)
    yield made
    made.close()


def begin(server: ServerProcess, database: Database, folder: Path) -> tuple[str, list[Path]]:
    """A school with three PCs that know the same people."""
    admin = Admin(database, system_clock, os.urandom)
    school_id = admin.create_school(uai=UAI, name="École", portal_url=server.url)
    paths = [folder / f"poste{number}.preau" for number in range(3)]
    for path in paths:
        with create_vault(path, key=KEY) as vault:
            desk = Desk(vault, system_clock, os.urandom)
            code = admin.enrol_code(uai=UAI, role=Role.DIRECTOR, person_name=path.stem)
            transport = HttpTransport()
            enrol(desk, server_url=server.url, code=code, transport=transport, secrets=VaultSecrets(vault))
            transport.close()
            if path == paths[0]:
                import_people(desk, school_id)
            synchronise(desk, school_id)
    return school_id, paths


def import_people(desk: Desk, school_id: str) -> None:
    school = make_school(pupils=6, seed=7)
    files = [SourceFile("eleves.csv", school.pupils_csv()), SourceFile("responsables.csv", school.guardians_csv())]
    imports.commit(desk, preview=imports.preview(desk, school_id=school_id, files=files, allow_fictional=True))


@pytest.mark.timeout(280)
def test_nothing_is_lost_by_kill_9(
    server: ServerProcess, database: Database, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    wanted = int(pytestconfig.getoption("--kills", default=100))
    school_id, paths = begin(server, database, tmp_path)
    saved: dict[Path, list[str]] = {path: [] for path in paths}
    fell: Counter[str] = Counter()
    points = cycle((*((True, point) for point in PC_POINTS), *((False, point) for point in SERVER_POINTS)))
    for seed, path, (in_pc, point) in zip(count(), cycle(paths), points):
        if fell.total() >= wanted:
            break
        assert seed < 2 * wanted, f"only {fell.total()} kills fell: {fell}"
        if point.startswith("rebu"):
            Admin(database, system_clock, os.urandom).new_epoch()
        if not in_pc:
            server.order(point)
        shown, killed = run_pc(path, school_id, seed=seed, point=point if in_pc else None)
        saved[path] += shown
        if killed if in_pc else server.buried():
            fell[point if in_pc else f"server {point}"] += 1
    print(f"\n{fell.total()} kills: " + ", ".join(f"{number} {point}" for point, number in sorted(fell.items())))
    assert len(fell) == len(PC_POINTS) + len(SERVER_POINTS)
    converge(database, school_id, saved)


def converge(database: Database, school_id: str, saved: dict[Path, list[str]]) -> None:
    """Everybody synchronises twice in peace, then the oracle looks."""
    vaults = {path: open_vault(path, key=KEY) for path in saved}
    try:
        pcs = []
        for path, vault in vaults.items():
            desk = Desk(vault, system_clock, os.urandom)
            engine = SyncEngine(desk, HttpTransport(), lambda _one: "")
            pcs.append(Pc(path.stem, path, "", desk, engine, school_id, saved=saved[path]))
        for _ in range(2):
            for pc in pcs:
                synchronise(pc.desk, school_id)
        check_rest(SeenServer(database), school_id, pcs, frozenset())
    finally:
        for vault in vaults.values():
            vault.close()

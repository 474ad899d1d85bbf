"""The production transport through a proxy that damages exchanges: a clear sentence each time, convergence at the end.

200 rounds in every run, ``--rounds 20000`` before a release.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from random import Random

import pytest

from app.models.clock import system_clock
from app.models.errors import PreauError, TransportError
from app.services import imports
from app.services.demo.school import make_school
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.sync.engine import SyncEngine
from app.services.sync.enrolment import enrol, token_name
from app.services.sync.status import status
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import VaultSecrets
from app.services.vault.vault import create_vault
from tests.sim.fault_proxy import FAULTS, FaultProxy
from tests.sim.kills import KEY, correct_somebody
from tests.sim.oracle import check_rest
from tests.sim.world import Pc, SeenServer
from tests.support.live import LiveServer, live_server

EXPECTED = {
    "pass_on": {None}, "duplicate": {None}, "refuse": {"offline"}, "reset": {"offline"}, "cut_before": {"offline"},
    "cut_inside": {"offline"}, "cut_after": {"offline"}, "cut_after_commit": {"offline"}, "cut_in_reply": {"offline"},
    "delay": {"timeout"}, "slow_drip": {"timeout"}, "captive_page": {"not_the_server"}, "truncated_gzip": {"bad_reply"},
}  # fmt: skip
"""The code that a person's PC must give for each fault; None where all goes well."""
PATIENCE_S = 0.4
"""How long the PC waits in the rounds whose reply does not come."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    with live_server(tmp_path) as running:
        yield running


@pytest.fixture
def proxy(server: LiveServer) -> Iterator[FaultProxy]:
    made = FaultProxy(int(server.url.rpartition(":")[2]))
    yield made
    made.close()
    assert made.errors == []


@pytest.fixture
def pcs(server: LiveServer, proxy: FaultProxy, tmp_path: Path) -> Iterator[list[Pc]]:
    """Two PCs that reach their server through the proxy."""
    server.add_school()
    made = [make_pc(server, proxy, tmp_path / f"poste{number}.preau") for number in range(2)]
    school = make_school(pupils=6, seed=7)
    files = [SourceFile("eleves.csv", school.pupils_csv()), SourceFile("responsables.csv", school.guardians_csv())]
    desk, school_id = made[0].desk, made[0].school_id
    imports.commit(desk, preview=imports.preview(desk, school_id=school_id, files=files, allow_fictional=True))
    for pc in made:
        assert attempt(pc) is None
    yield made
    for pc in made:
        pc.desk.vault.close()


def make_pc(server: LiveServer, proxy: FaultProxy, path: Path) -> Pc:
    desk = Desk(create_vault(path, key=KEY), system_clock, os.urandom)
    transport = HttpTransport()
    url = f"http://127.0.0.1:{proxy.port}"
    secrets = VaultSecrets(desk.vault)
    enrolled = enrol(desk, server_url=url, code=server.code(person=path.stem), transport=transport, secrets=secrets)
    transport.close()
    token = secrets.fetch(token_name(enrolled.school_id)) or ""
    engine = SyncEngine(desk, transport, lambda _school: token)
    return Pc(path.stem, path, "", desk, engine, enrolled.school_id)


def attempt(pc: Pc, *, patience_s: float = 30.0) -> PreauError | None:
    """One synchronisation as the background thread makes it: the refusal, or None."""
    transport = HttpTransport(read_timeout_s=patience_s, reply_timeout_s=patience_s)
    pc.engine.transport = transport
    try:
        pc.engine.run_once(pc.school_id)
    except PreauError as error:
        return error
    finally:
        transport.close()
    return None


@pytest.mark.timeout(280)
def test_every_fault_of_the_line_has_its_sentence_and_costs_nothing(
    server: LiveServer, proxy: FaultProxy, pcs: list[Pc], pytestconfig: pytest.Config
) -> None:
    rounds = int(pytestconfig.getoption("--rounds", default=200))
    seen: Counter[str] = Counter()
    for number, fault, pc in zip(range(rounds), cycle(EXPECTED), cycle((*pcs, pcs[0])), strict=False):
        pc.saved.append(correct_somebody(pc.desk, pc.school_id, Random(number)))
        error = damaged(proxy, pc, fault)
        assert (error.code if error else None) in EXPECTED[fault], (fault, error)
        assert_told(pc, error)
        seen[fault] += 1
    assert seen.keys() == FAULTS.keys() | {"refuse"}
    print(f"\n{rounds} rounds: {dict(seen)}")
    for pc in (*pcs, *pcs):
        assert attempt(pc) is None
    check_rest(SeenServer(server.database), pcs[0].school_id, pcs, frozenset())


def damaged(proxy: FaultProxy, pc: Pc, fault: str) -> PreauError | None:
    """One synchronisation whose first exchange meets the fault."""
    if fault == "refuse":
        proxy.refuse()
        error = attempt(pc)
        proxy.listen()
        return error
    proxy.next_fault = fault
    return attempt(pc, patience_s=PATIENCE_S if fault in ("delay", "slow_drip") else 30.0)


def assert_told(pc: Pc, error: PreauError | None) -> None:
    """What the person reads: a whole sentence, work that waits, and no technical word."""
    shown = status(pc.desk, school_id=pc.school_id)
    if error is None:
        assert shown.last_error is None
        assert shown.pending_count == 0
        return
    assert isinstance(error, TransportError)
    assert shown.last_error == error.sentence
    assert shown.pending_count > 0
    assert error.sentence[0].isupper() and error.sentence.endswith(".")
    assert not {"HTTP", "Error", "None", "socket"} & set(error.sentence.split())

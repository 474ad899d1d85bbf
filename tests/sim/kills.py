"""Real processes that end by ``kill -9`` at a named point: a PC with its vault, a server with its base.

The functions at the end run in processes of their own (``multiprocessing``, forkserver). What a PC's person has been
shown as saved comes back through a pipe, as it is shown: a process that is killed cannot take it back.
"""

from __future__ import annotations

import functools
import os
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import event

from app.models.acts import CorrectFields
from app.models.clock import system_clock
from app.models.corrections import effective
from app.models.errors import PreauError
from app.server import app as server_app
from app.server.settings import ServerSettings
from app.server.sync import feed
from app.server.sync.exchange import SyncService
from app.services.desk import Desk
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.sync.engine import SyncEngine
from app.services.sync.enrolment import token_name
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import VaultSecrets
from app.services.vault.vault import open_vault

KEY = bytes(range(32))
PC_POINTS = (
    "submitting", "saved", "prepared", "received", "held", "verdicts_taken", "rows_taken", "taking", "taken",
    "rebuilding", "rebuilt",
)  # fmt: skip
SERVER_POINTS = ("judged", "committing", "committed")
READY_S = 60.0
_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.sim.kills"])


def die() -> None:
    """As by ``kill -9``: nothing is flushed, closed or said."""
    os.kill(os.getpid(), signal.SIGKILL)


def killer(wanted: str) -> Callable[[str], None]:
    """A probe that kills its process at one point."""
    return lambda point: die() if point == wanted else None


@dataclass
class ServerProcess:
    """A server that is started again on the same base and port after each death."""

    folder: Path
    port: int
    _process: BaseProcess | None = None

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'server.db'}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        here, there = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=serve, args=(self.database_url, self.port, self._order, there))
        self._process.start()
        assert here.poll(READY_S), "the server did not start"
        here.recv()
        here.close()

    @property
    def _order(self) -> Path:
        return self.folder / "die-at"

    def order(self, point: str) -> None:
        """Let it die when it next comes to this point."""
        self._order.write_text(point)

    def buried(self) -> bool:
        """Whether it died of its order; then it runs again."""
        assert self._process is not None
        if self._order.exists():  # it never came to that point
            self._order.unlink()
            return False
        self._process.join(READY_S)
        assert self._process.exitcode == -signal.SIGKILL
        self._process.close()
        self.start()
        return True

    def stop(self) -> None:
        """End it the ordinary way."""
        if self._process is not None:
            self._process.terminate()
            self._process.join(READY_S)
            self._process.close()


def serve(database_url: str, port: int, order: Path, ready: Pipe) -> None:
    """The server's process. Pages are small, so that answers have several."""
    feed.PAGE_ROWS = 25  # type: ignore[misc]

    def probe(point: str) -> None:
        if order.exists() and order.read_text() == point:
            order.unlink()
            die()

    server_app.SyncService = functools.partial(SyncService, probe=probe)  # type: ignore[misc,assignment]
    url = f"http://127.0.0.1:{port}"
    app = server_app.create_app(ServerSettings(database_url=database_url, public_url=url, secret="5e" * 32))

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            ready.send("ready")

    Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error")).run()


def run_pc(path: Path, school_id: str, *, seed: int, point: str | None) -> tuple[list[str], bool]:
    """One PC's process, killed at ``point``: the acts that it showed as saved, and whether it was killed."""
    here, there = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=work, args=(path, school_id, seed, point, there))
    process.start()
    there.close()
    shown: list[str] = []
    try:
        while True:
            shown.append(here.recv())
    except EOFError:
        here.close()
    process.join(READY_S)
    code = process.exitcode
    process.close()
    assert code in (0, -signal.SIGKILL), f"the PC ended by {code}"
    return shown, code != 0


def work(path: Path, school_id: str, seed: int, point: str | None, shown: Pipe) -> None:
    """The PC's process: two corrections, then a synchronisation."""
    with open_vault(path, key=KEY) as vault:
        desk = Desk(vault, system_clock, os.urandom)
        if point == "submitting":
            event.listen(vault._engine, "commit", lambda _connection: die())
        for act in range(2):
            shown.send(correct_somebody(desk, school_id, random.Random(seed + act)))
        if point == "saved":
            die()
        synchronise(desk, school_id, killer(point or ""))


def correct_somebody(desk: Desk, school_id: str, rng: random.Random) -> str:
    """Correct the mail of one of the first guardians; returns the act's id, once it is durable."""
    with desk.vault.read() as connection:
        guardians = sorted(SchoolRows(connection, school_id).all("guardians"), key=lambda row: str(row["id"]))
    row = rng.choice(guardians[:4])
    changes = {"email": (effective(row, "email"), f"adresse{rng.randrange(10**6)}@example.org")}
    fields = CorrectFields(record_id=row["id"], changes=changes)
    return submit(desk, school_id=school_id, kind="responsable.corriger", fields=fields).act_id


def synchronise(desk: Desk, school_id: str, probe: Callable[[str], None] = lambda _point: None) -> None:
    """One attempt, as the background thread makes it: a line that is down is no error of the program."""
    store = VaultSecrets(desk.vault)
    transport = HttpTransport()
    engine = SyncEngine(desk, transport, lambda one: store.fetch(token_name(one)) or "", probe=probe)
    try:
        engine.run_once(school_id)
    except PreauError:
        pass
    finally:
        transport.close()

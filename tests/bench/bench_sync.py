"""A first synchronisation and an idle one: bytes on the line each way, and milliseconds.

The floor of the first one sends and receives the same bytes over the same loopback to a server that only answers, and
writes the same rows into an empty vault of the same kind; matching, log-ins and journal are what we add.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from sqlalchemy import insert

from app.models.tables import BY_NAME, Row
from app.services.demo.school import make_school
from app.services.records.rows import SchoolRows
from app.services.vault.vault import create_vault
from tests.bench.ratio import Ratio
from tests.support.live import LiveDesk, LiveServer, live_desk, live_server

GUARDIANS = 500
IDLE_BYTES = 1000


class Meter:
    """Counts what passes between a client and a server, through a port of its own."""

    def __init__(self, target: str) -> None:
        self.up = self.down = 0
        address = urlsplit(target)
        self._target = (address.hostname or "", address.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Meter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            for source, sink, way in ((client, server, "up"), (server, client, "down")):
                threading.Thread(target=self._pump, args=(source, sink, way), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, way: str) -> None:
        while data := source.recv(65536):
            setattr(self, way, getattr(self, way) + len(data))
            sink.sendall(data)
        sink.close()
        source.close()


def measure() -> list[Ratio]:
    """Every figure of this bench."""
    with _school() as (server, desk, meter):
        first_ms = _timed(desk.sync)
        first_up, first_down = meter.up, meter.down
        floor_ms = _floor_ms(server, desk)
        meter.up = meter.down = 0
        idle_ms = _timed(desk.sync)
        up, down = meter.up, meter.down
    first = (
        f"{first_ms:.0f} ms, {first_up / 1000:.0f} kB up, {first_down / 1000:.0f} kB down; "
        f"the rows alone, written twice: {floor_ms:.0f} ms"
    )
    return [
        Ratio("first sync of 500 guardians", floor_ms / first_ms, 0.0, first),
        Ratio("idle sync, bytes", IDLE_BYTES / max(up, down), 1.0, f"{up} up, {down} down, {idle_ms:.1f} ms"),
    ]


@contextmanager
def _school() -> Iterator[tuple[LiveServer, LiveDesk, Meter]]:
    pupils = 300
    while len(make_school(pupils=pupils).guardians) < GUARDIANS:
        pupils += 5
    with TemporaryDirectory() as name:
        folder = Path(name)
        with live_server(folder) as server, live_desk(folder) as desk, Meter(server.url) as meter:
            server.add_school()
            desk.import_school(make_school(pupils=pupils))
            through = replace(server, url=meter.url)
            desk.enrol(through, server.code())
            meter.up = meter.down = 0
            yield server, desk, meter


def _floor_ms(server: LiveServer, desk: LiveDesk) -> float:
    """Write the rows that came down into an empty vault, and once more: the server wrote them too."""
    with server.database.read() as connection:
        rows = SchoolRows(connection, desk.school_id)
        tables: dict[str, list[Row]] = {name: rows.all(name) for name in BY_NAME}
    spent = 0.0
    for _ in range(2):
        with TemporaryDirectory() as name, create_vault(Path(name) / "v.preau", key=os.urandom(32)) as vault:

            def write() -> None:
                with vault.write() as connection:
                    for table, found in tables.items():
                        if found:
                            connection.execute(insert(BY_NAME[table]), found)

            spent += _timed(write)
    return spent


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - started) * 1000

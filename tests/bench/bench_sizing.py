"""What a school costs a server: bytes on PostgreSQL, processor time of what its PC sends; then the same school many times.

One school of 250 pupils is imported, enrolled, notified by sheets and activated by a PC through ``preau serve`` in its own
process. Its rows are then copied under other ids, to 5 and to 40 schools, and the base weighed after VACUUM. The ratio is
how nearly forty schools weigh, and answer, as forty times one.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, text

from app.models.clock import system_clock
from app.models.states import Role
from app.models.tables import SCHOOL_TABLES
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.tables import metadata as server_metadata
from app.services import hashing, notify
from app.services.demo.school import NAME, UAI, make_school
from app.services.records.rows import SchoolRows
from app.services.sync.enrolment import enrol
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import VaultSecrets
from tests.bench.ratio import Ratio
from tests.support.live import LiveDesk, live_desk
from tests.support.postgres import cluster

PUPILS, COUNTS, IDLE_ROUNDS = 250, (5, 40), 20
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
ANOTHER = {
    "login": "login || '.' || :n", "token_hash": "left(md5(token_hash || :n) || token_hash, 64)",
    "portal_account_id": "overlay(portal_account_id placing :mark from 1 for 8)",
}  # fmt: skip
"""What is unique across schools, made another one for the copy ``n``."""


@contextmanager
def _serving(folder: Path, url: str) -> Iterator[tuple[str, int]]:
    """``preau serve`` on that base: (its address, its process)."""
    environment = {**os.environ, "PREAU_DATABASE_URL": url, "PREAU_SECRET": "5e" * 32}
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        yield process.stderr.readline().split("écoute sur ")[1].split(". ")[0], process.pid
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def measure() -> list[Ratio]:
    """Every figure of this bench."""
    with TemporaryDirectory() as name, cluster() as postgres:
        folder, url = Path(name), postgres.new_database()
        base = Database(url)
        base.create_if_empty()
        empty = _bytes(base)
        with _serving(folder, url) as (address, pid), live_desk(folder, clock=system_clock) as desk:
            told = [_live_a_school(folder, base, desk, address, pid)]
            sizes, idles = {1: _bytes(base) - empty}, {1: _idle_ms(desk, pid)}
            for count in COUNTS:
                _grow(base, desk.school_id, have=max(sizes), want=count)
                sizes[count], idles[count] = _bytes(base) - empty, _idle_ms(desk, pid)
        base.close()
    weigh = "; ".join(f"{count}: {size / 1e6:.1f} MB" for count, size in sizes.items())
    waits = "; ".join(f"{count}: {wall:.0f} ms, {cpu:.1f} ms of processor" for count, (wall, cpu) in idles.items())
    return [
        Ratio("bytes of 40 schools against 40 × one", 40 * sizes[5] / 5 / sizes[40], 0.8, f"{told[0]} | {weigh}"),
        Ratio("idle sync among 40 schools against one", idles[1][1] / idles[40][1], 0.5, waits),
    ]


def _live_a_school(folder: Path, base: Database, desk: LiveDesk, address: str, pid: int) -> str:
    """Import, first synchronisation, a sheet for everybody; what each cost the server."""
    admin = Admin(base, system_clock, os.urandom)
    admin.create_school(uai=UAI, name=NAME, portal_url=address)
    desk.import_school(make_school(pupils=PUPILS))
    transport = HttpTransport()
    code = admin.enrol_code(uai=UAI, role=Role.DIRECTOR, person_name="Hélène Rouvière")
    secrets = VaultSecrets(desk.desk.vault)
    enrolled = enrol(desk.desk, server_url=address, code=code, transport=transport, secrets=secrets, label="Banc")
    transport.close()
    desk.school_id = enrolled.school_id
    first = _cost(desk, pid)
    with desk.desk.vault.read() as connection:
        ids = [row["id"] for row in SchoolRows(connection, desk.school_id).all("accounts")]
    plan = notify.plan(desk.desk, school_id=desk.school_id, account_ids=ids, reset=False)
    notify.print_sheets(desk.desk, plan=plan, folder=folder, processes=1)
    sheets = _cost(desk, pid)
    began = time.process_time()
    for _ in range(5):
        hashing.hash_password("une phrase tranquille", os.urandom(16))
    one_hash = (time.process_time() - began) / 5
    return (
        f"{PUPILS} pupils, {len(ids)} accounts; first sync {first[0]:.1f} s, {first[1]:.1f} s of processor; "
        f"sheets for all {sheets[0]:.1f} s, {sheets[1]:.1f}; a password {1000 * one_hash:.0f} ms"
    )


def _cost(desk: LiveDesk, pid: int) -> tuple[float, float]:
    """(seconds, the server's processor seconds) of one synchronisation."""
    cpu, began = _cpu_s(pid), time.perf_counter()
    desk.sync()
    return time.perf_counter() - began, _cpu_s(pid) - cpu


def _idle_ms(desk: LiveDesk, pid: int) -> tuple[float, float]:
    """(median milliseconds, mean milliseconds of the server's processor) of a synchronisation with nothing to say."""
    desk.sync()
    cpu = _cpu_s(pid)
    walls = [_cost(desk, pid)[0] for _ in range(IDLE_ROUNDS)]
    return 1000 * statistics.median(walls), 1000 * (_cpu_s(pid) - cpu) / IDLE_ROUNDS


def _bytes(base: Database) -> int:
    with base.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _grow(base: Database, school_id: str, *, have: int, want: int) -> None:
    with base.write() as connection:
        for number in range(have, want):
            _copy(connection, school_id, number)


def _copy(connection: Connection, school_id: str, number: int) -> None:
    """The same school under another id, with accounts of its own."""
    said = {"here": school_id, "n": str(number), "mark": f"{number:08d}"}
    for table in (*SCHOOL_TABLES, *server_metadata.sorted_tables):
        columns = {column.name: ANOTHER.get(column.name, f'"{column.name}"') for column in table.columns}
        if table.name == "portal_accounts":
            columns["id"], where = "overlay(id placing :mark from 1 for 8)", "id NOT LIKE '000%'"
        elif "school_id" in columns and table.name not in ("enrol_codes", "device_tokens", "act_parts", "outbox"):
            columns["school_id"], where = "overlay(school_id placing :mark from 1 for 8)", "school_id = :here"
        else:
            continue
        if table.name == "accounts":
            columns["login"] = "login"
        if table.name in ("schools", "provisional_secrets"):
            columns["id"] = "overlay(id placing :mark from 1 for 8)"
        names = ", ".join(f'"{name}"' for name in columns)
        statement = (
            f"INSERT INTO {table.name} ({names}) SELECT {', '.join(columns.values())} FROM {table.name} WHERE {where}"
        )
        wanted = {name: value for name, value in said.items() if f":{name}" in statement}
        connection.execute(text(statement), wanted)

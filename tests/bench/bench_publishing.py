"""Forty schools publish at once to their families while another one synchronises: how long its PC waits, at most.

``preau serve`` in its own process finds what was published and tells 15,000 guardians, as each minute; meanwhile a PC does
an act and synchronises, again and again. On a file and on PostgreSQL.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, insert, select, update

from app.models.acts import EditSchoolFields
from app.models.clock import instant
from app.models.report_content import canonical
from app.models.states import AccountState
from app.models.tables import BY_NAME, Row, reports, schools
from app.server.database import Database
from app.server.documents.stores import Documents
from app.server.portal.family import prove_all
from app.server.tables import child_claims, heads, outbox, portal_accounts, portal_links
from app.services.demo.school import make_school
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.vault.tables import links
from tests.bench.cores import CLIENT, SERVER, pinned
from tests.bench.portal_stage import Town, bring_bilans, workers
from tests.bench.ratio import Ratio
from tests.services.reports.rendering import samples
from tests.support.live import LiveDesk, LiveServer, live_desk, live_server
from tests.support.postgres import cluster

SCHOOLS, GUARDIANS, PUPILS = 40, 15_000, 250
AT_MOST_S, BEGINS_WITHIN_S, WATCHED_S = 1.0, 120.0, 60.0
"""One minute of the telling is watched: it goes on alike, slice by slice."""
TOLD = select(func.count()).select_from(outbox).where(outbox.c.template == "report_notice_mail")
COPIED = (
    *(BY_NAME[name] for name in ("schools", "school_years", "classrooms", "pupils", "enrolments", "guardians",
                                 "responsibilities", "accounts", "reports")),
    heads, portal_accounts, portal_links, child_claims,
)  # fmt: skip


def measure() -> Iterator[Ratio]:
    with TemporaryDirectory() as name:
        yield _publish("a file", Path(name), f"sqlite:///{Path(name) / 'server.db'}")
    with TemporaryDirectory() as name, cluster() as postgres:
        yield _publish("PostgreSQL", Path(name), postgres.new_database())


def _publish(name: str, folder: Path, url: str) -> Ratio:
    quiet = {"outbox_every_s": 3600.0}
    with ExitStack() as stack:
        desk = stack.enter_context(live_desk(folder))
        with live_server(folder, database_url=url, settings=quiet) as server:
            _fill(server, desk)
            documents = Documents(server.settings.documents_folder(), server.settings.key("documents"))
            count = _grow(server.database, documents, desk.school_id)
        base = Database(url)
        stack.callback(base.close)
        more = {"outbox_every_s": 3600.0, "documents_dir": folder / "documents"}
        served = stack.enter_context(workers(folder, Town(url, (), "", ()), [SERVER], **more))
        with desk.desk.vault.write() as connection:
            connection.execute(update(links).values(server_url=f"http://127.0.0.1:{served.ports[0]}"))
        with pinned(CLIENT):
            alone = max(_wait(desk, number) for number in range(20))
            waits, told = _while_told(base, desk, count)
    detail = (
        f"{told} of {count} guardians told; {len(waits)} exchanges, longest {max(waits):.2f} s, "
        f"median {sorted(waits)[len(waits) // 2]:.3f} s (longest with nothing published {alone:.2f} s)"
    )
    return Ratio(f"a second over the longest wait, on {name}", AT_MOST_S / max(waits), 1.0, detail)


def _fill(server: LiveServer, desk: LiveDesk) -> None:
    """A school whose families are all in, with a mail, and a bilan for each pupil, not published yet."""
    server.add_school()
    desk.import_school(make_school(pupils=PUPILS))
    desk.enrol(server, server.code())
    desk.sync()
    bring_bilans(desk, periods=(1,))
    desk.sync()
    now = instant(server.clock())
    with server.database.write() as connection:
        connection.execute(update(schools).values(timezone=_midday()))
        address = func.lower(portal_accounts.c.login) + "@example.org"
        values: dict[str, Any] = {"state": AccountState.ACTIVE.value, "email": address, "email_verified_at": now}
        connection.execute(update(portal_accounts).values(**values))
        for portal_id in connection.execute(select(portal_accounts.c.id)).scalars().all():
            prove_all(connection, portal_id, clock=server.clock)


def _midday() -> str:
    """A zone where it is noon, so that families may be written to whenever the bench is run."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


def _grow(base: Database, documents: Documents, school_id: str) -> int:
    """The same school under other ids, with accounts of their own; returns how many guardians are to be told."""
    document = canonical(samples.periodic())
    with base.write() as connection:
        tables = {table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in COPIED}
        families = len({row["portal_account_id"] for row in tables[portal_links]})
        count = max(SCHOOLS, -(-GUARDIANS // families))
        for number in range(1, count):
            for table, rows in tables.items():
                connection.execute(insert(table), [_copied(row, number) for row in rows])
            documents.of(_other(school_id, number)).put(document)
    return count * families


def _copied(row: Row, number: int) -> Row:
    copy = dict(row)
    for name in ("school_id", "portal_account_id"):
        if name in copy:
            copy[name] = _other(copy[name], number)
    if "password_hash" in copy or copy.get("id") == row.get("school_id"):  # a portal account, or the school itself
        copy["id"] = _other(copy["id"], number)
    if copy.get("login"):
        copy["login"] = f"{copy['login']}.{number}"
    return copy


def _other(one: str, number: int) -> str:
    return f"{number:08d}{one[8:]}"


def _wait(desk: LiveDesk, number: int) -> float:
    """Seconds of one exchange that brings an act."""
    with desk.desk.vault.read() as connection:
        seen = SchoolRows(connection, desk.school_id).need("schools", desk.school_id)["phone"]
    fields = EditSchoolFields(changes={"phone": (seen, f"05 36 49 {number % 10000:04d}")})
    submit(desk.desk, school_id=desk.school_id, kind="ecole.modifier", fields=fields)
    began = time.perf_counter()
    desk.sync()
    return time.perf_counter() - began


def _while_told(base: Database, desk: LiveDesk, count: int) -> tuple[list[float], int]:
    """Publish everything; the waits of exchanges while families are told, and how many messages there were by then."""
    with base.write() as connection:
        connection.execute(update(reports).values(published_on=datetime.now(UTC).date().isoformat()))
    waits, began = list[float](), time.perf_counter()
    while not _told(base):
        assert time.perf_counter() - began < BEGINS_WITHIN_S, "nobody is told"
        _wait(desk, 0)
    began = time.perf_counter()
    while _told(base) < count and time.perf_counter() - began < WATCHED_S:
        waits.append(_wait(desk, len(waits)))
    return waits, _told(base)


def _told(base: Database) -> int:
    with base.read() as connection:
        return int(connection.execute(TOLD).scalar_one())

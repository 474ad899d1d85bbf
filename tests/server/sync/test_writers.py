"""Eight writers of one school at once: the feed skips no row, numbers none twice, whoever reads meanwhile.

1,000 transactions in every run; ``--transactions 1000000`` before a release (sync.md, figures to hold).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from app.models.acts import CorrectFields
from app.models.clock import system_clock
from app.models.ids import uuid7
from app.models.states import Role
from app.models.wire import SyncRequest, WireAct
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.sync import heads
from app.server.sync.exchange import Caller, SyncService
from app.services.records.rows import SchoolRows

WRITERS = 8
PEOPLE = 40


def new_id() -> str:
    return uuid7(system_clock(), os.urandom)


def make_school(database: Database) -> tuple[str, list[str]]:
    """A school and the ids of its guardians."""
    school_id = Admin(database, system_clock, os.urandom).create_school(
        uai="0990001N", name="École", portal_url="http://p"
    )
    ids = [new_id() for _ in range(PEOPLE)]
    with database.write() as connection:
        head = heads.lock(connection, school_id)
        rows = SchoolRows(connection, school_id)
        for one in ids:
            rows.add("guardians", one, last_name="DUMAY", first_name="Ève")
        rows.flush(next_seq=head.next)
        heads.save(connection, head)
    return school_id, ids


def until_done(ask: Callable[[], None]) -> None:
    """Ask again while the base is busy, as a desktop does when it is told 503."""
    while True:
        try:
            ask()
        except OperationalError:
            continue
        return


class Writer(threading.Thread):
    """A PC that corrects people's towns, one act a request."""

    def __init__(self, service: SyncService, school_id: str, people: list[str], name: str, count: int) -> None:
        super().__init__(name=name)
        self._service, self._school_id, self._people, self._count = service, school_id, people, count
        self._caller = Caller(new_id(), school_id, name, Role.DIRECTOR)
        self.done: list[str] = []
        self._cursor = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            for number in range(1, self._count + 1):
                act = self._act(number)
                request = SyncRequest(request_id=new_id(), acts=[act], cursor=self._cursor)
                until_done(lambda asked=request: self._ask(asked))  # type: ignore[misc]
                self.done.append(act.act_id)
        except BaseException as error:
            self.error = error

    def _ask(self, request: SyncRequest) -> None:
        reply = self._service.exchange(caller=self._caller, school_id=self._school_id, request=request)
        self._cursor = reply.next_cursor

    def _act(self, number: int) -> WireAct:
        person = self._people[(number * 7 + len(self.name)) % len(self._people)]
        fields = CorrectFields(record_id=person, changes={"town": (None, f"{self.name} {number}")})
        return WireAct(
            act_id=new_id(), device_seq=number, kind="responsable.corriger", kind_version=1,
            fields=fields.model_dump(mode="json"), client_time="2026-09-03T08:00:00.000000Z",
        )  # fmt: skip


class Reader(threading.Thread):
    """A PC that only takes rows, until it is told that the writers have ended; then once more."""

    def __init__(self, service: SyncService, school_id: str, ended: threading.Event) -> None:
        super().__init__(name="reader")
        self._service, self._school_id, self._ended = service, school_id, ended
        self._caller = Caller(new_id(), school_id, "lecteur", Role.DIRECTOR)
        self.rows: dict[tuple[str, str], dict[str, object]] = {}
        self.seqs: list[int] = []
        self.cursor = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            last = False
            while not last:
                last = self._ended.is_set()
                until_done(self._take)
        except BaseException as error:
            self.error = error

    def _take(self) -> None:
        more = True
        while more:
            request = SyncRequest(request_id=new_id(), cursor=self.cursor)
            reply = self._service.exchange(caller=self._caller, school_id=self._school_id, request=request)
            self.rows.update({(table, row["id"]): row for table, row in reply.rows})
            self.seqs.extend(row["seq"] for _, row in reply.rows)
            self.cursor, more = reply.next_cursor, reply.more


@pytest.mark.timeout(280)
def test_a_reader_among_eight_writers_misses_no_row(database: Database, pytestconfig: pytest.Config) -> None:
    transactions = pytestconfig.getoption("--transactions", default=None) or (200 if database.is_sqlite else 1000)
    school_id, people = make_school(database)
    service = SyncService(database=database, clock=system_clock, random_bytes=os.urandom, mac_key=b"key")
    writers = [Writer(service, school_id, people, f"poste{n}", transactions // WRITERS) for n in range(WRITERS)]
    ended = threading.Event()
    reader = Reader(service, school_id, ended)
    for thread in (*writers, reader):
        thread.start()
    for writer in writers:
        writer.join()
    ended.set()
    reader.join()
    assert [thread.error for thread in (*writers, reader)] == [None] * (WRITERS + 1)
    assert_complete(database, school_id, reader, [act for writer in writers for act in writer.done])


def assert_complete(database: Database, school_id: str, reader: Reader, done: list[str]) -> None:
    """The reader has what the server has, in ascending numbers, each number once."""
    assert reader.seqs == sorted(set(reader.seqs))
    with database.read() as connection:
        rows = SchoolRows(connection, school_id)
        there = {("acts", row["id"]): row["seq"] for row in rows.all("acts")}
        there |= {
            (table, row["id"]): row["seq"] for table in ("guardians", "reviews", "events") for row in rows.all(table)
        }
    assert {key: row["seq"] for key, row in reader.rows.items() if key in there} == there
    assert {one for table, one in there if table == "acts"} == set(done)
    assert len(done) == len(set(done))

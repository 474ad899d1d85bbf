"""Synchronisation by itself: at once, when woken, and through whatever an attempt raises."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.models.errors import TransportError
from app.models.wire import SyncReply, SyncRequest
from app.services.sync.engine import SyncEngine
from app.services.sync.enrolment import token_name
from app.services.sync.loop import IDLE_WAIT_S, SyncLoop, Tick, next_wait
from app.services.sync.status import status
from app.services.sync.transport import Address
from app.services.vault.secrets import VaultSecrets
from tests.services.sync.conftest import NearDesk, NearServer

PATIENCE_S = 30


class Moody(NearServer):
    """A server whose line works, is down, or breaks in a way that nobody has foreseen."""

    mood: Exception | None = None

    def exchange(self, address: Address, request: SyncRequest) -> SyncReply:
        if self.mood is not None:
            raise self.mood
        return super().exchange(address, request)


@contextmanager
def running(desk: NearDesk, server: NearServer, school_id: str) -> Iterator[tuple[SyncLoop, queue.Queue[Tick]]]:
    ticks: queue.Queue[Tick] = queue.Queue()
    secrets = VaultSecrets(desk.desk.vault)
    engine = SyncEngine(desk.desk, server, lambda one: secrets.fetch(token_name(one)) or "")
    loop = SyncLoop(engine=engine, schools=lambda: [school_id], told=ticks.put)
    loop.start()
    try:
        yield loop, ticks
    finally:
        loop.stop()


@pytest.fixture
def moody(server: NearServer) -> Moody:
    return Moody(server.database, server.clock, server.mac_key)


def test_it_begins_at_once_and_goes_on_when_woken(moody: Moody, desk: NearDesk) -> None:
    school_id = moody.add_school()
    desk.enrol(moody, moody.code())
    with running(desk, moody, school_id) as (loop, ticks):
        assert ticks.get(timeout=PATIENCE_S).error is None
        desk.import_people(school_id)
        loop.wake()
        report = ticks.get(timeout=PATIENCE_S).report
    assert report is not None and report.accepted == 1
    assert len(moody.rows("pupils", school_id)) == 4


@pytest.mark.parametrize("mood", [TransportError("offline", "Le serveur est injoignable."), RuntimeError("unforeseen")])
def test_it_survives_what_an_attempt_raises(moody: Moody, desk: NearDesk, mood: Exception) -> None:
    """Whatever it was, the person reads a sentence, and the next attempt is made."""
    school_id = moody.add_school()
    desk.enrol(moody, moody.code())
    moody.mood = mood
    with running(desk, moody, school_id) as (loop, ticks):
        error = ticks.get(timeout=PATIENCE_S).error
        assert isinstance(error, TransportError) and error.sentence.endswith(".")
        assert status(desk.desk, school_id=school_id).last_error == error.sentence
        moody.mood = None
        loop.wake()
        assert ticks.get(timeout=PATIENCE_S).error is None
    assert status(desk.desk, school_id=school_id).last_error is None


def test_it_outlives_a_list_of_schools_that_cannot_be_read(moody: Moody, desk: NearDesk) -> None:
    school_id = moody.add_school()
    desk.enrol(moody, moody.code())
    asked: queue.Queue[int] = queue.Queue()
    ticks: queue.Queue[Tick] = queue.Queue()

    def schools() -> list[str]:
        asked.put(1)
        if asked.qsize() == 1:
            raise RuntimeError("the disk is away")
        return [school_id]

    secrets = VaultSecrets(desk.desk.vault)
    engine = SyncEngine(desk.desk, moody, lambda one: secrets.fetch(token_name(one)) or "")
    loop = SyncLoop(engine=engine, schools=schools, told=ticks.put)
    loop.start()
    while asked.empty():
        loop.wake()
    loop.wake()
    assert ticks.get(timeout=PATIENCE_S).error is None
    loop.stop()


def test_it_stops_at_once_even_when_it_has_not_begun(moody: Moody, desk: NearDesk) -> None:
    """The event may be cleared after it was set to stop: the thread must not sleep over it."""
    for _ in range(50):
        engine = SyncEngine(desk.desk, moody, lambda _one: "")
        loop = SyncLoop(engine=engine, schools=list, told=lambda _tick: None)
        loop.start()
        loop.stop(timeout_s=PATIENCE_S)
        assert not loop._thread.is_alive()


def test_nothing_to_retry_means_the_idle_pace() -> None:
    assert next_wait(0) == IDLE_WAIT_S
    assert next_wait(2) == 2 * next_wait(1)

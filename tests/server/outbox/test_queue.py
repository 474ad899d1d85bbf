"""The outbox: leased, limited, tried again with growing waits, blanked once known; runs that pause; what schools hear."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, select

from app.models.deliveries import DeliveryState
from app.models.errors import NotFound
from app.models.ids import id_maker
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.outbox import runs
from app.server.outbox.carriers import MailCarrier
from app.server.outbox.queue import BATCH, LEASE, WAITS, Delivery, Message, News, Queue
from app.server.outbox.runs import PausedRun
from app.server.outbox.smtp import Mail
from app.server.outbox.worker import OutboxWorker
from app.server.tables import inbox, outbox
from tests.conftest import FakeClock

PARAMS = {"login": "m.dupont", "link": "https://portail.example/c/secret", "school": "École", "help": "05"}
TAKEN = Delivery(DeliveryState.ACCEPTED)
AWAY = Delivery(DeliveryState.QUEUED, "ConnectionRefusedError", line_down=True)
REFUSED = Delivery(DeliveryState.BOUNCED, "550 5.1.1 no such user")


class Edge:
    """Stands where mails leave; says what it is told to."""

    def __init__(self, *answers: Delivery) -> None:
        self._answers = list(answers)
        self.recipients: list[str] = []

    def make(self, *, message_id: str, recipient: str, subject: str, text: str) -> Mail:
        return Mail(message_id, recipient, text.encode())

    def send(self, mail: Mail) -> Delivery:
        self.recipients.append(mail.recipient)
        return self._answers.pop(0) if self._answers else TAKEN

    def rest(self) -> None: ...


class Told:
    """Notes what schools would hear."""

    def __init__(self) -> None:
        self.news: list[tuple[str, str, str]] = []
        self.paused: list[PausedRun] = []

    def note_news(self, connection: Connection, news: Sequence[News]) -> None:
        self.news += [(one.message.recipient, one.state.value, one.reason) for one in news]

    def note_paused(self, connection: Connection, run: PausedRun) -> None:
        self.paused.append(run)


@pytest.fixture
def base(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    made.create_if_empty()
    yield made
    made.close()


@pytest.fixture
def queue(clock: FakeClock) -> Queue:
    return Queue(Fernet(Fernet.generate_key()), clock)


def worker_of(base: Database, queue: Queue, edge: Edge, told: Told | None = None, per_minute: int = 0) -> OutboxWorker:
    return OutboxWorker(
        database=base,
        queue=queue,
        carrier=MailCarrier(edge),
        every_s=1,
        listener=told,
        per_minute=per_minute,
        clock=queue.clock,
    )


def enqueue(base: Database, queue: Queue, clock: FakeClock) -> str:
    with base.write() as connection:
        return queue.enqueue(
            connection, new_id=id_maker(clock, os.urandom), recipient="m@example.org", template="C07", params=PARAMS,
            account_id="someone",
        )  # fmt: skip


def enqueue_run(base: Database, queue: Queue, clock: FakeClock, count: int) -> str:
    """A run of mails to m0, m1, m2…; returns its id."""
    new_id = id_maker(clock, os.urandom)
    run_id = new_id()
    messages = [
        Message(new_id(), "school", f"p{n}", "mail", f"m{n}@example.org", "C07", PARAMS, 0, run_id)
        for n in range(count)
    ]
    with base.write() as connection:
        runs.begin(connection, run_id=run_id, school_id="school", total=count, clock=clock)
        queue.enqueue_all(connection, messages)
    return run_id


def stored(base: Database) -> dict[str, object]:
    with base.read() as connection:
        return dict(connection.execute(select(outbox)).mappings().one())


def counts(base: Database, run_id: str) -> dict[str, int]:
    with base.read() as connection:
        return runs.by_state(connection, run_id)


def test_the_link_is_unreadable_in_the_base_and_blanked_once_taken(
    base: Database, queue: Queue, clock: FakeClock
) -> None:
    enqueue(base, queue, clock)
    assert "secret" not in str(stored(base)["params"])
    worker = worker_of(base, queue, Edge())
    assert worker.run_once() == 1
    assert (stored(base)["state"], stored(base)["params"]) == ("accepted", None)
    assert worker.run_once() == 0


def test_a_server_that_is_away_is_tried_again_with_growing_waits_then_told(
    base: Database, queue: Queue, clock: FakeClock
) -> None:
    enqueue(base, queue, clock)
    told = Told()
    worker = worker_of(base, queue, Edge(*[AWAY] * 6), told)
    for wait in WAITS:
        assert worker.run_once() == 1
        clock.advance(seconds=wait.total_seconds() - 1)
        assert worker.run_once() == 0 and told.news == []
        clock.advance(seconds=2)
    assert worker.run_once() == 1
    assert stored(base)["state"] == "failed" and stored(base)["params"] is None
    assert told.news == [("m@example.org", "failed", "ConnectionRefusedError")]


def test_a_line_that_is_down_is_not_tried_for_each_mail(base: Database, queue: Queue, clock: FakeClock) -> None:
    run_id = enqueue_run(base, queue, clock, 10)
    edge = Edge(AWAY)
    worker_of(base, queue, edge).run_once()
    assert len(edge.recipients) == 1 and counts(base, run_id) == {"queued": 10}


def test_a_refused_address_is_not_tried_again(base: Database, queue: Queue, clock: FakeClock) -> None:
    enqueue(base, queue, clock)
    told = Told()
    worker = worker_of(base, queue, Edge(REFUSED), told)
    assert worker.run_once() == 1
    clock.advance(days=2)
    assert worker.run_once() == 0
    assert (stored(base)["state"], stored(base)["last_error"]) == ("bounced", "550 5.1.1 no such user")
    assert told.news == [("m@example.org", "bounced", "550 5.1.1 no such user")]


def test_an_uncertain_mail_is_never_sent_again_by_itself(base: Database, queue: Queue, clock: FakeClock) -> None:
    enqueue(base, queue, clock)
    worker = worker_of(base, queue, Edge(Delivery(DeliveryState.UNCERTAIN, "TimeoutError")))
    worker.run_once()
    clock.advance(days=2)
    assert worker.run_once() == 0 and stored(base)["state"] == "uncertain" and stored(base)["params"] is None


def test_a_worker_that_dies_leaves_its_lease_to_another(base: Database, queue: Queue, clock: FakeClock) -> None:
    enqueue(base, queue, clock)
    with base.write() as connection:
        assert len(queue.lease(connection)) == 1
    worker = worker_of(base, queue, Edge())
    assert worker.run_once() == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert worker.run_once() == 1


def test_a_batch_that_lasts_too_long_is_given_back(base: Database, queue: Queue, clock: FakeClock) -> None:
    run_id = enqueue_run(base, queue, clock, 4)

    class Slow(Edge):
        def send(self, mail: Mail) -> Delivery:
            clock.advance(minutes=5)
            return super().send(mail)

    edge = Slow()
    worker = worker_of(base, queue, edge)
    worker.run_once()
    assert len(edge.recipients) == 2 and counts(base, run_id) == {"accepted": 2, "queued": 2}
    assert worker.run_once() == 2 and counts(base, run_id) == {"accepted": 4}


def test_no_more_leave_in_a_minute_than_the_operator_allows(base: Database, queue: Queue, clock: FakeClock) -> None:
    run_id = enqueue_run(base, queue, clock, 12)
    one, other = (worker_of(base, queue, Edge(), per_minute=5) for _ in range(2))
    assert one.run_once() == 5 and other.run_once() == 0 and one.run_once() == 0
    clock.advance(seconds=61)
    assert other.run_once() == 5 and one.run_once() == 0
    clock.advance(seconds=61)
    assert one.run_once() == 2 and counts(base, run_id) == {"accepted": 12}


def test_a_run_pauses_where_more_than_five_in_a_hundred_are_refused(
    base: Database, queue: Queue, clock: FakeClock
) -> None:
    run_id, told = enqueue_run(base, queue, clock, 200), Told()
    edge = Edge(*[TAKEN] * 19, REFUSED, *[TAKEN] * 5, REFUSED)
    worker = worker_of(base, queue, edge, told)
    while worker.run_once():
        pass
    assert len(edge.recipients) == 26, "the rest of the batch stays here too"
    assert counts(base, run_id) == {"accepted": 24, "bounced": 2, "paused": 174}
    [paused] = told.paused
    assert (paused.run_id, paused.tried, paused.refused) == (run_id, 26, 2)
    with base.write() as connection:
        assert not runs.resume(connection, run_id=run_id, school_id="another")
        assert runs.resume(connection, run_id=run_id, school_id="school")
        assert not runs.resume(connection, run_id=run_id, school_id="school")
    while worker.run_once():
        pass
    assert counts(base, run_id) == {"accepted": 198, "bounced": 2}


def test_few_mails_say_nothing_of_a_run(base: Database, queue: Queue, clock: FakeClock) -> None:
    run_id = enqueue_run(base, queue, clock, 19)
    worker = worker_of(base, queue, Edge(*[REFUSED] * 5), Told())
    while worker.run_once():
        pass
    assert counts(base, run_id) == {"accepted": 14, "bounced": 5}


def test_a_run_can_be_given_up(base: Database, queue: Queue, clock: FakeClock) -> None:
    run_id = enqueue_run(base, queue, clock, BATCH + 10)
    worker = worker_of(base, queue, Edge(*[REFUSED] * 20), Told())
    while worker.run_once():
        pass
    with base.write() as connection:
        ids = runs.abandon(connection, run_id=run_id, school_id="school", clock=clock)
        [view] = runs.list_runs(connection)
    assert len(ids) == BATCH - 10 and view.by_state == {"bounced": 20, "failed": BATCH - 10}
    assert worker.run_once() == 0


def test_an_operator_can_let_a_run_go_on_and_the_school_hears_of_it(
    base: Database, queue: Queue, clock: FakeClock
) -> None:
    run_id = enqueue_run(base, queue, clock, BATCH + 10)
    worker = worker_of(base, queue, Edge(*[REFUSED] * 20), Told())
    while worker.run_once():
        pass
    admin = Admin(base, clock, os.urandom)
    [view] = admin.mail_runs()
    assert view.paused_at and view.by_state == {"bounced": 20, "paused": BATCH - 10}
    with pytest.raises(NotFound):
        admin.resume_mails(run_id="another")
    admin.resume_mails(run_id=run_id)
    while worker.run_once():
        pass
    assert counts(base, run_id) == {"accepted": BATCH - 10, "bounced": 20}
    with base.read() as connection:
        [item] = connection.execute(select(inbox)).mappings()
    assert (item["school_id"], item["kind"], item["payload"]) == ("school", "mails_resumed", {"run": run_id})

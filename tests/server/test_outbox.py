"""The outbox: leased, tried again with growing waits, blanked once taken, a dead letter that the school hears of."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from app.models.ids import id_maker
from app.server.database import Database
from app.server.outbox.queue import LEASE, WAITS, Message, Queue
from app.server.outbox.smtp import Delivery, SmtpMailer
from app.server.outbox.worker import OutboxWorker
from app.server.settings import ServerSettings
from app.server.tables import outbox
from tests.conftest import FakeClock
from tests.support.live import body_of, free_port, smtp_catcher

PARAMS = {"login": "m.dupont", "link": "https://portail.example/c/secret", "school": "École", "help": "05"}


class Edge:
    """Stands where mails leave; says what it is told to."""

    def __init__(self, *answers: Delivery) -> None:
        self._answers = list(answers)
        self.recipients: list[str] = []

    def send(self, *, recipient: str, subject: str, text: str) -> Delivery:
        self.recipients.append(recipient)
        return self._answers.pop(0) if self._answers else Delivery(True)


@pytest.fixture
def base(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    made.create_if_empty()
    yield made
    made.close()


@pytest.fixture
def queue(clock: FakeClock) -> Queue:
    return Queue(Fernet(Fernet.generate_key()), clock)


def enqueue(base: Database, queue: Queue, clock: FakeClock) -> str:
    with base.write() as connection:
        return queue.enqueue(
            connection, new_id=id_maker(clock, os.urandom), recipient="m@example.org", template="C07", params=PARAMS,
            account_id="someone",
        )  # fmt: skip


def stored(base: Database) -> dict[str, object]:
    with base.read() as connection:
        return dict(connection.execute(select(outbox)).mappings().one())


def test_the_link_is_unreadable_in_the_base_and_blanked_once_taken(
    base: Database, queue: Queue, clock: FakeClock
) -> None:
    enqueue(base, queue, clock)
    assert "secret" not in str(stored(base)["params"])
    worker = OutboxWorker(database=base, queue=queue, mailer=Edge(), every_s=1)
    assert worker.run_once() == 1
    assert (stored(base)["state"], stored(base)["params"]) == ("accepted", None)
    assert worker.run_once() == 0


def test_a_server_that_is_away_is_tried_again_with_growing_waits_then_told(
    base: Database, queue: Queue, clock: FakeClock
) -> None:
    enqueue(base, queue, clock)
    told: list[tuple[str | None, str]] = []

    def dead(_connection: object, message: Message, reason: str) -> None:
        told.append((message.account_id, reason))

    edge = Edge(*[Delivery(False, "ConnectionRefusedError")] * 6)
    worker = OutboxWorker(database=base, queue=queue, mailer=edge, every_s=1, dead=dead)
    for wait in WAITS:
        assert worker.run_once() == 1
        clock.advance(seconds=wait.total_seconds() - 1)
        assert worker.run_once() == 0 and told == []
        clock.advance(seconds=2)
    assert worker.run_once() == 1
    assert stored(base)["state"] == "failed" and stored(base)["params"] is None
    assert told == [("someone", "ConnectionRefusedError")]


def test_a_refused_address_is_not_tried_again(base: Database, queue: Queue, clock: FakeClock) -> None:
    enqueue(base, queue, clock)
    edge = Edge(Delivery(False, "550", for_good=True))
    OutboxWorker(database=base, queue=queue, mailer=edge, every_s=1).run_once()
    assert (stored(base)["state"], stored(base)["last_error"]) == ("failed", "550")


def test_a_worker_that_dies_leaves_its_lease_to_another(base: Database, queue: Queue, clock: FakeClock) -> None:
    enqueue(base, queue, clock)
    with base.write() as connection:
        assert len(queue.lease(connection)) == 1
    worker = OutboxWorker(database=base, queue=queue, mailer=Edge(), every_s=1)
    assert worker.run_once() == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert worker.run_once() == 1


def test_a_real_mail_reaches_a_real_server(clock: FakeClock) -> None:
    with smtp_catcher() as (port, caught):
        mailer = SmtpMailer(ServerSettings(smtp_host="127.0.0.1", smtp_port=port), clock)
        assert mailer.send(recipient="m@example.org", subject="Sujet accentué", text="Bonjour, voilà.").taken
        [mail] = caught.wait()
    assert body_of(mail).strip() == "Bonjour, voilà." and mail["Auto-Submitted"] == "auto-generated"


def test_nobody_listening_is_no_refusal_for_good(clock: FakeClock) -> None:
    mailer = SmtpMailer(ServerSettings(smtp_host="127.0.0.1", smtp_port=free_port()), clock)
    delivery = mailer.send(recipient="m@example.org", subject="x", text="y")
    assert not delivery.taken and not delivery.for_good

"""Texts: what each gateway says is told apart, what they cost is bounded, and what became of one comes back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.models.clock import instant, later
from app.models.deliveries import DeliveryState
from app.models.errors import Refused
from app.models.ids import id_maker
from app.models.tables import Row
from app.server.database import Database
from app.server.outbox.carriers import OVER_BUDGET, TOO_LATE, Budget, SmsCarrier
from app.server.outbox.queue import DAY, Queue
from app.server.outbox.sms import KannelGateway, Reports, Sms, gateway_of
from app.server.outbox.worker import OutboxWorker
from app.server.tables import outbox
from tests.conftest import FakeClock
from tests.support.live import free_port, live_server
from tests.support.texts import CaughtTexts, kannel, text_catcher, until

REPORTS = Reports(b"key", "http://127.0.0.1:9")
SMS = Sms("m1", "+33639980101", "Préau : votre code est 123456.", "school")
PARAMS = {"code": "123456", "school": "École des Tilleuls", "host": "portail.example.org", "minutes": "30",
          "language": "fr"}  # fmt: skip


@pytest.fixture
def caught() -> Iterator[CaughtTexts]:
    with text_catcher() as found:
        yield found


@pytest.fixture
def base(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    made.create_if_empty()
    yield made
    made.close()


@pytest.fixture
def queue(clock: FakeClock) -> Queue:
    return Queue(Fernet(Fernet.generate_key()), clock)


def enqueue(base: Database, queue: Queue, clock: FakeClock, *, school: str = "school", **params: str) -> str:
    with base.write() as connection:
        return queue.enqueue(
            connection, new_id=id_maker(clock, os.urandom), recipient=SMS.number, template="code_sms",
            params={**PARAMS, **params}, channel="sms", school_id=school,
        )  # fmt: skip


def worker_of(
    base: Database, queue: Queue, caught: CaughtTexts, *, a_school: int = 9, in_all: int = 99
) -> OutboxWorker:
    budget = Budget(base, queue.clock, a_school, in_all)
    carrier = SmsCarrier(gateway_of(caught.address, reports=REPORTS), budget, queue.clock)
    return OutboxWorker(database=base, queue=queue, carrier=carrier, every_s=1, clock=queue.clock)


def row_of(base: Database, message_id: str) -> Row:
    with base.read() as connection:
        return dict(connection.execute(select(outbox).where(outbox.c.id == message_id)).mappings().one())


@pytest.mark.parametrize(
    ("status", "words", "state"),
    [
        (202, "0: Accepted for delivery", DeliveryState.ACCEPTED),
        (202, "3: Queued for later delivery", DeliveryState.ACCEPTED),
        (503, "Temporal failure, try again later.", DeliveryState.QUEUED),
        (403, "Authorization failed for sendsms", DeliveryState.FAILED),
        (400, "Number(s) has/have been denied by white- and/or black-lists.", DeliveryState.BOUNCED),
    ],
)
def test_what_kannel_says_is_told_apart(caught: CaughtTexts, status: int, words: str, state: DeliveryState) -> None:
    caught.answer = (status, words)
    assert KannelGateway(caught.address, REPORTS).send(SMS).state is state


def test_nobody_there_costs_nothing() -> None:
    found = KannelGateway(f"kannel://u:p@127.0.0.1:{free_port()}/", REPORTS).send(SMS)
    assert found.state is DeliveryState.QUEUED and found.line_down


def test_an_address_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        gateway_of("nulle-part", reports=REPORTS)
    assert refused.value.code == "sms_url"


def test_apprise_carries_a_text(caught: CaughtTexts) -> None:
    """Any service that apprise knows; here its plain HTTP one, which asks our catcher."""
    port = caught.address.rpartition("@")[2].partition("/")[0]
    gateway = gateway_of(f"form://{port}/?method=GET&:to={{numero}}&:text=x&:dlr-url=y", reports=REPORTS)
    assert gateway.send(SMS).state is DeliveryState.ACCEPTED
    assert caught.texts[0][0].removeprefix("+") == "33639980101"
    caught.answer = (500, "no")
    assert gateway.send(SMS).state is DeliveryState.QUEUED


def test_a_text_leaves_and_keeps_no_code(base: Database, queue: Queue, clock: FakeClock, caught: CaughtTexts) -> None:
    message_id = enqueue(base, queue, clock)
    assert worker_of(base, queue, caught).run_once() == 1
    [(number, text)] = caught.texts
    assert number == SMS.number and "123456" in text and "École des Tilleuls" in text
    assert text.splitlines()[-1] == "@portail.example.org #123456"
    row = row_of(base, message_id)
    assert row["state"] == DeliveryState.ACCEPTED and row["params"] is None


def test_a_code_that_has_ended_does_not_leave(
    base: Database, queue: Queue, clock: FakeClock, caught: CaughtTexts
) -> None:
    message_id = enqueue(base, queue, clock, until=later(instant(clock()), -DAY))
    worker_of(base, queue, caught).run_once()
    assert caught.texts == [] and row_of(base, message_id)["last_error"] == TOO_LATE


def test_the_budget_of_a_day_is_a_schools_and_the_servers(
    base: Database, queue: Queue, clock: FakeClock, caught: CaughtTexts
) -> None:
    ids = [enqueue(base, queue, clock) for _ in range(2)]
    worker = worker_of(base, queue, caught, a_school=2, in_all=3)
    worker.run_once()
    over = enqueue(base, queue, clock)
    other = enqueue(base, queue, clock, school="other")
    worker.run_once()
    last = enqueue(base, queue, clock, school="third")
    worker.run_once()
    states = {one: row_of(base, one)["state"] for one in (*ids, over, other, last)}
    assert [states[one] for one in (*ids, other)] == [DeliveryState.ACCEPTED] * 3
    assert row_of(base, over)["last_error"] == row_of(base, last)["last_error"] == OVER_BUDGET
    clock.advance(hours=25)
    again = enqueue(base, queue, clock)
    worker.run_once()
    assert row_of(base, again)["state"] == DeliveryState.ACCEPTED


def test_what_became_of_a_text_comes_back_by_a_signed_address_alone(tmp_path: Path, clock: FakeClock) -> None:
    with live_server(tmp_path, clock=clock) as server:
        queue = Queue(_server_cipher(), clock)
        with server.database.write() as connection:
            message_id = queue.enqueue(
                connection, new_id=id_maker(clock, os.urandom), recipient=SMS.number, template="code_sms", params=PARAMS,
                channel="sms",
            )  # fmt: skip
        server.texts.wait()
        until(lambda: row_of(server.database, message_id)["state"] == DeliveryState.ACCEPTED)
        address = server.texts.reports[0].replace("%d", "1")
        forged = address.replace(message_id, message_id[:-1] + ("1" if message_id[-1] == "0" else "0"))
        assert httpx.get(forged).status_code == httpx.get(f"{server.url}/sms/x/y?etat=1").status_code == 204
        assert row_of(server.database, message_id)["state"] == DeliveryState.ACCEPTED
        assert httpx.get(address).status_code == 204
        assert row_of(server.database, message_id)["state"] == DeliveryState.DELIVERED


def _server_cipher() -> Fernet:
    import base64

    from app.server.settings import ServerSettings

    return Fernet(base64.urlsafe_b64encode(ServerSettings(secret="5e" * 32).key("outbox")))


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_mark_is_of_one_text(message_id: str, other: str) -> None:
    assert REPORTS.is_signed(message_id, REPORTS.sign(message_id))
    assert (message_id == other) == REPORTS.is_signed(other, REPORTS.sign(message_id))


def test_kannel_and_its_operator_take_a_text_and_report_it(tmp_path: Path, clock: FakeClock) -> None:
    """The whole way: outbox, Kannel, SMSC, and the report back over HTTP."""
    with (
        kannel(tmp_path, [free_port() for _ in range(4)]) as gateway,
        live_server(tmp_path, clock=clock, settings={"sms_url": gateway.address}) as server,
    ):
        with server.database.write() as connection:
            message_id = Queue(_server_cipher(), clock).enqueue(
                connection, new_id=id_maker(clock, os.urandom), recipient=SMS.number, template="code_sms",
                params=PARAMS, channel="sms",
            )  # fmt: skip
        taken = gateway.wait()[0]  # its protocol makes one of each line
        assert SMS.number in taken and "123456" in taken
        until(lambda: row_of(server.database, message_id)["state"] == DeliveryState.DELIVERED)

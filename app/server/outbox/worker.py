"""Sends what waits: a thread of the server, woken when something is queued, and from time to time."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.models.clock import Clock, system_clock
from app.models.deliveries import DeliveryState
from app.server.database import Database
from app.server.outbox import runs
from app.server.outbox.carriers import Carrier
from app.server.outbox.queue import LEASE, Delivery, Message, News, Queue
from app.server.outbox.runs import PausedRun

log = logging.getLogger(__name__)
WRITE_EVERY_S = 1.0
"""After a crash no more than what was sent in this time is sent again."""
HALF_LEASE = LEASE / 2
"""A batch that has lasted so long is given back: no other worker may find it still under way."""
_TROUBLE = (DeliveryState.BOUNCED, DeliveryState.UNCERTAIN)
Result = tuple[Message, Delivery]


class Listener(Protocol):
    """Told what became of messages, in the transaction that says so."""

    def note_news(self, connection: Connection, news: Sequence[News]) -> None:
        """Some messages have reached a state that their schools wait for."""

    def note_paused(self, connection: Connection, run: PausedRun) -> None:
        """A run waits for somebody to look at it."""


class OutboxWorker:
    """One run takes some messages, hands each over outside any transaction, and writes what became of it."""

    def __init__(
        self,
        *,
        database: Database,
        queue: Queue,
        carrier: Carrier,
        every_s: float,
        listener: Listener | None = None,
        per_minute: int = 0,
        clock: Clock = system_clock,
        read_bounces: Callable[[], int] = lambda: 0,
    ) -> None:
        self._database = database
        self._queue = queue
        self._carrier = carrier
        self._every_s = every_s
        self._listener = listener
        self._per_minute = per_minute
        self._clock = clock
        self._read_bounces = read_bounces
        self._wake = threading.Event()
        self._stopping = False
        self._line_down = False
        self._thread = threading.Thread(target=self._loop, name=f"preau-{carrier.channel}", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def wake(self) -> None:
        """Something was queued."""
        self._wake.set()

    def stop(self) -> None:
        """End after the message under way."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def run_once(self) -> int:
        """Send what is due now; returns how many messages were taken up."""
        with self._database.write() as connection:
            messages = self._queue.lease(connection, channel=self._carrier.channel, per_minute=self._per_minute)
        if messages:
            self._line_down = False
            self._send_all(list(messages))
        return len(messages)

    def _send_all(self, messages: list[Message]) -> None:
        """Send until the end, writing from time to time; what is not tried after all is given back.

        All messages are made first: a server that is kept waiting between two of them falls asleep.
        """
        waiting = deque((message, self._make(message)) for message in messages)
        results: list[Result] = []
        began, written = self._clock(), time.monotonic()
        while waiting and not self._stopping and self._clock() - began < HALF_LEASE:
            message, made = waiting.popleft()
            delivery = self._send(message, made)
            results.append((message, delivery))
            if delivery.line_down:
                results += [(other, delivery) for other, _ in waiting]
                self._line_down = True
                waiting.clear()
            elif delivery.state in _TROUBLE or time.monotonic() - written > WRITE_EVERY_S:
                paused = self._write(results, held=[other for other, _ in waiting])
                waiting = deque(one for one in waiting if one[0].run_id not in paused)
                results, written = [], time.monotonic()
        self._write(results, held=[])
        self._give_back([message for message, _ in waiting])

    def _give_back(self, messages: list[Message]) -> None:
        if messages:
            with self._database.write() as connection:
                self._queue.give_back(connection, messages)

    def _write(self, results: list[Result], *, held: list[Message]) -> set[str]:
        """Write what became of some messages; returns the runs that are paused by it, whose other mails wait."""
        if not results:
            return set()
        with self._database.write() as connection:
            news = self._queue.settle(connection, results)
            if self._listener is None or not news:
                return set()
            return tell(connection, news, listener=self._listener, queue=self._queue, held=held)

    def _send(self, message: Message, made: Any) -> Delivery:
        if isinstance(made, Delivery):
            return made
        try:
            return self._carrier.send(made)
        except Exception as error:
            log.exception("a message of kind %s could not be sent", message.template)
            return Delivery(DeliveryState.FAILED, type(error).__name__)

    def _make(self, message: Message) -> Any:
        """The message as it will leave, or why there is none."""
        try:
            return self._carrier.make(message)
        except Exception as error:
            log.exception("a message of kind %s could not be made", message.template)
            return Delivery(DeliveryState.FAILED, type(error).__name__)

    def _loop(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                self._read_bounces()
                while not self._stopping and self.run_once() and not self._line_down:
                    self._read_bounces()
            except SQLAlchemyError as error:
                log.warning("the outbox could not be read: %s", type(error).__name__)
            self._carrier.rest()
            self._wake.wait(self._every_s)


def tell(
    connection: Connection, news: Sequence[News], *, listener: Listener, queue: Queue, held: Sequence[Message] = ()
) -> set[str]:
    """Tell the schools, and pause the runs that go wrong; ``held`` are the mails that a worker has not tried yet."""
    listener.note_news(connection, news)
    touched = {one.message.run_id for one in news if one.message.run_id and one.state is DeliveryState.BOUNCED}
    paused = runs.pause_bad_ones(connection, touched, queue=queue, held=held)
    for run in paused:
        listener.note_paused(connection, run)
    return {run.run_id for run in paused}

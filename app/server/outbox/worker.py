"""Sends what waits: a thread of the server, woken when something is queued, and from time to time."""

from __future__ import annotations

import gettext
import logging
import threading
from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.server.database import Database
from app.server.outbox.messages import TEMPLATES
from app.server.outbox.queue import Message, Queue
from app.server.outbox.smtp import Delivery, Mailer

log = logging.getLogger(__name__)
Dead = Callable[[Connection, Message, str], None]
"""Told of a message that will never arrive, and why, in the transaction that says so."""


class OutboxWorker:
    """One run takes some messages, hands each over outside any transaction, and writes what became of it."""

    def __init__(
        self, *, database: Database, queue: Queue, mailer: Mailer, every_s: float, dead: Dead = lambda *_: None
    ) -> None:
        self._database = database
        self._queue = queue
        self._mailer = mailer
        self._every_s = every_s
        self._dead = dead
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._loop, name="preau-outbox", daemon=True)

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
        """Send what is due now; returns how many messages were tried."""
        with self._database.write() as connection:
            messages = self._queue.lease(connection)
        for message in messages:
            delivery = self._send(message)
            with self._database.write() as connection:
                if delivery.taken:
                    self._queue.accepted(connection, message)
                elif self._queue.failed(connection, message, reason=delivery.reason, for_good=delivery.for_good):
                    self._dead(connection, message, delivery.reason)
        return len(messages)

    def _send(self, message: Message) -> Delivery:
        template = TEMPLATES.get(message.template)
        if template is None or message.channel != "mail":
            return Delivery(False, "unknown template", for_good=True)
        subject, text = template(message.params, translate=gettext.gettext)
        return self._mailer.send(recipient=message.recipient, subject=subject, text=text)

    def _loop(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                while not self._stopping and self.run_once():
                    pass
            except SQLAlchemyError as error:
                log.warning("the outbox could not be read: %s", type(error).__name__)
            self._wake.wait(self._every_s)

"""How fast mails are handed to SMTP, against the rate at which a bare client hands the same mails to the same server.

The server is aiosmtpd in a process of its own, which keeps nothing. The floor is smtplib over one connection, with mails
that are ready made. Ours leases from the outbox, opens what is encrypted, writes the words, sends, stores what became of
each mail, and tells the schools' inboxes: everything that the worker does, on SQLite with ``synchronous=FULL``.
"""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet
from sqlalchemy import insert

from app.models.clock import system_clock
from app.models.ids import id_maker
from app.server.database import Database
from app.server.outbox import runs
from app.server.outbox.carriers import MailCarrier
from app.server.outbox.queue import Message, Queue
from app.server.outbox.smtp import SmtpMailer
from app.server.outbox.telling import Schools
from app.server.outbox.worker import OutboxWorker
from app.server.settings import ServerSettings
from app.server.tables import portal_links
from tests.bench.ratio import Ratio

MAILS = 500
AT_LEAST = 0.7
PARAMS = {
    "login": "m.dupont", "link": "https://portail.exemple.fr/m/" + "5e" * 32, "until": "2026-12-10",
    "portal": "https://portail.exemple.fr", "salutation": "Madame", "children": "Noé, Zoé",
    "school": "École primaire des Tilleuls", "signed": "Mme Rouvière, directrice", "help": "05 61 00 00 00",
    "language": "fr",
}  # fmt: skip
_SERVER = """
import sys
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
controller = Controller(Sink(), hostname="127.0.0.1", port=0)
controller.port = int(sys.argv[1])
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()
"""


def measure(rounds: int = 9) -> list[Ratio]:
    """The median of ``rounds`` paired runs."""
    pairs = []
    with smtp_server() as port:
        content = _content(port)
        for _ in range(rounds):
            floor = MAILS / _floor_seconds(port, content)
            pairs.append((MAILS / _our_seconds(port), floor))
    ours, floor = sorted(pairs, key=lambda pair: pair[0] / pair[1])[rounds // 2]
    detail = f"{MAILS} mails: {ours:.0f} a second, bare aiosmtpd {floor:.0f}"
    return [Ratio("mails handed to SMTP", ours / floor, AT_LEAST, detail)]


@contextmanager
def smtp_server() -> Iterator[int]:
    """aiosmtpd in a process of its own."""
    from tests.support.live import free_port

    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        assert process.stdout.readline().strip() == "ready"
        yield port
    finally:
        process.communicate()


def _settings(port: int) -> ServerSettings:
    return ServerSettings(smtp_host="127.0.0.1", smtp_port=port, mail_from="preau@example.org", mails_per_minute=0)


def _content(port: int) -> bytes:
    """A mail as the worker would make it."""
    from app.server.outbox.messages import first_mail

    subject, text = first_mail(PARAMS, translate=str)
    mailer = SmtpMailer(_settings(port), system_clock)
    return mailer.make(message_id="0", recipient="m.dupont@example.org", subject=subject, text=text).content


def _floor_seconds(port: int, content: bytes) -> float:
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as client:
        for number in range(MAILS):
            client.sendmail("preau@example.org", f"m{number}@example.org", content)
    return time.perf_counter() - started


def _our_seconds(port: int) -> float:
    with TemporaryDirectory() as folder:
        base = Database(f"sqlite:///{Path(folder) / 'base.db'}")
        base.create_if_empty()
        new_id = id_maker(system_clock, os.urandom)
        queue = Queue(Fernet(Fernet.generate_key()), system_clock)
        _fill(base, queue)
        worker = OutboxWorker(
            database=base, queue=queue, carrier=MailCarrier(SmtpMailer(_settings(port), system_clock)), every_s=1,
            listener=Schools(system_clock, new_id),
        )  # fmt: skip
        started = time.perf_counter()
        sent = 0
        while some := worker.run_once():
            sent += some
        seconds = time.perf_counter() - started
        worker.stop()
        base.close()
    assert sent == MAILS
    return seconds


def _fill(base: Database, queue: Queue) -> None:
    new_id = id_maker(system_clock, os.urandom)
    run_id = new_id()
    messages = [
        Message(new_id(), "school", f"p{n}", "mail", f"m{n}@example.org", "C02", PARAMS, 0, run_id)
        for n in range(MAILS)
    ]  # fmt: skip
    links = [{"school_id": "school", "account_id": f"a{n}", "portal_account_id": f"p{n}"} for n in range(MAILS)]
    with base.write() as connection:
        runs.begin(connection, run_id=run_id, school_id="school", total=MAILS, clock=system_clock)
        queue.enqueue_all(connection, messages)
        connection.execute(insert(portal_links), links)


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least}) — {ratio.detail}")

"""Reports about mails, made by the standard library as mail servers make them, read from a real folder."""

from __future__ import annotations

import os
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.deliveries import DeliveryState
from app.server.database import Database
from app.server.outbox.bounces import MOST_BYTES, BounceReader, report_of
from app.server.outbox.queue import BATCH, Queue
from app.server.tables import outbox
from tests.conftest import FakeClock
from tests.server.outbox.test_queue import Edge, Told, base, counts, enqueue_run, queue, worker_of

__all__ = ["base", "queue"]
ID = "01a08677-e701-7d0c-ba54-b8ef61195987"
REFUSED = "550 5.1.1 <m@example.org>: Recipient address rejected"


def status_report(
    *, action: str, to: str = f"retours+{ID}@example.org", returned: str = "", recipient: str = "m@example.org",
    said: str = REFUSED,
) -> MIMEMultipart:  # fmt: skip
    """A report as RFC 3464 makes it: words, delivery-status, and the headers of the mail (``returned``: its id)."""
    report = MIMEMultipart("report", **{"report-type": "delivery-status"})
    report["From"] = "MAILER-DAEMON@mx.example.org"
    report["To"] = to
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report.attach(MIMEText("Voici ce qu’il est advenu de votre message.", _charset="utf-8"))
    status = MIMEBase("message", "delivery-status")
    about_server, about_recipient = Message(), Message()
    about_server["Reporting-MTA"] = "dns; mx.example.org"
    about_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    about_recipient["Action"] = action
    about_recipient["Status"] = "5.1.1" if action == "failed" else "2.0.0"
    if action == "failed":
        about_recipient["Diagnostic-Code"] = f"smtp; {said}"
    status.set_payload([about_server, about_recipient])
    report.attach(status)
    if returned:
        headers = MIMEText(f"Message-ID: <{returned}@example.org>\nSubject: Mise à disposition\n", "rfc822-headers")
        report.attach(headers)
    return report


def test_a_refusal_is_known_by_its_address() -> None:
    found = report_of(status_report(action="failed"))
    assert found is not None and (found.message_id, found.state) == (ID, DeliveryState.BOUNCED)
    assert found.reason == REFUSED


def test_a_refusal_is_known_by_the_mail_that_it_returns() -> None:
    found = report_of(status_report(action="failed", to="retours@example.org", returned=ID))
    assert found is not None and found.message_id == ID
    whole = EmailMessage()
    whole["Message-ID"] = f"<{ID}@example.org>"
    whole.set_content("Bonjour")
    report = status_report(action="failed", to="retours@example.org")
    attached = MIMEBase("message", "rfc822")
    attached.set_payload([whole])
    report.attach(attached)
    again = report_of(report)
    assert again is not None and again.message_id == ID


@pytest.mark.parametrize(
    ("action", "state"),
    [("delivered", DeliveryState.DELIVERED), ("relayed", None), ("expanded", None), ("delayed", None)],
)
def test_delivered_only_where_the_report_says_that_word(action: str, state: DeliveryState | None) -> None:
    found = report_of(status_report(action=action))
    assert (found.state if found else None) is state


def test_an_answer_of_a_person_is_no_report() -> None:
    answer = EmailMessage()
    answer["To"] = f"retours+{ID}@example.org"
    answer["Subject"] = "Absent jusqu’au 15"
    answer.set_content("Je suis absente. Message delivered by hand: failed!")
    assert report_of(answer) is None


def test_a_report_about_somebody_elses_mail_is_none() -> None:
    assert report_of(status_report(action="failed", to="retours@example.org")) is None
    assert report_of(status_report(action="failed", to="retours+42@example.org")) is None


def test_older_servers_are_understood_too() -> None:
    """qmail writes no standard report: flufl.bounce knows its words."""
    report = EmailMessage()
    report["From"] = "MAILER-DAEMON@example.org"
    report["To"] = f"retours+{ID}@example.org"
    report["Subject"] = "failure notice"
    report.set_content(
        "Hi. This is the qmail-send program at example.org.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<m@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy.\n"
    )
    found = report_of(report)
    assert found is not None and found.state is DeliveryState.BOUNCED


def ids(base: Database) -> list[str]:
    with base.read() as connection:
        return list(connection.execute(select(outbox.c.id).order_by(outbox.c.recipient)).scalars())


def put(folder: Path, name: str, mail: Message | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(mail if isinstance(mail, bytes) else mail.as_bytes())
    return path


@pytest.mark.parametrize("maildir", [True, False])
def test_the_folder_is_read_and_emptied(
    base: Database, queue: Queue, clock: FakeClock, tmp_path: Path, maildir: bool
) -> None:
    run_id, told = enqueue_run(base, queue, clock, 3), Told()
    worker_of(base, queue, Edge()).run_once()
    first, second, _ = ids(base)
    folder = tmp_path / "retours"
    new = folder / "new" if maildir else folder
    put(new, "1", status_report(action="failed", to=f"retours+{first}@example.org"))
    put(new, "2", status_report(action="delivered", to=f"retours+{second}@example.org"))
    put(new, "3", status_report(action="failed", to=f"retours+{ID}@example.org"))
    put(new, "4", os.urandom(3000))
    put(new, "5", b"To: x@y\r\nContent-Type: multipart/report; boundary=\r\n\r\n")
    put(new, "6", b"A: " + b"b" * (MOST_BYTES + 10))
    reader = BounceReader(folder, base, queue, told)
    assert reader.run_once() == 2
    assert counts(base, run_id) == {"bounced": 1, "delivered": 1, "accepted": 1}
    assert told.news == [("m0@example.org", "bounced", REFUSED), ("m1@example.org", "delivered", "")]
    assert sorted(path.name for path in (folder / "cur").iterdir()) == ["3:2,S", "4:2,S", "5:2,S", "6:2,S"]
    assert reader.run_once() == 0 and [path for path in new.iterdir() if path.is_file()] == []


def test_the_same_report_twice_is_told_once(base: Database, queue: Queue, clock: FakeClock, tmp_path: Path) -> None:
    run_id, told = enqueue_run(base, queue, clock, 1), Told()
    worker_of(base, queue, Edge()).run_once()
    [first] = ids(base)
    reader = BounceReader(tmp_path, base, queue, told)
    for name in ("1", "2"):
        put(tmp_path, name, status_report(action="failed", to=f"retours+{first}@example.org"))
    assert reader.run_once() == 2 and len(told.news) == 1 and counts(base, run_id) == {"bounced": 1}
    put(tmp_path, "3", status_report(action="delivered", to=f"retours+{first}@example.org"))
    reader.run_once()
    assert counts(base, run_id) == {"bounced": 1}, "what was refused stays refused"


def test_reports_pause_a_run_too(base: Database, queue: Queue, clock: FakeClock, tmp_path: Path) -> None:
    run_id, told = enqueue_run(base, queue, clock, BATCH + 30), Told()
    worker_of(base, queue, Edge()).run_once()
    with base.read() as connection:
        gone = connection.execute(select(outbox.c.id).where(outbox.c.state == "accepted")).scalars().all()
    for number in range(20):
        put(tmp_path, str(number), status_report(action="failed", to=f"retours+{gone[number]}@example.org"))
    BounceReader(tmp_path, base, queue, told).run_once()
    assert counts(base, run_id) == {"accepted": BATCH - 20, "bounced": 20, "paused": 30}
    assert [run.refused for run in told.paused] == [13], "at the first report that is one too many"


def test_a_folder_that_is_away_stops_nothing(base: Database, queue: Queue, tmp_path: Path) -> None:
    assert BounceReader(tmp_path / "absent", base, queue, Told()).run_once() == 0

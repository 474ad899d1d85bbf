"""Mails by real SMTP: to servers that are good, slow, rude, dying, encrypted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from app.models.deliveries import DeliveryState
from app.server.outbox.queue import Delivery
from app.server.outbox.smtp import SmtpMailer
from app.server.settings import ServerSettings
from tests.conftest import FakeClock
from tests.server.outbox.peers import Peer, authenticator, own_certificate, peer_server, scripted
from tests.support.live import free_port

ID = "01a08677-e701-7d0c-ba54-b8ef61195987"
OTHER = "01a08677-e701-7d0c-ba54-b8ef61195988"
QUEUED, BOUNCED, FAILED = DeliveryState.QUEUED, DeliveryState.BOUNCED, DeliveryState.FAILED
UNCERTAIN, ACCEPTED = DeliveryState.UNCERTAIN, DeliveryState.ACCEPTED
HELLO = (b"220 hello\r\n", b"250 hello\r\n")


@contextmanager
def mailer(port: int, **settings: object) -> Iterator[SmtpMailer]:
    made = SmtpMailer(
        ServerSettings(smtp_host="127.0.0.1", smtp_port=port, mail_from="preau@example.org", **settings),  # type: ignore[arg-type]
        FakeClock(),
    )
    yield made
    made.rest()


def send(found: SmtpMailer, recipient: str = "m@example.org", *, message_id: str = ID) -> Delivery:
    mail = found.make(message_id=message_id, recipient=recipient, subject="Sujet accentué", text="Bonjour,\n.\nvoilà.")
    return found.send(mail)


def test_a_mail_arrives_whole_and_the_connection_stays_open() -> None:
    peer = Peer()
    with peer_server(peer) as port, mailer(port) as found:
        assert send(found).state is ACCEPTED
        first = found._client
        assert send(found, message_id=OTHER).state is ACCEPTED
        assert found._client is first
    mails = [message_from_bytes(content, policy=policy.default) for content in peer.contents]
    assert [mail["Message-ID"] for mail in mails] == [f"<{ID}@example.org>", f"<{OTHER}@example.org>"]
    assert mails[0].get_content() == "Bonjour,\r\n.\r\nvoilà.\r\n" and mails[0]["Subject"] == "Sujet accentué"
    assert mails[0]["Auto-Submitted"] == "auto-generated"
    assert peer.senders == ["preau@example.org"] * 2


def test_reports_come_back_under_the_number_of_the_mail() -> None:
    peer = Peer()
    with peer_server(peer) as port, mailer(port, mail_return_path="retours@example.org") as found:
        send(found)
    assert peer.senders == [f"retours+{ID}@example.org"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("450 4.2.1 busy", QUEUED), ("550 5.1.1 no such user", BOUNCED), ("553 unknown", BOUNCED),
        ("552 5.2.2 mailbox full", BOUNCED), ("550 5.7.1 relaying denied", FAILED), ("451 greylisted", QUEUED),
    ],
)  # fmt: skip
def test_each_recipient_is_judged_alone(answer: str, state: DeliveryState) -> None:
    peer = Peer(answers={"bad": answer})
    with peer_server(peer) as port, mailer(port) as found:
        refused = send(found, "bad@example.org")
        assert (refused.state, refused.reason, refused.line_down) == (state, answer, False)
        assert send(found, "good@example.org").state is ACCEPTED, "the next one leaves on the same line"
    assert len(peer.contents) == 1


@pytest.mark.parametrize(("answer", "state"), [("554 5.6.0 spam", FAILED), ("452 4.3.1 no room", QUEUED)])
def test_a_text_that_is_refused_says_nothing_of_the_address(answer: str, state: DeliveryState) -> None:
    with peer_server(Peer(after_data=answer)) as port, mailer(port) as found:
        assert send(found).state is state


def test_cut_after_the_text_is_uncertain() -> None:
    with peer_server(Peer(after_data="cut")) as port, mailer(port) as found:
        delivery = send(found)
        assert delivery.state is UNCERTAIN and not delivery.line_down
    with (
        scripted(*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", 1.0) as port,
        mailer(port, smtp_timeout_s=0.1) as f,
    ):
        assert send(f) == Delivery(UNCERTAIN, "TimeoutError")


@pytest.mark.parametrize(
    "replies",
    [
        (), (1.0,), (b"220 hello\r\n", 1.0), (*HELLO, 1.0), (*HELLO, b"250 ok\r\n", 1.0),
        (*HELLO, b"250 ok\r\n", b"250 ok\r\n", 1.0), (*HELLO, b"250 ok\r\n", b"250 ok\r\n"), (b"<html>",),
        (b"554 go away\r\n",), (b"220-" + b"x" * 9000,), (b"421 4.3.2 closing\r\n",),
        (*HELLO, b"421 4.7.0 too many\r\n"), (b"220 hello\r\n" + b"250-" * 20000 + b"\r\n",),
    ],
)  # fmt: skip
def test_before_the_text_a_dead_or_dripping_server_costs_nothing_but_a_short_wait(
    replies: tuple[bytes | float, ...],
) -> None:
    with scripted(*replies) as port, mailer(port, smtp_timeout_s=0.3) as found:
        began = time.monotonic()
        delivery = send(found)
        assert (delivery.state, delivery.line_down) == (QUEUED, True) and delivery.reason
        assert time.monotonic() - began < 5


def test_nobody_listening_is_no_refusal_for_good() -> None:
    with mailer(free_port()) as found:
        assert send(found) == Delivery(QUEUED, "ConnectionRefusedError", line_down=True)


def test_a_server_that_went_away_between_two_mails_is_called_again() -> None:
    peer, port = Peer(), free_port()
    with mailer(port) as found:
        for _ in range(2):
            with peer_server(peer, server_hostname="x") as again:
                object.__setattr__(found.settings, "smtp_port", again)
                assert send(found).state is ACCEPTED
    assert len(peer.contents) == 2


def test_encrypted_and_logged_in(tmp_path: Path) -> None:
    certificate, context = own_certificate(tmp_path)
    peer = Peer()
    options = {
        "tls_context": context, "require_starttls": True, "auth_required": True,
        "authenticator": authenticator("preau", "un secret"),
    }  # fmt: skip
    known = {"smtp_starttls": True, "smtp_ca_file": certificate, "smtp_user": "preau"}
    with peer_server(peer, **options) as port:
        with mailer(port, **known, smtp_password="un secret") as found:
            assert send(found).state is ACCEPTED and send(found).state is ACCEPTED
        with mailer(port, **known, smtp_password="un autre") as found:
            assert send(found).reason.startswith("535")
        with mailer(port, **known, smtp_password="é") as found:  # smtplib says ASCII only
            assert send(found) == Delivery(QUEUED, "UnicodeEncodeError", line_down=True)
        with mailer(port, smtp_starttls=True) as found:  # nobody vouches for that certificate
            refused = send(found)
            assert (refused.state, refused.reason) == (QUEUED, "SSLCertVerificationError") and refused.line_down
    assert len(peer.contents) == 2


def test_a_server_without_encryption_gets_nothing_where_it_is_asked(tmp_path: Path) -> None:
    peer = Peer()
    with peer_server(peer) as port, mailer(port, smtp_starttls=True) as found:
        assert send(found).line_down
    assert peer.senders == []


def test_a_server_that_can_report_is_asked_to() -> None:
    greeting = (b"220 hello\r\n", b"250-hello\r\n250 DSN\r\n")
    heard: list[bytes] = []
    replies = (b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 taken\r\n", b"221 bye\r\n")
    with scripted(*greeting, *replies, heard=heard) as port, mailer(port) as found:
        assert send(found).state is ACCEPTED
    assert heard[1] == f"mail FROM:<preau@example.org> RET=HDRS ENVID={ID}\r\n".encode()
    assert heard[2] == b"rcpt TO:<m@example.org> NOTIFY=SUCCESS,FAILURE\r\n"

"""The demonstration's mailbox: it catches real SMTP, shows the links, and answers to nobody but this machine."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import httpx
import pytest

from app.cli.demo.mailbox import Mailbox, link_in, text_of
from app.server.outbox.sms import Reports, Sms, gateway_of


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox("http://127.0.0.1:1")
    made.start()
    yield made
    made.stop()


def send(mailbox: Mailbox, text: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ecole@example.org", "parent@example.org", "<b>Activez</b>"
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port, timeout=10) as smtp:
        smtp.send_message(mail)


def page(mailbox: Mailbox, **headers: str) -> httpx.Response:
    with httpx.Client() as client:
        return client.get(mailbox.address, headers=headers, timeout=20)


def test_a_mail_is_caught_and_its_link_can_be_followed(mailbox: Mailbox) -> None:
    send(mailbox, "Bonjour, à très bientôt.\nhttp://127.0.0.1:1/c/abcdef\n<script>alert(1)</script>\n")
    mail = mailbox.wait(1)
    assert "bientôt" in text_of(mail) and link_in(mail) == "http://127.0.0.1:1/c/abcdef"
    shown = page(mailbox).text
    assert '<a href="http://127.0.0.1:1/c/abcdef">' in shown
    assert "<script>" not in shown and "<b>Activez" not in shown and "&lt;b&gt;Activez" in shown


@pytest.mark.parametrize(
    "headers", [{"Host": "ailleurs.example"}, {"X-Forwarded-For": "10.0.0.1"}, {"Forwarded": "for=x"}]
)
def test_nobody_else_reads_it(mailbox: Mailbox, headers: dict[str, str]) -> None:
    send(mailbox, "secret")
    mailbox.wait(1)
    answer = page(mailbox, **headers)
    assert answer.status_code == 403 and "secret" not in answer.text


def test_a_mail_without_a_link_says_so(mailbox: Mailbox) -> None:
    send(mailbox, "rien")
    with pytest.raises(LookupError):
        link_in(mailbox.wait(1))


def test_a_text_is_caught_as_a_gateway_would_take_it(mailbox: Mailbox) -> None:
    sms = Sms("m1", "+33639980101", "Votre code est 123456.\n\n@portail.example.org #123456", None)
    assert gateway_of(mailbox.texts_url, reports=Reports(b"k", "http://127.0.0.1:9")).send(sms).state == "accepted"
    assert mailbox.texts == [sms.text]
    assert "123456" in page(mailbox).text and "+33639980101" in page(mailbox).text

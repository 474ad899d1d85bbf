"""Mail by SMTP, over a connection that stays open between mails; what the other end says is told apart.

Taken; refused for this address (bounced); refused whatever the address (failed); later (queued, to be tried again); cut
off while the other end was taking it (uncertain: sending again might send it twice).
"""

from __future__ import annotations

import binascii
import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import Protocol

from app.models.clock import Clock
from app.models.deliveries import DeliveryState
from app.server.outbox.queue import Delivery
from app.server.settings import ServerSettings

TAKEN = Delivery(DeliveryState.ACCEPTED)
AFTER_DATA = 5
"""How many times longer the other end may think once it has the whole mail: giving up then is what sends mails twice."""
_OTHER_FAULT = re.compile(r"\b5\.[3-7]\.\d")
"""Enhanced codes (RFC 3463) of a refusal that is not about the address: system, network, protocol, content, policy."""
_MOST_LINES, _LONGEST_LINE = 100, 8192
_OWN_LINES = 3
"""Header lines of which each mail has its own."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What goes over the line: to whom, and the whole text, its last dot included."""

    message_id: str
    recipient: str
    content: bytes


class Mailer(Protocol):
    """The edge of the server where mails leave."""

    def make(self, *, message_id: str, recipient: str, subject: str, text: str) -> Mail:
        """A mail, ready to leave."""

    def send(self, mail: Mail) -> Delivery:
        """Hand one mail over."""

    def rest(self) -> None:
        """Nothing more to send for a while."""


class _Client(smtplib.SMTP):
    """smtplib with one limit for a whole reply: a server that drips a byte now and then is as good as a dead one."""

    def __init__(self, host: str, *, within_s: float) -> None:
        super().__init__(timeout=within_s)
        self._host = host
        self.within_s = within_s
        self._received = b""

    def getreply(self) -> tuple[int, bytes]:
        deadline = time.monotonic() + self.within_s
        lines: list[bytes] = []
        while len(lines) < _MOST_LINES:
            line = self._line(deadline)
            if not line[:3].isdigit():
                break
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                code = int(line[:3])
                if code == 421:
                    self.close()
                return code, b"\n".join(lines)
        self.close()
        raise smtplib.SMTPServerDisconnected("not a reply")

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self._received:
            if len(self._received) > _LONGEST_LINE:
                return b""
            self._received += self._some(deadline)
        line, _, self._received = self._received.partition(b"\n")
        return line

    def _some(self, deadline: float) -> bytes:
        """What has come, before the deadline. Raises SMTPServerDisconnected."""
        left = deadline - time.monotonic()
        sock: socket.socket | None = self.sock
        try:
            if sock is None or left <= 0:
                raise TimeoutError
            sock.settimeout(left)
            found = sock.recv(4096)
            sock.settimeout(self.within_s)
        except OSError as error:
            found, why = b"", type(error).__name__
        else:
            why = "closed"
        if not found:
            self.close()
            raise smtplib.SMTPServerDisconnected(why)
        return found

    def encrypt(self, context: ssl.SSLContext) -> None:
        """STARTTLS; what came in clear before the encryption is thrown away (CVE-2011-0411)."""
        self.starttls(context=context)
        self._received = b""


@dataclass(slots=True)
class SmtpMailer:
    """The real one. Used by one thread at a time."""

    settings: ServerSettings
    clock: Clock
    _client: _Client | None = field(default=None, init=False)

    def send(self, mail: Mail) -> Delivery:
        """Hand one mail over; a connection that went away since the last one is made anew, once."""
        again = self._client is not None
        found = self._try(mail)
        if found.line_down and again:
            found = self._try(mail)
        return found

    def rest(self) -> None:
        """Say good-bye."""
        client, self._client = self._client, None
        if client is not None:
            client.within_s = 2.0
            try:
                client.quit()
            except (smtplib.SMTPException, OSError):
                client.close()

    def _try(self, mail: Mail) -> Delivery:
        try:
            client = self._connected()
            found = self._envelope(client, mail)
        except smtplib.SMTPResponseException as error:
            self._drop()
            return Delivery(DeliveryState.QUEUED, _said(error.smtp_code, error.smtp_error), line_down=True)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:  # a password that smtplib cannot say
            self._drop()
            return Delivery(DeliveryState.QUEUED, _why(error), line_down=True)
        return found or self._body(client, mail.content)

    def _connected(self) -> _Client:
        if self._client is not None:
            return self._client
        settings = self.settings
        self._client = client = _Client(settings.smtp_host, within_s=settings.smtp_timeout_s)
        code, words = client.connect(settings.smtp_host, settings.smtp_port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        client.ehlo_or_helo_if_needed()
        if settings.smtp_starttls:
            client.encrypt(self._context())
            client.ehlo_or_helo_if_needed()
        if settings.smtp_user:
            client.login(settings.smtp_user, settings.smtp_password)
        return client

    def _context(self) -> ssl.SSLContext:
        """Certificates are checked, against the machine's authorities or the operator's own file."""
        path = self.settings.smtp_ca_file
        return ssl.create_default_context(cafile=str(path) if path else None)

    def _envelope(self, client: _Client, mail: Mail) -> Delivery | None:
        """Sender and recipient; None where both were taken and the mail itself may follow."""
        reports = client.has_extn("dsn")
        code, words = client.mail(
            return_address(self.settings, mail.message_id),
            ("RET=HDRS", f"ENVID={mail.message_id}") if reports else (),
        )
        about_address = False
        if code == 250:
            code, words = client.rcpt(mail.recipient, ("NOTIFY=SUCCESS,FAILURE",) if reports else ())
            about_address = True
        if code in (250, 251):
            return None
        return self._refused(client, code, words, about_address=about_address)

    def _body(self, client: _Client, content: bytes) -> Delivery:
        """The mail itself. From the moment that it is on its way, silence is uncertain."""
        begun = False
        try:
            code, words = client.docmd("DATA")
            if code != 354:
                return self._refused(client, code, words, about_address=False)
            begun = True
            client.within_s *= AFTER_DATA
            client.send(content)
            code, words = client.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            state = DeliveryState.UNCERTAIN if begun else DeliveryState.QUEUED
            return Delivery(state, _why(error), line_down=not begun)
        client.within_s = self.settings.smtp_timeout_s
        return TAKEN if code == 250 else self._refused(client, code, words, about_address=False)

    def _refused(self, client: _Client, code: int, words: bytes, *, about_address: bool) -> Delivery:
        reason = _said(code, words)
        if code == 421:
            self._drop()
            return Delivery(DeliveryState.QUEUED, reason, line_down=True)
        try:
            client.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()
        if code < 500:
            return Delivery(DeliveryState.QUEUED, reason)
        bounced = about_address and not _OTHER_FAULT.search(reason)
        return Delivery(DeliveryState.BOUNCED if bounced else DeliveryState.FAILED, reason)

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def make(self, *, message_id: str, recipient: str, subject: str, text: str) -> Mail:
        """The mail as it goes over the line: end of lines, leading dots and the last dot included.

        What is the same in every mail of a run is folded by the library once; the rest is plain ASCII.
        """
        own = (
            f"To: {recipient}\r\nDate: {format_datetime(self.clock())}\r\n"
            f"Message-ID: {mail_id(self.settings, message_id)}\r\n"
        )
        if own.count("\n") != _OWN_LINES or own.count("\r") != _OWN_LINES:
            raise ValueError("a line break in an address")
        lines = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
        body = binascii.b2a_qp(lines, istext=True)
        whole = own.encode("ascii") + _same_headers(self.settings.mail_from, subject) + body
        return Mail(message_id, recipient, re.sub(rb"(?m)^\.", b"..", whole) + b"\r\n.\r\n")


@lru_cache(maxsize=64)
def _same_headers(sender: str, subject: str) -> bytes:
    """Who writes, about what, and how the text is written; with the empty line that ends the headers."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = 'text/plain; charset="utf-8"'
    message["Content-Transfer-Encoding"] = "quoted-printable"
    return message.as_bytes()


def mail_id(settings: ServerSettings, message_id: str) -> str:
    """The Message-ID: the same at each try, so that a mail that came twice can be known as one."""
    return f"<{message_id}@{settings.mail_from.rpartition('@')[2]}>"


def return_address(settings: ServerSettings, message_id: str) -> str:
    """Where reports about one mail come back (VERP: « retours+<message>@… »); the sender where nobody reads them."""
    name, at, domain = settings.mail_return_path.rpartition("@")
    return f"{name}+{message_id}{at}{domain}" if at else settings.mail_from


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(f"{code} {text}".split())[:200]


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, smtplib.SMTPServerDisconnected) else type(error).__name__

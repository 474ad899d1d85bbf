"""Mail by SMTP, over a connection that stays open between mails; what the other end says is told apart.

Taken; refused for this address (bounced); refused whatever the address (failed); later (queued, to be tried again); cut
off while the other end was taking it (uncertain: sending again might send it twice).
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
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


class Mailer(Protocol):
    """The edge of the server where mails leave."""

    def send(self, *, message_id: str, recipient: str, subject: str, text: str) -> Delivery:
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

    def send(self, *, message_id: str, recipient: str, subject: str, text: str) -> Delivery:
        """Hand one mail over; a connection that went away since the last one is made anew, once."""
        content = self._content(message_id, recipient, subject, text)
        again = self._client is not None
        found = self._try(message_id, recipient, content)
        if found.line_down and again:
            found = self._try(message_id, recipient, content)
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

    def _try(self, message_id: str, recipient: str, content: bytes) -> Delivery:
        try:
            client = self._connected()
            found = self._envelope(client, message_id, recipient)
        except smtplib.SMTPResponseException as error:
            self._drop()
            return Delivery(DeliveryState.QUEUED, _said(error.smtp_code, error.smtp_error), line_down=True)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:  # a password that smtplib cannot say
            self._drop()
            return Delivery(DeliveryState.QUEUED, _why(error), line_down=True)
        return found or self._body(client, content)

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

    def _envelope(self, client: _Client, message_id: str, recipient: str) -> Delivery | None:
        """Sender and recipient; None where both were taken and the mail itself may follow."""
        reports = client.has_extn("dsn")
        code, words = client.mail(
            return_address(self.settings, message_id), ("RET=HDRS", f"ENVID={message_id}") if reports else ()
        )
        about_address = False
        if code == 250:
            code, words = client.rcpt(recipient, ("NOTIFY=SUCCESS,FAILURE",) if reports else ())
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

    def _content(self, message_id: str, recipient: str, subject: str, text: str) -> bytes:
        """The mail as it goes over the line: end of lines, leading dots and the last dot included."""
        message = EmailMessage(policy=SMTP)
        message["From"] = self.settings.mail_from
        message["To"] = recipient
        message["Subject"] = subject
        message["Date"] = format_datetime(self.clock())
        message["Message-ID"] = mail_id(self.settings, message_id)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text, cte="quoted-printable")
        return re.sub(rb"(?m)^\.", b"..", message.as_bytes()) + b".\r\n"


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

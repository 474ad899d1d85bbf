"""Mail by SMTP, one connection a run; what the other end says is told apart: taken, later, never."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Protocol

from app.models.clock import Clock
from app.server.settings import ServerSettings

TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one mail: ``taken``, else why not, and whether it is worth trying again."""

    taken: bool
    reason: str = ""
    for_good: bool = False


class Mailer(Protocol):
    """The edge of the server where mails leave."""

    def send(self, *, recipient: str, subject: str, text: str) -> Delivery:
        """Hand one mail over."""


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """The real one."""

    settings: ServerSettings
    clock: Clock

    def send(self, *, recipient: str, subject: str, text: str) -> Delivery:
        message = EmailMessage()
        message["From"] = self.settings.mail_from
        message["To"] = recipient
        message["Subject"] = subject
        message["Date"] = format_datetime(self.clock())
        message["Message-ID"] = make_msgid(domain=self.settings.mail_from.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            with smtplib.SMTP(self.settings.smtp_host, self.settings.smtp_port, timeout=TIMEOUT_S) as smtp:
                if self.settings.smtp_starttls:
                    smtp.starttls()
                if self.settings.smtp_user:
                    smtp.login(self.settings.smtp_user, self.settings.smtp_password)
                smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            return Delivery(False, f"{code}", for_good=code >= 500)
        except smtplib.SMTPResponseException as error:
            return Delivery(False, f"{error.smtp_code}", for_good=error.smtp_code >= 550)
        except (smtplib.SMTPException, OSError) as error:
            return Delivery(False, type(error).__name__)
        return Delivery(True)

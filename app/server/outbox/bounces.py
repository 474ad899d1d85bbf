"""Reports about mails that left: which mail, refused or delivered (RFC 3464, and what flufl.bounce knows besides).

A report is known by the address that it was sent to (VERP), else by the Message-ID of the mail that it returns. What a
stranger writes into the folder changes nothing but the state of a mail whose number he knows.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from email.utils import getaddresses
from pathlib import Path

from flufl.bounce import all_failures

from app.models.deliveries import DeliveryState
from app.server.database import Database
from app.server.outbox.queue import Queue
from app.server.outbox.reports import Report, apply_report
from app.server.outbox.worker import Listener, tell

log = logging.getLogger(__name__)
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it tells with a traceback what it does not understand
MOST_BYTES = 1024 * 1024
AT_ONCE = 200
"""Reports read in one go."""
_NUMBER = r"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})"
_VERP = re.compile(rf"\+{_NUMBER}@", re.IGNORECASE)
_MAIL_ID = re.compile(rf"<{_NUMBER}@", re.IGNORECASE)
_TO = ("delivered-to", "x-original-to", "envelope-to", "to")


@dataclass(frozen=True, slots=True)
class BounceReader:
    """Reads the reports that lie in ``folder``: a Maildir, or one file a message."""

    folder: Path
    database: Database
    queue: Queue
    listener: Listener

    def run_once(self) -> int:
        """Read what has come; returns how many reports were understood. Those are erased, the others put aside."""
        understood = 0
        for path in sorted(self._files())[:AT_ONCE]:
            report = read_report(path)
            if report is None or not self._take(report):
                self._put_aside(path)
            elif self._erase(path):
                understood += 1
        return understood

    def _erase(self, path: Path) -> bool:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a returned mail could not be erased: %s", type(error).__name__)
            return False
        return True

    def _files(self) -> Iterator[Path]:
        new = self.folder / "new"
        try:
            for path in (new if new.is_dir() else self.folder).iterdir():
                if path.is_file() and not path.name.startswith("."):
                    yield path
        except OSError as error:
            log.warning("the folder of returned mails could not be read: %s", type(error).__name__)

    def _put_aside(self, path: Path) -> None:
        """Not about a mail of ours, or not understood: for the operator to look at."""
        aside = self.folder / "cur"
        try:
            aside.mkdir(exist_ok=True)
            path.rename(aside / (path.name if ":2," in path.name else f"{path.name}:2,S"))
        except FileNotFoundError:
            pass  # another process of this server has read it
        except OSError as error:
            log.warning("a returned mail could not be put aside: %s", type(error).__name__)

    def _take(self, report: Report) -> bool:
        with self.database.write() as connection:
            news = apply_report(connection, report, queue=self.queue)
            if news:
                tell(connection, news, listener=self.listener, queue=self.queue)
            return news is not None


def read_report(path: Path) -> Report | None:
    """What a file says, or None where it is no report about a mail of ours."""
    try:
        with path.open("rb") as file:
            mail = message_from_bytes(file.read(MOST_BYTES))
        return report_of(mail)
    except Exception as error:  # noqa: BLE001 - a stranger's file: whatever it breaks, the others are read
        log.info("a returned mail could not be read: %s", type(error).__name__)
        return None


def report_of(mail: Mail) -> Report | None:
    """The report in a mail. A delay is none; « delivered » only where a standard report says that word."""
    number = _number(mail)
    if number is None:
        return None
    blocks = list(_blocks(mail))
    if _is_refusal(mail, blocks):
        return Report(number, DeliveryState.BOUNCED, _reason(blocks))
    if any(_word(block) == "delivered" for block in blocks):
        return Report(number, DeliveryState.DELIVERED, "")
    return None


def _is_refusal(mail: Mail, blocks: Sequence[Mail]) -> bool:
    """Whether it refuses for good: as the standard says, or in the words of a server that flufl.bounce knows."""
    if any(_word(block) == "failed" for block in blocks):
        return True
    try:
        return bool(all_failures(mail)[1])
    except Exception as error:  # noqa: BLE001 - its detectors trip over mails without a sender
        log.info("a returned mail was not understood: %s", type(error).__name__)
        return False


def _number(mail: Mail) -> str | None:
    written = [value for name in _TO for value in mail.get_all(name, [])]
    for _, address in getaddresses([str(value) for value in written]):
        if (found := _VERP.search(address)) is not None:
            return found[1].lower()
    for part in mail.walk():
        if part is not mail and (found := _MAIL_ID.search(str(part.get("message-id", "")))):
            return found[1].lower()
        if part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            if isinstance(headers, bytes) and (found := _MAIL_ID.search(headers.decode("ascii", "replace"))):
                return found[1].lower()
    return None


def _blocks(mail: Mail) -> Iterator[Mail]:
    """The parts of the delivery status that are about a recipient."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            for block in part.get_payload():
                if isinstance(block, Mail) and block.get("action"):
                    yield block


def _word(block: Mail) -> str:
    return str(block["action"]).strip().lower().split(" ")[0]


def _reason(blocks: Sequence[Mail]) -> str:
    """What the other end said: its own words where it gave them, else the status code."""
    for block in blocks:
        if _word(block) == "failed":
            said = str(block.get("diagnostic-code", "")).partition(";")[2] or str(block.get("status", ""))
            return " ".join(said.split())[:200]
    return ""

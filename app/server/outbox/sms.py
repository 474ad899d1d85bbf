"""Texts handed to a gateway: Kannel over HTTP, which speaks SMPP to operators, or any service that apprise knows.

The address of the gateway is one setting: ``kannel://user:password@host:13013/?from=Ecole`` (``kannels`` over TLS), or an
address in apprise's own form. What the gateway says is told apart as for mails.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import requests

from app.models.deliveries import DeliveryState
from app.models.errors import Refused
from app.models.gsm import LETTERS
from app.server.outbox.queue import Delivery

WITHIN_S = 20.0
REPORTS = 31
"""Kannel's mask: delivered 1, undeliverable 2, waiting 4, taken by the operator 8, refused by him 16."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One text to one number (E.164)."""

    message_id: str
    number: str
    text: str
    school_id: str | None


class Gateway(Protocol):
    """The edge of the server where texts leave. Used by one thread at a time."""

    def send(self, sms: Sms) -> Delivery:
        """Hand one text over."""

    def rest(self) -> None:
        """Nothing more to send for a while."""


def gateway_of(address: str, *, reports: Reports) -> Gateway:
    """The gateway of the setting ``PREAU_SMS_URL``. Raises Refused for an address that nobody knows."""
    if urlsplit(address).scheme in ("kannel", "kannels"):
        return KannelGateway(address, reports)
    return AppriseGateway(address)


@dataclass(frozen=True, slots=True)
class Reports:
    """Signs the address that a gateway calls with what became of one text, so that nobody else may say it."""

    key: bytes
    url: str
    """Of this server, as the gateway reaches it."""

    def address(self, message_id: str) -> str:
        return f"{self.url.rstrip('/')}/sms/{message_id}/{self.sign(message_id)}?etat=%d"

    def sign(self, message_id: str) -> str:
        return hmac.new(self.key, message_id.encode(), "sha256").hexdigest()[:32]

    def is_signed(self, message_id: str, mark: str) -> bool:
        return hmac.compare_digest(self.sign(message_id), mark)


@dataclass(slots=True)
class KannelGateway:
    """Kannel's « sendsms »."""

    address: str
    reports: Reports
    _session: requests.Session = field(default_factory=requests.Session, init=False)

    def send(self, sms: Sms) -> Delivery:
        parts = urlsplit(self.address)
        scheme = "https" if parts.scheme == "kannels" else "http"
        host = parts.netloc.rpartition("@")[2]
        asked = {
            **dict(parse_qsl(parts.query)), "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""), "to": sms.number, "text": sms.text, "charset": "UTF-8",
            "coding": "0" if set(sms.text) <= LETTERS else "2", "dlr-mask": str(REPORTS),
            "dlr-url": self.reports.address(sms.message_id),
        }  # fmt: skip
        try:
            address = f"{scheme}://{host}/cgi-bin/sendsms"
            answer = self._session.get(address, params=asked, timeout=WITHIN_S, allow_redirects=False)
        except (requests.ConnectionError, requests.exceptions.ConnectTimeout) as error:
            return Delivery(DeliveryState.QUEUED, type(error).__name__, line_down=True)
        except requests.RequestException as error:  # it may have taken the text: a second one would cost, and confuse
            return Delivery(DeliveryState.UNCERTAIN, type(error).__name__)
        return _judged(answer.status_code, answer.text)

    def rest(self) -> None:
        self._session.close()


def _judged(status: int, words: str) -> Delivery:
    """What Kannel says: 202 taken, 503 later, 4xx refused."""
    reason = " ".join(f"{status} {words}".split())[:200]
    if status == 202:
        return Delivery(DeliveryState.ACCEPTED)
    if status >= 500:
        return Delivery(DeliveryState.QUEUED, reason, line_down=True)
    bounced = "receiver" in words.lower() or "number" in words.lower()
    return Delivery(DeliveryState.BOUNCED if bounced else DeliveryState.FAILED, reason)


class AppriseGateway:
    """One of the many services that apprise knows. It says yes or no, and reports nothing later."""

    def __init__(self, address: str) -> None:
        import apprise  # here: a server without texts starts without it

        self._apprise = apprise
        self._address = address
        if apprise.Apprise.instantiate(_with_number(address, "+33612345678")) is None:
            raise Refused("sms_url", "PREAU_SMS_URL n’est pas une adresse de passerelle SMS que Préau connaît.")

    def send(self, sms: Sms) -> Delivery:
        service = self._apprise.Apprise.instantiate(_with_number(self._address, sms.number))
        if service is None:
            return Delivery(DeliveryState.BOUNCED, "number")
        taken = bool(service.notify(body=sms.text, body_format=self._apprise.NotifyFormat.TEXT))
        return Delivery(DeliveryState.ACCEPTED) if taken else Delivery(DeliveryState.QUEUED, "gateway", line_down=True)

    def rest(self) -> None:
        return


def _with_number(address: str, number: str) -> str:
    """The service's address for one number: at ``{numero}``, else as its last part."""
    digits = number.removeprefix("+")
    return address.replace("{numero}", digits) if "{numero}" in address else f"{address.rstrip('/')}/{digits}"

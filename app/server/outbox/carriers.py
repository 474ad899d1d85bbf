"""What carries messages away: mails by SMTP, texts by a gateway. One worker each, over the same outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import func, select

from app.models.clock import Clock, instant, later
from app.models.deliveries import DeliveryState
from app.server.database import Database
from app.server.outbox.messages import TEMPLATES, TEXTS
from app.server.outbox.queue import DAY, Delivery, Message
from app.server.outbox.sms import Gateway, Sms
from app.server.outbox.smtp import Mailer
from app.server.outbox.wording import worded
from app.server.tables import outbox

OVER_BUDGET, TOO_LATE = "budget", "too late"


class Carrier(Protocol):
    """One channel of the outbox."""

    @property
    def channel(self) -> str:
        """Its name in the outbox."""

    def make(self, message: Message) -> Any:
        """What will leave; or a Delivery where there is nothing to send."""

    def send(self, made: Any) -> Delivery:
        """Hand over what ``make`` gave."""

    def rest(self) -> None:
        """Nothing more to send for a while."""


@dataclass(frozen=True, slots=True)
class MailCarrier:
    """Mails, each in French and in the family's language."""

    mailer: Mailer
    channel: str = "mail"

    def make(self, message: Message) -> Any:
        template = TEMPLATES.get(message.template)
        if template is None:
            return Delivery(DeliveryState.FAILED, "unknown template")
        subject, text = worded(template, message.params)
        return self.mailer.make(message_id=message.id, recipient=message.recipient, subject=subject, text=text)

    def send(self, made: Any) -> Delivery:
        return self.mailer.send(made)

    def rest(self) -> None:
        self.mailer.rest()


@dataclass(frozen=True, slots=True)
class Budget:
    """How many texts may leave within a day: they cost money, and a stranger could make the school spend it."""

    database: Database
    clock: Clock
    a_school: int
    in_all: int

    def used(self, school_id: str | None = None) -> int:
        """How many left within the last 24 hours, for one school or for all."""
        since = later(instant(self.clock()), -DAY)
        left = (outbox.c.channel == "sms", outbox.c.done_at > since, outbox.c.state.not_in(_NEVER_LEFT))
        mine = (outbox.c.school_id == school_id,) if school_id else ()
        with self.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(outbox).where(*left, *mine)).scalar_one())

    def allows(self, school_id: str | None) -> bool:
        """Whether one more may leave."""
        return self.used() < self.in_all and (school_id is None or self.used(school_id) < self.a_school)


_NEVER_LEFT = (DeliveryState.QUEUED.value, DeliveryState.FAILED.value)


@dataclass(frozen=True, slots=True)
class SmsCarrier:
    """Texts, in French and short. One whose code has ended meanwhile stays here."""

    gateway: Gateway
    budget: Budget
    clock: Clock
    told: Callable[[str | None], None] = lambda school_id: None
    """Hears of a school (None: all) whose budget is used up."""
    channel: str = "sms"

    def make(self, message: Message) -> Sms | Delivery:
        template = TEXTS.get(message.template)
        if template is None:
            return Delivery(DeliveryState.FAILED, "unknown template")
        if (until := message.params.get("until")) and until < instant(self.clock()):
            return Delivery(DeliveryState.FAILED, TOO_LATE)
        return Sms(message.id, message.recipient, template(message.params), message.school_id)

    def send(self, made: Sms) -> Delivery:
        if not self.budget.allows(made.school_id):
            self.told(made.school_id)
            return Delivery(DeliveryState.FAILED, OVER_BUDGET)
        return self.gateway.send(made)

    def rest(self) -> None:
        self.gateway.rest()

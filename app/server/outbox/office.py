"""The outbox of one server put together: a worker for each channel that somebody takes messages from."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter

from app.models.clock import Clock
from app.server.database import Database
from app.server.outbox.bounces import BounceReader
from app.server.outbox.carriers import Budget, MailCarrier, SmsCarrier
from app.server.outbox.queue import Queue
from app.server.outbox.sms import Gateway, Reports, gateway_of
from app.server.outbox.sms_reports import sms_reports
from app.server.outbox.smtp import Mailer, SmtpMailer
from app.server.outbox.telling import Schools
from app.server.outbox.worker import OutboxWorker
from app.server.settings import ServerSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Edges:
    """Where messages leave, when not as the settings say."""

    mailer: Mailer | None = None
    gateway: Gateway | None = None


class PostOffice:
    """Starts, wakes and stops the workers. A channel that nobody takes messages from waits, nothing is lost."""

    def __init__(
        self,
        settings: ServerSettings,
        *,
        database: Database,
        clock: Clock,
        queue: Queue,
        schools: Schools,
        edges: Edges,
    ) -> None:
        reports = Reports(settings.key("sms"), settings.sms_reports_url or settings.public_url)
        self.budget = Budget(database, clock, settings.sms_daily_school, settings.sms_daily)
        self.router: APIRouter = sms_reports(database=database, queue=queue, listener=schools, reports=reports)
        self._workers: list[OutboxWorker] = []
        worker = partial(
            OutboxWorker, database=database, queue=queue, every_s=settings.outbox_every_s, listener=schools, clock=clock
        )
        if edges.mailer is not None or settings.smtp_host:
            bounces = BounceReader(settings.bounces_dir, database, queue, schools) if settings.bounces_dir else None
            mails = MailCarrier(edges.mailer or SmtpMailer(settings, clock))
            read_bounces = bounces.run_once if bounces else lambda: 0
            self._workers.append(worker(carrier=mails, per_minute=settings.mails_per_minute, read_bounces=read_bounces))
        if edges.gateway is not None or settings.sms_url:
            gateway = edges.gateway or gateway_of(settings.sms_url, reports=reports)
            texts = SmsCarrier(gateway, self.budget, clock, _over_budget)
            self._workers.append(worker(carrier=texts, per_minute=settings.sms_per_minute))

    def start(self) -> None:
        """Begin to send."""
        for worker in self._workers:
            worker.start()

    def wake(self) -> None:
        """Something was queued."""
        for worker in self._workers:
            worker.wake()

    def stop(self) -> None:
        """End after the messages under way."""
        for worker in self._workers:
            worker.stop()


def _over_budget(school_id: str | None) -> None:
    log.warning("the texts of a day are used up (school %s)", school_id or "-")

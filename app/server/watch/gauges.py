"""What the base and the threads tell when somebody asks: queues, sessions, schools. Counts only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, distinct, func, select

from app.models.clock import Clock, instant, later, parse_instant
from app.models.deliveries import DeliveryState
from app.models.tables import devices, schools
from app.server.accounts.passwords import Hashing
from app.server.database import Database
from app.server.outbox.carriers import Budget
from app.server.portal.visits import ABSOLUTE, IDLE
from app.server.tables import inbox, outbox, sessions

DAY, WEEK = timedelta(days=1), timedelta(days=7)
CHANNELS = ("mail", "sms")


@dataclass(frozen=True, eq=False)
class Gauges(Collector):
    """Asked anew at each scrape."""

    database: Database
    clock: Clock
    hashing: Hashing
    budget: Budget

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Everything, from one reading of the base."""
        yield _one("preau_hashing_under_way", "Passwords being checked or waiting.", self.hashing.under_way)
        yield _one("preau_hashing_limit", "Above it the answer is 503.", self.hashing.limit)
        yield _one("preau_sms_budget_used_ratio", "Share of the day's texts.", self._budget_used())
        now = instant(self.clock())
        with self.database.read() as connection:
            yield from _outbox(connection, now)
            yield _sessions(connection, now)
            yield _sessions_begun(connection, now)
            yield from _schools(connection, now)

    def _budget_used(self) -> float:
        return self.budget.used() / self.budget.in_all if self.budget.in_all else 1.0


def oldest_waiting_s(connection: Connection, channel: str, now: str) -> float:
    """Age in seconds of the message that should have left and has not; 0 where none is late."""
    statement = select(func.min(outbox.c.next_at)).where(
        outbox.c.channel == channel, outbox.c.state == DeliveryState.QUEUED.value, outbox.c.next_at <= now
    )
    oldest = connection.execute(statement).scalar()
    return (parse_instant(now) - parse_instant(oldest)).total_seconds() if oldest else 0.0


def _one(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, about, value=value)


def _outbox(connection: Connection, now: str) -> Iterator[GaugeMetricFamily]:
    messages = GaugeMetricFamily("preau_outbox_messages", "Messages kept, by state.", labels=("channel", "state"))
    counted = select(outbox.c.channel, outbox.c.state, func.count()).group_by(outbox.c.channel, outbox.c.state)
    for channel, state, count in connection.execute(counted):
        messages.add_metric((channel, state), count)
    yield messages
    oldest = GaugeMetricFamily("preau_outbox_oldest_seconds", "Age of the oldest that is due.", labels=("channel",))
    for channel in CHANNELS:
        oldest.add_metric((channel,), oldest_waiting_s(connection, channel, now))
    yield oldest
    refused = select(func.count()).where(
        outbox.c.channel == "mail", outbox.c.state == DeliveryState.BOUNCED.value, outbox.c.done_at > later(now, -DAY)
    )
    yield _one("preau_mail_bounces_24h", "Addresses refused within a day.", connection.execute(refused).scalar_one())
    waiting = select(func.count()).where(inbox.c.folded_at.is_(None))
    yield _one("preau_inbox_waiting", "News that schools have not taken.", connection.execute(waiting).scalar_one())


def _sessions(connection: Connection, now: str) -> GaugeMetricFamily:
    living = select(func.count()).where(
        sessions.c.ended_at.is_(None), sessions.c.seen_at > later(now, -IDLE), sessions.c.created_at > later(now, -ABSOLUTE)
    )  # fmt: skip
    return _one("preau_sessions", "Parents logged in.", connection.execute(living).scalar_one())


def _sessions_begun(connection: Connection, now: str) -> GaugeMetricFamily:
    begun = GaugeMetricFamily("preau_sessions_begun_24h", "Log-ins within a day, by way.", labels=("way",))
    counted = select(sessions.c.way, func.count()).where(sessions.c.created_at > later(now, -DAY))
    for way, count in connection.execute(counted.group_by(sessions.c.way)):
        begun.add_metric((way or "",), count)
    return begun


def _schools(connection: Connection, now: str) -> Iterator[GaugeMetricFamily]:
    open_ones = select(func.count()).select_from(schools).where(schools.c.uai.is_not(None))
    yield _one("preau_schools", "Schools of this server.", connection.execute(open_ones).scalar_one())
    living = devices.c.revoked_at.is_(None)
    everything = select(func.count()).select_from(devices).where(living)
    yield _one("preau_devices", "PCs that may synchronise.", connection.execute(everything).scalar_one())
    seen = GaugeMetricFamily(
        "preau_seen", "Schools and PCs seen since yesterday, within a week.", labels=("what", "since")
    )
    for since, days in (("1d", DAY), ("7d", WEEK)):
        fresh = (living, devices.c.last_seen_on >= later(now, -days)[:10])
        for what, column in (("schools", devices.c.school_id), ("devices", devices.c.id)):
            count = connection.execute(select(func.count(distinct(column))).where(*fresh)).scalar_one()
            seen.add_metric((what, since), count)
    yield seen

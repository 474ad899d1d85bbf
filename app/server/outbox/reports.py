"""Reports about messages that left, whoever brings them: what became of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from app.models.clock import instant
from app.models.deliveries import DeliveryState
from app.server.outbox.queue import News, Queue, message_of
from app.server.tables import outbox

_KNOWN = (DeliveryState.QUEUED, DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN, DeliveryState.DELIVERED)
"""States that a report may still change."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one report says of one message."""

    message_id: str
    state: DeliveryState
    reason: str


def apply_report(connection: Connection, report: Report, *, queue: Queue) -> Sequence[News] | None:
    """Write what a report says; the news in it, none where it was known, None where the message is not ours."""
    found = connection.execute(select(outbox).where(outbox.c.id == report.message_id).with_for_update()).mappings()
    row = found.first()
    if row is None:
        return None
    if row["state"] not in _KNOWN or row["state"] == report.state:
        return ()
    connection.execute(
        update(outbox)
        .where(outbox.c.id == report.message_id)
        .values(state=report.state.value, last_error=report.reason, params=None, lease_until=None,
                done_at=instant(queue.clock()))
    )  # fmt: skip
    return (News(message_of(dict(row), {}), report.state, report.reason),)

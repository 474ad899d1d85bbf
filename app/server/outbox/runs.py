"""Runs of mails: what one act sends. A run pauses where too many addresses are refused, until somebody has looked."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from app.models.clock import Clock, instant
from app.models.deliveries import PAUSED, DeliveryState
from app.server.outbox.queue import Message, Queue
from app.server.tables import mail_runs, outbox

log = logging.getLogger(__name__)
MOST_REFUSED = 0.05
LEAST_TRIED = 20
"""Mails of a run before its share of refusals means anything."""
_WAITING = (DeliveryState.QUEUED.value, PAUSED)


@dataclass(frozen=True, slots=True)
class PausedRun:
    """A run that has just been paused, with its counts."""

    run_id: str
    school_id: str
    tried: int
    refused: int


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as an operator sees it. ``by_state`` counts its mails; ``paused_at`` is a stored instant."""

    run_id: str
    school_id: str
    created_at: str
    total: int
    paused_at: str | None
    by_state: dict[str, int]


def begin(connection: Connection, *, run_id: str, school_id: str, total: int, clock: Clock) -> None:
    """Note a new run."""
    connection.execute(
        insert(mail_runs).values(id=run_id, school_id=school_id, created_at=instant(clock()), total=total)
    )


def pause_bad_ones(
    connection: Connection, run_ids: Iterable[str], *, queue: Queue, held: Sequence[Message] = ()
) -> list[PausedRun]:
    """Pause those of these runs of which more than 5 % was refused; ``held`` are mails that wait in a worker's hands."""
    found = [bad for run_id in sorted(run_ids) if (bad := _judged(connection, run_id)) is not None]
    for bad in found:
        queue.give_back(connection, [message for message in held if message.run_id == bad.run_id])
        now = instant(queue.clock())
        connection.execute(update(outbox).where(*_at_rest(bad.run_id, now)).values(state=PAUSED))
        connection.execute(update(mail_runs).where(mail_runs.c.id == bad.run_id).values(paused_at=now))
        log.warning("mails of run %s are paused: %d of %d refused", bad.run_id, bad.refused, bad.tried)
    return found


def _judged(connection: Connection, run_id: str) -> PausedRun | None:
    """The run, if it must pause. One that was resumed pauses again only where its share has doubled since."""
    run = connection.execute(select(mail_runs).where(mail_runs.c.id == run_id)).mappings().first()
    if run is None or run["paused_at"] is not None:
        return None
    counts = by_state(connection, run_id)
    waiting = sum(counts.get(state, 0) for state in _WAITING)
    tried, refused = sum(counts.values()) - waiting, counts.get(DeliveryState.BOUNCED.value, 0)
    seen = 2 * run["refused_before"] / run["tried_before"] if run["tried_before"] else 0.0
    too_many = tried >= LEAST_TRIED and refused > max(MOST_REFUSED, seen) * tried
    return PausedRun(run_id, run["school_id"], tried, refused) if too_many and waiting else None


def resume(connection: Connection, *, run_id: str, school_id: str) -> bool:
    """Send on; returns whether the run was paused."""
    mine = (mail_runs.c.id == run_id, mail_runs.c.school_id == school_id)
    run = connection.execute(select(mail_runs).where(*mine).with_for_update()).mappings().first()
    if run is None or run["paused_at"] is None:
        return False
    counts = by_state(connection, run_id)
    tried = sum(count for state, count in counts.items() if state not in _WAITING)
    connection.execute(
        update(mail_runs)
        .where(*mine)
        .values(paused_at=None, tried_before=tried, refused_before=counts.get(DeliveryState.BOUNCED.value, 0))
    )
    paused = (outbox.c.run_id == run_id, outbox.c.state == PAUSED)
    connection.execute(update(outbox).where(*paused).values(state=DeliveryState.QUEUED.value))
    return True


def abandon(connection: Connection, *, run_id: str, school_id: str, clock: Clock) -> list[str]:
    """Give up what has not left yet; returns the ids of those mails."""
    now = instant(clock())
    waiting = (outbox.c.school_id == school_id, *_at_rest(run_id, now))
    ids = list(connection.execute(select(outbox.c.id).where(*waiting)).scalars())
    connection.execute(
        update(outbox)
        .where(*waiting)
        .values(state=DeliveryState.FAILED.value, params=None, last_error="abandoned", lease_until=None, done_at=now)
    )
    mine = (mail_runs.c.id == run_id, mail_runs.c.school_id == school_id)
    connection.execute(update(mail_runs).where(*mine).values(paused_at=None))
    return ids


def school_of(connection: Connection, run_id: str) -> str | None:
    """The school of a run."""
    return connection.execute(select(mail_runs.c.school_id).where(mail_runs.c.id == run_id)).scalar()


def by_state(connection: Connection, run_id: str) -> dict[str, int]:
    """How many mails of a run are in which state."""
    statement = select(outbox.c.state, func.count()).where(outbox.c.run_id == run_id).group_by(outbox.c.state)
    return {row[0]: row[1] for row in connection.execute(statement)}


def list_runs(connection: Connection, *, limit: int = 50) -> list[RunView]:
    """The latest runs of every school, the paused ones first."""
    statement = select(mail_runs).order_by(mail_runs.c.paused_at.is_(None), mail_runs.c.created_at.desc()).limit(limit)
    return [
        RunView(run["id"], run["school_id"], run["created_at"], run["total"], run["paused_at"],
                by_state(connection, run["id"]))
        for run in connection.execute(statement).mappings().all()
    ]  # fmt: skip


def _at_rest(run_id: str, now: str) -> tuple[ColumnElement[bool], ...]:
    """The mails of a run that wait and that no worker holds."""
    free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now)
    return outbox.c.run_id == run_id, outbox.c.state.in_(_WAITING), free

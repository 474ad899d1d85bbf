"""How many times one may be wrong: growing waits at the log-in, five birth dates a child (identity.md)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from app.models.clock import Clock, instant, parse_instant
from app.models.tables import Row
from app.server.tables import tries

FREE_FAILURES = 4
LONGEST_WAIT = timedelta(minutes=15)
BIRTH_DATE_TRIES = 5


def wait_left(connection: Connection, *, scope: str, subject: str, clock: Clock) -> timedelta:
    """How long this subject must still wait: nothing up to the 4th failure, then 1, 2, 4… seconds, up to 15 minutes."""
    row = _row(connection, scope, subject)
    if row is None or row["count"] <= FREE_FAILURES:
        return timedelta(0)
    wait = min(timedelta(seconds=2.0 ** min(row["count"] - FREE_FAILURES - 1, 20)), LONGEST_WAIT)
    return max(parse_instant(row["last_at"]) + wait - clock(), timedelta(0))


def note_failure(connection: Connection, *, scope: str, subject: str, clock: Clock) -> int:
    """Count one failure more; returns the count."""
    row = _row(connection, scope, subject)
    now = instant(clock())
    if row is None:
        connection.execute(insert(tries).values(scope=scope, subject=subject, count=1, last_at=now))
        return 1
    count = int(row["count"]) + 1
    connection.execute(
        update(tries).where(tries.c.scope == scope, tries.c.subject == subject).values(count=count, last_at=now)
    )
    return count


def forget(connection: Connection, *, scope: str, subject: str) -> None:
    """After a success, or by the director: the count starts again."""
    connection.execute(delete(tries).where(tries.c.scope == scope, tries.c.subject == subject))


def is_closed(connection: Connection, *, scope: str, subject: str, limit: int = BIRTH_DATE_TRIES) -> bool:
    """Whether the tries are used up."""
    row = _row(connection, scope, subject)
    return row is not None and int(row["count"]) >= limit


def _row(connection: Connection, scope: str, subject: str) -> Row | None:
    statement = select(tries).where(tries.c.scope == scope, tries.c.subject == subject).with_for_update()
    found = connection.execute(statement).mappings().first()
    return dict(found) if found is not None else None

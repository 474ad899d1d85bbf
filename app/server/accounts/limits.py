"""How many times one may be wrong: growing waits at the log-in, five birth dates a child (identity.md)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.models.clock import Clock, instant, parse_instant
from app.models.tables import Row
from app.server.database import one_at_a_time
from app.server.tables import tries

Subject = tuple[str, str]
"""(scope, whom or what), e.g. ("login", account and network)."""

FREE_FAILURES = 4
LONGEST_WAIT = timedelta(minutes=15)
BIRTH_DATE_TRIES = 5
_MINE = (tries.c.scope == bindparam("scope"), tries.c.subject == bindparam("subject"))
_ONE, _FORGET = select(tries).where(*_MINE), delete(tries).where(*_MINE)
_FIRST = insert(tries)
_FIRST_IF_NONE = {
    "sqlite": sqlite.insert(tries).on_conflict_do_nothing().returning(tries.c.count),
    "postgresql": postgresql.insert(tries).on_conflict_do_nothing().returning(tries.c.count),
}
_AGAIN = (
    update(tries)
    .where(tries.c.scope == bindparam("of_scope"), tries.c.subject == bindparam("of_subject"))
    .values(count=bindparam("now_count"), last_at=bindparam("now_at"))
)


def wait_left(connection: Connection, *, scope: str, subject: str, clock: Clock) -> timedelta:
    """How long this subject must still wait: nothing up to the 4th failure, then 1, 2, 4… seconds, up to 15 minutes.

    Nothing either where the last failure is to come: the clock was ahead then, and a parent must not wait for it.
    """
    return _wait(_row(connection, scope, subject), clock)


def _wait(row: Row | None, clock: Clock) -> timedelta:
    if row is None or row["count"] <= FREE_FAILURES:
        return timedelta(0)
    wait = min(timedelta(seconds=2.0 ** min(row["count"] - FREE_FAILURES - 1, 20)), LONGEST_WAIT)
    last, now = parse_instant(row["last_at"]), clock()
    return max(last + wait - now, timedelta(0)) if last <= now else timedelta(0)


def note_failure(connection: Connection, *, scope: str, subject: str, clock: Clock) -> int:
    """Count one failure more; returns the count."""
    return _count(connection, (scope, subject), _row(connection, scope, subject), clock)


def _count(connection: Connection, subject: Subject, row: Row | None, clock: Clock) -> int:
    (scope, whom), now = subject, instant(clock())
    if row is None:
        connection.execute(_FIRST, {"scope": scope, "subject": whom, "last_at": now, "count": 1})
        return 1
    count = int(row["count"]) + 1
    connection.execute(_AGAIN, {"of_scope": scope, "of_subject": whom, "now_count": count, "now_at": now})
    return count


def take_tries(connection: Connection, subjects: Sequence[Subject], *, clock: Clock) -> int | None:
    """Count a guess before it is judged, for each subject; the count of the last one. None while one of them must wait.

    Counted afterwards, a hundred guesses sent at once would all be judged as the first.
    """
    if len(subjects) == 1 and _is_first(connection, subjects[0], clock):
        return 1
    rows = [_row(connection, scope, subject) for scope, subject in subjects]
    if any(_wait(row, clock) > timedelta(0) for row in rows):
        return None
    return [_count(connection, subject, row, clock) for subject, row in zip(subjects, rows, strict=True)][-1]


def _is_first(connection: Connection, subject: Subject, clock: Clock) -> bool:
    """Count the guess where none was counted before, in one statement: nearly everybody's case."""
    values = {"scope": subject[0], "subject": subject[1], "last_at": instant(clock()), "count": 1}
    return connection.execute(_FIRST_IF_NONE[connection.dialect.name], values).first() is not None


def give_back(connection: Connection, subjects: Sequence[Subject]) -> None:
    """A guess was counted, and then not judged."""
    for scope, subject in subjects:
        mine = (tries.c.scope == scope, tries.c.subject == subject, tries.c.count > 0)
        connection.execute(update(tries).where(*mine).values(count=tries.c.count - 1))


def forget(connection: Connection, *, scope: str, subject: str) -> None:
    """After a success, or by the director: the count starts again."""
    connection.execute(_FORGET, {"scope": scope, "subject": subject})


def is_closed(connection: Connection, *, scope: str, subject: str, limit: int = BIRTH_DATE_TRIES) -> bool:
    """Whether the tries are used up."""
    row = _row(connection, scope, subject)
    return row is not None and int(row["count"]) >= limit


def _row(connection: Connection, scope: str, subject: str) -> Row | None:
    one_at_a_time(connection, f"{tries.name}:{scope}:{subject}")
    found = connection.execute(_ONE, {"scope": scope, "subject": subject}).mappings().first()
    return dict(found) if found is not None else None

"""The head of a school: its last sequence number, and the lock that makes commit order the order of cursors."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from app.models.errors import Refused
from app.server.tables import heads, server_state


@dataclass(slots=True)
class Head:
    """A locked head; ``next`` hands out numbers that exist once the transaction commits."""

    school_id: str
    seq: int

    def next(self) -> int:
        self.seq += 1
        return self.seq


def lock(connection: Connection, school_id: str) -> Head:
    """Lock the school's head until the end of the transaction. Raises Refused for a school that is not here."""
    statement = select(heads.c.seq).where(heads.c.school_id == school_id).with_for_update()
    seq = connection.execute(statement).scalar()
    if seq is None:
        raise Refused("school_unknown", "Cette école n’existe pas sur ce serveur.")
    return Head(school_id, seq)


def create(connection: Connection, school_id: str) -> Head:
    """The head of a new school."""
    connection.execute(insert(heads).values(school_id=school_id, seq=0))
    return Head(school_id, 0)


def save(connection: Connection, head: Head) -> None:
    """Store the last number handed out."""
    connection.execute(update(heads).where(heads.c.school_id == head.school_id).values(seq=head.seq))


def epoch(connection: Connection) -> str:
    """The server's epoch: random, new after every restore."""
    value = state(connection, "epoch")
    if value is None:
        raise Refused(
            "not_ready", "Le serveur n’est pas encore prêt : son administrateur doit lancer « admin migrate »."
        )
    return value


def state(connection: Connection, key: str) -> str | None:
    """What the base remembers under a key, or None."""
    value: str | None = connection.execute(select(server_state.c.value).where(server_state.c.key == key)).scalar()
    return value


def set_state(connection: Connection, key: str, value: str) -> None:
    """Remember a value, in place of the one before. Raises IntegrityError where another process writes the first one."""
    if state(connection, key) is None:
        connection.execute(insert(server_state).values(key=key, value=value))
    else:
        connection.execute(update(server_state).where(server_state.c.key == key).values(value=value))


def claim(connection: Connection, key: str, value: str) -> bool:
    """Remember a value; whether it is new. Of several processes that say the same at once, one alone hears yes.

    Raises IntegrityError where another process writes the first one.
    """
    if state(connection, key) is None:
        connection.execute(insert(server_state).values(key=key, value=value))
        return True
    mine = (server_state.c.key == key, server_state.c.value != value)  # looked at again once the row is ours
    return connection.execute(update(server_state).where(*mine).values(value=value)).rowcount == 1

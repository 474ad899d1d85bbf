"""The server's database: a SQLite file for one process, PostgreSQL for several; the same code for both."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import make_url

from app.models.errors import Refused
from app.models.tables import metadata as school_metadata
from app.server.tables import metadata as server_metadata
from app.server.tables import server_state

SCHEMA_VERSION = "1"
BUSY_TIMEOUT_S = 30.0


class Database:
    """``url`` is a SQLAlchemy URL, ``sqlite:///file`` or ``postgresql://…``."""

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self.is_sqlite = make_url(self.url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for reading."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction for writing: committed on exit, rolled back on any exception."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(preau_write=True)
            with connection.begin():
                yield connection

    def create_if_empty(self) -> None:
        """Create every table in an empty base. Raises Refused where an older base waits for ``admin migrate``."""
        with self.engine.connect() as connection:
            empty = not inspect(connection).has_table("server_state")
        if empty:
            with self.write() as connection:
                school_metadata.create_all(connection)
                server_metadata.create_all(connection)
                connection.execute(
                    insert(server_state),
                    [{"key": "schema", "value": SCHEMA_VERSION}, {"key": "epoch", "value": secrets.token_hex(8)}],
                )
        with self.read() as connection:
            found = connection.execute(select(server_state.c.value).where(server_state.c.key == "schema")).scalar()
        if found != SCHEMA_VERSION:
            raise Refused("base_version", f"La base est en version {found} : lancez « preau admin migrate ».")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def normal_url(url: str) -> str:
    """The URL with our driver: ``postgresql://`` means psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _postgres_engine(url: str) -> Engine:
    return create_engine(url, pool_size=8, max_overflow=8, pool_timeout=10)


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False, "isolation_level": None}
    )
    event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")


def _begin(connection: Connection) -> None:
    """A write takes the write lock at its start, so that two writers queue instead of failing half-way."""
    immediate = connection.get_execution_options().get("preau_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

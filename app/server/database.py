"""The server's database: a SQLite file for one process, PostgreSQL for several; the same code for both."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, create_engine, event, func, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.models.errors import Refused
from app.models.tables import metadata as school_metadata
from app.server.tables import metadata as server_metadata
from app.server.tables import server_state
from app.services.migrations.runner import Home, current, stamp, upgrade

REVISION = "0001"
"""The last revision of app/server/migrations."""

HOME = Home("app.server:migrations", REVISION, (school_metadata, server_metadata))
BUSY_TIMEOUT_S = 30.0
BUSY = (OperationalError, PoolTimeout)
"""A base that is locked, away, or has no connection left: who asked comes back later."""
AT_ONCE = 16
"""Connections of one process to PostgreSQL, at most."""
_LEVEL = "preau_synchronous"
CREATION_LOCK = 0x5072E961
"""PostgreSQL's advisory lock around creation and migration: several workers start at once."""


class Database:
    """``url`` is a SQLAlchemy URL, ``sqlite:///file`` or ``postgresql://…``."""

    def __init__(self, url: str) -> None:
        self.url = normal_url(url)
        self.is_sqlite = is_sqlite(url)
        self._alone: AbstractContextManager[object] = Lock() if self.is_sqlite else nullcontext()
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else _postgres_engine(self.url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for reading."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Connection]:
        """A transaction for writing: committed on exit, rolled back on any exception.

        What need not outlive a power cut (``lasting`` False: a log-in, a count of tries) does not wait for the disk.
        Those of this process wait for each other here: SQLite would have them look again after longer and longer sleeps.
        """
        with self._alone, self.engine.connect() as connection:
            connection = connection.execution_options(preau_write=True, preau_lasting=lasting)
            with connection.begin():
                if not lasting and not self.is_sqlite:
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                yield connection

    def create_if_empty(self) -> None:
        """Create every table in an empty base, and an epoch.

        Raises Refused ``base_older`` where the base waits for ``admin migrate``, ``base_newer``, or ``not_a_base``.
        """
        with self.write() as connection:
            self._one_at_a_time(connection)
            if _is_empty(connection):
                self._create(connection)
            found = _revision(connection)
        if found < REVISION:
            raise Refused(
                "base_older",
                f"La base est en version {int(found)}, ce programme en version {int(REVISION)}\u00a0: sauvegardez-la, "
                "puis lancez «\u00a0preau admin migrate\u00a0».",
            )

    def migrate(self) -> str:
        """Bring a base to this program's revision, whole or not at all; returns that revision.

        An empty base is created. Raises Refused ``base_newer`` or ``not_a_base``, with the base as it was.
        """
        with self.write() as connection:
            self._one_at_a_time(connection)
            if _is_empty(connection):
                self._create(connection)
            elif _revision(connection) < REVISION:
                upgrade(connection, HOME)
        return REVISION

    def _create(self, connection: Connection) -> None:
        for metadata in HOME.metadata:
            metadata.create_all(connection)
        connection.execute(insert(server_state), {"key": "epoch", "value": secrets.token_hex(8)})
        stamp(connection, HOME)

    def _one_at_a_time(self, connection: Connection) -> None:
        if not self.is_sqlite:  # a write to SQLite is alone anyway
            connection.execute(select(func.pg_advisory_xact_lock(CREATION_LOCK)))

    def close(self) -> None:
        """Close every connection, and forget the queries: the framework's caches may keep an ended application."""
        self.engine.dispose()
        self.engine.clear_compiled_cache()


_ALONE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what"), 0)))


def one_at_a_time(connection: Connection, what: str) -> None:
    """Hold ``what`` alone until the transaction ends: a row that does not exist yet cannot be locked.

    Nothing on SQLite, where who writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE, {"what": what})


def _is_empty(connection: Connection) -> bool:
    return not inspect(connection).get_table_names()


def _revision(connection: Connection) -> str:
    found = current(connection)
    if found is None or not inspect(connection).has_table(server_state.name):
        raise Refused("not_a_base", "Cette base n’est pas celle d’un serveur Préau\u00a0: rien n’y a été changé.")
    if found > REVISION:
        raise Refused(
            "base_newer",
            f"La base est en version {int(found)}, plus récente que ce programme (version {int(REVISION)})\u00a0: "
            "mettez Préau à jour. Rien n’a été changé.",
        )
    return found


def is_sqlite(url: str) -> bool:
    """Whether the base is a file, for one process alone."""
    return make_url(normal_url(url)).get_backend_name() == "sqlite"


def normal_url(url: str) -> str:
    """The URL with our driver: ``postgresql://`` means psycopg 3."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _postgres_engine(url: str) -> Engine:
    return create_engine(url, pool_size=AT_ONCE // 2, max_overflow=AT_ONCE // 2, pool_timeout=10, hide_parameters=True)


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url, hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False, "isolation_level": None},
    )  # fmt: skip
    event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")


def _begin(connection: Connection) -> None:
    """A write takes the write lock at its start, so that two writers queue instead of failing half-way."""
    options, driver = connection.get_execution_options(), connection.connection.driver_connection
    assert driver is not None
    if not options.get("preau_write", False):
        driver.execute("BEGIN")  # each page begins one: not by way of SQLAlchemy
        return
    level = "FULL" if options["preau_lasting"] else "NORMAL"
    if connection.info.get(_LEVEL, "FULL") != level:
        driver.execute(f"PRAGMA synchronous = {level}")
        connection.info[_LEVEL] = level
    driver.execute("BEGIN IMMEDIATE")

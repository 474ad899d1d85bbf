"""Run Alembic from Python, on a connection and inside a transaction of ours: whole or not at all.

Alembic is imported at first use: it is slow, and almost no start of Préau needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext

VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class Home:
    """One of the two homes of the schema. ``location`` is a package path (``package:folder``) or a folder."""

    location: str
    head: str
    metadata: tuple[MetaData, ...]


def upgrade(connection: Connection, home: Home, *, to: str = "head") -> None:
    """Run every revision between the base's own and ``to``, in the caller's transaction."""
    from alembic import command

    command.upgrade(_config(connection, home), to)


def stamp(connection: Connection, home: Home, *, revision: str = "head") -> None:
    """Write that the base is at ``revision``, whatever was written before; nothing else is changed."""
    from alembic import command

    command.stamp(_config(connection, home), revision, purge=True)


def current(connection: Connection) -> str | None:
    """The base's revision, or None where Alembic has never written one."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant


def run_environment(context: EnvironmentContext) -> None:
    """What each home's ``env.py`` does: the caller's connection, the caller's transaction."""
    attributes = context.config.attributes
    home: Home = attributes["home"]
    context.configure(
        connection=attributes["connection"],
        target_metadata=list(home.metadata),
        render_as_batch=True,  # SQLite alters a table by making it again
        transactional_ddl=True,
        version_table=VERSION_TABLE,
    )
    with context.begin_transaction():
        context.run_migrations()


def _config(connection: Connection, home: Home) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", home.location.replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["home"] = home
    return config

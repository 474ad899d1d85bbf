from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, update

from app.models.errors import Refused
from app.server import database as module
from app.server.database import HOME, REVISION, Database
from app.server.tables import server_state
from app.services.migrations import runner
from tests.support.schemas import HINT, described, differences, next_version


@contextmanager
def opened(url: str) -> Iterator[Database]:
    base = Database(url)
    try:
        yield base
    finally:
        base.close()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty base, on SQLite and on PostgreSQL."""
    with opened(database_url) as base:
        yield base


def state(base: Database) -> dict[str, str]:
    with base.read() as connection:
        return {row.key: row.value for row in connection.execute(select(server_state))}


def test_an_empty_base_gets_its_tables_an_epoch_and_a_revision_once(database: Database) -> None:
    database.create_if_empty()
    first = state(database)
    assert set(first) == {"epoch"}
    database.create_if_empty()
    assert state(database) == first
    with database.read() as connection:
        assert runner.current(connection) == REVISION


def test_the_revisions_make_the_tables_that_the_models_say(database: Database) -> None:
    database.create_if_empty()
    with database.write() as connection:
        expected = described(connection)
        for metadata in HOME.metadata:
            metadata.drop_all(connection)
        runner.stamp(connection, HOME, revision="base")
        runner.upgrade(connection, HOME)
        assert described(connection) == expected, HINT
        assert differences(connection, HOME) == [], HINT


def test_the_program_s_revision_is_the_last_one() -> None:
    config = Config()
    config.set_main_option("script_location", HOME.location)
    assert ScriptDirectory.from_config(config).get_current_head() == HOME.head == REVISION


def test_an_older_base_waits_for_the_operator(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.create_if_empty()
    with database.write() as connection:
        connection.execute(insert(server_state).values(key="mark", value="Zoé"))
    later = next_version(HOME, tmp_path / "next", desk=False)
    monkeypatch.setattr(module, "HOME", later)
    monkeypatch.setattr(module, "REVISION", later.head)
    with pytest.raises(Refused, match="base_older") as refusal:
        database.create_if_empty()
    assert "preau admin migrate" in refusal.value.sentence
    assert database.migrate() == later.head
    database.create_if_empty()
    assert state(database)["mark"] == "Zoé"
    with database.read() as connection:
        assert "made_up" in [column["name"] for column in inspect(connection).get_columns("server_state")]
    assert database.migrate() == later.head


def test_a_migration_that_fails_changes_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.create_if_empty()
    with database.read() as connection:
        before = described(connection)
    later = next_version(HOME, tmp_path / "next", desk=False, then="op.drop_table('outbox'); raise ValueError")
    with monkeypatch.context() as patch:
        patch.setattr(module, "HOME", later)
        patch.setattr(module, "REVISION", later.head)
        with pytest.raises(ValueError):
            database.migrate()
    with database.read() as connection:
        assert described(connection) == before
        assert runner.current(connection) == REVISION
    database.create_if_empty()


def test_migrating_an_empty_base_creates_it(database: Database) -> None:
    assert database.migrate() == REVISION
    assert set(state(database)) == {"epoch"}


def test_a_newer_base_is_refused_and_left_alone(database: Database) -> None:
    database.create_if_empty()
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for work in (database.create_if_empty, database.migrate):
        with pytest.raises(Refused, match="base_newer") as refusal:
            work()
        assert "mettez Préau à jour" in refusal.value.sentence
    with database.read() as connection:
        assert runner.current(connection) == "9999"


def test_somebody_else_s_base_is_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE recipes (id INTEGER)")
    for work in (database.create_if_empty, database.migrate):
        with pytest.raises(Refused, match="not_a_base"):
            work()
    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["recipes"]


def test_several_workers_may_start_on_an_empty_base(database_url: str) -> None:
    """Each has its own connections; one creates, the others find it done."""
    troubles: list[BaseException] = []

    def start() -> None:
        try:
            with opened(database_url) as base:
                base.create_if_empty()
        except BaseException as error:
            troubles.append(error)

    with opened(database_url) as base:
        workers = [threading.Thread(target=start) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert troubles == []
        assert set(state(base)) == {"epoch"}
        with base.write() as connection:
            connection.execute(update(server_state).values(value="x"))


def test_what_need_not_outlive_a_power_cut_does_not_wait_for_the_disk_and_the_rest_does(database: Database) -> None:
    asked = "PRAGMA synchronous" if database.is_sqlite else "SHOW synchronous_commit"
    found = []
    for lasting in (True, False, True):
        with database.write(lasting=lasting) as connection:
            found.append(connection.exec_driver_sql(asked).scalar())
    waiting, quick = (2, 1) if database.is_sqlite else ("on", "off")
    assert found == [waiting, quick, waiting]

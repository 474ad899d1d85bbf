"""The same server on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.server.database import Database


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known where pytest is called on this folder; elsewhere the figure of every run counts."""
    parser.addoption("--transactions", type=int, default=None, help="transactions of eight writers of one school")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The limit of time is that of the usual figure."""
    if config.getoption("--transactions", default=None) is not None:
        for item in items:
            item.add_marker(pytest.mark.timeout(0), append=False)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A base with empty tables, on SQLite and on PostgreSQL."""
    base = Database(database_url)
    base.create_if_empty()
    yield base
    base.close()

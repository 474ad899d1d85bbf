"""The same server on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.server.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A base with empty tables, on SQLite and on PostgreSQL."""
    base = Database(database_url)
    base.create_if_empty()
    yield base
    base.close()

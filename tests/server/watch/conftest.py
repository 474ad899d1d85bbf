"""One household a test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FakeClock
from tests.server.portal.household import Household, household


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock, database_url: str) -> Iterator[Household]:
    """A small school on a real server, on both kinds of base."""
    with household(tmp_path, clock, database_url=database_url) as made:
        yield made

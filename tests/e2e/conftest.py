"""A household on a real server, for what needs no window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FakeClock
from tests.server.portal.household import Household, household


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    with household(tmp_path, clock) as made:
        yield made

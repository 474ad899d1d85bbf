"""One household a test, with every address there is; on SQLite alone, but where what is asked of the base matters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FakeClock
from tests.server.portal.household import Household, household
from tests.server.portal.safety.addresses import PROVIDER


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    """A small school on a real server that has an identity provider too."""
    with household(tmp_path, clock, settings={"federations": (PROVIDER,)}) as made:
        yield made


@pytest.fixture
def any_base(tmp_path: Path, clock: FakeClock, database_url: str) -> Iterator[Household]:
    """The same on both kinds of base."""
    with household(tmp_path, clock, database_url=database_url, settings={"federations": (PROVIDER,)}) as made:
        yield made

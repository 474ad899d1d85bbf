"""What every test has: a display that needs no screen, the loopback only, and skips that fail in CI."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.postgres import Cluster, cluster

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

SHARED = Path(__file__).resolve().parents[2] / "shared"


class FakeClock:
    """A clock that a test moves; it advances by a millisecond at each look, so that ids stay in order."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 9, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def advance(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def rng() -> random.Random:
    return random.Random(2026)


@pytest.fixture
def shared() -> Path:
    """The folder of shared references; the test skips where there is none."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared here")
    return SHARED


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """PostgreSQL, started at its first use, one for each test process."""
    with cluster(lasting=False) as started:
        yield started


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty base: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'server.db'}"
    started: Cluster = request.getfixturevalue("postgres_cluster")
    return started.new_database()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """In CI a skipped test is a failure, those that need ../shared excepted."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if os.environ.get("CI") and report.skipped and not item.get_closest_marker("needs_shared"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: in CI every test runs ({report.longrepr})"

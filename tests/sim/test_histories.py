"""Random histories of the real engine on SQLCipher and the real service: 500 in every run, 100,000 before a release.

``pytest tests/sim/test_histories.py --histories 100000 -n 2``. A history that fails is played again alone by its seed,
and its seed stays in REGRESSIONS with what it had found.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.server.database import Database
from tests.sim.history import run_history
from tests.sim.oracle import BrokenInvariant
from tests.sim.world import empty_base

CHUNK = 25
ON_POSTGRES = 25
WITH_ERASURES = 20
REGRESSIONS = {
    87: "an import ended a correction that its director had not seen, and told nobody",
    125: "an import changed a record whose creation had been refused: the whole exchange failed, for ever",
    20845: "the oracle forgot that a reset begins an activation again",
    21214: "the oracle counted rounds by acts where their size had filled the requests",
}
NewBase = Callable[[], tuple[Database, Path]]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Cut the histories into chunks, so that they spread over the cores."""
    if "first_seed" in metafunc.fixturenames:
        count = metafunc.config.getoption("--histories", default=500)
        starts = range(1000, 1000 + count, CHUNK)
        metafunc.parametrize(("first_seed", "count"), [(start, min(CHUNK, 1000 + count - start)) for start in starts])


def play(
    seed: int, new_base: NewBase, template: Path, *, mails: bool | None = None, erasures: bool = False,
    livrets: bool | None = None,
) -> None:  # fmt: skip
    """One history; a failure names its seed."""
    database, folder = new_base()
    try:
        run_history(
            seed, database=database, folder=folder, template=template, mails=mails, erasures=erasures, livrets=livrets
        )
    except Exception as error:
        raise AssertionError(f"history {seed}: {error}") from error


def test_histories_with_erasures(new_base: NewBase, template: Path) -> None:
    """Somebody is erased, or limited, in the middle of everything: gone everywhere, and everybody agrees."""
    for seed in range(9000, 9000 + WITH_ERASURES):
        play(seed, new_base, template, mails=False, erasures=True)


def test_histories(first_seed: int, count: int, new_base: NewBase, template: Path) -> None:
    """Nothing lost, nothing twice, nothing diverged."""
    for seed in range(first_seed, first_seed + count):
        play(seed, new_base, template)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.postgres
@pytest.mark.parametrize("first_seed_there", range(500, 500 + ON_POSTGRES, 5))
def test_histories_on_postgresql(
    first_seed_there: int, database_url: str, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same on the production database, one base emptied for each history."""
    database = Database(database_url)
    try:
        database.create_if_empty()
        for seed in range(first_seed_there, first_seed_there + 5):
            folder = tmp_path_factory.mktemp("vaults")
            empty_base(database)
            run_history(seed, database=database, folder=folder, template=template)
    except BrokenInvariant as error:
        raise AssertionError(f"history {seed}: {error}") from error
    finally:
        database.close()


@pytest.mark.parametrize("seed", REGRESSIONS)
def test_a_history_that_once_failed(seed: int, new_base: NewBase, template: Path) -> None:
    """They are older than mails and bilans."""
    play(seed, new_base, template, mails=False, livrets=False)

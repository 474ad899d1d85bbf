"""What every history starts from: an empty vault and an empty server base to copy, in memory where the machine can."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.server.database import Database
from tests.sim.cast import Cast
from tests.sim.world import World, template_vault

MEMORY = Path("/dev/shm")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known where pytest is called on this folder; elsewhere the figures of every run count."""
    parser.addoption("--histories", type=int, default=500, help="random histories of the synchronisation to play")
    parser.addoption("--kills", type=int, default=100, help="kill -9 of real processes")
    parser.addoption("--rounds", type=int, default=200, help="exchanges through the proxy that damages them")


@pytest.fixture(scope="session")
def sim_folder() -> Iterator[Path]:
    """A folder that needs to survive nothing: the histories cut the power in the engine, not in the disk."""
    folder = Path(tempfile.mkdtemp(prefix="preau-sim-", dir=MEMORY if MEMORY.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def template(sim_folder: Path) -> Path:
    """An empty vault."""
    return template_vault(sim_folder)


@pytest.fixture(scope="session")
def template_base(sim_folder: Path) -> Path:
    """An empty server base."""
    path = sim_folder / "template.db"
    database = Database(f"sqlite:///{path}")
    database.create_if_empty()
    database.close()
    return path


@pytest.fixture
def new_base(sim_folder: Path, template_base: Path) -> Iterator[Callable[[], tuple[Database, Path]]]:
    """Makes empty server bases, each in a folder of its own where vaults may stand too."""
    made: list[tuple[Database, Path]] = []

    def make() -> tuple[Database, Path]:
        folder = Path(tempfile.mkdtemp(dir=sim_folder))
        shutil.copyfile(template_base, folder / "server.db")
        made.append((Database(f"sqlite:///{folder / 'server.db'}"), folder))
        return made[-1]

    yield make
    for database, folder in made:
        database.close()
        shutil.rmtree(folder)


@pytest.fixture
def cast(new_base: Callable[[], tuple[Database, Path]], template: Path) -> Iterator[Cast]:
    database, folder = new_base()
    world = World(seed=1, database=database, folder=folder, template=template)
    yield Cast(world)
    world.close()

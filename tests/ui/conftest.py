"""What every test of a window has: garbage collected on this thread only, as in the application, and a stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QApplication

from app.ui.garbage import Collector
from tests.ui.desk_stage import StandIn, demo_stage, live_a_little


@pytest.fixture(autouse=True)
def collector(qapp: QApplication) -> Iterator[None]:
    """A widget in a cycle must not die on a thread of the pool."""
    found = Collector()
    yield
    QThreadPool.globalInstance().waitForDone()
    qapp.processEvents()
    found.stop()


@pytest.fixture
def stage(tmp_path: Path, collector: None) -> Iterator[StandIn]:
    """The demonstration school after ten weeks of use, not yet linked to a server."""
    with demo_stage(tmp_path, pupils=30) as found:
        live_a_little(found)
        yield found
        QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def bare_stage(tmp_path: Path, collector: None) -> Iterator[StandIn]:
    """The same school before anything was imported."""
    with demo_stage(tmp_path, imported=False) as found:
        yield found
        QThreadPool.globalInstance().waitForDone()

"""What windows under test have: our theme, and an end that leaves neither a thread nor a window behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QThreadPool
from PySide6.QtWidgets import QApplication

from app.ui.garbage import Collector
from app.ui.theme import apply_theme
from tests.ui.desk_stage import Answers, StandIn, demo_stage, live_a_little


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> Iterator[None]:
    """Light, whatever the machine says; nothing runs on once a test has ended, and garbage dies on this thread."""
    if qapp.property("preau_dark") is not False:
        apply_theme(qapp, dark=False)
    collector = Collector()
    yield
    assert QThreadPool.globalInstance().waitForDone(10_000)
    for window in qapp.topLevelWidgets():
        window.close()
        window.deleteLater()
    qapp.processEvents()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    collector.stop()


@pytest.fixture
def stage(tmp_path: Path, themed: None) -> Iterator[StandIn]:
    """The demonstration school after ten weeks of use, not yet linked to a server."""
    with demo_stage(tmp_path, pupils=30) as found:
        live_a_little(found)
        yield found
        QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def bare_stage(tmp_path: Path, themed: None) -> Iterator[StandIn]:
    """The same school before anything was imported."""
    with demo_stage(tmp_path, imported=False) as found:
        yield found
        QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def answers() -> Answers:
    return Answers()

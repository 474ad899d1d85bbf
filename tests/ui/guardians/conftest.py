"""« Responsables » on a small school, read and shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.ui.guardians.page import GuardiansPage
from tests.ui.desk_stage import StandIn
from tests.ui.school import demo_desk


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[StandIn]:
    with demo_desk(tmp_path) as (desk, school_id):
        yield StandIn(desk, school_id)


@pytest.fixture
def page(qtbot: QtBot, shell: StandIn) -> Iterator[GuardiansPage]:
    """The page, on screen at 1280 × 700, its list read."""
    made = GuardiansPage(shell)
    shell.page = made
    qtbot.addWidget(made.view)
    made.view.resize(1280, 700)
    made.view.show()
    made.refresh()
    qtbot.waitUntil(lambda: made.model.rowCount() > 0 and not made.busy, timeout=10_000)
    yield made
    made.close()

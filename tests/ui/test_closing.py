"""Closing the window while a server keeps one waiting: at once, and nothing is lost."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.services import schools
from app.services.sync.status import status
from app.services.todo import Page
from app.services.vault.tables import links
from app.services.vault.vault import open_vault
from app.ui.app import Choices, Desktop
from tests.support.live import LiveDesk, live_server
from tests.support.silent import silent_server
from tests.ui.desk_stage import StandIn, demo_stage

A_MOMENT_S = 15.0
"""Far below the minute for which a server may keep its answer back."""


def _desktop(folder: Path) -> Desktop:
    environ = {"PREAU_VAULT": str(folder / "poste.preau"), "PREAU_VAULT_KEY": bytes(32).hex()}
    said: list[str] = []
    desktop = Desktop(Choices(environ, dark=False), say=said.append)
    assert desktop.open(), said
    return desktop


def _seconds_to_close(desktop: Desktop) -> float:
    started = time.monotonic()
    desktop.close()
    return time.monotonic() - started


def _move(stage: StandIn, url: str) -> None:
    with stage.desk.vault.write() as connection:
        connection.execute(update(links).values(server_url=url))


def test_an_exchange_with_a_slow_server_is_cut_and_made_again(qtbot: QtBot, tmp_path: Path) -> None:
    with live_server(tmp_path) as server, silent_server() as silent:
        server.add_school()
        with demo_stage(tmp_path, pupils=5) as stage:
            live = LiveDesk(stage.desk, stage.school_id)
            live.enrol(server, server.code())
            live.sync()
            schools.edit_school(stage.desk, school_id=live.school_id, values={"town": "Ailleurs"})
            _move(stage, silent.url)
        desktop = _desktop(tmp_path)
        qtbot.waitUntil(silent.asked.is_set, timeout=20_000)
        assert _seconds_to_close(desktop) < A_MOMENT_S
        with open_vault(tmp_path / "poste.preau", key=bytes(32)) as vault:
            live.desk = stage.desk = replace(stage.desk, vault=vault)
            line = status(live.desk, school_id=live.school_id)
            assert (line.pending_count, line.last_error) == (1, None)
            _move(stage, server.url)
            live.sync()
            assert status(live.desk, school_id=live.school_id).pending_count == 0
        with server.database.read() as connection:
            assert "Ailleurs" in connection.exec_driver_sql("SELECT town FROM schools").scalars().all()


def test_an_enrolment_that_nobody_answers_is_left_at_once(qtbot: QtBot, tmp_path: Path) -> None:
    with demo_stage(tmp_path, pupils=5):
        pass
    with silent_server() as silent:
        desktop = _desktop(tmp_path)
        assert desktop.window is not None
        desktop.window.show_page(Page.MY_SCHOOL)
        page = desktop.window.page(Page.MY_SCHOOL)
        page.view.code_form.fill({"server": silent.url, "code": "K7RW-3HNP-2DVX-9QYB"})  # type: ignore[attr-defined]
        page.view.enrol.click()  # type: ignore[attr-defined]
        qtbot.waitUntil(silent.asked.is_set, timeout=20_000)
        assert _seconds_to_close(desktop) < A_MOMENT_S
    with open_vault(tmp_path / "poste.preau", key=bytes(32)) as vault, vault.read() as connection:
        assert connection.execute(links.select()).first() is None

"""From 100 to 200 %, in a window of 1093 × 614: nothing is cut, nothing lies outside; and what the measure sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import app.ui
from tests.ui.accessibility.cuts import cuts

ROOT = Path(__file__).resolve().parents[3]
READ_AS_SCREENS = {"FirstRun", "UnlockDialog"}
PAGES = {"home", "guardians", "statistics", "importing", "review", "my_school", "journal", "sheets", "compte", "aide"}


def survey(what: str, folder: Path, *, scale: str) -> dict[str, Any]:
    """Read and measure in a process of its own: Qt looks at the scale once, at the start."""
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.accessibility.survey", what, str(folder)], cwd=ROOT, env=environment,
        capture_output=True, text=True, timeout=250,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["ratio"] == float(scale)
    return found["screens"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("scale", ["1.25", "1.5", "2"])
def test_no_page_is_cut_nor_nameless_at_any_scale(tmp_path: Path, scale: str) -> None:
    found = survey("pages", tmp_path, scale=scale)
    assert set(found) >= PAGES
    assert {name: screen for name, screen in found.items() if screen["cuts"] or screen["faults"]} == {}


def test_every_other_screen_is_whole_named_and_reached(tmp_path: Path) -> None:
    found = survey("screens", tmp_path, scale="1")
    assert len(found) >= 25
    assert {name: screen for name, screen in found.items() if screen["cuts"] or screen["faults"]} == {}


@pytest.mark.parametrize("scale", ["1", "1.5"])
def test_every_dialog_and_menu_is_whole_named_reached_and_well_mannered(tmp_path: Path, scale: str) -> None:
    found = survey("dialogs", tmp_path, scale=scale)
    assert {name: dialog for name, dialog in found.items() if dialog["cuts"] or dialog["faults"]} == {}
    missing = _dialogs_of_ours() - {dialog["kind"] for dialog in found.values()} - READ_AS_SCREENS
    assert not missing, f"tests/screenshots/dialogs.py shows no {missing}"


def _dialogs_of_ours() -> set[str]:
    """The dialogs that can be shown: every class of app.ui of which no other is made."""
    for module in walk_packages(app.ui.__path__, "app.ui."):
        import_module(module.name)
    ours, heirs = set[str](), [QDialog]
    while heirs:
        kind = heirs.pop()
        heirs += kind.__subclasses__()
        if kind.__module__.startswith("app.ui.") and not kind.__subclasses__():
            ours.add(kind.__name__)
    return ours


def test_the_measure_sees_what_is_cut(qtbot: QtBot) -> None:
    room = QWidget()
    layout = QHBoxLayout(room)
    narrow, lost = QPushButton("Réinitialiser le mot de passe"), QLabel("Au dehors", room)
    wrapped = QLabel("Une phrase assez longue pour deux lignes au moins dans si peu de place.", wordWrap=True)
    narrow.setFixedWidth(60)
    wrapped.setFixedSize(120, 16)
    for widget in (narrow, wrapped, QPushButton("Fermer")):
        layout.addWidget(widget)
    qtbot.addWidget(room)
    room.show()
    lost.move(room.width() - 10, 0)
    lost.show()
    found = "\n".join(cuts(room))
    assert "QPushButton 'Réinitialiser" in found and "high in 16" in found and "outside of its place" in found
    assert "Fermer" not in found

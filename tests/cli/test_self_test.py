"""``preau --self-test`` from the sources, and what a build without the server answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.self_test import STEPS
from tests.cli.command import Cli

WITHOUT_SERVER = "import sys; sys.modules['app.server'] = None; from app.cli import main; main()"


def test_the_self_test_says_a_line_a_step_and_leaves_nothing(tmp_path: Path) -> None:
    done = Cli(tmp_path)("--self-test", more={"TMPDIR": str(tmp_path), "HOME": str(tmp_path)})
    assert done.code == 0, done.err
    lines = done.err.replace("\u00a0", " ").splitlines()
    assert [line.split(" : ")[0] for line in lines[:-1]] == [words for words, _ in STEPS]
    assert lines[-1] == "Cette copie de Préau est complète."
    assert not list(tmp_path.iterdir())


def test_a_part_that_is_missing_is_named_in_a_line(tmp_path: Path) -> None:
    broken = (
        "import sys; sys.modules['alembic'] = None; sys.argv[1:] = ['--self-test']; from app.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", broken], cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1
    assert "Mise à jour du coffre\u00a0: ÉCHEC (ModuleNotFoundError" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "demo", "admin devices", "admin create-school 0990001N Tilleuls"])
def test_a_build_without_the_server_says_so(tmp_path: Path, command: str) -> None:
    done = _run_without_server(tmp_path, *command.split())
    assert done.returncode == 1
    assert "ne contient ni le serveur" in done.stderr and "Traceback" not in done.stderr


def test_a_script_is_told_in_its_object(tmp_path: Path) -> None:
    done = _run_without_server(tmp_path, "admin", "devices", "--json")
    assert json.loads(done.stdout)["error"]["code"] == "no_server"


def _run_without_server(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PREAU_DATABASE_URL": f"sqlite:///{folder / 'server.db'}"}
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_SERVER, *arguments], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip

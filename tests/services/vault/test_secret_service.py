"""The real Secret Service: gnome-keyring on a D-Bus session of its own, as on a director's Debian."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WORK_TREE = Path(__file__).resolve().parents[3]
UNLOCKED = 'printf login-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"'
LOCKED = 'gnome-keyring-daemon --start --components=secrets >/dev/null && exec "$@"'


class Machine:
    """A home folder whose keyring survives from one session to the next."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "run").mkdir(mode=0o700)

    def session(self, daemon: str, what: str, vault: Path, *code: str) -> dict[str, Any]:
        """Log in, run one command of ``tests.services.vault.session``, log out."""
        command = [sys.executable, "-m", "tests.services.vault.session", what, str(vault), *code]
        done = subprocess.run(
            ["dbus-run-session", "--", "sh", "-c", daemon, "sh", *command],
            cwd=WORK_TREE, env=self._environment(), capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def _environment(self) -> dict[str, str]:
        ours = ("PYTHON_KEYRING_BACKEND", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY")
        kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PREAU_")}
        places = {f"XDG_{place}_HOME": str(self._folder / place.lower()) for place in ("DATA", "CONFIG", "CACHE")}
        return {**kept, **places, "HOME": str(self._folder), "XDG_RUNTIME_DIR": str(self._folder / "run")}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_vault_is_made_and_opened_again_in_the_next_session(machine: Machine, tmp_path: Path) -> None:
    vault = tmp_path / "ecole.preau"
    made = machine.session(UNLOCKED, "create", vault)
    assert made["backend"] == "keyring.backends.SecretService"
    assert not made["key_file"]
    for _ in range(2):
        opened = machine.session(UNLOCKED, "open", vault)
        assert opened == {"opened": True, "store": "KeyringSecrets", "token": "Zoé à l’école"}


def test_a_locked_keyring_is_told_without_hanging_and_the_paper_opens(machine: Machine, tmp_path: Path) -> None:
    vault = tmp_path / "ecole.preau"
    code = machine.session(UNLOCKED, "create", vault)["recovery_code"]
    assert machine.session(LOCKED, "open", vault) == {"code": "keyring_locked"}
    opened = machine.session(LOCKED, "open", vault, code)
    assert opened == {"opened": True, "store": "KeyringSecrets", "token_refused": "keyring_locked"}


def test_on_a_machine_whose_keyring_lacks_the_key_the_paper_puts_it_there(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    old, new = Machine(tmp_path / "old"), Machine(tmp_path / "new")
    vault = tmp_path / "ecole.preau"
    code = old.session(UNLOCKED, "create", vault)["recovery_code"]
    assert new.session(UNLOCKED, "open", vault) == {"code": "key_not_found"}
    assert new.session(UNLOCKED, "open", vault, code)["opened"]
    assert new.session(UNLOCKED, "open", vault) == {"opened": True, "store": "KeyringSecrets", "token": None}

"""Cut the power before each file operation of a backup or a restore: ``python -m tests.services.vault.power_cut FOLDER``.

Each try is a process of its own, killed (SIGKILL) at the n-th rename, removal, copy or opening for writing. Prints one
JSON object: for each of the two acts, a list of {"event", "mark" of the vault, "aside" mark, whole backups}.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.models.clock import system_clock
from app.services.vault.backup import back_up, backups, restore
from app.services.vault.files import verify
from app.services.vault.secrets import VaultSecrets
from app.services.vault.vault import create_vault, open_vault

KEY = bytes(range(32))
ENVIRON = {"PREAU_VAULT_KEY": KEY.hex()}
EVENTS = ("os.rename", "os.remove", "shutil.copyfile", "open")
MOST = 200


def prepare(folder: Path) -> None:
    """A backup with the mark « before », and a vault whose mark « after » is still in its journal."""
    path = folder / "poste" / "ecole.preau"
    path.parent.mkdir(parents=True)
    (folder / "cle").mkdir()
    with create_vault(path, key=KEY) as vault:
        VaultSecrets(vault).store("mark", "before")
        back_up(vault, folder / "cle", clock=system_clock)
        VaultSecrets(vault).store("mark", "after")
        shutil.copytree(path.parent, folder / "crashed")
    shutil.rmtree(path.parent)
    (folder / "crashed").rename(path.parent)


def do_restore(folder: Path) -> None:
    (backup,) = backups(folder / "cle")
    restore(backup.path, folder / "poste" / "ecole.preau", environ=ENVIRON, keyring=None, clock=system_clock)


def do_back_up(folder: Path) -> None:
    with open_vault(folder / "poste" / "ecole.preau", key=KEY) as vault:
        back_up(vault, folder / "cle", clock=system_clock)


def cut(work: Callable[[Path], None], folder: Path, number: int) -> str | None:
    """Do the work in a process that dies before its ``number``-th operation; returns that one, None where it ended."""
    note = folder / "note"
    pid = os.fork()
    if pid == 0:
        _die_at(number, note)
        work(folder)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status):
        assert os.WEXITSTATUS(status) == 0
        return None
    return note.read_text()


def _die_at(number: int, note: Path) -> None:
    seen = 0
    descriptor = os.open(note, os.O_WRONLY | os.O_CREAT)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event not in EVENTS or (event == "open" and not _writes(arguments)):
            return
        seen += 1
        if seen == number:
            os.write(descriptor, event.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def _writes(arguments: tuple[Any, ...]) -> bool:
    _path, _mode, flags = arguments
    return bool(flags & (os.O_WRONLY | os.O_RDWR))


def outcome(folder: Path, event: str | None) -> dict[str, Any]:
    """What a director finds afterwards."""
    path = folder / "poste" / "ecole.preau"
    asides = [p for p in path.parent.glob("*-avant-restauration-*.preau") if p.stat().st_size]
    for made in backups(folder / "cle"):
        verify(made.path, key=KEY)
    return {"event": event, "mark": _mark(path), "asides": sorted(filter(None, map(_mark_or_none, asides))),
            "backups": len(backups(folder / "cle"))}  # fmt: skip


def _mark(path: Path) -> str | None:
    with open_vault(path, key=KEY) as vault:
        return VaultSecrets(vault).fetch("mark")


def _mark_or_none(path: Path) -> str | None:
    try:
        verify(path, key=KEY)
        return _mark(path)
    except Exception as error:
        return type(error).__name__


def main() -> None:
    folder = Path(sys.argv[1])
    prepare(folder / "model")
    found: dict[str, list[dict[str, Any]]] = {}
    for work in (do_restore, do_back_up):
        tries = found.setdefault(work.__name__, [])
        for number in range(1, MOST):
            here = folder / f"{work.__name__}-{number}"
            shutil.copytree(folder / "model", here)
            event = cut(work, here, number)
            tries.append(outcome(here, event))
            shutil.rmtree(here)
            if event is None:
                break
    print(json.dumps(found))


if __name__ == "__main__":
    main()

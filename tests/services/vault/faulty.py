"""What a vault does on a bad disk, in a process of its own: ``python -m tests.services.vault.faulty full|read_only FOLDER``.

Prints one JSON object. ``full`` fills the disk of FOLDER (or hits the largest file allowed); ``read_only`` becomes an
ordinary user first where it runs as root, whom no permission stops.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from app.models.clock import system_clock
from app.models.errors import VaultError
from app.services.vault import integrity
from app.services.vault.backup import back_up
from app.services.vault.tables import secrets
from app.services.vault.vault import Vault, create_vault, open_vault

KEY = bytes(range(32))
NOBODY = 65534
LARGEST_FILE = 4 * 1024 * 1024


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def full(folder: Path) -> dict[str, Any]:
    """Write until the disk refuses; then look at what is left, make room and go on."""
    path = folder / "ecole.preau"
    ballast = folder / "ballast"
    ballast.write_bytes(bytes(128 * 1024))
    written, refusal, untouched = 0, None, False
    with create_vault(path, key=KEY) as vault:
        while refusal is None and written < 500:
            before = digest(path)
            try:
                with vault.write() as connection:
                    connection.execute(insert(secrets).values(name=f"{written}", value="Zoé" * 20_000))
                written += 1
            except VaultError as error:
                refusal, untouched = error, digest(path) == before
        backup = _refused_backup(vault, folder, path)
        with vault.read() as connection:
            kept = connection.execute(select(func.count()).select_from(secrets)).scalar_one()
        integrity.check(vault)
    ballast.unlink()
    creation = _refused_creation(folder / "autre.preau")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with open_vault(path, key=KEY) as vault, vault.read() as connection:
        again = connection.execute(select(func.count()).select_from(secrets)).scalar_one()
    assert refusal is not None
    return {"code": refusal.code, "sentence": refusal.sentence, "untouched": untouched, "written": written,
            "kept": kept, "again": again, "creation": creation, "backup": backup}  # fmt: skip


def _refused_backup(vault: Vault, folder: Path, path: Path) -> dict[str, Any]:
    stick = folder / "cle"
    stick.mkdir()
    before = digest(path)
    soft = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024 * 1024, soft[1]))
    try:
        back_up(vault, stick, clock=system_clock)
        return {"code": None}
    except VaultError as error:
        left = [file.name for file in stick.iterdir()]
        return {"code": error.code, "left": left, "untouched": digest(path) == before}
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft)


def _refused_creation(path: Path) -> dict[str, Any]:
    filler = path.with_name("filler")
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(65536)) == 65536:
                pass
        except OSError:
            pass
    soft = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, soft[1]))
    try:
        create_vault(path, key=KEY).close()
        return {"code": None}
    except VaultError as error:
        return {"code": error.code, "left": sorted(p.name for p in path.parent.glob("autre*") if p.suffix != ".lock")}
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, soft)
        filler.unlink()


def read_only(folder: Path) -> dict[str, Any]:
    """Open what lies in a folder where nothing may be written, and make a new one there."""
    path = folder / "ecole.preau"
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    answers = {"writable": os.access(folder, os.W_OK)}
    for name, work in (
        ("open", lambda: open_vault(path, key=KEY)),
        ("read", lambda: open_vault(path, key=KEY, read_only=True)),
        ("create", lambda: create_vault(folder / "autre.preau", key=KEY)),
        ("open_file", lambda: open_vault(folder / "libre" / "ecole.preau", key=KEY)),
    ):
        try:
            work().close()
            answers[name] = "ok"
        except VaultError as error:
            answers[name] = error.code
            answers[f"{name}_sentence"] = error.sentence
    return answers


def main() -> None:
    what, folder = sys.argv[1], Path(sys.argv[2])
    if what == "limited":
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    print(json.dumps(read_only(folder) if what == "read_only" else full(folder)))


if __name__ == "__main__":
    main()

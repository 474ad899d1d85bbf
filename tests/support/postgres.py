"""A private PostgreSQL cluster in a temporary folder, run by an ordinary user, reached by a socket of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

USER = "postgres"
"""Debian's package makes this user; where the tests run as an ordinary user already, that one is used."""


class Cluster:
    """A running cluster. ``new_database`` gives a URL of an empty base."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder = folder
        self._binaries = binaries

    def new_database(self) -> str:
        """The SQLAlchemy URL of a new, empty base."""
        name = f"t{uuid4().hex}"
        self.run("createdb", "--host", str(self.folder), name)
        return f"postgresql://{superuser()}@/{name}?host={self.folder}"

    def run(self, command: str, *arguments: str) -> None:
        """Run one of PostgreSQL's commands as the ordinary user."""
        done = subprocess.run(
            [*_as_user(), str(self._binaries / command), *arguments], capture_output=True, text=True, cwd=self.folder
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def cluster(*, lasting: bool = True) -> Iterator[Cluster]:
    """Start a cluster, end it by its own command, remove its folder.

    One that is not ``lasting`` does not wait for the disk: what it says is the same, unless the machine itself goes down.
    """
    folder = Path(tempfile.mkdtemp(prefix="preau-pg-", dir="/tmp"))  # a socket's path must be short
    if os.getuid() == 0:
        shutil.chown(folder, USER, USER)
    made = Cluster(folder, _binaries())
    data = str(folder / "data")
    try:
        made.run(
            "initdb", "--pgdata", data, "--username", superuser(), "--auth", "trust", "--encoding", "UTF8", "--no-sync"
        )
        options = f"-c unix_socket_directories={folder} -c listen_addresses= -c max_connections=60"
        options += "" if lasting else " -c fsync=off -c full_page_writes=off"
        made.run("pg_ctl", "--pgdata", data, "--wait", "--log", str(folder / "log"), "-o", options, "start")
        try:
            yield made
        finally:
            made.run("pg_ctl", "--pgdata", data, "--wait", "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def superuser() -> str:
    """The role that may do everything in a cluster of ours."""
    return USER if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


def _as_user() -> list[str]:
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"] if os.getuid() == 0 else []


def _binaries() -> Path:
    """Debian keeps the server's commands apart, a folder a version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    assert found or on_path, "PostgreSQL is not installed: packaging/system-packages.sh tests"
    return found[-1].parent if found else Path(str(on_path)).parent

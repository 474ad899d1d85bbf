"""Runs the real command in its own process, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.services.demo.school import NAME, UAI, DemoSchool, make_school

KEY = "5a" * 32


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Cli:
    """A folder with a vault, a server's base, and ONDE files of a small demonstration school."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREAU_")}
        return {
            **kept, "PREAU_VAULT": str(self.folder / "v.preau"), "PREAU_VAULT_KEY": KEY,
            "PREAU_DATABASE_URL": f"sqlite:///{self.folder / 'server.db'}", "PREAU_FICTIONAL_NUMBERS": "1",
            "PYTHONWARNINGS": "error::ResourceWarning",
        }  # fmt: skip

    def __call__(self, *arguments: str | Path, more: Mapping[str, str] | None = None) -> Ended:
        done = subprocess.run(
            [sys.executable, "-c", "from app.cli import main; main()", *map(str, arguments)],
            env={**self.environment, **(more or {})}, cwd=self.folder, capture_output=True, text=True, timeout=200,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Ended(done.returncode, done.stdout, done.stderr)

    def onde_files(self, school: DemoSchool | None = None, *, pupils: int = 20) -> tuple[Path, Path]:
        """Both extractions of ``school``, or of so many pupils, named alike in two folders, as ONDE names them."""
        school = school or make_school(pupils=pupils)
        made = []
        for name, content in (("eleves", school.pupils_csv()), ("responsables", school.guardians_csv())):
            path = self.folder / name / "CSVExtraction.csv"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            made.append(path)
        return made[0], made[1]

    @contextmanager
    def serving(self, port: int = 0, more: Mapping[str, str] | None = None, *options: str) -> Iterator[str]:
        """``preau serve`` on a port (0 is a free one), with ``more`` settings; its address, once it answers."""
        command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port), *options]
        environment = {**self.environment, **(more or {})}
        process = subprocess.Popen(command, env=environment, cwd=self.folder, stderr=subprocess.PIPE, text=True)
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert "http://" in line, line
            yield line.split("écoute sur ")[1].split(". ")[0]
        finally:
            process.terminate()
            process.communicate(timeout=30)

    @contextmanager
    def linked(self, more: Mapping[str, str] | None = None) -> Iterator[str]:
        """A server on which the school of the vault is created, enrolled and synchronised; its address."""
        self("admin", "create-school", UAI, NAME)
        code = self("admin", "enrol-code", UAI, "--person", "Hélène Rouvière", "--json").json["code"]
        with self.serving(more=more) as address:
            assert self("enrol", "--server", address, "--code", code).code == 0
            assert self("sync").code == 0
            yield address

"""A machine of an operator in one folder: the guide's commands run there as they are written, with its paths moved.

PostgreSQL, nginx, age, curl and ``preau`` are the real ones; what would change the machine of the tests (packages, users,
ownership, systemd, a certificate from outside) is done by ``stand_in.py``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.live import free_port
from tests.support.postgres import cluster, superuser

REPOSITORY = Path(__file__).resolve().parents[2]
GUIDE = REPOSITORY / "docs" / "guides" / "operateur.md"
FILES = REPOSITORY / "packaging" / "server"
FOLDERS = (
    "/opt", "/etc/preau", "/etc/systemd/system", "/etc/nginx/sites-available", "/etc/nginx/sites-enabled",
    "/etc/letsencrypt", "/var/lib/preau", "/var/backups/preau", "/var/log/nginx", "/var/www/html", "/usr/local/sbin",
)  # fmt: skip
MOVED = re.compile(
    r"(?<![\w.}])(/opt/preau|/etc/(?:preau|systemd|nginx|letsencrypt)|/var/(?:lib|backups)/preau|/var/log/nginx"
    r"|/var/www|/usr/local/sbin)"
)
STOOD_IN = (
    "apt-get", "adduser", "chown", "git", "python3", "install", "runuser", "id", "certbot", "curl", "nginx", "systemctl",
    "logger", "mail", "ls", "journalctl",
)  # fmt: skip
NAME = "127.0.0.1"
OPERATORS_NAME = "portail.mairie.fr"
"""What the guide calls a machine."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where one machine listens; another may take its place."""

    preau: int
    http: int
    https: int


def some_ports() -> Ports:
    return Ports(free_port(), free_port(), free_port())


def step(name: str) -> str:
    """The commands of one step of the guide."""
    found = re.findall(rf"^```sh {re.escape(name)}\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.S | re.M)
    assert len(found) == 1, f"the guide has {len(found)} steps « {name} »"
    return str(found[0])


@dataclass(frozen=True)
class Machine:
    """One machine; ``root`` holds its files, ``socket`` is the folder of its PostgreSQL."""

    root: Path
    socket: Path
    ports: Ports

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.ports.https}"

    @property
    def bundle(self) -> Path:
        return self.root / "etc/letsencrypt/certificate-60.pem"

    @property
    def home(self) -> Path:
        """Where the operator types."""
        return self.root / "root"

    def file(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def step(self, name: str, **replaced: str) -> str:
        """Run one step of the guide, whole; returns what it said. ``replaced`` are words that the guide leaves open."""
        commands = step(name)
        for word, value in replaced.items():
            assert word in commands
            commands = commands.replace(word, value)
        return self.run(commands)

    def run(self, commands: str, *, code: int = 0) -> str:
        done = subprocess.run(
            ["sh", "-eux", "-c", self.moved(commands)], env=self._environment(), cwd=self.home, text=True,
            capture_output=True, timeout=200,
        )  # fmt: skip
        assert done.returncode == code, f"{done.stderr[-3000:]}\n{self.log()}"
        return done.stdout if code == 0 else done.stderr

    def typed(self, command: str) -> str:
        """What an operator reads below a command, whether or not it succeeds."""
        done = subprocess.run(
            ["sh", "-u", "-c", self.moved(command)], env=self._environment(), cwd=self.home, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=200,
        )  # fmt: skip
        return self.put_back(done.stdout)

    def put_back(self, text: str) -> str:
        """The inverse of ``moved``: nothing of the machine of the tests stays in what is shown."""
        for here, there in (
            (f"{self.root}/nginx/", "/etc/nginx/"), (str(self.root), ""), (str(self.socket), "/run/postgresql"),
            (self.url, f"https://{OPERATORS_NAME}"), (str(self.ports.preau), "8000"),
        ):  # fmt: skip
            text = text.replace(here, there)
        return text

    def log(self) -> str:
        """What the service wrote."""
        file = self.root / "run/preau.log"
        return file.read_text(encoding="utf-8")[-3000:] if file.exists() else ""

    def stop(self) -> None:
        """End what listens, so that another machine may take its place."""
        self.run("systemctl stop preau")
        pid = self.root / "nginx/nginx.pid"
        if pid.exists() and pid.stat().st_size:
            self.run("nginx -s stop")

    def sql(self, statement: str) -> str:
        return self.run(f'runuser -u postgres -- psql -XAtq -d preau -c "{statement}"').strip()

    def moved(self, text: str) -> str:
        """A text of the operator's machine, with its folders, ports and socket."""
        text = MOVED.sub(lambda found: f"{self.root}{found[1]}", text).replace("/run/postgresql", str(self.socket))
        text = re.sub(r"\b8000\b", str(self.ports.preau), text)
        text = re.sub(r"listen \[::\]:.*\n", "", text)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self.ports.http};")
        return text.replace("listen 443 ", f"listen 127.0.0.1:{self.ports.https} ")

    def set_up(self) -> None:
        """The folders that Debian and its packages make, and the project's files, ready to be cloned."""
        for folder in (*FOLDERS, "root", "run", "bin"):
            self.file(folder).mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o755)
        staged = self.root / "staged/packaging/server"
        staged.mkdir(parents=True)
        for file in FILES.iterdir():
            (staged / file.name).write_text(self.moved(file.read_text(encoding="utf-8")), encoding="utf-8")
            shutil.copymode(file, staged / file.name)
        (self.root / "staged/requirements.lock").touch()
        for name in STOOD_IN:
            shim = self.root / "bin" / name
            program = Path(__file__).with_name("stand_in.py")
            shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" {name} "$@"\n', encoding="utf-8")
            shim.chmod(0o755)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREAU_")}
        return {
            **kept, "PATH": f"{self.root}/bin:{self.root}/usr/local/sbin:{os.environ['PATH']}:/usr/sbin",
            "PYTHONPATH": str(REPOSITORY), "NOM": NAME, "PGHOST": str(self.socket), "HOME": str(self.home),
            "COLUMNS": "100", "SSL_CERT_FILE": str(self.bundle),
            "PREAU_TEST_ROOT": str(self.root), "PREAU_TEST_PATH": os.environ["PATH"],
            "PREAU_TEST_HTTPS": str(self.ports.https), "PREAU_TEST_SUPERUSER": superuser(),
        }  # fmt: skip


@contextmanager
def machine(ports: Ports) -> Iterator[Machine]:
    """A fresh machine with its own PostgreSQL; everything that it started ends with it."""
    with ExitStack() as ends:
        started = ends.enter_context(cluster())
        root = Path(tempfile.mkdtemp(prefix="preau-machine-", dir="/tmp"))
        ends.callback(shutil.rmtree, root, ignore_errors=True)
        made = Machine(root, started.folder, ports)
        made.set_up()
        ends.callback(made.stop)
        yield made

"""Terminals elsewhere than on an operator's machine: a server tried on a PC, mails and texts, a language, a PC's commands."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.fernet import Fernet
from sqlalchemy import insert

from app.models.clock import instant, system_clock
from app.models.deliveries import DeliveryState
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.operating.enrol_letters import write_letters
from app.server.outbox.queue import Queue
from app.server.tables import outbox
from app.services.demo.school import UAI
from app.services.languages import LOCALES
from tests.cli.command import Cli
from tests.packaging.machine import OPERATORS_NAME
from tests.screenshots.operator_steps import people
from tests.screenshots.papers import page_of
from tests.screenshots.terminal import ROOT_PROMPT, Typed, draw
from tests.server.outbox.test_queue import REFUSED, TAKEN, Edge, Told, enqueue_run, worker_of
from tests.support.catalogues import update

SOURCES_PROMPT, PC_PROMPT = "vous@poste:~/preau$ ", "vous@poste:~$ "
TEXTS_SENT = 4212


@dataclass(frozen=True)
class Pc:
    """A folder with ``preau`` in it, as ``make setup`` leaves one."""

    cli: Cli

    def __post_init__(self) -> None:
        program = 'import sys; from app.cli import main; sys.argv[0] = "preau"; main()'
        for place in (".venv/bin", "bin"):
            file = self.cli.folder / place / "preau"
            file.parent.mkdir(parents=True)
            file.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{program}' \"$@\"\n", encoding="utf-8")
            file.chmod(0o755)

    def typed(self, command: str, prompt: str = SOURCES_PROMPT, **more: str) -> Typed:
        """Run in the folder; the address is that of a server that takes the usual port."""
        environment = {**self.cli.environment, "COLUMNS": "100", **more}
        environment["PATH"] = f"{self.cli.folder / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-c", command], env=environment, cwd=self.cli.folder, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=100,
        )  # fmt: skip
        return Typed(command, done.stdout.replace(str(self.cli.folder), "~/preau"), prompt)


def render(folder: Path) -> list[Path]:
    """Draw every picture into ``folder``."""
    made: list[Path] = []
    for walk in (_try, _send, _translate, _diagnose):
        with TemporaryDirectory() as place:
            made += walk(Pc(Cli(Path(place))), folder)
    with TemporaryDirectory() as place:
        made.append(_letter(Path(place), folder))
    return made


def _try(pc: Pc, folder: Path) -> list[Path]:
    """Two windows: in one the server, in the other what is asked of it."""
    process = subprocess.Popen(
        [pc.cli.folder / "bin/preau", "serve", "--port", "0"], env=pc.cli.environment, cwd=pc.cli.folder,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        port = said.split("127.0.0.1:")[1].split(".")[0]
        serving = Typed(".venv/bin/preau serve", said.replace(port, "8000"), SOURCES_PROMPT)
        asked = [
            pc.typed('.venv/bin/preau admin create-school 0990001N "École des Tilleuls"'),
            pc.typed('.venv/bin/preau admin enrol-code 0990001N --person "Mme Rouvière"'),
        ]
    finally:
        process.terminate()
        process.communicate(timeout=30)
    return [
        draw([serving], folder / "terminal-essayer-serveur.png"),
        draw(asked, folder / "terminal-essayer-ecole.png"),
    ]


def _send(pc: Pc, folder: Path) -> list[Path]:
    """A run of mails that has paused, and texts that have nearly used up their day."""
    base = Database(pc.cli.environment["PREAU_DATABASE_URL"])
    base.create_if_empty()
    queue = Queue(Fernet(Fernet.generate_key()), system_clock)
    run_id = enqueue_run(base, queue, system_clock, 200)  # type: ignore[arg-type]
    worker = worker_of(base, queue, Edge(*[TAKEN] * 19, REFUSED, *[TAKEN] * 5, REFUSED), Told())
    while worker.run_once():
        pass
    now = instant(system_clock() - timedelta(hours=2))
    text = {"channel": "sms", "recipient": "", "template": "S01", "state": DeliveryState.ACCEPTED.value,
            "created_at": now, "next_at": now, "done_at": now}  # fmt: skip
    with base.write() as connection:
        connection.execute(insert(outbox), [{"id": f"s{n}", **text} for n in range(TEXTS_SENT)])
    base.close()
    mails = [_by_admin(pc, command) for command in ("mails", f"mails --resume {run_id}")]
    texts = _by_admin(pc, "check 2>&1 | grep SMS", PREAU_SMS_URL="kannel://localhost:13013/?from=Ecole")
    return [draw(mails, folder / "terminal-courriels.png"), draw([texts], folder / "terminal-sms.png")]


def _by_admin(pc: Pc, command: str, **more: str) -> Typed:
    typed = pc.typed(f"preau admin {command}", ROOT_PROMPT, **more)
    return Typed(f"preau-admin {command}", typed.said, ROOT_PROMPT)


def _translate(pc: Pc, folder: Path) -> list[Path]:
    """A file that is translated, one that has just begun, and what the fonts can write."""
    for code, of in (("tr", LOCALES / "tr"), ("pt", None)):
        kept = pc.cli.folder / "resources/locale" / code / "LC_MESSAGES/preau.po"
        kept.parent.mkdir(parents=True)
        if of is None:
            update(code, pc.cli.folder / "resources/locale")
        else:
            kept.write_bytes((of / "LC_MESSAGES/preau.po").read_bytes())
    path = "resources/locale/{}/LC_MESSAGES/preau.po"
    return [
        draw([pc.typed(f"head -n 21 {path.format('tr')}")], folder / "terminal-traduction.png"),
        draw([pc.typed(f"head -n 17 {path.format('pt')}")], folder / "terminal-langue-neuve.png"),
        draw([pc.typed(".venv/bin/preau language")], folder / "terminal-langues.png"),
    ]


def _diagnose(pc: Pc, folder: Path) -> list[Path]:
    """Why a parent does not get in, asked on a PC."""
    pc.cli("import", *pc.cli.onde_files(people(20)), "--school", UAI, "--yes")
    shown = pc.typed("preau diagnose dupont", PC_PROMPT)
    return [draw([shown], folder / "terminal-diagnostic.png")]


def _letter(place: Path, folder: Path) -> Path:
    """A page for a director, with the code of her PC."""
    base = Database(f"sqlite:///{place / 'server.db'}")
    base.create_if_empty()
    admin = Admin(base, system_clock, os.urandom)
    url = f"https://{OPERATORS_NAME}"
    admin.create_school(uai="0990002P", name="École des Marronniers", portal_url=url)
    write_letters(admin, file=place / "codes.pdf", uais=None, person_name="Direction", public_url=url)
    base.close()
    return page_of(place / "codes.pdf", folder / "codes.png", dots=80)


if __name__ == "__main__":
    for drawn in render(Path(sys.argv[1])):
        print(drawn)

"""What the demonstration plays on: a folder, a vault, a server in its own process, a mailbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.cli.demo.identity import some_people
from app.cli.demo.mailbox import Mailbox
from app.cli.demo.ports import bound_socket
from app.models.clock import system_clock
from app.models.states import Role
from app.services.demo.school import NAME, UAI, make_school
from app.services.desk import Desk
from app.services.vault.vault import create_vault

LAUNCH = "from app.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything of one demonstration."""

    folder: Path
    desk: Desk
    key: bytes
    portal: str
    mailbox: Mailbox
    database_url: str

    def enrolment_code(self) -> str:
        """What the operator does: the school, and a code for its director."""
        from app.server.database import Database
        from app.server.operating.admin import Admin

        database = Database(self.database_url)
        try:
            admin = Admin(database, system_clock, os.urandom)
            admin.create_school(uai=UAI, name=NAME, portal_url=self.portal)
            return admin.enrol_code(uai=UAI, role=Role.DIRECTOR, person_name="Mme Hélène Rouvière")
        finally:
            database.close()


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Set up in an empty ``folder``; everything that was started is ended."""
    key = os.urandom(32)
    listening = bound_socket()
    portal = f"http://127.0.0.1:{listening.getsockname()[1]}"
    listening.close()
    mailbox = Mailbox(portal, some_people(make_school().guardians))
    mailbox.start()
    database_url = f"sqlite:///{folder / 'serveur.db'}"
    try:
        with _server(folder, portal, mailbox, database_url), create_vault(folder / "ecole.preau", key=key) as vault:
            desk = Desk(vault, system_clock, os.urandom, person_name="Mme Hélène Rouvière")
            yield Stage(folder, desk, key, portal, mailbox, database_url)
    finally:
        mailbox.stop()


@contextmanager
def _server(folder: Path, portal: str, mailbox: Mailbox, database_url: str) -> Iterator[None]:
    """``preau serve`` in its own process, until it answers; ended by its id."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREAU_")}
    environment = {
        **kept, "PREAU_PUBLIC_URL": portal, "PREAU_SMTP_HOST": "127.0.0.1", "PREAU_SMTP_PORT": str(mailbox.smtp_port),
        "PREAU_OUTBOX_EVERY_S": "1", "PREAU_SMS_URL": mailbox.texts_url,
        "PREAU_FEDERATIONS": json.dumps([mailbox.identity.setting()]),
    }  # fmt: skip
    command = [sys.executable, "-c", LAUNCH, "serve", "--database", database_url, "--port", portal.rpartition(":")[2]]
    process = subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        if "http://" not in process.stderr.readline():
            raise RuntimeError("the demonstration's server did not start")
        yield
    finally:
        process.terminate()
        process.communicate(timeout=30)

"""A real server on the loopback, with its own base, and the desktops that talk to it over HTTP."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from app.models.acts import CreateSchoolFields
from app.models.clock import Clock, system_clock
from app.models.states import Role
from app.server.app import create_app
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.settings import ServerSettings
from app.services import imports
from app.services.demo.school import DETAILS, NAME, UAI, DemoSchool
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.records.journal import submit
from app.services.sync.enrolment import enrol
from app.services.sync.seat import seated_engine
from app.services.sync.transport import HttpTransport
from app.services.vault.secrets import VaultSecrets
from app.services.vault.vault import create_vault
from tests.support.texts import CaughtTexts, text_catcher


class Caught(MessageHandler):
    """Keeps the mails that reach it; ``arrived`` is set at each."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Message] = []
        self.arrived = threading.Event()

    def handle_message(self, message: Message) -> None:
        self.mails.append(message)
        self.arrived.set()

    def wait(self, count: int = 1, timeout_s: float = 20) -> list[Message]:
        """The mails, once there are ``count`` of them."""
        while len(self.mails) < count:
            self.arrived.clear()
            if len(self.mails) < count and not self.arrived.wait(timeout_s):
                raise AssertionError(f"{len(self.mails)} mail(s) of {count} came")
        return self.mails


@contextmanager
def smtp_catcher() -> Iterator[tuple[int, Caught]]:
    """A real SMTP server on a free port: (port, what it caught)."""
    caught = Caught()
    with smtp_server(caught) as port:
        yield port, caught


@contextmanager
def smtp_server(handler: object, **options: Any) -> Iterator[int]:
    """The port where ``handler`` answers, with the options of aiosmtpd's Controller."""
    controller = _started(handler, options)
    try:
        yield controller.port
    finally:
        controller.stop()


def _started(handler: object, options: dict[str, Any]) -> Controller:
    """On a port that was free; a connection of another program may take it before we do, then on another one."""
    for _ in range(10):
        controller = Controller(handler, hostname="127.0.0.1", port=free_port(), **options)
        try:
            controller.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return controller
    raise AssertionError("no port is free")


def free_port() -> int:
    """A port that nobody listens on at this moment: for those who cannot be given a socket."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def body_of(message: Message) -> str:
    """The text of a mail."""
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@dataclass
class LiveServer:
    """A running server; ``database`` is its own base, for what an operator does."""

    url: str
    database: Database
    clock: Clock
    caught: Caught
    texts: CaughtTexts
    settings: ServerSettings

    @property
    def admin(self) -> Admin:
        return Admin(self.database, self.clock, os.urandom)

    def add_school(self, uai: str = UAI, name: str = NAME) -> str:
        return self.admin.create_school(uai=uai, name=name, portal_url=self.url)

    def code(self, uai: str = UAI, role: Role = Role.DIRECTOR, person: str = "Hélène Rouvière") -> str:
        return self.admin.enrol_code(uai=uai, role=role, person_name=person)


@contextmanager
def live_server(
    folder: Path,
    *,
    database_url: str | None = None,
    clock: Clock = system_clock,
    settings: Mapping[str, object] | None = None,
    port: int | None = None,
) -> Iterator[LiveServer]:
    """The production application under uvicorn, mails and texts caught behind it; ``settings`` replace ours."""
    with (
        socket.create_server(("127.0.0.1", port or 0)) as listening,
        smtp_catcher() as (smtp_port, caught),
        text_catcher() as texts,
    ):
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        ours = ServerSettings(
            database_url=database_url or f"sqlite:///{folder / 'server.db'}", public_url=url, secret="5e" * 32,
            documents_dir=folder / "documents", smtp_host="127.0.0.1", smtp_port=smtp_port, sms_url=texts.address,
            outbox_every_s=0.2,
            terms_version="",  # asked for where a test is about them
        ).model_copy(update=dict(settings or {}))  # fmt: skip
        database = Database(ours.database_url)
        app = create_app(ours, database=database, clock=clock)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="live-server")
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
            yield LiveServer(url, database, clock, caught, texts, ours)
        finally:
            server.should_exit = True
            thread.join()
            database.close()


@dataclass
class LiveDesk:
    """A desktop with a vault of its own, which synchronises over HTTP."""

    desk: Desk
    school_id: str

    def enrol(self, server: LiveServer, code: str) -> None:
        self.join(server.url, code)

    def join(self, url: str, code: str, *, label: str = "Poste d’essai") -> None:
        """Enrol on the server of that address."""
        transport = HttpTransport()
        enrolled = enrol(
            self.desk,
            server_url=url,
            code=code,
            transport=transport,
            secrets=VaultSecrets(self.desk.vault),
            label=label,
        )
        transport.close()
        self.school_id = enrolled.school_id

    def sync(self) -> None:
        transport = HttpTransport()
        engine = seated_engine(self.desk, transport=transport, secrets=VaultSecrets(self.desk.vault))
        try:
            engine.run_once(self.school_id)
        finally:
            transport.close()

    def import_school(self, school: DemoSchool) -> None:
        files = [SourceFile("CSVExtraction.csv", content) for content in (school.pupils_csv(), school.guardians_csv())]
        preview = imports.preview(self.desk, school_id=self.school_id, files=files, allow_fictional=True)
        imports.commit(self.desk, preview=preview)


_SCHOOL = CreateSchoolFields(uai=UAI, name=NAME, details=dict(DETAILS))


@contextmanager
def live_desk(
    folder: Path, *, clock: Clock = system_clock, name: str = "poste", key: bytes | None = None
) -> Iterator[LiveDesk]:
    """A desktop on which the demonstration school was begun offline; ``key`` opens its vault again later."""
    with create_vault(folder / f"{name}.preau", key=key or os.urandom(32)) as vault:
        desk = Desk(vault, clock, os.urandom, person_name="Hélène Rouvière")
        school_id = desk.new_id()
        submit(
            desk,
            school_id=school_id,
            kind="ecole.creer",
            fields=CreateSchoolFields(uai=UAI, name=NAME, details=dict(DETAILS)),
        )
        yield LiveDesk(desk, school_id)

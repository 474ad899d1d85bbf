"""SMTP peers that misbehave, each a real server on the loopback: aiosmtpd with handlers, or a script of bare bytes."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.support.certificates import certificate
from tests.support.live import smtp_server


@dataclass
class Peer:
    """A handler of aiosmtpd. ``answers`` maps the beginning of a recipient to what is said of it."""

    answers: dict[str, str] = field(default_factory=dict)
    after_data: str = "250 2.0.0 taken"
    connections: int = 0
    senders: list[str] = field(default_factory=list)
    options: list[list[str]] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        self.senders.append(address)
        envelope.mail_from = address
        return "250 ok"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        for beginning, answer in self.answers.items():
            if address.startswith(beginning):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.after_data == "cut":
            session.peer = None
            server.transport.abort()
            await asyncio.sleep(0)
            return "250 nobody hears this"
        self.contents.append(envelope.content)
        return self.after_data


@contextmanager
def peer_server(peer: Peer, **options: Any) -> Iterator[int]:
    """The port of that peer."""
    with smtp_server(peer, **options) as port:
        yield port


def authenticator(user: str, password: str) -> Callable[..., AuthResult]:
    """Lets in one person."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        wanted = LoginPassword(user.encode(), password.encode())
        return AuthResult(success=data == wanted, handled=False)

    return check


@contextmanager
def scripted(*replies: bytes | float, heard: list[bytes] | None = None) -> Iterator[int]:
    """A server that says each of ``replies`` after one line from the client (the first at once).

    A number is a reply that never ends. After the last one it closes. ``heard`` gets the client's lines.
    """
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    done = threading.Event()

    def serve() -> None:
        while not done.is_set():
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client:
                _play(client, replies, done, heard if heard is not None else [])

    thread = threading.Thread(target=serve, name="scripted-smtp")
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        done.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def _play(client: socket.socket, replies: tuple[bytes | float, ...], done: threading.Event, heard: list[bytes]) -> None:
    lines = client.makefile("rb")
    for number, reply in enumerate(replies):
        if number and not _a_line(lines, heard, until_dot=replies[number - 1] == b"354 go\r\n"):
            return
        if isinstance(reply, float):
            _drip(client, done)
            return
        client.sendall(reply)


def _a_line(lines: Any, heard: list[bytes], *, until_dot: bool) -> bool:
    while line := lines.readline():
        heard.append(line)
        if not until_dot or line == b".\r\n":
            return True
    return False


def _drip(client: socket.socket, done: threading.Event) -> None:
    """A byte now and then, for ever: every single wait is short, the reply never ends."""
    try:
        while not done.wait(0.05):
            client.sendall(b"2")
    except OSError:
        return


def own_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate made for 127.0.0.1: (its file, which is also the authority's, and the server's side)."""
    path = certificate(folder, days=1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context

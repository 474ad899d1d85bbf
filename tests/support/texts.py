"""Gateways that texts leave by: one that keeps them, shaped like Kannel, and Kannel itself with its fake operator."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

FAKE_OPERATOR = Path("/usr/lib/kannel/test/fakesmsc")


@dataclass
class CaughtTexts:
    """(number, text) in the order of arrival; ``answer`` is what the gateway says of the next ones."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    answer: tuple[int, str] = (202, "0: Accepted for delivery")
    reports: list[str] = field(default_factory=list)
    """The addresses to call with what became of each."""
    address: str = ""
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, count: int = 1, timeout_s: float = 20) -> list[tuple[str, str]]:
        """The texts, once there are ``count`` of them."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.texts) >= count, timeout_s), f"{len(self.texts)} text(s) came"
            return self.texts


@contextmanager
def text_catcher() -> Iterator[CaughtTexts]:
    """A gateway on a free port that takes what ``kannel://`` sends."""
    caught = CaughtTexts()

    class Take(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            status, words = caught.answer
            with caught.arrived:
                if status == 202:
                    caught.texts.append((asked["to"], asked["text"]))
                    caught.reports.append(asked["dlr-url"])
                caught.arrived.notify_all()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Take)
    caught.address = f"kannel://preau:secret@127.0.0.1:{server.server_port}/?from=Ecole"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="text-catcher")
    thread.start()
    try:
        yield caught
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Kannel:
    """A running gateway: its address for the server, and the texts that its operator took."""

    address: str
    log: Path

    def taken(self) -> list[str]:
        """« Ecole +33… text words » of each."""
        return re.findall(r"Got message \d+: <(.*)>", self.log.read_text("utf-8", "replace"))

    def wait(self, count: int = 1, timeout_s: float = 20) -> list[str]:
        """The texts, once the operator has ``count`` of them."""
        until(lambda: len(self.taken()) >= count, timeout_s)
        return self.taken()


def until(condition: object, timeout_s: float = 20) -> None:
    """Wait for a condition of another process."""
    deadline = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen"
        threading.Event().wait(0.05)


@contextmanager
def kannel(folder: Path, ports: list[int]) -> Iterator[Kannel]:
    """bearerbox, smsbox and fakesmsc of Debian's packages on four free ports; ended by their ids."""
    admin, inner, operator, outer = ports
    config = folder / "kannel.conf"
    config.write_text(
        f"""group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = a
smsbox-port = {inner}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = {operator}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {inner}
sendsms-port = {outer}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = preau
password = secret
max-messages = 3
concatenation = true
""",
        encoding="ascii",
    )
    log = folder / "operator.log"
    commands = (
        ["bearerbox", str(config)],
        ["smsbox", str(config)],
        [str(FAKE_OPERATOR), "-H", "127.0.0.1", "-r", str(operator), "-m", "0", "1 2 text x"],
    )
    running: list[subprocess.Popen[bytes]] = []
    try:
        for command, port in zip(commands, (inner, outer, None), strict=True):
            output = (folder / f"{Path(command[0]).name}.log").open("wb") if port else log.open("wb")
            running.append(subprocess.Popen(command, stdout=output, stderr=output))
            output.close()
            if port:
                until(lambda port=port: _listens(port))
        until(lambda: "Connecting" in log.read_text("utf-8", "replace"))
        yield Kannel(f"kannel://preau:secret@127.0.0.1:{outer}/?from=Ecole", log)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(timeout=20)


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0

"""A server that takes connections and never answers, as a line that has died behind a proxy."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class SilentServer:
    """``asked`` is set once a request has begun to arrive."""

    url: str
    asked: threading.Event = field(default_factory=threading.Event)


@contextmanager
def silent_server() -> Iterator[SilentServer]:
    """Listens on the loopback; every connection is cut at the end."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = SilentServer(f"http://127.0.0.1:{listening.getsockname()[1]}")
    taken: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                taken.append(connection)
                if connection.recv(1):
                    server.asked.set()

    thread = threading.Thread(target=accept, name="silent-server")
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for connection in taken:
            connection.close()
        thread.join()

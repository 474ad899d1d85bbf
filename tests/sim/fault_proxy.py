"""A TCP proxy before a real server that does to one exchange what networks do, then lets the others through.

It speaks just enough HTTP to know where a request and a reply end. The server behind it is asked to close each
connection, so that one connection is one exchange.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
from collections.abc import Callable

DRIP_S = 0.02
PAGE = b"<!doctype html><title>Portail captif</title><p>Identifiez-vous.</p>"
Handler = Callable[[socket.socket, int], None]


class FaultProxy:
    """Listens on a loopback port of its own. ``next_fault`` is done to the next connection only."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.next_fault: str | None = None
        self.errors: list[BaseException] = []
        self._threads: list[threading.Thread] = []
        self._accepting = self._start()

    def _start(self) -> threading.Thread:
        thread = threading.Thread(target=self._accept, args=(self._listener,), name="fault-proxy")
        thread.start()
        return thread

    def refuse(self) -> None:
        """Stop listening: connections are refused until ``listen``."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()

    def listen(self) -> None:
        """Listen again on the same port."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._accepting = self._start()

    def close(self) -> None:
        """Stop, and wait for every exchange under way."""
        self.refuse()
        for thread in self._threads:
            thread.join()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            fault, self.next_fault = self.next_fault, None
            thread = threading.Thread(target=self._serve, args=(client, fault or "pass_on"))
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket, fault: str) -> None:
        try:
            with client:
                FAULTS[fault](client, self._server_port)
        except (ConnectionError, TimeoutError):
            pass  # the client had enough, as it may
        except BaseException as error:
            self.errors.append(error)


def read_message(stream: socket.socket) -> tuple[bytes, bytes]:
    """(head with its blank line, body) of a request with a length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(stream)
    head, _, body = data.partition(b"\r\n\r\n")
    while len(body) < length_of(head):
        body += _some(stream)
    return head + b"\r\n\r\n", body


def _some(stream: socket.socket) -> bytes:
    data = stream.recv(65536)
    if not data:
        raise ConnectionError("the other side has closed")
    return data


def length_of(head: bytes) -> int:
    """The length that a head announces."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def ask(port: int, head: bytes, body: bytes) -> bytes:
    """Hand a request to the server; its whole reply."""
    first, _, rest = head.partition(b"\r\n")
    lines = [line for line in rest.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    with socket.create_connection(("127.0.0.1", port)) as server:
        server.sendall(first + b"\r\nConnection: close\r\n" + b"\r\n".join(lines) + body)
        reply = b""
        while piece := server.recv(65536):
            reply += piece
    return reply


def pass_on(client: socket.socket, port: int) -> None:
    client.sendall(ask(port, *read_message(client)))


def reset(client: socket.socket, port: int) -> None:
    """A hard reset in place of an answer."""
    read_message(client)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def cut_before(client: socket.socket, port: int) -> None:
    """Closed before anything was read."""


def cut_inside(client: socket.socket, port: int) -> None:
    """Half of the request reaches the server."""
    head, body = read_message(client)
    with socket.create_connection(("127.0.0.1", port)) as server:
        server.sendall(head + body[: len(body) // 2])


def cut_after(client: socket.socket, port: int) -> None:
    """The request reaches the server whole, and nobody waits for the reply."""
    head, body = read_message(client)
    with socket.create_connection(("127.0.0.1", port)) as server:
        server.sendall(head + body)
        client.shutdown(socket.SHUT_RDWR)
        while server.recv(65536):
            pass


def cut_after_commit(client: socket.socket, port: int) -> None:
    """The server has done it and said so, to nobody."""
    ask(port, *read_message(client))


def cut_in_reply(client: socket.socket, port: int) -> None:
    reply = ask(port, *read_message(client))
    client.sendall(reply[: -max(1, (len(reply) - reply.index(b"\r\n\r\n")) // 2)])


def duplicate(client: socket.socket, port: int) -> None:
    """The server gets it twice, and the second reply comes back."""
    head, body = read_message(client)
    ask(port, head, body)
    client.sendall(ask(port, head, body))


def delay(client: socket.socket, port: int) -> None:
    """The reply is there, and does not come as long as the client waits."""
    ask(port, *read_message(client))
    client.recv(1)


def slow_drip(client: socket.socket, port: int) -> None:
    """The reply comes a byte at a time, as long as the client waits."""
    reply = ask(port, *read_message(client))
    body = reply.index(b"\r\n\r\n") + 4
    client.sendall(reply[:body])
    client.settimeout(DRIP_S)
    for byte in reply[body:-1]:
        client.sendall(bytes([byte]))
        with contextlib.suppress(TimeoutError):
            if client.recv(1) == b"":
                return
    client.settimeout(None)
    client.recv(1)


def captive_page(client: socket.socket, port: int) -> None:
    """The network's log-in page, with 200."""
    read_message(client)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    )
    client.sendall(head % len(PAGE) + PAGE)


def truncated_gzip(client: socket.socket, port: int) -> None:
    """A proxy's cache kept half of a compressed reply, and says that this is all."""
    reply = ask(port, *read_message(client))
    head, _, body = reply.partition(b"\r\n\r\n")
    if b"content-encoding: gzip" not in head.lower():
        body = gzip.compress(body)
    half = body[: len(body) // 2]
    kept = [one for one in head.split(b"\r\n") if not one.lower().startswith((b"content-length", b"content-encoding"))]
    extra = [b"Content-Encoding: gzip", b"Content-Length: %d" % len(half)]
    client.sendall(b"\r\n".join([*kept, *extra]) + b"\r\n\r\n" + half)


FAULTS: dict[str, Handler] = {
    handler.__name__: handler
    for handler in (
        pass_on, reset, cut_before, cut_inside, cut_after, cut_after_commit, cut_in_reply, duplicate, delay, slow_drip,
        captive_page, truncated_gzip,
    )
}  # fmt: skip

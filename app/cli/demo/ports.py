"""Sockets of the loopback."""

from __future__ import annotations

import socket


def bound_socket() -> socket.socket:
    """A socket bound to a free port of the loopback."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.bind(("127.0.0.1", 0))
    return made

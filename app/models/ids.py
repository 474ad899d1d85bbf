"""Identifiers: UUIDv7 as text, made where the record is made, so that they sort by time and never collide."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from app.models.clock import Clock

RandomBytes = Callable[[int], bytes]
"""``os.urandom`` in production, a seeded generator in the simulator."""


def uuid7(moment: datetime, random_bytes: RandomBytes) -> str:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, then 74 random bits, as 36 characters."""
    millis = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    noise = int.from_bytes(random_bytes(10), "big")
    value = millis << 80 | 0x7 << 76 | (noise >> 68 & 0xFFF) << 64 | 0b10 << 62 | noise & ((1 << 62) - 1)
    return str(uuid.UUID(int=value))


def id_maker(clock: Clock, random_bytes: RandomBytes) -> Callable[[], str]:
    """A function without arguments that makes ids with this clock and this randomness."""
    return lambda: uuid7(clock(), random_bytes)


def derived_id(*parts: str) -> str:
    """A UUIDv8-like id that every replica derives alike from ``parts`` (for rows that an apply function must create)."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(parts)))


_NAMESPACE = uuid.UUID("9d9d7e1c-6b0f-5d53-9d3e-7d3a2f6a3b11")

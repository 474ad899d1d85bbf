"""The messages between a desktop and a server: one set of types for both ends (sync.md, protocol 4).

A request carries acts, or parts of an act too large for one request; a reply carries one verdict an act, the rows that
changed since the cursor, and the next cursor. The school stands in the address, never in a message.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

CONTENT_TYPE = "application/vnd.preau.sync+json"
"""Exact content type of a reply: a captive portal that answers 200 with a page is told from the server by it."""
PROTOCOL_HEADER = "Preau-Protocol"
PROTOCOL = "1"

MAX_ACTS = 200
MAX_REQUEST_BYTES = 256 * 1024
PART_BYTES = 128 * 1024
"""An act whose payload is longer than this travels in parts of this length (characters of its JSON)."""

WireRow = tuple[str, dict[str, Any]]
"""(table, row) in the order of ``seq``."""


class Message(BaseModel):
    """Base of the messages: what a newer peer adds is ignored, never an error."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class WireAct(Message):
    """An act on its way up. ``fields`` is None where the payload travelled in ``parts`` parts."""

    act_id: str = Field(max_length=36)
    device_seq: int = Field(ge=0, le=2**53)
    kind: str = Field(max_length=60)
    kind_version: int = Field(ge=1, le=10_000)
    fields: dict[str, Any] | None = None
    parts: int = Field(default=0, ge=0, le=4096)
    client_time: str = Field(max_length=40)
    repushed: Repushed | None = None


class Repushed(Message):
    """An act that a server had accepted before it lost it: whose it was, what was decided, and the server's MAC."""

    device_id: str = Field(max_length=36)
    author: str = Field(max_length=200)
    received_at: str = Field(max_length=40)
    verdict: str = Field(max_length=20)
    code: str | None = None
    sentence: str | None = None
    outcome: dict[str, Any] | None = None
    mac: str = Field(max_length=128)


class WirePart(Message):
    """One part of the JSON text of an act's payload."""

    act_id: str = Field(max_length=36)
    part: int = Field(ge=0, le=4096)
    total: int = Field(ge=1, le=4096)
    data: str = Field(max_length=PART_BYTES)


class SyncRequest(Message):
    """``request_id`` comes back in the reply; ``epoch`` is None and ``cursor`` 0 before the first reply."""

    request_id: str = Field(max_length=36)
    epoch: str | None = Field(default=None, max_length=64)
    cursor: int = Field(default=0, ge=0, le=2**53)
    acts: list[WireAct] = Field(default=[], max_length=MAX_ACTS)
    parts: list[WirePart] = Field(default=[], max_length=64)


class WireVerdict(Message):
    """The server's word on one act. ``already`` says that it is the first verdict, given again."""

    act_id: str
    verdict: str
    code: str | None = None
    sentence: str | None = None
    already: bool = False
    received_at: str | None = None
    outcome: dict[str, Any] | None = None
    mac: str | None = None


class SyncReply(Message):
    """``reset`` tells the desktop that its cursor means nothing here: rebuild from cursor 0 and push again."""

    request_id: str
    epoch: str
    reset: bool = False
    verdicts: list[WireVerdict] = []
    remap: dict[str, str] = {}
    rows: list[WireRow] = []
    next_cursor: int
    more: bool = False


class EnrolRequest(Message):
    """``device_key`` is the device's X25519 public key (base64); the same key with the same code gives the same answer."""

    code: str = Field(max_length=80)
    device_key: str = Field(max_length=64)
    label: str = Field(default="", max_length=80)
    uai: str | None = Field(default=None, max_length=8)


class EnrolReply(Message):
    """What a PC needs to begin: the server's own school id and the token of this device."""

    school_id: str
    uai: str
    school_name: str
    device_id: str
    person_id: str
    person_name: str
    role: str
    token: str
    epoch: str


class ErrorReply(Message):
    """Any refusal of the API: a stable code and a French sentence."""

    code: str
    sentence: str


WireAct.model_rebuild()

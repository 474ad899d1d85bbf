"""The server's mark on an act that it accepted: an HMAC whose key stays outside the base and its backups.

It lets a restored server trust again the acts that a PC kept: author, time, verdict and outcome (sync.md, protocol 7).
The school is left out, since a school keeps its acts when it takes a new id on a new server.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from app.models.tables import Row
from app.models.wire import WireAct
from app.services.records.journal import payload_text

_SIGNED = (
    "id", "device_id", "device_seq", "author", "kind", "kind_version", "fields", "client_time", "received_at",
    "verdict", "code", "sentence", "outcome",
)  # fmt: skip


def sign_act(key: bytes, act: Row) -> str:
    """The MAC of a row of ``acts``, as 64 hexadecimal digits."""
    return hmac.new(key, payload_text({name: act[name] for name in _SIGNED}).encode(), hashlib.sha256).hexdigest()


def verify_act(key: bytes, act: WireAct, fields: dict[str, Any]) -> bool:
    """Whether a pushed-again act is, to the letter, what this server once signed."""
    again = act.repushed
    if again is None:
        return False
    row: Row = {
        "id": act.act_id,
        "device_seq": act.device_seq,
        "kind": act.kind,
        "kind_version": act.kind_version,
        "fields": fields,
        "client_time": act.client_time,
        **again.model_dump(exclude={"mac"}),
    }
    return hmac.compare_digest(sign_act(key, row), again.mac)

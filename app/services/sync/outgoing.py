"""What goes up next: pending acts in order, a large one in parts before its envelope."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from app.models.wire import MAX_ACTS, MAX_REQUEST_BYTES, PART_BYTES, Repushed, WireAct, WirePart
from app.services.records.journal import payload_text
from app.services.vault.tables import pending_acts

Texts = dict[str, str]
"""The JSON text of an act's payload, by act id."""


@dataclass(slots=True)
class Batch:
    """The acts and parts of one request."""

    acts: list[WireAct] = field(default_factory=list)
    parts: list[WirePart] = field(default_factory=list)
    size: int = 0

    @property
    def empty(self) -> bool:
        return not self.acts and not self.parts

    def note_parts(self, connection: Connection) -> None:
        """Remember that the server has the parts of this request."""
        for part in self.parts:
            connection.execute(
                update(pending_acts).where(pending_acts.c.act_id == part.act_id).values(parts_sent=part.part + 1)
            )


def anything(connection: Connection, school_id: str) -> bool:
    """Whether an act waits to be sent, without reading any."""
    return (
        connection.execute(select(pending_acts.c.act_id).where(pending_acts.c.school_id == school_id)).first()
        is not None
    )


def gather(connection: Connection, school_id: str, texts: Texts | None = None) -> Batch:
    """The next batch: at most MAX_ACTS acts and MAX_REQUEST_BYTES of payload, in the order in which they were done.

    ``texts`` keeps the payload of an act that is sent in parts from one request to the next.
    """
    batch, kept = Batch(), texts if texts is not None else {}
    for act in _pending(connection, school_id):
        text = kept.get(act["act_id"]) or payload_text(_fields(connection, act["act_id"]))
        if len(batch.acts) >= MAX_ACTS or (batch.size and batch.size + len(text) > MAX_REQUEST_BYTES):
            break
        if len(text) > PART_BYTES:
            if batch.size == 0:
                kept.clear()
                kept[act["act_id"]] = text
                _add_parts(batch, act, text)
            break
        batch.acts.append(_wire(act, fields=json.loads(text)))
        batch.size += len(text)
    return batch


def _add_parts(batch: Batch, act: RowMapping, text: str) -> None:
    pieces = [text[start : start + PART_BYTES] for start in range(0, len(text), PART_BYTES)]
    for number in range(act["parts_sent"], len(pieces)):
        if batch.size and batch.size + PART_BYTES > MAX_REQUEST_BYTES:
            return
        batch.parts.append(WirePart(act_id=act["act_id"], part=number, total=len(pieces), data=pieces[number]))
        batch.size += len(pieces[number])
    batch.acts.append(_wire(act, fields=None, parts=len(pieces)))


def _wire(act: RowMapping, *, fields: dict[str, Any] | None, parts: int = 0) -> WireAct:
    repushed = act["repushed"]
    return WireAct(
        act_id=act["act_id"],
        device_seq=repushed["device_seq"] if repushed else act["position"],
        kind=act["kind"],
        kind_version=act["kind_version"],
        fields=fields,
        parts=parts,
        client_time=act["client_time"],
        repushed=Repushed.model_validate(repushed) if repushed else None,
    )


_ENVELOPE = tuple(column for column in pending_acts.columns if column.name not in ("fields", "before_images"))
"""What every act has, small; payloads and before-images may be megabytes."""


def _pending(connection: Connection, school_id: str) -> Sequence[RowMapping]:
    """The next pending acts in order, without their payloads: a queue of large imports is never whole in memory."""
    statement = (
        select(*_ENVELOPE)
        .where(pending_acts.c.school_id == school_id)
        .order_by(pending_acts.c.position)
        .limit(MAX_ACTS)
    )
    return connection.execute(statement).mappings().all()


def _fields(connection: Connection, act_id: str) -> dict[str, Any]:
    found: dict[str, Any] = connection.execute(
        select(pending_acts.c.fields).where(pending_acts.c.act_id == act_id)
    ).scalar_one()
    return found

"""What goes up next: pending acts in order, a large one in parts before its envelope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from app.models.wire import MAX_ACTS, MAX_REQUEST_BYTES, PART_BYTES, Repushed, WireAct, WirePart
from app.services.records.journal import payload_text
from app.services.vault.tables import pending_acts


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


def gather(connection: Connection, school_id: str) -> Batch:
    """The next batch: at most MAX_ACTS acts and MAX_REQUEST_BYTES of payload, in the order in which they were done."""
    batch = Batch()
    for act in _pending(connection, school_id):
        text = payload_text(act["fields"])
        if len(batch.acts) >= MAX_ACTS or (batch.size and batch.size + len(text) > MAX_REQUEST_BYTES):
            break
        if len(text) > PART_BYTES:
            if batch.size == 0:
                _add_parts(batch, act, text)
            break
        batch.acts.append(_wire(act, fields=act["fields"]))
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


def _pending(connection: Connection, school_id: str) -> Iterator[RowMapping]:
    """Pending acts in order, read one at a time: a queue of large imports is never whole in memory."""
    statement = (
        select(pending_acts)
        .where(pending_acts.c.school_id == school_id)
        .order_by(pending_acts.c.position)
        .limit(MAX_ACTS)
    )
    yield from connection.execute(statement).mappings()

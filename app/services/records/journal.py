"""What a person does becomes one durable act: applied here at once, journaled in the same transaction, sent later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from app.models.acts import ActFields
from app.models.errors import PreauError
from app.models.states import Verdict
from app.models.tables import Row
from app.services.desk import Desk
from app.services.records.kinds import KINDS
from app.services.records.rows import Change, SchoolRows, Stamp, store_rows
from app.services.vault.tables import links, pending_acts, preferences

BeforeImage = tuple[str, str, Row | None]


@dataclass(frozen=True, slots=True)
class SubmittedAct:
    """An act that is durable on this PC. ``position`` orders the acts of this vault and never comes back."""

    act_id: str
    position: int
    changed: frozenset[str]
    """Names of the tables whose rows changed, so that only the screens concerned refresh."""


def submit(desk: Desk, *, school_id: str, kind: str, fields: ActFields) -> SubmittedAct:
    """Apply and journal one act in one transaction. Raises Refused or NotFound, having changed nothing."""
    with desk.vault.write() as connection:
        return submit_in(connection, desk, school_id=school_id, kind=kind, fields=fields)


def submit_in(connection: Connection, desk: Desk, *, school_id: str, kind: str, fields: ActFields) -> SubmittedAct:
    """Like ``submit``, inside a write transaction that the caller has opened."""
    link = connection.execute(select(links).where(links.c.school_id == school_id)).mappings().first()
    author = link["person_name"] if link else desk.person_name
    device_id = link["device_id"] if link else "local"
    stamp = Stamp(act_id=desk.new_id(), author=author, device_id=device_id, at=desk.now())
    rows = SchoolRows(connection, school_id)
    KINDS[kind].apply(fields, rows, stamp)
    changes = rows.changes()
    rows.flush()
    position = next_position(connection)
    connection.execute(
        insert(pending_acts).values(
            act_id=stamp.act_id,
            school_id=school_id,
            position=position,
            kind=kind,
            kind_version=KINDS[kind].version,
            fields=fields.model_dump(mode="json"),
            author=author,
            client_time=stamp.at,
            before_images=images_of(changes),
            parts_sent=0,
        )
    )
    return SubmittedAct(stamp.act_id, position, frozenset(change.table for change in changes))


def images_of(changes: Sequence[Change]) -> list[BeforeImage]:
    """The before-images of some changes, as they are kept with a pending act."""
    return [(change.table, change.row_id, change.before) for change in changes]


def next_position(connection: Connection) -> int:
    """The next number of this vault's acts. It never comes back, even when all acts have been sent."""
    stored = connection.execute(select(preferences.c.value).where(preferences.c.key == "act_position")).scalar()
    highest = connection.execute(select(func.max(pending_acts.c.position))).scalar()
    position = max(int(stored or 0), int(highest or 0)) + 1
    connection.execute(delete(preferences).where(preferences.c.key == "act_position"))
    connection.execute(insert(preferences).values(key="act_position", value=position))
    return position


def undo_pending(connection: Connection, school_id: str) -> None:
    """Put back every row that pending acts touched, as it was before the first of them."""
    first: dict[tuple[str, str], Row | None] = {}
    for images in _images(connection, school_id):
        for table, row_id, before in images:
            first.setdefault((table, row_id), before)
    store_rows(connection, school_id=school_id, images=[(table, row_id, row) for (table, row_id), row in first.items()])


def redo_pending(connection: Connection, school_id: str, *, device_id: str) -> list[str]:
    """Apply the pending acts again, in order, on the rows as they now are, with new before-images.

    An act that the rules now refuse here stays pending without effect: the server has the last word, and its refusal
    will be seen on « À revoir ». Returns the ids of those acts.
    """
    rows = SchoolRows(connection, school_id)
    without_effect: list[str] = []
    for act in connection.execute(_pending(school_id)).mappings().all():
        mark = rows.mark()
        if not _redo(rows, act, device_id):
            rows.rollback(mark)
            without_effect.append(act["act_id"])
        images = images_of(rows.changes(mark))
        connection.execute(
            update(pending_acts).where(pending_acts.c.act_id == act["act_id"]).values(before_images=images)
        )
    rows.flush()
    return without_effect


def _redo(rows: SchoolRows, act: RowMapping, device_id: str) -> bool:
    again = act["repushed"]
    if not again:
        stamp = Stamp(act_id=act["act_id"], author=act["author"], device_id=device_id, at=act["client_time"])
        return apply_again(rows, stamp, kind=act["kind"], fields=act["fields"])
    stamp = Stamp(act_id=act["act_id"], author=again["author"], device_id=again["device_id"], at=again["received_at"])
    if again["verdict"] == Verdict.REFUSED or not apply_again(rows, stamp, kind=act["kind"], fields=act["fields"]):
        return False
    patch_rows(rows, again["outcome"])
    return True


def patch_rows(rows: SchoolRows, outcome: dict[str, Any] | None) -> None:
    """Write what a server had decided on an act: ``{"patches": [[table, id, {column: value}], …]}``."""
    for table, row_id, values in (outcome or {}).get("patches", []):
        if rows.get(table, row_id) is not None:
            rows.change(table, row_id, **values)


def apply_again(rows: SchoolRows, stamp: Stamp, *, kind: str, fields: dict[str, Any]) -> bool:
    """Apply a stored act; False where this version does not know its kind or where the rules refuse it."""
    known = KINDS.get(kind)
    if known is None:
        return False
    try:
        known.apply(known.fields.model_validate(fields), rows, stamp)
    except (PreauError, ValueError):
        return False
    return True


def payload_text(fields: dict[str, Any]) -> str:
    """The JSON text of a payload, as it travels: compact, keys sorted, so that both ends hash the same bytes."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _pending(school_id: str) -> Any:
    return select(pending_acts).where(pending_acts.c.school_id == school_id).order_by(pending_acts.c.position)


def _images(connection: Connection, school_id: str) -> list[list[BeforeImage]]:
    statement = (
        select(pending_acts.c.before_images)
        .where(pending_acts.c.school_id == school_id)
        .order_by(pending_acts.c.position)
    )
    return [images or [] for images in connection.execute(statement).scalars()]

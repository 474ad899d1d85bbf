"""What a person does becomes one durable act: applied here at once, journaled in the same transaction, sent later."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from app.models.acts import ActFields
from app.models.errors import PreauError, Refused
from app.models.states import Role, Verdict
from app.models.tables import Row
from app.services.desk import Desk
from app.services.records.kinds import KINDS
from app.services.records.rows import Change, SchoolRows, Stamp, store_rows
from app.services.vault.tables import links, pending_acts, preferences

log = logging.getLogger(__name__)
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
    if link is not None and link["role"] == Role.SUPPORT and Role.SUPPORT not in KINDS[kind].roles:
        raise Refused("role", "L’assistance propose\u00a0: c’est la direction de l’école qui décide.")
    stamp = Stamp(act_id=desk.new_id(), author=author, device_id=device_id, at=desk.now())
    rows = SchoolRows(connection, school_id)
    KINDS[kind].carry_out(fields, rows, stamp)
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

    An act that the rules now refuse here, or that fails here for any reason, stays pending without effect and blocks
    no other: the server has the last word, and its refusal will be seen on « À revoir ». Returns the ids of those acts.
    """
    rows = SchoolRows(connection, school_id)
    without_effect: list[str] = []
    for act in connection.execute(_pending(school_id)).mappings().all():
        images: list[BeforeImage] = []
        try:
            with connection.begin_nested():
                images = _redo(rows, act, device_id)
        except Exception as error:
            if not isinstance(error, PreauError | ValueError):
                log.exception("a pending act of kind %s could not be applied again", act["kind"])
            rows.rollback(0)
        if not images:
            without_effect.append(act["act_id"])
        connection.execute(
            update(pending_acts).where(pending_acts.c.act_id == act["act_id"]).values(before_images=images)
        )
    return without_effect


def _redo(rows: SchoolRows, act: RowMapping, device_id: str) -> list[BeforeImage]:
    """Apply one pending act and write it; nothing for a kind of another version, or for what a server had refused."""
    kind = KINDS.get(act["kind"])
    again = act["repushed"] or {}
    if kind is None or again.get("verdict") == Verdict.REFUSED:
        return []
    stamp = Stamp(
        act_id=act["act_id"],
        author=again.get("author", act["author"]),
        device_id=again.get("device_id", device_id),
        at=again.get("received_at", act["client_time"]),
    )
    kind.carry_out(kind.fields.model_validate(act["fields"]), rows, stamp)
    patch_rows(rows, again.get("outcome"))
    images = images_of(rows.changes())
    rows.flush()
    return images


def patch_rows(rows: SchoolRows, outcome: dict[str, Any] | None) -> None:
    """Write what a server had decided on an act: ``{"patches": [[table, id, {column: value}], …]}``."""
    for table, row_id, values in (outcome or {}).get("patches", []):
        if rows.get(table, row_id) is not None:
            rows.change(table, row_id, **values)


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

"""The acts of a school as the journal needs them: those that the server has judged, and those still to be sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select

from app.models.tables import Row
from app.models.tables import acts as acts_table
from app.services.vault.tables import pending_acts

IMPORT = "import.appliquer"
"""Its payload holds whole files: only its id and its summary are read."""


def judged(
    connection: Connection, school_id: str, *conditions: ColumnElement[bool], latest: int | None = None
) -> list[Row]:
    """The acts of the log; ``latest``: only so many, the last that each device did first."""
    acts = acts_table.c
    names = (acts.id, acts.device_id, acts.device_seq, acts.author, acts.kind, acts.client_time, acts.received_at,
             acts.verdict, acts.sentence)  # fmt: skip
    statement = select(*names).where(acts.school_id == school_id, *conditions)
    found = _with_fields(connection, _last(statement, acts.device_seq, latest), acts)
    return sorted(found, key=lambda act: int(act["device_seq"]), reverse=True)[:latest]


def pending(
    connection: Connection, school_id: str, *conditions: ColumnElement[bool], latest: int | None = None
) -> list[Row]:
    """Acts to be sent, the last one first; one that is pushed again after a restore keeps its author."""
    acts = pending_acts.c
    names = (acts.act_id.label("id"), acts.position, acts.author, acts.kind, acts.client_time, acts.repushed)
    statement = select(*names).where(acts.school_id == school_id, *conditions)
    found = _with_fields(connection, _last(statement, acts.position, latest), acts)
    for act in found:
        again = act.pop("repushed") or {}
        act |= {"device_id": again.get("device_id"), "author": again.get("author", act["author"])}
        act |= {"received_at": None, "verdict": None, "sentence": None, "here": not again}
    return sorted(found, key=lambda act: int(act["position"]), reverse=True)[:latest]


def _last(statement: Select[Any], order: ColumnElement[Any], latest: int | None) -> Select[Any]:
    return statement if latest is None else statement.order_by(order.desc()).limit(latest)


def _with_fields(connection: Connection, statement: Select[Any], acts: Any) -> list[Row]:
    """The acts with their payloads; of an import with what tells it."""
    whole = connection.execute(statement.add_columns(acts.fields).where(acts.kind != IMPORT)).mappings()
    found = [dict(act) for act in whole]
    told = statement.add_columns(acts.fields["summary"].label("summary"), acts.fields["import_id"].label("import_id"))
    for act in connection.execute(told.where(acts.kind == IMPORT)).mappings():
        row = dict(act)
        fields = {"import_id": row.pop("import_id"), "summary": row.pop("summary")}
        found.append({**row, "fields": fields})
    return found

"""The rows that changed since a cursor, each once, at its latest sequence number."""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, Table, select

from app.models.tables import BY_NAME, SCHOOL_TABLES, Row
from app.models.wire import WireRow
from app.server.sync.officer_view import SHOWN, officer_row

PAGE_ROWS = 1000
PAGE_BYTES = 1024 * 1024
IDS_AT_ONCE = 500
Mark = tuple[int, str, str]
"""(seq, table, id) of a row."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in the order of ``seq``; ``more`` where the page stopped before the head."""

    rows: list[WireRow]
    next_cursor: int
    more: bool


def page(connection: Connection, school_id: str, *, cursor: int, head: int, officer_id: str | None = None) -> Page:
    """The next page after ``cursor``, in a transaction that holds the school's head.

    ``officer_id``: for a support officer, who gets what she may have alone.
    """
    if cursor >= head:
        return Page([], head, more=False)
    streams = [_marks_after(connection, table, school_id, cursor) for table in _tables(officer_id)]
    marks = list(islice(heapq.merge(*streams), PAGE_ROWS + 1))
    found = _load(connection, school_id, marks)
    rows: list[WireRow] = []
    size = 0
    for seq, name, row_id in marks:
        row = found[name, row_id] if officer_id is None else officer_row(name, found[name, row_id], officer_id)
        if row is None:
            cursor = seq
            continue
        size += len(json.dumps(row, ensure_ascii=False))
        if rows and (len(rows) >= PAGE_ROWS or size > PAGE_BYTES):
            return Page(rows, cursor, more=True)
        rows.append((name, row))
        cursor = seq
    if len(marks) > PAGE_ROWS:  # some of them are not for this officer
        return Page(rows, cursor, more=True)
    return Page(rows, head, more=False)


def _tables(officer_id: str | None) -> list[Table]:
    return [table for table in SCHOOL_TABLES if officer_id is None or table.name in SHOWN]


def _marks_after(connection: Connection, table: Table, school_id: str, cursor: int) -> list[Mark]:
    """Which rows of a table come next, without reading them: some are large, and most pages do not reach them."""
    statement = (
        select(table.c.seq, table.c.id)
        .where(table.c.school_id == school_id, table.c.seq > cursor)
        .order_by(table.c.seq)
        .limit(PAGE_ROWS + 1)
    )
    return [(seq, table.name, row_id) for seq, row_id in connection.execute(statement)]


def _load(connection: Connection, school_id: str, marks: list[Mark]) -> dict[tuple[str, str], Row]:
    """The rows of some marks, without their empty columns."""
    wanted: dict[str, list[str]] = {}
    for _, name, row_id in marks:
        wanted.setdefault(name, []).append(row_id)
    found: dict[tuple[str, str], Row] = {}
    for name, ids in wanted.items():
        table = BY_NAME[name]
        for start in range(0, len(ids), IDS_AT_ONCE):
            some = table.c.id.in_(ids[start : start + IDS_AT_ONCE])
            for row in connection.execute(select(table).where(table.c.school_id == school_id, some)).mappings():
                found[name, row["id"]] = {column: value for column, value in row.items() if value is not None}
    return found

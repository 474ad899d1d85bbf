"""The rows that changed since a cursor, each once, at its latest sequence number."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, select

from app.models.tables import SCHOOL_TABLES, Row
from app.models.wire import WireRow

PAGE_ROWS = 1000
PAGE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in the order of ``seq``; ``more`` where the page stopped before the head."""

    rows: list[WireRow]
    next_cursor: int
    more: bool


def page(connection: Connection, school_id: str, *, cursor: int, head: int) -> Page:
    """The next page after ``cursor``, in a transaction that holds the school's head."""
    if cursor >= head:
        return Page([], head, more=False)
    streams = [_after(connection, table, school_id, cursor) for table in SCHOOL_TABLES]
    rows: list[WireRow] = []
    size = 0
    for seq, name, row in heapq.merge(*streams, key=lambda item: item[0]):
        size += len(json.dumps(row, ensure_ascii=False))
        if rows and (len(rows) >= PAGE_ROWS or size > PAGE_BYTES):
            return Page(rows, cursor, more=True)
        rows.append((name, row))
        cursor = seq
    return Page(rows, head, more=False)


def _after(connection: Connection, table: Table, school_id: str, cursor: int) -> Iterator[tuple[int, str, Row]]:
    statement = (
        select(table)
        .where(table.c.school_id == school_id, table.c.seq > cursor)
        .order_by(table.c.seq)
        .limit(PAGE_ROWS + 1)
    )
    for row in connection.execute(statement).mappings():
        yield row["seq"], table.name, {name: value for name, value in row.items() if value is not None}

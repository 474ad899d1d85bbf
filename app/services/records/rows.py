"""A unit of work over one school's tables: what an apply function reads and writes.

The same class serves SQLCipher, SQLite and PostgreSQL. Reads are cached, writes stay in memory until ``flush``; each
write remembers the row that it replaced, so that one act can be rolled back without touching the database, and so that
a desktop keeps the before-images of its pending acts (sync.md, protocol 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from app.models.errors import NotFound
from app.models.tables import BY_NAME, COLUMNS, Row, new_row

FEW = 20
"""Rows beyond which a table is read at once rather than row by row."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did an act and when (``at`` is a stored instant); the only context that an apply function has."""

    act_id: str
    author: str
    device_id: str
    at: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row that was written: as it was (None if it did not exist) and as it is now."""

    table: str
    row_id: str
    before: Row | None
    after: Row


class SchoolRows:
    """The rows of one school inside one transaction. Rows handed out must never be mutated: put a new dictionary."""

    def __init__(self, connection: Connection, school_id: str) -> None:
        self.school_id = school_id
        self._connection = connection
        self._cache: dict[str, dict[str, Row | None]] = {name: {} for name in BY_NAME}
        self._loaded: set[str] = set()
        self._log: list[tuple[str, str, Row | None]] = []
        self._stored: dict[tuple[str, str], bool] = {}

    def get(self, table: str, row_id: str) -> Row | None:
        """The row of that id, or of the id that replaced it; None if there is none."""
        row = self._fetch(table, row_id)
        return row if row is not None or table == "aliases" else self._fetch(table, self.resolve(row_id))

    def need(self, table: str, row_id: str) -> Row:
        """Like ``get``; raises NotFound where there is no such row."""
        row = self.get(table, row_id)
        if row is None:
            raise NotFound(
                "record_unknown", "Cette fiche n’existe pas (ou plus) dans cette école.", table=table, id=row_id
            )
        return row

    def all(self, table: str) -> list[Row]:
        """Every row of the school's table, pending writes included. Loads the table once."""
        self._load(table)
        return [row for row in self._cache[table].values() if row is not None]

    def slim(self, table: str, *columns: str) -> list[Row]:
        """Every row of a table with these columns at least: where it is not loaded, the others are not read."""
        if table in self._loaded or any(entry[0] == table for entry in self._log):
            return self.all(table)
        wanted = [BY_NAME[table].c[name] for name in columns]
        statement = select(*wanted).where(BY_NAME[table].c.school_id == self.school_id)
        return [dict(zip(columns, values, strict=True)) for values in self._connection.execute(statement)]

    def expect(self, count: int, *tables: str) -> None:
        """Say that some ``count`` rows of each of these tables are about to be read: many are read at once."""
        if count > FEW:
            for table in tables:
                self._load(table)

    def where(self, table: str, **equal: Any) -> list[Row]:
        """The rows whose columns equal the given values, pending writes included."""
        if table not in self._loaded:
            self._query(table, **equal)
        wanted = equal.items()
        return [
            row
            for row in self._cache[table].values()
            if row is not None and all(row.get(name) == value for name, value in wanted)
        ]

    def put(self, table: str, row: Row) -> None:
        """Insert or replace a complete row. Raises KeyError where a column is missing or unknown."""
        if row.keys() != COLUMNS[table]:
            raise KeyError(f"{table}: columns {sorted(COLUMNS[table] ^ row.keys())}")
        row_id = row["id"]
        before = self._fetch(table, row_id)
        self._log.append((table, row_id, before))
        self._cache[table][row_id] = row

    def add(self, table: str, row_id: str, **values: Any) -> Row:
        """Put a new row of this school, defaults filled in, and return it.

        One that the server has sent already, before its verdict of the act that makes it here, keeps its number.
        """
        row = new_row(table, school_id=self.school_id, id=row_id, **values)
        known = self._fetch(table, row_id)
        if known is not None:
            row["seq"] = known["seq"]
        self.put(table, row)
        return row

    def change(self, table: str, row_id: str, **values: Any) -> Row:
        """Write some columns of an existing row; a change that changes nothing writes nothing."""
        before = self.need(table, row_id)
        if all(before[name] == value for name, value in values.items()):
            return before
        row = {**before, **values}
        self.put(table, row)
        return row

    def resolve(self, row_id: str) -> str:
        """The id that won over ``row_id``, or ``row_id`` itself (aliases are kept for ever)."""
        seen = {row_id}
        while (alias := self._fetch("aliases", row_id)) is not None and alias["target_id"] not in seen:
            row_id = alias["target_id"]
            seen.add(row_id)
        return row_id

    def alias(self, table: str, old_id: str, target_id: str) -> None:
        """Remember that ``old_id`` (made elsewhere for the same person) means ``target_id``."""
        if old_id != target_id and self._fetch("aliases", old_id) is None:
            self.add("aliases", old_id, target_id=target_id, record_table=table)

    def mark(self) -> int:
        """A point to which ``rollback`` can return and from which ``changes`` can count."""
        return len(self._log)

    def rollback(self, mark: int) -> None:
        """Forget every write since ``mark``."""
        while len(self._log) > mark:
            table, row_id, before = self._log.pop()
            self._cache[table][row_id] = before

    def changes(self, mark: int = 0) -> list[Change]:
        """What was written since ``mark``, one entry a row, in the order of the first write."""
        first: dict[tuple[str, str], Row | None] = {}
        for table, row_id, before in self._log[mark:]:
            first.setdefault((table, row_id), before)
        found = []
        for (table, row_id), before in first.items():
            after = self._cache[table][row_id]
            if after is not None and after != before:
                found.append(Change(table, row_id, before, after))
        return found

    def flush(self, next_seq: Callable[[], int] | None = None) -> None:
        """Write everything to the database. ``next_seq`` gives each written row its sequence number (server only)."""
        inserts: dict[str, list[Row]] = {}
        updates: dict[str, list[Row]] = {}
        for change in self.changes():
            row = {**change.after, "seq": next_seq()} if next_seq else change.after
            self._cache[change.table][change.row_id] = row
            target = updates if self._stored.get((change.table, change.row_id)) else inserts
            target.setdefault(change.table, []).append(row)
        write_rows(self._connection, inserts=inserts, updates=updates)
        for table, rows in inserts.items():
            self._stored.update({(table, row["id"]): True for row in rows})
        self._log.clear()

    def _fetch(self, table: str, row_id: str) -> Row | None:
        cached = self._cache[table]
        if row_id in cached or table in self._loaded:
            return cached.get(row_id)
        self._query(table, id=row_id)
        return cached.setdefault(row_id, None)

    def _load(self, table: str) -> None:
        if table not in self._loaded:
            self._query(table)
            self._loaded.add(table)

    def _query(self, table: str, **equal: Any) -> None:
        cached = self._cache[table]
        given = {name: value for name, value in equal.items() if value is not None}
        statement = _selection(table, tuple(given), tuple(name for name in equal if name not in given))
        result = self._connection.execute(statement, {**given, "school_id": self.school_id})
        names = tuple(result.keys())
        for values in result:
            row = dict(zip(names, values, strict=True))
            row_id = row["id"]
            self._stored[(table, row_id)] = True
            if row_id not in cached:
                cached[row_id] = row


@cache
def _selection(table: str, equal: tuple[str, ...], empty: tuple[str, ...]) -> Select[Any]:
    """The rows of a school whose columns ``equal`` what is given, the others being empty.

    Made once for each shape: to write it anew costs more than to carry it out.
    """
    columns = BY_NAME[table].c
    same = (columns[name] == bindparam(name) for name in ("school_id", *equal))
    return select(BY_NAME[table]).where(*same, *(columns[name].is_(None) for name in empty))


def write_rows(
    connection: Connection, *, inserts: Mapping[str, list[Row]], updates: Mapping[str, list[Row]] | None = None
) -> None:
    """Bulk insert and update complete rows, by table. A collision raises: nothing is ever replaced in silence."""
    for table, rows in inserts.items():
        connection.execute(insert(BY_NAME[table]), rows)
    for table, rows in (updates or {}).items():
        target = BY_NAME[table]
        statement = update(target).where(target.c.school_id == bindparam("_school_id"), target.c.id == bindparam("_id"))
        connection.execute(statement, [{**row, "_school_id": row["school_id"], "_id": row["id"]} for row in rows])


def store_rows(connection: Connection, *, school_id: str, images: Iterable[tuple[str, str, Row | None]]) -> None:
    """Make the given rows the stored ones, whatever is there: None removes the row. For undo and for the server's rows."""
    by_table: dict[str, dict[str, Row | None]] = {}
    for table, row_id, row in images:
        by_table.setdefault(table, {})[row_id] = row
    for table, wanted in by_table.items():
        _store_table(connection, table, school_id, wanted)


def _store_table(connection: Connection, table: str, school_id: str, wanted: Mapping[str, Row | None]) -> None:
    target = BY_NAME[table]
    here = (target.c.school_id == school_id, target.c.id == bindparam("_id"))
    connection.execute(delete(target).where(*here), [{"_id": row_id} for row_id in wanted])
    rows = [row for row in wanted.values() if row is not None]
    if rows:
        connection.execute(insert(target), rows)

"""What an act that can be undone has changed, written beside it wherever it is applied, and read back by its undoing.

A trace is made of units: columns that only make sense together. A unit is put back where its row still holds what the
act left in it; one that somebody has moved since is never touched in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from app.models.acts_reports import Removal
from app.models.tables import Row
from app.services.records.rows import Change, SchoolRows, Stamp

Cells = dict[str, tuple[Any, Any]]
"""{column, or « column.key » of a dictionary: (before, after)}."""
KEYED = frozenset({
    ("guardians", "corrections"), ("guardians", "onde_ticks"), ("pupils", "corrections"), ("pupils", "onde_ticks"),
    ("guardians", "apart"), ("schools", "settings"),
})  # fmt: skip
"""Dictionaries whose keys are decided one by one."""
TOGETHER: dict[str, tuple[tuple[str, ...], ...]] = {
    "responsibilities": (("access", "access_reason", "access_since"),),
    "requests": (("status", "answer", "closed_at", "closed_by"), ("guardian_id", "account_id")),
    "reviews": (("closed_at", "closed_by"),),
    "sheets": (("expires_at", "status"),),
    "traces": (("undone_at", "undone_by"),),
    "reports": (
        (
            "document", "removed_at", "removed_why", "format", "size", "version", "complete", "flags", "source", "author",
            "imported_at", "cycle", "level", "classroom", "starts_on", "ends_on",
        ),
        ("document", "removed_at", "removed_why"),
    ),
}  # fmt: skip
"""Columns that move together, the one that counts first; the first group that a trace holds whole is the one meant."""
_NOBODYS = frozenset({("reports", "stored_at")})
"""Columns of what an act moves that only say where the server is."""
_STORIES = frozenset({"events", "acts", "aliases", "deliveries"})


def _born_report(row: Row) -> dict[str, list[Any]]:
    gone = {"removed_at": row["imported_at"], "removed_why": Removal.UNDONE.value}
    return {name: [gone.get(name, row[name]), row[name]] for name in ("document", "removed_at", "removed_why")}


BORN: dict[str, Callable[[Row], dict[str, list[Any]]]] = {"reports": _born_report}
"""Tables whose new rows an undoing takes out again: what a row looks like that is as if it had not come."""


class Standing(Enum):
    """What became of one unit since the act."""

    AS_LEFT = auto()
    """It can be put back."""
    BACK = auto()
    """It has its former value already."""
    MOVED = auto()
    """Somebody decided otherwise, or the row is gone."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Columns of one row, as they were before the act and as it left them."""

    table: str
    row_id: str
    before: Row
    after: Row

    @property
    def lead(self) -> str:
        """The column that counts."""
        return next(iter(self.before))

    @property
    def field(self) -> str:
        """The name of the value, without the dictionary that holds it."""
        return self.lead.rpartition(".")[2]


def keep(rows: SchoolRows, stamp: Stamp, *, kind: str, mark: int, undoes: str | None = None) -> None:
    """Write, or write anew, the trace of the act that was applied since ``mark``."""
    found = [_line(change) for change in rows.changes(mark) if _counts(change, stamp)]
    trace = rows.get("traces", stamp.act_id)
    if trace is not None:
        rows.change("traces", stamp.act_id, before=found)
    else:
        rows.add(
            "traces", stamp.act_id, kind=kind, at=stamp.at, author=stamp.author, before=found, undoes=undoes
        )  # fmt: skip


def units(trace: Row) -> list[Unit]:
    """The units of a trace, in the order in which they were written."""
    return [unit for table, row_id, cells in trace["before"] or [] for unit in _units(table, row_id, cells)]


def row_of(rows: SchoolRows, unit: Unit) -> Row | None:
    """The row of a unit, under the id that it has now (a school begun offline changes its own)."""
    return rows.get(unit.table, rows.school_id if unit.table == "schools" else unit.row_id)


def standing(rows: SchoolRows, unit: Unit) -> Standing:
    """What became of a unit."""
    row = row_of(rows, unit)
    if row is None:
        return Standing.MOVED
    present = {name: read(row, name) for name in unit.before}
    if present == unit.after and _fits(row, unit):
        return Standing.AS_LEFT
    before = essence(rows, unit.lead, unit.before[unit.lead])
    return Standing.BACK if essence(rows, unit.lead, present[unit.lead]) == before else Standing.MOVED


def essence(rows: SchoolRows, name: str, value: Any) -> Any:
    """What a value says, without who said it and when."""
    if name.startswith("corrections."):
        return value["value"] if value else None
    if name == "protection":
        return frozenset(rows.resolve(row_id) for row_id in value["knows"]) if value else None
    return value


def read(row: Row, name: str) -> Any:
    """The value of a column, or of one key of a dictionary."""
    column, _, key = name.partition(".")
    return (row[column] or {}).get(key) if key else row[column]


def write(rows: SchoolRows, table: str, row: Row, values: Row) -> None:
    """Write columns and keys of dictionaries; a key that holds nothing is taken out."""
    wanted: Row = {}
    for name, value in values.items():
        column, _, key = name.partition(".")
        if not key:
            wanted[column] = value
            continue
        held = dict(wanted.get(column, row[column]) or {})
        held.pop(key, None)
        wanted[column] = ({**held, key: value} if value is not None else held) or None
    rows.change(table, row["id"], **wanted)


def _counts(change: Change, stamp: Stamp) -> bool:
    """Whether a change is the act's matter: not the story that it leaves, nor the items that it puts on « À revoir »."""
    if change.table in _STORIES:
        return False
    if change.before is None:
        return change.table in BORN
    if change.table == "sheets":  # one that was withdrawn with an access stays so: it must be printed again
        return any(change.before[name] != change.after[name] for name in ("expires_at", "handed_on"))
    return (change.table, change.row_id) != ("traces", stamp.act_id)


def _line(change: Change) -> list[Any]:
    if change.before is None:
        return [change.table, change.row_id, BORN[change.table](change.after)]
    before, after = change.before, change.after
    cells: Cells = {}
    for column in after:
        if column == "seq" or before[column] == after[column] or (change.table, column) in _NOBODYS:
            continue
        if (change.table, column) in KEYED:
            one, other = before[column] or {}, after[column] or {}
            moved = [key for key in sorted({*one, *other}) if one.get(key) != other.get(key)]
            cells |= {f"{column}.{key}": (one.get(key), other.get(key)) for key in moved}
        else:
            cells |= {name: (before[name], after[name]) for name in _company(change.table, column)}
    return [change.table, change.row_id, {name: list(cell) for name, cell in cells.items()}]


def _company(table: str, column: str) -> Iterable[str]:
    return next((names for names in TOGETHER.get(table, ()) if column in names), (column,))


def _units(table: str, row_id: str, cells: Cells) -> Iterator[Unit]:
    left = set(cells)
    groups = [*TOGETHER.get(table, ()), *((name,) for name in sorted(cells))]
    for names in groups:
        if left.issuperset(names):
            left.difference_update(names)
            yield Unit(
                table, row_id, {name: cells[name][0] for name in names}, {name: cells[name][1] for name in names}
            )


def _fits(row: Row, unit: Unit) -> bool:
    """Whether a former correction still answers what ONDE says: one that ONDE has moved on from does not come back."""
    before = unit.before[unit.lead]
    return not (unit.lead.startswith("corrections.") and before) or before["onde"] == row[unit.field]

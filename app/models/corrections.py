"""ONDE against people: a record holds ONDE's value and, beside it, a correction made here (DESIGN, « Decisions »)."""

from __future__ import annotations

from app.models.tables import Row


def effective(row: Row, field: str) -> str | None:
    """The value that counts: the correction where there is one, else ONDE's."""
    correction = (row.get("corrections") or {}).get(field)
    value: str | None = correction["value"] if correction else row[field]
    return value


def settle_corrections(row: Row, moved: dict[str, str | None]) -> Row:
    """``row`` with ONDE's new values; a correction stands until ONDE changes to something else or agrees with it.

    ``moved`` holds only the fields whose ONDE value really changes.
    """
    corrections = {name: entry for name, entry in (row["corrections"] or {}).items() if name not in moved}
    return {**row, **moved, "corrections": corrections or None}

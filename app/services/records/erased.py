"""Who was erased in a school, and what concerns them (docs/adr/0017): asked before each act, so that nothing comes back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from app.models.acts_erasure import PersonTable
from app.models.corrections import effective
from app.models.names import first_name_keys, surname_key
from app.models.tables import Row
from app.services.records.rows import SchoolRows

MARK_DIGITS = 5
"""20 bits: enough to know a person of a school again, shared by hundreds of the names of a country."""
_SEEN_DIGITS = 32
_KNOWN_BY = ("last_name", "usage_name", "first_name", "birth_date", "ine", "email", "mobile")
"""What a preview is about: a record whose name, birth date, contacts or ties moved since is looked at again."""


def mark_of(table: PersonTable, values: Mapping[str, Any]) -> str:
    """A few bits of who somebody is by ONDE's own values: name and first name, and a pupil's birth date."""
    parts = [table, surname_key(values.get("last_name")), first_name_keys(values.get("first_name"))[1]]
    born = values.get("birth_date") if table == "pupils" else None
    return _digest([*parts, born or ""])[:MARK_DIGITS]


def seen_of(rows: SchoolRows, table: PersonTable, row: Row) -> str:
    """What a record says of a person and of her ties, in one word that another decision changes."""
    name = "pupil_id" if table == "pupils" else "guardian_id"
    ties = sorted(
        [link["pupil_id"], link["guardian_id"], link["access"], link["ended_on"] or ""]
        for link in rows.where("responsibilities", **{name: row["id"]})
    )
    known = [effective(row, field) if field in row else None for field in _KNOWN_BY]
    return _digest([known, ties])[:_SEEN_DIGITS]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()


class Erased:
    """The erased people of one school, as the rows are now."""

    def __init__(self, rows: SchoolRows) -> None:
        self._rows = rows
        self._ids = {row["id"] for row in rows.all("erasures")}

    def __bool__(self) -> bool:
        return bool(self._ids)

    def of(self, table: PersonTable) -> list[str]:
        """The ids of the erased records of one table."""
        return sorted(row["id"] for row in self._rows.all("erasures") if row["record_table"] == table)

    def record(self, record_id: str | None) -> bool:
        """Whether a pupil's or a guardian's id, present or former, means somebody who was erased."""
        return bool(self._ids) and record_id is not None and self._rows.resolve(record_id) in self._ids

    def account(self, account_id: str | None) -> bool:
        """Whether an account was that of an erased guardian."""
        row = self._rows.get("accounts", account_id) if self._ids and account_id else None
        return row is not None and self.record(row["guardian_id"])

    def row(self, row: Row) -> bool:
        """Whether a row that names a guardian, a pupil or an account is about an erased one."""
        return any(
            check(self, row[name]) for name, check in _NAMED_BY.items() if isinstance(row.get(name), str)
        )  # fmt: skip

    def about(self, fields: Mapping[str, Any]) -> bool:
        """Like ``row``, for the payload of an act."""
        return self.row(dict(fields)) or any(
            self._row_of(table, fields.get(name)) for name, table in _THROUGH.items()
        )  # fmt: skip

    def _row_of(self, table: str, row_id: Any) -> bool:
        row = self._rows.get(table, row_id) if self._ids and isinstance(row_id, str) else None
        return row is not None and self.row(row)


_NAMED_BY: dict[str, Callable[[Erased, str], bool]] = {
    "record_id": Erased.record, "guardian_id": Erased.record, "pupil_id": Erased.record, "account_id": Erased.account,
    "other_id": Erased.record,
}  # fmt: skip
_THROUGH = {"responsibility_id": "responsibilities", "request_id": "requests", "proposal_id": "proposals"}


def erased_before(rows: SchoolRows, table: PersonTable, values: Mapping[str, Any], *, day: str) -> str | None:
    """The erased record that a file's line means, where the file is not newer than the erasure; else None.

    A person who is still in ONDE comes back with a newer file: there her data was collected again.
    """
    asked = [row for row in rows.where("erasures", record_table=table, why="asked") if day[:10] <= row["at"][:10]]
    if not asked:
        return None
    mark = mark_of(table, values)
    return next((str(row["id"]) for row in asked if row["mark"] == mark), None)

"""The pages of one answer of the server, kept until the last one has come."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.models.tables import COLUMNS, Row
from app.models.wire import SyncReply, WireVerdict
from app.services.sync.outgoing import Batch


@dataclass(slots=True)
class Pages:
    """What will be taken in one transaction. ``snapshot``: the server was restored, this is all that it has."""

    epoch: str
    snapshot: bool = False
    cursor: int = 0
    verdicts: list[WireVerdict] = field(default_factory=list)
    rows: list[tuple[str, Row]] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)

    def add(self, reply: SyncReply, batch: Batch) -> None:
        """Keep one page, and what the request had carried."""
        self.verdicts.extend(reply.verdicts)
        self.rows.extend(reply.rows)
        self.batches.append(batch)
        self.cursor = reply.next_cursor

    def images(self) -> list[tuple[str, str, Row | None]]:
        """The rows in the form in which they are stored; the later of two versions counts.

        A table of a newer server is left aside: the upgrade that knows it takes everything again from cursor 0.
        """
        return [(table, row["id"], local_row(table, row)) for table, row in self.rows if table in COLUMNS]


def local_row(table: str, row: Row) -> Row:
    """A row from a server, possibly of a newer version: columns unknown here are kept in ``extra``."""
    known = COLUMNS[table]
    unknown = {name: value for name, value in row.items() if name not in known}
    complete: Row = {name: row.get(name) for name in known}
    if unknown:
        complete["extra"] = {**(row.get("extra") or {}), **unknown}
    return complete

"""``onde.cocher``: a person says that something was corrected in ONDE; whether it was, the next import shows."""

from __future__ import annotations

from app.models.acts_onde import TickFields
from app.services.records.rows import SchoolRows, Stamp


def tick(fields: TickFields, rows: SchoolRows, stamp: Stamp) -> None:
    """Write or take out the tick of one line. Raises NotFound."""
    row = rows.need(fields.table, fields.record_id)
    kept = {what: said for what, said in (row["onde_ticks"] or {}).items() if what != fields.what}
    if fields.done:
        kept[fields.what] = {"by": stamp.author, "at": stamp.at}
    rows.change(fields.table, row["id"], onde_ticks=kept or None)

"""Which documents are still wanted: those that a row names, and those that an undoing may bring back within thirty days."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.models.clock import instant
from app.services.records.erased import Erased
from app.services.records.rows import SchoolRows

UNDONE_WITHIN = timedelta(days=30)


def wanted(rows: SchoolRows, *, now: datetime) -> set[str]:
    """The documents of a school to be kept.

    One that was taken out or replaced stays for thirty days, so that it can be undone; one of an erased pupil goes at once.
    """
    since, erased = instant(now - UNDONE_WITHIN), set(Erased(rows).of("pupils"))
    kept = {
        row["document"] for row in rows.all("reports")
        if row["removed_at"] is None or (row["removed_at"] >= since and row["pupil_id"] not in erased)
    }  # fmt: skip
    for trace in rows.all("traces"):
        if trace["at"] >= since:
            kept |= {value for table, _, cells in trace["before"] or [] if table == "reports"
                     for value in cells.get("document", ()) if value}  # fmt: skip
    return kept

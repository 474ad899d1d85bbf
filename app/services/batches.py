"""Which batches are paper, which sheets stay on the table. Apart from ``sheets``: who only counts need not load a printer."""

from __future__ import annotations

from app.models.states import SheetStatus
from app.services.records.rows import SchoolRows

WITHHELD = {
    SheetStatus.DO_NOT_HAND_OUT: "compte activé entre-temps",
    SheetStatus.WITHDRAWN: "retirée par l’école",
}
"""Why a sheet that is still on the director's table must stay there."""


def without_paper(rows: SchoolRows) -> frozenset[str]:
    """The batches that are resets alone: nothing was printed, so there is nothing to hand out or to keep back."""
    return frozenset(batch["id"] for batch in rows.all("batches") if not batch["paper"])

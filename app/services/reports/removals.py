"""What was taken out of the livrets and can still be put back: the documents themselves stay thirty days."""

from __future__ import annotations

from datetime import timedelta

from app.models.clock import instant
from app.services.desk import Desk
from app.services.undoing import Offer, offers_since

KIND = "bilan.retirer"
UNDOABLE_FOR = timedelta(days=30)


def removals(desk: Desk, *, school_id: str) -> tuple[Offer, ...]:
    """The removals that can be undone, the latest first."""
    since = instant(desk.clock() - UNDOABLE_FOR)
    return offers_since(desk, school_id=school_id, kind=KIND, since=since)

"""What an officer looks at in a copy is told to its director: that it was opened, that a cause was looked for; no more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, select

from app.models.clock import is_within
from app.models.states import Role
from app.models.support import ReadFields, Reading
from app.models.tables import Row, support_grants
from app.services.desk import Desk
from app.services.records.journal import submit_in
from app.services.vault.tables import links, officer_schools

ONE_OPENING = timedelta(hours=1)
"""Within it, coming back to the copy is the same opening."""


def note_reading(desk: Desk, *, school_id: str, what: Reading) -> bool:
    """Note it, on an officer's PC; on the school's own, nothing. Returns whether it was noted."""
    with desk.vault.read() as connection:
        found = own_grant(connection, school_id)
    if found is None or (what is Reading.OPENING and _just_opened(found, desk)):
        return False
    with desk.vault.write() as connection:
        fields = ReadFields(grant_id=found["id"], what=what, at=desk.now())
        submit_in(connection, desk, school_id=school_id, kind="assistance.consulter", fields=fields)
    return True


def own_grant(connection: Connection, school_id: str) -> Row | None:
    """The grant by which this PC has a copy of the school; None elsewhere."""
    mine = select(links.c.role).where(links.c.school_id == school_id)
    if connection.execute(mine).scalar() != Role.SUPPORT:
        return None
    statement = (
        select(support_grants)
        .join(officer_schools, officer_schools.c.grant_id == support_grants.c.id)
        .where(support_grants.c.school_id == school_id, officer_schools.c.school_id == school_id)
    )
    row = connection.execute(statement).mappings().first()
    return dict(row) if row is not None else None


def _just_opened(found: Row, desk: Desk) -> bool:
    return found["read_at"] is not None and is_within(found["read_at"], desk.clock(), ONE_OPENING)

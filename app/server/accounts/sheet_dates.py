"""« Prolonger » and its undoing: the server moves the end of secrets that still wait for their guardian."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, select, update

from app.models.clock import Clock, instant, later
from app.models.states import SheetStatus
from app.models.tables import Row
from app.server.tables import provisional_secrets
from app.services.records.rows import SchoolRows

Patch = tuple[str, str, Row]


def prolong(
    connection: Connection, rows: SchoolRows, sheet_ids: Sequence[str], *, life: timedelta, clock: Clock
) -> list[Patch]:
    """Give sheets that were neither used nor ended a whole life from now; none gets a shorter one."""
    secrets = provisional_secrets
    ends = later(instant(clock()), life)
    patches: list[Patch] = []
    for sheet_id in dict.fromkeys(sheet_ids):
        mine = (secrets.c.id == sheet_id, secrets.c.school_id == rows.school_id)
        waits = (secrets.c.used_at.is_(None), secrets.c.voided_at.is_(None), secrets.c.expires_at < ends)
        found = connection.execute(select(secrets.c.id).where(*mine, *waits)).first()
        if found is None or rows.get("sheets", sheet_id) is None:
            continue
        connection.execute(update(secrets).where(*mine).values(expires_at=ends))
        patches.append(("sheets", sheet_id, {"expires_at": ends, "status": SheetStatus.KNOWN.value}))
    return patches


def follow(connection: Connection, rows: SchoolRows, *, mark: int) -> None:
    """Give secrets the ends that an undoing has given their sheets back since ``mark``."""
    secrets = provisional_secrets
    for change in rows.changes(mark):
        if (
            change.table != "sheets"
            or change.before is None
            or change.before["expires_at"] == change.after["expires_at"]
        ):
            continue
        connection.execute(
            update(secrets)
            .where(
                secrets.c.id == change.row_id, secrets.c.school_id == rows.school_id, secrets.c.used_at.is_(None),
                secrets.c.voided_at.is_(None),
            )
            .values(expires_at=change.after["expires_at"])
        )  # fmt: skip

"""Acts too large for one request: their parts wait here until the envelope comes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from app.models.errors import Refused
from app.models.wire import WirePart
from app.server.tables import act_parts

MISSING = "parts_missing"
MAX_PARTS_WAITING = 1024
"""At 128 KiB a part: 128 MiB for one school, far above the import of its largest."""


def store(connection: Connection, school_id: str, parts: Sequence[WirePart]) -> None:
    """Keep the parts of a request; a part sent twice is kept once.

    Where a school leaves too much unfinished, the parts of other acts go: a PC that still wants them is told that they
    are missing, and sends them again. Raises Refused for an act that is too large by itself.
    """
    if not parts:
        return
    if _waiting(connection, school_id) + len(parts) > MAX_PARTS_WAITING:
        wanted = {part.act_id for part in parts}
        connection.execute(
            delete(act_parts).where(act_parts.c.school_id == school_id, act_parts.c.act_id.not_in(wanted))
        )
        if _waiting(connection, school_id) + len(parts) > MAX_PARTS_WAITING:
            raise Refused("too_many_parts", "Cet envoi est trop grand pour le serveur. Contactez l’assistance.")
    for part in parts:
        here = (act_parts.c.school_id == school_id, act_parts.c.act_id == part.act_id, act_parts.c.part == part.part)
        connection.execute(delete(act_parts).where(*here))
        connection.execute(insert(act_parts).values(school_id=school_id, **part.model_dump()))


def _waiting(connection: Connection, school_id: str) -> int:
    return connection.execute(select(func.count()).where(act_parts.c.school_id == school_id)).scalar_one()


def join(connection: Connection, school_id: str, act_id: str, total: int) -> str | None:
    """The whole text of an act's payload, or None where a part is missing."""
    statement = (
        select(act_parts.c.part, act_parts.c.data)
        .where(act_parts.c.school_id == school_id, act_parts.c.act_id == act_id, act_parts.c.total == total)
        .order_by(act_parts.c.part)
    )
    found = connection.execute(statement).all()
    if total == 0 or [part for part, _ in found] != list(range(total)):
        return None
    return "".join(data for _, data in found)


def forget(connection: Connection, school_id: str, act_id: str) -> None:
    """Drop the parts of an act that was judged."""
    connection.execute(delete(act_parts).where(act_parts.c.school_id == school_id, act_parts.c.act_id == act_id))

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
    """Keep the parts of a request; a part sent twice is kept once. Raises Refused when a school sends without end."""
    if not parts:
        return
    waiting = connection.execute(select(func.count()).where(act_parts.c.school_id == school_id)).scalar_one()
    if waiting + len(parts) > MAX_PARTS_WAITING:
        raise Refused("too_many_parts", "Trop d’envois inachevés pour cette école. Contactez l’assistance.")
    for part in parts:
        here = (act_parts.c.school_id == school_id, act_parts.c.act_id == part.act_id, act_parts.c.part == part.part)
        connection.execute(delete(act_parts).where(*here))
        connection.execute(insert(act_parts).values(school_id=school_id, **part.model_dump()))


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

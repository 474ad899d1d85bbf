"""A person erased in a school is erased too in those that have joined it: their closed records still tell of her."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.models.acts_erasure import ErasedPerson, EraseFields
from app.models.tables import schools
from app.server.sync.exchange import SyncService
from app.services.records.erased import Erased
from app.services.records.rows import SchoolRows

FOLLOWER = "Préau (école réunie)"
"""Who signs the erasures that follow another one."""


def follow_erasures(service: SyncService) -> int:
    """Erase in each closed school whom the school that it has joined has erased; returns how many people."""
    count = 0
    with service.database.read() as connection:
        joined = _joined(connection)
    for closed_id, into_id in joined:
        with service.database.read() as connection:
            people = _left_behind(SchoolRows(connection, closed_id), SchoolRows(connection, into_id))
        count += len(people)
        if people:
            fields = EraseFields(people=tuple(people), why="asked")
            service.by_server(school_id=closed_id, author=FOLLOWER, kind="personne.effacer", fields=fields)
    return count


def _joined(connection: Connection) -> list[tuple[str, str]]:
    """(closed school, the one that it has joined)."""
    closed = select(schools.c.id, schools.c.uai_history).where(schools.c.uai.is_(None)).order_by(schools.c.id)
    found = ((school_id, (history or [{}])[-1].get("into_id")) for school_id, history in connection.execute(closed))
    return [(school_id, into_id) for school_id, into_id in found if into_id]


def _left_behind(closed: SchoolRows, into: SchoolRows) -> list[ErasedPerson]:
    known = Erased(closed)
    gone = [(row, row_id) for row in into.all("erasures") for row_id in (row["id"], *_former_ids(into, row["id"]))]
    return [
        ErasedPerson(table=row["record_table"], id=row_id, mark=row["mark"])
        for row, row_id in gone
        if closed.get(row["record_table"], row_id) is not None and not known.record(row_id)
    ]


def _former_ids(rows: SchoolRows, row_id: str) -> list[str]:
    return [alias["id"] for alias in rows.where("aliases", target_id=row_id)]

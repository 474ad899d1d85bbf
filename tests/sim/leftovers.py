"""Everything that a replica holds, as one text, to look for what must be nowhere."""

from __future__ import annotations

import json

from sqlalchemy import Connection, MetaData, select

from app.models.names import fold
from app.models.tables import metadata as school_metadata
from app.server.tables import metadata as server_metadata
from app.services.vault.tables import metadata as desk_metadata
from tests.sim.world import Pc, SeenServer


def places(server: SeenServer, pcs: list[Pc], word: str) -> list[str]:
    """« server.acts », « pc0.guardians »: where a word stands, however it is written."""
    found = []
    with server.database.read() as connection:
        found += [f"server.{one}" for one in _tables_with(connection, (school_metadata, server_metadata), word)]
    for pc in pcs:
        with pc.desk.vault.read() as connection:
            found += [f"{pc.name}.{one}" for one in _tables_with(connection, (school_metadata, desk_metadata), word)]
    return found


def _tables_with(connection: Connection, parts: tuple[MetaData, ...], word: str) -> list[str]:
    wanted = fold(word)
    found = []
    for table in (table for part in parts for table in part.sorted_tables):
        rows = [dict(row) for row in connection.execute(select(table)).mappings()]
        if wanted in fold(json.dumps(rows, ensure_ascii=False, default=str)):
            found.append(table.name)
    return found

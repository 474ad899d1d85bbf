"""Two schools become one: the rows of the closing school go into the feed of the other (docs/adr/0016-uniting-schools.md).

What has a record in both is found by the importer's own rules; the record of the receiving school stands, the other id
becomes an alias. Access is never widened: of two decisions the stricter one holds. In one transaction, both schools locked.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from app.models.clock import Clock, instant
from app.models.errors import Refused
from app.models.tables import Row
from app.server.accounts import doors
from app.server.accounts.guardian_index import GuardianIndex
from app.server.database import Database
from app.server.documents.stores import Documents
from app.server.operating import moving
from app.server.operating.admin import school_id_of
from app.server.operating.closing import end_access, end_rows
from app.server.operating.uniting_rows import Union
from app.server.sync import heads, inbound
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class United:
    """What goes over. ``known`` ones had a record in both schools, ``twice`` keep two accounts that were both used."""

    uai_from: str
    uai_into: str
    name_from: str
    name_into: str
    pupils: int
    pupils_known: int
    guardians: int
    guardians_known: int
    twice: int
    sheets: int
    requests: int
    devices: int
    devices_behind: int
    """PCs of the closing school that have not synchronised today: what they have not sent is lost."""


class _OnlyAsked(Exception):
    """Takes everything back."""


def unite_schools(
    database: Database,
    *,
    uai_from: str,
    uai_into: str,
    index: GuardianIndex,
    documents: Documents,
    clock: Clock,
    dry_run: bool,
) -> United:
    """Move everything of one school into another and close it. Raises NotFound, Refused ``same_school``.

    ``dry_run`` does all of it, says what it came to, and takes it back.
    """
    found: list[United] = []
    with suppress(_OnlyAsked), database.write() as connection:
        ids = school_id_of(connection, uai_from), school_id_of(connection, uai_into)
        if ids[0] == ids[1]:
            raise Refused("same_school", "Ce sont deux fois la même école.")
        locked = {school_id: heads.lock(connection, school_id) for school_id in sorted(ids)}
        source, target = (SchoolRows(connection, school_id) for school_id in ids)
        now = instant(clock())
        for rows in (source, target):
            inbound.fold(connection, rows, at=now)
        found.append(_unite(connection, source, target, now, clock))
        index.follow(connection, target)
        for rows in (source, target):
            head = locked[rows.school_id]
            rows.flush(next_seq=head.next)
            heads.save(connection, head)
        if dry_run:
            raise _OnlyAsked
        _copy_documents(documents, source, target)
    return found[0]


def _unite(connection: Connection, source: SchoolRows, target: SchoolRows, now: str, clock: Clock) -> United:
    """The rows first, then what the portal holds by school, then the end of the closing school."""
    into = target.need("schools", target.school_id)
    closing = source.need("schools", source.school_id)
    devices = [row for row in source.all("devices") if row["revoked_at"] is None]
    mark = target.mark()
    union = Union(connection, source, target, now)
    union.copy()
    for table, row_id, values in doors.close_doors(connection, target, mark=mark, clock=clock):
        target.change(table, row_id, **values)
    moving.move_portal(connection, union)
    target.change("schools", into["id"], uai_history=_history(into, closing, now))
    counts = union.counts()
    end_rows(source, now, 0, into=into["uai"], into_id=into["id"])
    end_access(connection, source.school_id, now)
    return United(
        uai_from=closing["uai"], uai_into=into["uai"], name_from=closing["name"], name_into=into["name"], **counts,
        devices=len(devices), devices_behind=sum(row["last_seen_on"] != now[:10] for row in devices),
    )  # fmt: skip


def _copy_documents(documents: Documents, source: SchoolRows, target: SchoolRows) -> None:
    """Before the rows that name them are there for anybody; what is copied in vain is forgotten like any unnamed one."""
    here, there = documents.of(source.school_id), documents.of(target.school_id)
    for name in sorted(
        {row["document"] for row in source.all("reports") if row["stored_at"] and not row["removed_at"]}
    ):
        if here.has(name) and not there.has(name):
            there.put(here.get(name))


def _history(into: Row, closing: Row, now: str) -> list[Row]:
    """The receiving school remembers under which numbers its pupils were."""
    past = [*(into["uai_history"] or []), *(closing["uai_history"] or [])]
    return [*past, {"uai": closing["uai"], "until": now[:10], "name": closing["name"]}]

"""The livret's documents when their time is over: out of the livret by an act, and out of the store thirty days later."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.models.acts_reports import Removal, RemoveReportsFields
from app.models.clock import instant
from app.models.tables import reports
from app.server.operating.leaving import KEEPER
from app.server.sync import heads
from app.server.sync.exchange import SyncService
from app.services.documents.named import wanted
from app.services.records.rows import SchoolRows
from app.services.records.traces import units
from app.services.reports.visibility import is_over

AT_ONCE = 500
RETIRE = "bilan.retirer"
AGAIN_AFTER = timedelta(days=30)
"""What a director has put back stays so long: time to print it, or to hand it out."""
ARRIVING = timedelta(days=1)
"""A document that has just come may be named by a row that was not read yet."""


def retire(service: SyncService, before: str, for_good: bool) -> int:
    """Take what is past its time out of the livrets, an act a school, so that it can be undone; returns how many.

    The day is that of each document (``kept_until``), not ``before``: families and schools were told it long ago.
    """
    today, count = service.clock().date(), 0
    for school_id in _schools(service):
        with service.database.read() as connection:
            rows = SchoolRows(connection, school_id).all("reports")
            kept = _put_back(SchoolRows(connection, school_id), since=instant(service.clock() - AGAIN_AFTER))
        over = [
            row["id"]
            for row in rows
            if row["removed_at"] is None and row["id"] not in kept and is_over(row, today=today)
        ]
        count += len(over)
        for start in range(0, len(over) if for_good else 0, AT_ONCE):
            some = tuple(over[start : start + AT_ONCE])
            fields = RemoveReportsFields(report_ids=some, why=Removal.KEPT_LONG_ENOUGH)
            service.by_server(school_id=school_id, author=KEEPER, kind=RETIRE, fields=fields)
    return count


def _put_back(rows: SchoolRows, *, since: str) -> set[str]:
    """The documents whose removal a director has undone not long ago."""
    undone = [trace for trace in rows.where("traces", kind=RETIRE) if (trace["undone_at"] or "") >= since]
    return {unit.row_id for trace in undone for unit in units(trace)}


def forget_documents(service: SyncService, before: str, for_good: bool) -> int:
    """Delete the documents that nothing names any more; returns how many files. Counts nothing without « for good »."""
    count = 0
    for school_id in _schools(service) if service.documents is not None and for_good else ():
        assert service.documents is not None
        with service.database.read() as connection:
            names = wanted(SchoolRows(connection, school_id), now=service.clock())
        untouched = (service.clock() - ARRIVING).timestamp()
        count += service.documents.of(school_id).keep_only(names, untouched_since=untouched)
    return count


def find_lost(service: SyncService) -> int:
    """After a restore: note which documents the store has not, so that a PC sends them again; returns how many."""
    count = 0
    for school_id in _schools(service) if service.documents is not None else ():
        assert service.documents is not None
        store = service.documents.of(school_id)
        with service.database.write() as connection:
            head = heads.lock(connection, school_id)
            rows = SchoolRows(connection, school_id)
            lost = [row for row in rows.all("reports") if row["stored_at"] and not store.has(row["document"])]
            for row in lost:
                rows.change("reports", row["id"], stored_at=None)
            rows.flush(next_seq=head.next)
            heads.save(connection, head)
        count += len(lost)
    return count


def _schools(service: SyncService) -> list[str]:
    with service.database.read() as connection:
        return sorted(connection.execute(select(reports.c.school_id).distinct()).scalars())

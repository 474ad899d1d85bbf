"""What happens to the livret's documents: the same on every replica, whoever arrives first (lsu.md, DESIGN « Documents »).

A pupil's livret has one document a place (a period of a year, the end of a cycle, a certificate). Two PCs that import
the same place while offline end with one row: the later of two LSU locks stands, else what arrives last; the other is
told on « À revoir ». Documents are never lost: the store keeps what a row no longer names for thirty days.
"""

from __future__ import annotations

from app.models.acts_reports import (
    ImportReportsFields,
    LockReportsFields,
    PublishReportsFields,
    RemindFields,
    RemoveReportsFields,
    ReportLine,
)
from app.models.errors import Refused
from app.models.report_content import ReportKind
from app.models.tables import Row
from app.services.records.conflicts import Clash, add_event, put_clash
from app.services.records.rows import SchoolRows, Stamp

Place = tuple[object, ...]


def import_reports(fields: ImportReportsFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``bilan.importer``. A pupil who is not here is passed over. Raises Refused where none is."""
    rows.expect(len(fields.reports), "pupils", "reports")
    standing = {place_of(row): row for row in rows.all("reports")}
    known = [(line, pupil) for line in fields.reports if (pupil := rows.get("pupils", line.pupil_id)) is not None]
    if not known:
        raise Refused("no_pupil_known", "Aucun de ces élèves n’est (ou n’est plus) dans les dossiers de l’école.")
    for line, pupil in known:
        line = line.model_copy(update={"pupil_id": pupil["id"]})
        values = _values(line, fields, stamp)
        present = standing.get(line.place)
        if present is None:
            standing[line.place] = rows.add("reports", line.report_id, **values)
        else:
            rows.alias("reports", line.report_id, present["id"])
            standing[line.place] = _replace(line, values, present, rows, stamp)


def lock(fields: LockReportsFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``bilan.verrouiller``. What is locked already keeps its date. Raises Refused where nothing is known."""
    for report in _known(fields.report_ids, rows):
        at = (report["locked_at"] or stamp.at) if fields.locked else None
        rows.change("reports", report["id"], locked_at=at)


def publish(fields: PublishReportsFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``bilan.publier``; the later arrival stands. Raises Refused where nothing is known."""
    for report in _known(fields.report_ids, rows):
        rows.change("reports", report["id"], published_on=fields.on)


def remove(fields: RemoveReportsFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``bilan.retirer``. Raises Refused where nothing is known."""
    for report in _known(fields.report_ids, rows):
        if report["removed_at"] is None:
            rows.change("reports", report["id"], removed_at=stamp.at, removed_why=fields.why.value)


def remind(fields: RemindFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``bilan.relancer``: noted in each account's story; the server writes to them."""
    for account_id in sorted({line.account_id for line in fields.reminders}):
        account = rows.get("accounts", account_id)
        if account is not None:
            count = sum(line.account_id == account_id for line in fields.reminders)
            add_event(
                rows, stamp, kind="report_reminder", account_id=account["id"], guardian_id=account["guardian_id"],
                count=count,
            )  # fmt: skip


def _values(line: ReportLine, fields: ImportReportsFields, stamp: Stamp) -> Row:
    data = line.model_dump(mode="json", exclude={"report_id", "seen"})
    return {
        **data, "flags": data["flags"] or None, "source": fields.source.value, "imported_at": stamp.at,
        "author": stamp.author, "removed_at": None, "removed_why": None,
    }  # fmt: skip


def _replace(line: ReportLine, values: Row, present: Row, rows: SchoolRows, stamp: Stamp) -> Row:
    """Put a document in the place of another; the day of publication stays, and families are to read it again."""
    gone = present["removed_at"] is not None
    if line.document == present["document"] and not gone:
        return rows.change(
            "reports", present["id"], locked_at=max(present["locked_at"] or "", line.locked_at or "") or None
        )
    surprised = line.seen != present["document"] and not gone
    if surprised and _is_older(line, present):
        _tell(present, line.document, rows, stamp, kept=present["document"], author=stamp.author)
        return present
    if surprised:
        _tell(present, present["document"], rows, stamp, kept=line.document, author=present["author"])
    version = present["version"] + (line.document != present["document"])
    return rows.change("reports", present["id"], **values, version=version, stored_at=None)


def _is_older(line: ReportLine, present: Row) -> bool:
    return bool(line.locked_at and present["locked_at"] and line.locked_at < present["locked_at"])


def _tell(present: Row, lost: str, rows: SchoolRows, stamp: Stamp, *, kept: str, author: str | None) -> None:
    """Two people imported different documents for one place."""
    other = present["author"] if author == stamp.author else stamp.author
    clash = Clash("reports", present["id"], "document", kept, lost, kept_author=other, lost_author=author)
    put_clash(rows, stamp, clash)


def place_of(row: Row) -> Place:
    """What a stored document is in its pupil's livret (like ``ReportLine.place``)."""
    match ReportKind(row["kind"]):
        case ReportKind.PERIODIC:
            return row["pupil_id"], row["kind"], row["year"], row["period_index"], row["period_count"]
        case ReportKind.CYCLE:
            return row["pupil_id"], row["kind"], row["cycle"]
        case ReportKind.CERTIFICATE:
            return row["pupil_id"], row["kind"], row["certificate"]


def _known(report_ids: tuple[str, ...], rows: SchoolRows) -> list[Row]:
    """The reports that are in the records, each once. Raises Refused where none is."""
    rows.expect(len(report_ids), "reports")
    found = {row["id"]: row for report_id in report_ids if (row := rows.get("reports", report_id)) is not None}
    if not found:
        raise Refused("no_report_known", "Aucun de ces bilans n’est (ou n’est plus) dans les dossiers de l’école.")
    return list(found.values())

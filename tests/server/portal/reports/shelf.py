"""Documents of the household's children, imported, carried and shown as a director would."""

from __future__ import annotations

import base64
import os
from typing import Any

from cryptography.fernet import Fernet

from app.models import report_content as rc
from app.models.acts_reports import (
    ImportReportsFields,
    LockReportsFields,
    PublishReportsFields,
    ReportLine,
    ReportSource,
)
from app.models.ids import id_maker
from app.models.tables import Row
from app.server.documents.stores import Documents
from app.server.outbox.queue import Queue
from app.server.portal.reports.books import Books
from app.server.portal.reports.notices import ReportNotices
from app.services.documents.vault_store import VaultStore
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from tests.server.portal.household import Household

LOCKED = "2026-09-05T10:00:00.000000Z"
TODAY = "2026-09-09"


def content(first_name: str = "Zoé", *, words: str = "Un bon début.", **values: Any) -> rc.PeriodicReport:
    """The bilan of a first period, of the household's own school and class."""
    domains = tuple(rc.Domain(code=code, position=3) for code in ("FRA-RAC", "MAT-RAC", "EPS-RAC"))
    known: dict[str, Any] = {
        "school": rc.SchoolOfReport(uai="0990001N", name="École primaire des Tilleuls"),
        "pupil": rc.PupilOfReport(last_name="Dupont", first_name=first_name, birth_date="2019-03-14"),
        "year": 2026, "cycle": 2, "level": "CE1", "classroom": "CE1 Mme Aubrac", "teachers": ("Mme Aubrac",),
        "director": "Hélène Rouvière",
        "period": rc.Period(index=1, count=3, starts_on="2026-09-01", ends_on="2026-12-18"), "domains": domains,
        "general": words,
    }  # fmt: skip
    return rc.PeriodicReport(**{**known, **values})


def pupil(home: Household, first_name: str) -> Row:
    with home.desk.desk.vault.read() as connection:
        rows = SchoolRows(connection, home.desk.school_id).all("pupils")
    return next(row for row in rows if row["first_name"] == first_name)


def bring(home: Household, document: bytes, first_name: str = "Zoé", **values: Any) -> str:
    """Import one document, unlocked and unpublished unless said; returns the id of its row once it is with the server."""
    desk = home.desk.desk
    name = VaultStore(desk.vault, desk.clock).put(document)
    known: dict[str, Any] = {
        "kind": rc.ReportKind.PERIODIC, "year": 2026, "cycle": 2, "level": "CE1", "period_index": 1, "period_count": 3,
        "format": rc.DocumentFormat.CONTENT,
    }  # fmt: skip
    line = ReportLine(
        report_id=desk.new_id(), pupil_id=pupil(home, first_name)["id"], document=name, size=len(document),
        **{**known, **values},
    )  # fmt: skip
    submit(
        desk, school_id=home.desk.school_id, kind="bilan.importer",
        fields=ImportReportsFields(source=ReportSource.XML, reports=(line,)),
    )  # fmt: skip
    with desk.vault.read() as connection:
        return SchoolRows(connection, home.desk.school_id).resolve(line.report_id)


def show(home: Household, *report_ids: str, on: str | None = TODAY) -> None:
    """Lock, publish on a day, and let the server know."""
    desk, school_id = home.desk.desk, home.desk.school_id
    submit(
        desk,
        school_id=school_id,
        kind="bilan.verrouiller",
        fields=LockReportsFields(report_ids=report_ids, locked=True),
    )
    submit(desk, school_id=school_id, kind="bilan.publier", fields=PublishReportsFields(report_ids=report_ids, on=on))
    home.desk.sync()


def published(home: Household, words: str = "Un bon début.", first_name: str = "Zoé", **values: Any) -> str:
    """A content that families see today; returns the id of its row."""
    report_id = bring(home, rc.canonical(content(first_name, words=words)), first_name, **values)
    show(home, report_id)
    return report_id


def receipts(home: Household) -> list[Row]:
    """What the director sees after a synchronisation."""
    home.desk.sync()
    with home.desk.desk.vault.read() as connection:
        return SchoolRows(connection, home.desk.school_id).all("receipts")


def notices(home: Household) -> ReportNotices:
    """What the server asks each minute, to be asked now."""
    settings = home.server.settings
    cipher = Fernet(base64.urlsafe_b64encode(settings.key("outbox")))
    documents = Documents(settings.documents_folder(), settings.key("documents"))
    return ReportNotices(
        home.server.database, home.clock, id_maker(home.clock, os.urandom), Queue(cipher, home.clock),
        Books(documents, home.clock), home.server.url,
    )  # fmt: skip

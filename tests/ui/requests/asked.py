"""Requests as a synchronisation leaves them, for the windows' tests and the pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.models.acts_requests import RequestKind
from app.models.clock import instant, later
from app.models.tables import Row
from app.services.records.rows import SchoolRows
from tests.ui.desk_stage import NOW, StandIn

PORTAL = "https://portail.exemple.fr"


def ask(stage: StandIn) -> dict[str, Row]:
    """One request of each kind: {name: its guardian's account}. The first guardian is closed by wrong dates."""
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        rows.change("schools", stage.school_id, portal_url=PORTAL)
        accounts = sorted((row for row in rows.all("accounts") if _children(rows, row)), key=lambda row: str(row["id"]))
        closed, lost, proposing, other = accounts[:4]
        rows.change("accounts", closed["id"], state="notified", block="birth_date_tries", login="c.losed")
        rows.change("guardians", closed["guardian_id"], email="connue@example.org")
        rows.change("accounts", lost["id"], state="notified", login="l.ost")
        _help(rows, "closed", closed, days=3, step="birth_date", words="Je suis sûre de la date, c’est le 4 mars.")
        _help(rows, "nobody", None, days=1, step="create", words="", last_name="Durant", first_name="Sophie")
        _add(
            rows, "correction", RequestKind.CORRECTION, proposing, days=2,
            detail={"field": "mobile", "value": "06 39 98 12 34"},
        )  # fmt: skip
        _add(rows, "not_guardian", RequestKind.NOT_GUARDIAN, other, days=0, pupil_id=_children(rows, other)[0])
        _add(
            rows, "merge", RequestKind.MERGE, other, days=5, status="answered",
            detail={"former": "a.ncien", "login": "n.ouveau", "until": later(instant(NOW), timedelta(days=25))},
        )  # fmt: skip
        rows.flush()
    return {"closed": closed, "lost": lost, "proposing": proposing, "other": other}


def _children(rows: SchoolRows, account: Row) -> list[str]:
    links = rows.where("responsibilities", guardian_id=account["guardian_id"])
    return [str(link["pupil_id"]) for link in links if link["ended_on"] is None]


def _help(rows: SchoolRows, row_id: str, account: Row | None, *, days: int, **detail: str) -> None:
    guardian = rows.need("guardians", account["guardian_id"]) if account else None
    pupil = rows.need("pupils", _children(rows, account)[0] if account else rows.all("pupils")[3]["id"])
    typed = {
        "last_name": guardian["last_name"].title() if guardian else "",
        "first_name": guardian["first_name"] if guardian else "",
        "child_last_name": pupil["last_name"], "child_first_name": pupil["first_name"], "mobile": "06 39 98 77 77", **detail,
    }  # fmt: skip
    pupil_id = pupil["id"]
    _add(
        rows, row_id, RequestKind.HELP, account, days=days, detail=typed, reference="K7R3HNPX2", pupil_id=pupil_id
    )  # fmt: skip


def _add(rows: SchoolRows, row_id: str, kind: RequestKind, account: Row | None, *, days: int, **values: Any) -> None:
    rows.add(
        "requests", row_id, at=instant(NOW - timedelta(days=days)), kind=kind.value,
        account_id=account["id"] if account else None, guardian_id=account["guardian_id"] if account else None,
        **{"status": "open", **values},
    )  # fmt: skip

"""One guardian whom nothing stops but that nobody has notified him: each test changes one thing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from app.models.clock import instant
from app.models.tables import Row
from app.services.desk import Desk
from app.services.diagnosis.diagnose import Diagnosis, diagnosis
from app.services.diagnosis.facts import Line, SchoolFacts
from app.services.records.rows import SchoolRows
from tests.services.sheet_cast import NOON, SCHOOL, Cast

NOW = instant(NOON)


def ago(days: float) -> str:
    """An instant so many days before now."""
    return instant(NOON - timedelta(days=days))


LINKED = Line(linked=True, last_success_at=NOW, last_import_at=ago(30))


class Scene:
    """Marc, father of Zoé in CE1, with a mobile and a mail address; nothing is written to the vault."""

    def __init__(self, rows: SchoolRows) -> None:
        self.rows, self.cast, self.line = rows, Cast(rows), LINKED
        self.cast.school()
        self.room = self.cast.classroom("CE1 Mme Aubrac")
        self.zoe = self.child("Zoé DUPONT", level="CE1")
        self.marc = self.cast.guardian("M. Marc DUPONT", self.zoe, login="m.dupont")
        self.guardian(mobile="06 39 98 01 01", email="m.dupont@exemple.fr")

    def child(self, name: str, *, level: str = "CE1", **values: Any) -> str:
        """A pupil with an INE, in the class."""
        pupil = self.cast.pupil(name, self.room)
        self.pupil(pupil, ine="123456789AB", **values)
        self.enrol(pupil, level=level)
        return pupil

    def pupil(self, pupil_id: str, **values: Any) -> None:
        self.rows.change("pupils", pupil_id, **values)

    def enrol(self, pupil_id: str, **values: Any) -> None:
        [row] = self.rows.where("enrolments", pupil_id=pupil_id)
        self.rows.change("enrolments", row["id"], **values)

    def guardian(self, account_id: str | None = None, **values: Any) -> None:
        account = self.rows.need("accounts", account_id or self.marc)
        self.rows.change("guardians", account["guardian_id"], **values)

    def account(self, **values: Any) -> None:
        self.rows.change("accounts", self.marc, **values)

    def school(self, **values: Any) -> None:
        self.rows.change("schools", SCHOOL, **values)

    def link(self, pupil_id: str | None = None, **values: Any) -> None:
        [row] = self.rows.where("responsibilities", pupil_id=pupil_id or self.zoe)
        self.rows.change("responsibilities", row["id"], **values)

    def follow(self, pupil_id: str, account_id: str | None = None) -> None:
        guardian_id = self.rows.need("accounts", account_id or self.marc)["guardian_id"]
        self.rows.add(
            "responsibilities",
            f"tie-{pupil_id}-{guardian_id}",
            pupil_id=pupil_id,
            guardian_id=guardian_id,
            access="full",
        )

    def event(self, kind: str, *, days: float = 1, **detail: Any) -> None:
        self.rows.add("events", f"event-{kind}-{days}-{len(self.rows.all('events'))}", account_id=self.marc,
                      at=ago(days), kind=kind, detail=detail or None)  # fmt: skip

    def tried(self, reason: str, *, days: float = 1, tries: int = 1) -> None:
        self.event("portal_failed_try", days=days, reason=reason, tries=tries)

    def sheet(self, status: str, *, days: float = 5, **values: Any) -> None:
        """A sheet printed so many days ago, valid until December unless told otherwise."""
        known = {"expires_at": ago(-85), "accepted_at": ago(days - 0.1)} if status != "printed" else {}
        row: Row = {
            "batch_id": "batch-1", "account_id": self.marc, "guardian_id": "g", "number": 1, "total": 1, "letter": "C01",
            "login": "m.dupont", "printed_at": ago(days), "status": status, **known, **values,
        }  # fmt: skip
        self.rows.add("sheets", f"sheet-{days}", **row)
        self.account(state="notified", origin="school")

    def mail(self, letter: str, state: str, *, days: float = 2, state_of_account: str = "notified") -> None:
        self.rows.add("deliveries", f"mail-{days}", account_id=self.marc, letter=letter, address="m.dupont@exemple.fr",
                      state=state, at=ago(days), asked_at=ago(days), known_at=ago(days))  # fmt: skip
        self.account(state=state_of_account, origin="school")

    def request(self, kind: str, status: str = "open") -> None:
        self.rows.add("requests", f"request-{kind}", at=ago(1), kind=kind, account_id=self.marc, status=status)

    def report(self, **values: Any) -> None:
        known: Row = {"pupil_id": self.zoe, "kind": "periodic", "year": 2026, "cycle": 2, "level": "CE1", "format": "pdf",
                      "document": "d", "size": 1, "source": "pdf", "imported_at": ago(1), "period_index": 1}  # fmt: skip
        self.rows.add("reports", "report-1", **{**known, **values})

    def diagnosis(self) -> Diagnosis:
        """Of Marc, read by itself and with the whole school: both say the same."""
        account = self.rows.need("accounts", self.marc)
        alone, whole = (
            diagnosis(SchoolFacts(self.rows, NOW, self.line, whole=whole).of(account)) for whole in (False, True)
        )
        assert alone == whole
        return whole

    def codes(self) -> set[str]:
        return {cause.code for cause in self.diagnosis().causes}


@contextmanager
def scene(desk: Desk) -> Iterator[Scene]:
    """A scene of its own; it leaves nothing."""
    with desk.vault.read() as connection:
        yield Scene(SchoolRows(connection, SCHOOL))

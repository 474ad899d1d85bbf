"""What the assistance leaves in a vault, for the windows' tests: an officer known, a grant, a proposal; an officer's PC."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from app.models.clock import instant
from app.models.ids import uuid7
from app.models.support import SchoolCounts
from app.models.tables import Row
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from app.services.support import grants
from app.services.vault.tables import officer, officer_schools
from app.services.vault.vault import create_vault
from tests.ui.desk_stage import NOW, StandIn

OFFICER = "01a08677-0000-7000-8000-0000000e4001"


def know(stage: StandIn, name: str = "Mme Agnès Martin (ERUN)") -> None:
    """The server has told the school of an officer of its circonscription."""
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        rows.add("support_officers", OFFICER, name=name, way="circonscription", since=instant(NOW))
        rows.flush()


def let_in(stage: StandIn) -> str:
    """The school is open to her, and she has looked."""
    grant_id = grants.grant(stage.desk, school_id=stage.school_id, officer_id=OFFICER).grant_id
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        rows.change(
            "support_grants", grant_id, openings=2, diagnoses=5, read_at=instant(NOW), read_what="diagnosis"
        )  # fmt: skip
        rows.flush()
    return grant_id


def propose(stage: StandIn, grant_id: str, *, email: str = "nouvelle@exemple.fr") -> tuple[str, str]:
    """She proposes another address for a guardian: (proposal's id, guardian's id)."""
    proposal_id = uuid7(NOW, random.Random(3).randbytes)
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        guardian = sorted(rows.all("guardians"), key=lambda row: str(row["id"]))[0]
        changes = {"email": [guardian["email"], email]}
        rows.add(
            "proposals", proposal_id, grant_id=grant_id, officer_id=OFFICER, officer_name="Mme Agnès Martin (ERUN)",
            at=instant(NOW), kind="responsable.corriger", fields={"record_id": guardian["id"], "changes": changes},
            reason="Le parent me l’a épelée au téléphone.", guardian_id=guardian["id"], status="open",
        )  # fmt: skip
        rows.flush()
    return proposal_id, guardian["id"]


def stand_twice(stage: StandIn, *, email: str) -> list[Row]:
    """Two accounts of one guardian: the second record is another's, written over with the first one's name and number."""
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        accounts = sorted(rows.all("accounts"), key=lambda row: str(row["id"]))
        one, other = accounts[0], accounts[9]
        source = rows.need("guardians", one["guardian_id"])
        rows.change("guardians", one["guardian_id"], mobile="06 39 98 01 01", email=None)
        rows.change(
            "guardians", other["guardian_id"], civility=source["civility"], last_name=source["last_name"].upper(),
            first_name=f"{source['first_name']}-Louise", usage_name=None, mobile="+33639980101",
            email=email, address=source["address"], postal_code=source["postal_code"],
        )  # fmt: skip
        for account in (one, other):
            rows.change("accounts", account["id"], state="not_notified", block=None)
        rows.flush()
    return [one, other]


@contextmanager
def officer_stage(folder: Path, *, schools: int = 12) -> Iterator[StandIn]:
    """An officer's PC with the counts of some schools, the second of which is open to her."""
    generator = random.Random(11)
    with create_vault(folder / "erun.preau", key=bytes(32)) as vault:
        desk = Desk(vault, lambda: NOW, random.Random(7).randbytes)
        now = instant(NOW)
        with vault.write() as connection:
            connection.execute(insert(officer).values(
                id=OFFICER, name="Mme Agnès Martin", server_url="http://127.0.0.1:9", device_id="pc", seen_at=now,
                last_success_at=now,
            ))  # fmt: skip
            for number in range(schools):
                connection.execute(insert(officer_schools).values(**_school(generator, number)))
        yield StandIn(desk, "")


def _school(generator: random.Random, number: int) -> dict[str, object]:
    count = generator.randrange(90, 480)
    open_to_her = {"grant_id": "g", "granted_until": instant(NOW + timedelta(hours=60))} if number == 1 else {}
    counts = SchoolCounts(
        guardians=count, activated=generator.randrange(count), notified=count, no_mobile=generator.randrange(40),
        duplicates=generator.randrange(6), unread_reports=generator.randrange(60), requests=number % 4,
        oldest_request_at=instant(NOW - timedelta(days=number)) if number % 4 else None,
        last_import_at=instant(NOW - timedelta(days=3 * number)), last_sync_on=f"2026-11-{20 - number % 9:02d}",
    )  # fmt: skip
    return {
        "school_id": f"s{number}", "uai": f"099{number:04d}A", "name": f"École élémentaire {'ABCDEFGHIJKL'[number % 12]}",
        "town": "Valbrune", "counts": counts.model_dump(mode="json"), **open_to_her,
    }  # fmt: skip

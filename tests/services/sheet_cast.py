"""An invented school on a real vault, ready to print: log-ins and the portal's address as a first sync leaves them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.models.tables import Row
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from app.services.vault.vault import create_vault

SCHOOL = "school-1"
PORTAL = "https://portail.exemple.fr"
NOON = datetime(2026, 9, 9, 10, 0, tzinfo=UTC)


@contextmanager
def open_desk(folder: Path, *, seed: int = 1) -> Iterator[Desk]:
    """A desk on a fresh vault, its clock stopped on 9 September 2026, its randomness drawn from ``seed``."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = random.Random(seed)
    with create_vault(folder / f"vault-{seed}.preau", key=bytes(32)) as vault:
        yield Desk(vault, lambda: NOON, generator.randbytes, "Mme Durand")


class Cast:
    """Writes the rows of one school; each method returns the id of what it wrote."""

    def __init__(self, rows: SchoolRows) -> None:
        self.rows = rows
        self._count = 0

    def _id(self, kind: str) -> str:
        self._count += 1
        return f"{kind}-{self._count}"

    def school(self, **values: Any) -> str:
        known: Row = {
            "uai": "0310001H", "name": "École élémentaire Marie Curie", "town": "Toulouse", "postal_code": "31000",
            "address": "1 rue de l’Église", "phone": "05 61 00 00 00", "email": "ce.0310001h@exemple.fr",
            "signatory_title": "La directrice", "signatory_name": "Mme Durand", "timezone": "Europe/Paris",
            "portal_url": PORTAL,
        }  # fmt: skip
        self.rows.add("schools", SCHOOL, **{**known, **values})
        self.rows.add("school_years", "year-2025", label="2025-2026", starts_on="2025-08-01")
        self.rows.add("school_years", "year-2026", label="2026-2027", starts_on="2026-08-01")
        return SCHOOL

    def classroom(self, label: str) -> str:
        found = self.rows.add("classrooms", self._id("class"), year_id="year-2026", label=label)
        return str(found["id"])

    def pupil(self, name: str, classroom: str, *, born: str = "2018-03-04", home: str = "12 rue des Lilas") -> str:
        first, last = name.split(" ", 1)
        pupil = self._id("pupil")
        self.rows.add(
            "pupils", pupil, last_name=last, first_name=first, birth_date=born, address=home, postal_code="31000",
            town="TOULOUSE",
        )  # fmt: skip
        self.rows.add("enrolments", self._id("enrolment"), pupil_id=pupil, year_id="year-2026", classroom_id=classroom)
        return pupil

    def guardian(self, name: str, *pupils: str, home: str = "12 rue des Lilas", **account: Any) -> str:
        """Returns the account's id. ``account`` overrides its columns (login, state…); who has been in chose a password."""
        civility, first, last = name.split(" ", 2)
        guardian, account_id = self._id("guardian"), self._id("account")
        self.rows.add(
            "guardians", guardian, civility=civility, last_name=last, first_name=first, address=home,
            postal_code="31000", town="TOULOUSE", country="FRANCE",
        )  # fmt: skip
        for pupil in pupils:
            self.rows.add("responsibilities", self._id("link"), pupil_id=pupil, guardian_id=guardian, access="full")
        known = {"login": f"{first[0]}.{last}".lower().replace(" ", ""), "state": "not_notified", "origin": "unknown"}
        chosen = account.get("state") in ("active", "activating")
        self.rows.add(
            "accounts", account_id, guardian_id=guardian, **{**known, "password_changed": chosen, **account}
        )  # fmt: skip
        return account_id


@contextmanager
def casting(desk: Desk) -> Iterator[Cast]:
    """Write rows of the school in one transaction, as a sync would."""
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, SCHOOL)
        yield Cast(rows)
        rows.flush()


def read(desk: Desk, table: str) -> list[Row]:
    """All the rows of a table of the school, in the order in which a cast wrote them (a base promises none)."""
    with desk.vault.read() as connection:
        return sorted(SchoolRows(connection, SCHOOL).all(table), key=lambda row: (len(row["id"]), row["id"]))

"""An officer's vault of 40 schools and 15,000 guardians, from the file to the list, beside reading the rows behind it.

Both open the file: SQLCipher makes its key schedule, the cache is cold. « Circonscription » is compared with reading the
rows of its counts; the window as an officer finds it (« Circonscription », then « Responsables » of the school at work)
with reading the rows of the vault. Ours ends copies that are over and lays the lists out to be sorted and searched.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import insert, select

from app.models.clock import instant, later
from app.models.states import Role
from app.models.tables import BY_NAME, Row, new_row
from app.services.accounts import list_accounts
from app.services.desk import Desk
from app.services.records.rows import write_rows
from app.services.support.circonscription import read_circonscription
from app.services.support.copies import sweep
from app.services.vault.tables import links, officer, officer_schools
from app.services.vault.vault import Vault, create_vault, open_vault
from tests.bench.ratio import Ratio, against
from tests.ui.desk_stage import NOW

SCHOOLS, GUARDIANS = 40, 375
FIRST_NAMES = ("Léa", "Marc", "Inès", "Jean-Luc", "Zoé", "Nadia", "Élie", "Anaïs")
LAST_NAMES = tuple(
    f"{stem}{end}" for stem in ("Dupon", "Marti", "Lefeb", "N’Gues") for end in ("t", "ne", "vre", "san")
)
KEY = bytes(32)
ROUNDS = 7
AT_MOST = 2.0
PEOPLE = ("schools", "school_years", "classrooms", "pupils", "enrolments", "guardians", "responsibilities", "accounts")


def measure() -> list[Ratio]:
    """Opening to « Circonscription », and to « Responsables » of one school among the forty."""
    with tempfile.TemporaryDirectory(prefix="preau-bench-") as folder:
        path = Path(folder) / "erun.preau"
        with create_vault(path, key=KEY) as vault:
            _fill(vault)
        assert _counts(path) == SCHOOLS and _people(path) == GUARDIANS
        return [
            against("circonscription: opened to the list", partial(_counts, path), partial(_read, path, ()),
                    at_most=AT_MOST, rounds=ROUNDS, note=f", {SCHOOLS} schools"),
            against("circonscription: opened to one of its schools", partial(_people, path), partial(_read, path, PEOPLE),
                    at_most=AT_MOST, rounds=ROUNDS, note=f", {SCHOOLS * GUARDIANS} guardians"),
        ]  # fmt: skip


def _desk(vault: Vault) -> Desk:
    return Desk(vault, lambda: NOW, random.Random(5).randbytes)


def _counts(path: Path) -> int:
    with open_vault(path, key=KEY) as vault:
        desk = _desk(vault)
        sweep(desk)
        return len(read_circonscription(desk).lines)


def _people(path: Path) -> int:
    with open_vault(path, key=KEY) as vault:
        desk = _desk(vault)
        sweep(desk)
        school_id = read_circonscription(desk).lines[0].school_id
        return len(list_accounts(desk, school_id=school_id).rows)


def _read(path: Path, tables: tuple[str, ...]) -> int:
    """The floor: the rows of the counts, and those of some tables."""
    with open_vault(path, key=KEY) as vault, vault.read() as connection:
        count = len(connection.execute(select(officer_schools)).all())
        return count + sum(len(connection.execute(select(BY_NAME[name])).all()) for name in tables)


def _fill(vault: Vault) -> None:
    generator, now = random.Random(40), instant(NOW)
    until = later(now, timedelta(hours=72))
    with vault.write() as connection:
        connection.execute(insert(officer).values(
            id="erun", name="Mme Erun", server_url="http://p", device_id="pc", seen_at=now, last_success_at=now,
        ))  # fmt: skip
        for number in range(SCHOOLS):
            school = f"s{number:02d}"
            connection.execute(insert(officer_schools).values(
                school_id=school, uai=f"099{number:04d}A", name=f"École {number}", grant_id="g", granted_until=until,
                counts={"guardians": GUARDIANS, "activated": number, "requests": number % 3},
            ))  # fmt: skip
            connection.execute(insert(links).values(
                school_id=school, server_url="http://p", device_id="pc", person_id="erun", person_name="Mme Erun",
                role=Role.SUPPORT.value,
            ))  # fmt: skip
            rows: dict[str, list[Row]] = {name: [] for name in PEOPLE}
            for name, row in _school(generator, school, number):
                rows[name].append(row)
            write_rows(connection, inserts=rows)


def _school(generator: random.Random, school: str, number: int) -> Iterator[tuple[str, Row]]:
    def row(table: str, row_id: str, /, **values: object) -> tuple[str, Row]:
        return table, new_row(table, school_id=school, id=row_id, **values)

    yield row("schools", school, name=f"École {number}", uai=f"099{number:04d}A", timezone="Europe/Paris")
    yield row("school_years", "y", label="2026-2027", starts_on="2026-08-01")
    for room in range(12):
        yield row("classrooms", f"c{room}", year_id="y", label=f"Classe {room}")
    for one in range(GUARDIANS):
        last, first = generator.choice(LAST_NAMES), generator.choice(FIRST_NAMES)
        born = {"extra": {"birth_year": "2018"}}
        yield row("pupils", f"p{one}", last_name=last, first_name=generator.choice(FIRST_NAMES), **born)
        yield row("enrolments", f"e{one}", pupil_id=f"p{one}", year_id="y", classroom_id=f"c{one % 12}", level="CP")
        yield row("guardians", f"g{one}", last_name=last, first_name=first, mobile=f"06398{one:05d}")
        yield row("responsibilities", f"r{one}", pupil_id=f"p{one}", guardian_id=f"g{one}", access="full")
        yield row("accounts", f"a{one}", guardian_id=f"g{one}", state="notified", origin="school", login=f"l{one}")

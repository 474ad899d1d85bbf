"""Two schools drawn at random, with families in both, become one: nobody loses or gains a child, nothing is left behind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update

from app.models.acts_erasure import ErasedPerson, EraseFields
from app.models.clock import instant
from app.models.ids import id_maker
from app.models.states import Access, AccountState
from app.models.tables import Row
from app.server.accounts import portal_accounts as portal
from app.server.accounts.guardian_index import GuardianIndex
from app.server.database import Database
from app.server.documents.stores import Documents
from app.server.operating.admin import Admin
from app.server.operating.united_erasures import follow_erasures
from app.server.operating.uniting import United, unite_schools
from app.server.operating.uniting_rows import FOLLOWING
from app.server.sync import heads
from app.server.sync.exchange import SyncService
from app.server.tables import child_claims, guardian_keys, portal_accounts, portal_links, provisional_secrets
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock

UAIS = ("0990001N", "0990002P")
USED = (AccountState.NOTIFIED, AccountState.ACTIVATING, AccountState.ACTIVE)
Ties = dict[str, dict[str, str]]
"""What may be seen of each child."""


@dataclass
class Draw:
    """Draws schools into a base."""

    database: Database
    clock: FakeClock
    rng: random.Random
    documents: Documents

    def new_id(self) -> str:
        return id_maker(self.clock, self.rng.randbytes)()

    def school(self, uai: str, families: list[list[tuple[str, str, str | None]]]) -> str:
        """A school with these families: children as (name, birth date, INE); two parents each, sometimes one."""
        admin = Admin(self.database, self.clock, self.rng.randbytes)
        school_id = admin.create_school(uai=uai, name=f"École {uai}", portal_url="http://p")
        with self.database.write() as connection:
            head, rows = heads.lock(connection, school_id), SchoolRows(connection, school_id)
            year, room = self.new_id(), self.new_id()
            rows.add("school_years", year, label="2026-2027", starts_on="2026-08-01")
            rows.add("classrooms", room, year_id=year, label="CP")
            for children in families:
                self._family(connection, rows, children, year, room)
            rows.flush(next_seq=head.next)
            heads.save(connection, head)
        return school_id

    def _family(
        self,
        connection: Connection,
        rows: SchoolRows,
        children: list[tuple[str, str, str | None]],
        year: str,
        room: str,
    ) -> None:
        pupils = []
        for name, born, ine in children:
            left = "2026-07-01" if self.rng.random() < 0.2 else None
            pupils.append(
                rows.add("pupils", self.new_id(), last_name=name.split()[0], first_name=name.split()[1], birth_date=born,
                         ine=ine if self.rng.random() < 0.7 else None, left_on=left)
            )  # fmt: skip
            rows.add("enrolments", self.new_id(), pupil_id=pupils[-1]["id"], year_id=year, classroom_id=room)
            self._report(rows, pupils[-1])
        for first in self.rng.sample(["Anne", "Luc"], k=self.rng.choice([1, 2])):
            guardian = rows.add("guardians", self.new_id(), last_name=children[0][0].split()[0], first_name=first)
            for pupil in pupils:
                ended = "2026-09-02" if self.rng.random() < 0.1 else None
                access = self.rng.choice([*[Access.FULL] * 6, Access.PAPER, Access.NONE])
                rows.add("responsibilities", self.new_id(), pupil_id=pupil["id"], guardian_id=guardian["id"],
                         access=access.value, ended_on=ended)  # fmt: skip
            self._account(connection, rows, guardian, pupils)

    def _report(self, rows: SchoolRows, pupil: Row) -> None:
        document = self.documents.of(rows.school_id).put(self.rng.randbytes(50))
        rows.add("reports", self.new_id(), pupil_id=pupil["id"], kind="periodic", year=2026, format="pdf", size=50,
                 document=document, source="pdf", imported_at="2026-09-01", stored_at="2026-09-01")  # fmt: skip

    def _account(self, connection: Connection, rows: SchoolRows, guardian: Row, pupils: list[Row]) -> None:
        account_id, now = self.new_id(), instant(self.clock())
        ines = tuple(pupil["ine"] for pupil in pupils if pupil["ine"])
        new = portal.NewAccount(account_id, guardian["last_name"], None, guardian["first_name"], ines)
        login = portal.ensure(
            connection,
            school_id=rows.school_id,
            accounts=[new],
            printed_logins={},
            clock=self.clock,
            new_id=self.new_id,
        )[account_id]
        known = portal.portal_of(connection, school_id=rows.school_id, account_id=account_id)
        assert known is not None
        if self.rng.random() < 0.6:
            mine = portal_accounts.c.id == known["id"]
            connection.execute(update(portal_accounts).where(mine).values(state=self.rng.choice(USED).value))
        for pupil in pupils:
            connection.execute(insert(child_claims).values(
                school_id=rows.school_id, account_id=account_id, pupil_id=pupil["id"], ine=pupil["ine"],
                state=self.rng.choice(["proven", "denied"]), at=now,
            ))  # fmt: skip
        rows.add(
            "accounts", account_id, guardian_id=guardian["id"], login=login, state="not_notified", origin="unknown"
        )
        rows.add("events", self.new_id(), account_id=account_id, guardian_id=guardian["id"], at=now, kind="created")
        batch = rows.add("batches", self.new_id(), created_at=now, number="L", sheet_count=1)
        sheet = rows.add("sheets", self.new_id(), batch_id=batch["id"], account_id=account_id, guardian_id=guardian["id"],
                         number=1, total=1, letter="C01", login=login, printed_at=now, status="known", sealed="x",
                         key_version=1)  # fmt: skip
        connection.execute(insert(provisional_secrets).values(
            id=sheet["id"], portal_account_id=known["id"], school_id=rows.school_id, account_id=account_id,
            token_hash=self.rng.randbytes(32).hex(), reset=False, accepted_at=now, expires_at=now,
        ))  # fmt: skip


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    made.create_if_empty()
    yield made
    made.close()


def ties(database: Database, *, by: str) -> Ties:
    """What may be seen of each child, the strictest word of all schools, by person or by account that was used."""
    found: Ties = {}
    with database.read() as connection:
        links = select(portal_links, portal_accounts.c.state, portal_accounts.c.folded_name)
        links = links.join(portal_accounts, portal_accounts.c.id == portal_links.c.portal_account_id)
        for link in connection.execute(links).mappings():
            if by == "portal_account_id" and link["state"] == AccountState.NOT_NOTIFIED:
                continue
            rows = SchoolRows(connection, link["school_id"])
            account = rows.need("accounts", link["account_id"])
            for tie in rows.where("responsibilities", guardian_id=account["guardian_id"]):
                pupil = rows.need("pupils", tie["pupil_id"])
                if tie["ended_on"] is None:
                    mine = found.setdefault(link[by], {})
                    child = f"{pupil['first_name']} {pupil['birth_date']}"
                    mine[child] = Access(mine.get(child, "full")).stricter(Access(tie["access"])).value
    return found


def families(rng: random.Random, count: int, first: int) -> list[list[tuple[str, str, str | None]]]:
    return [
        [(f"Nom{number} Enfant{child}", f"201{child}-01-01", f"{number:09d}A{'BCD'[child]}")
         for child in range(rng.choice([1, 2, 3]))]
        for number in range(first, first + count)
    ]  # fmt: skip


def two_schools(database: Database, clock: FakeClock, seed: int, folder: Path) -> tuple[str, str, Documents]:
    """(the one that closes, the one that receives, their documents); six families have children in both."""
    rng, documents = random.Random(seed), Documents(folder, b"d" * 32)
    draw = Draw(database, clock, rng, documents)
    shared = families(rng, 6, 100)
    closing = draw.school(UAIS[0], [*shared, *families(rng, 5, 200)])
    return closing, draw.school(UAIS[1], [*shared, *families(rng, 5, 300)]), documents


def unite(database: Database, clock: FakeClock, documents: Documents) -> United:
    return unite_schools(
        database, uai_from=UAIS[0], uai_into=UAIS[1], index=GuardianIndex(b"k" * 32), documents=documents, clock=clock,
        dry_run=False,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_nobody_loses_or_gains_a_child(database: Database, clock: FakeClock, seed: int, tmp_path: Path) -> None:
    closing, receiving, documents = two_schools(database, clock, seed, tmp_path)
    people, accounts = ties(database, by="folded_name"), ties(database, by="portal_account_id")
    logins = living_logins(database)
    with database.read() as connection:
        here = {name: {row["id"] for row in SchoolRows(connection, closing).all(name)} for name in FOLLOWING}
    united = unite(database, clock, documents)
    assert united.pupils_known > 0 and united.guardians_known > 0
    assert ties(database, by="folded_name") == people
    after = ties(database, by="portal_account_id")
    for portal_id, children in accounts.items():
        for child, access in children.items():
            now = Access(after[portal_id][child])
            assert now.stricter(Access(access)) is now, "nobody sees more of a child than before"
    assert living_logins(database) == logins, "no log-in that somebody may hold is gone"
    with database.read() as connection:
        rows = SchoolRows(connection, receiving)
        for name, ids in here.items():
            assert ids <= {row["id"] for row in rows.all(name)}, name
        every_pointer_leads_somewhere(rows)
        for account in rows.all("accounts"):
            known = portal.portal_of(connection, school_id=receiving, account_id=account["id"])
            assert known is not None and known["login"] == account["login"]
        for table in (portal_links, provisional_secrets, child_claims, guardian_keys):
            assert closing not in set(connection.execute(select(table.c.school_id)).scalars()), table.name
        store = documents.of(receiving)
        assert all(store.has(row["document"]) for row in rows.all("reports"))
        seqs = [row["seq"] for name in ("pupils", "guardians", "accounts") for row in rows.all(name)]
        assert len(set(seqs)) == len(seqs) and all(seqs)


def test_who_is_erased_later_is_erased_in_the_closed_school_too(
    database: Database, clock: FakeClock, tmp_path: Path
) -> None:
    closing, receiving, documents = two_schools(database, clock, 3, tmp_path)
    unite(database, clock, documents)
    service = SyncService(database=database, clock=clock, random_bytes=random.Random(1).randbytes, mac_key=b"m" * 32)
    with database.read() as connection:
        known = SchoolRows(connection, receiving).where("aliases", record_table="pupils")
    erased = (
        ErasedPerson(table="pupils", id=known[0]["target_id"]),
        ErasedPerson(table="pupils", id=known[1]["target_id"]),
    )
    fields = EraseFields(people=erased, why="asked")
    assert (
        service.by_server(school_id=receiving, author="x", kind="personne.effacer", fields=fields).verdict == "accepted"
    )
    assert (follow_erasures(service), follow_erasures(service)) == (2, 0)
    with database.read() as connection:
        rows = SchoolRows(connection, closing)
        assert [rows.need("pupils", one["id"])["last_name"] for one in known[:2]] == ["", ""]
        assert rows.need("pupils", known[2]["id"])["last_name"] != ""


def living_logins(database: Database) -> set[str]:
    with database.read() as connection:
        used = select(portal_accounts.c.login).where(portal_accounts.c.state != "not_notified")
        return set(connection.execute(used).scalars())


def every_pointer_leads_somewhere(rows: SchoolRows) -> None:
    for name, column, aim in (
        ("enrolments", "pupil_id", "pupils"), ("enrolments", "classroom_id", "classrooms"),
        ("classrooms", "year_id", "school_years"), ("responsibilities", "pupil_id", "pupils"),
        ("responsibilities", "guardian_id", "guardians"), ("accounts", "guardian_id", "guardians"),
        ("sheets", "account_id", "accounts"), ("sheets", "batch_id", "batches"), ("events", "account_id", "accounts"),
    ):  # fmt: skip
        known = {row["id"] for row in rows.all(aim)}
        assert {row[column] for row in rows.all(name)} <= known, (name, column)
    pairs = [(row["pupil_id"], row["guardian_id"]) for row in rows.all("responsibilities")]
    assert len(set(pairs)) == len(pairs)
    owners = [row["guardian_id"] for row in rows.all("accounts")]
    assert len(set(owners)) == len(owners)

"""Two schools become one: what parents hold goes on opening, what a school decided holds, and a dry run changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.acts import CreateSchoolFields
from app.models.acts_rights import AccessFields
from app.models.errors import NotFound, PreauError, Refused
from app.models.states import Access
from app.models.tables import SCHOOL_TABLES, Row
from app.server.accounts.guardian_index import GuardianIndex
from app.server.accounts.portal_accounts import retired_mark
from app.server.documents.stores import Documents
from app.server.operating.uniting import United, unite_schools
from app.server.settings import ServerSettings
from app.server.tables import child_claims, guardian_keys, portal_links, retired_logins, tries
from app.server.tables import metadata as server_metadata
from app.services import sheets
from app.services.demo.school import UAI
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.sealing import SecretUnreadable
from tests.conftest import FakeClock
from tests.server.portal.creating import OTHER_NAME, OTHER_UAI, another_school, import_files
from tests.server.portal.household import PASSWORD, Household, form, household
from tests.server.portal.test_login import activate, log_in
from tests.support.live import live_desk

HEAD = "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Libellé classe;Niveau\n"
GUARDIAN_HEAD = "Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de famille élève;Prénom élève;Nom de famille élève;Prénom élève\n"  # noqa: E501
ZOE, LOU = "DUPONT;;Zoé;14/03/2019;F;{ine};CE1 Mme Aubrac;CE1\n", "DUPONT;;Lou;07/01/2018;F;123456789AE;CE2;CE2\n"
NOE_ANA = "DUPONT;;Noé;02/09/2016;M;123456789AC;CM2 M. Petit;CM2\n<IMG SRC=X>;;<b>Ana</b>;05/05/2019;F;123456789AD;CE1 B;CE1\n"
MARC = "M.;Dupont;Marc;;;DUPONT;Zoé;DUPONT;Lou\n"
IDA = "MME;HOSTILE;Ida;;;<IMG SRC=X>;<b>Ana</b>;;\n"
SAME_CHILD, UNNUMBERED = HEAD + ZOE.format(ine="123456789AB") + LOU, HEAD + ZOE.format(ine="") + LOU


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock, database_url: str) -> Iterator[Household]:
    """The school that closes: Zoé, Noé and Ana, Marc and Ida."""
    with household(tmp_path, clock, database_url=database_url) as made:
        yield made


def documents(home: Household) -> Documents:
    """As the server of the tests has them."""
    settings = ServerSettings(database_url=home.server.database.url, secret="5e" * 32)
    return Documents(settings.documents_folder(), settings.key("documents"))


def unite(home: Household, *, dry_run: bool = False, uai_from: str = UAI, uai_into: str = OTHER_UAI) -> United:
    return unite_schools(
        home.server.database, uai_from=uai_from, uai_into=uai_into, index=GuardianIndex(b"k" * 32),
        documents=documents(home), clock=home.clock, dry_run=dry_run,
    )  # fmt: skip


def rows(home: Household, table: str) -> list[Row]:
    with home.server.database.read() as connection:
        return SchoolRows(connection, home.desk.school_id).all(table)


def everything(home: Household) -> dict[str, list[str]]:
    """Every row of the base, of both groups of tables."""
    with home.server.database.read() as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(select(table)))
            for table in (*SCHOOL_TABLES, *server_metadata.sorted_tables)
        }


def test_parents_and_sheets_go_over_and_the_next_import_finds_everybody(home: Household, tmp_path: Path) -> None:
    with home.parent() as marc, home.parent() as ida:
        login = activate(home, tmp_path / "sheets", marc)
        sheet = home.print_sheet(tmp_path / "ida", "Ida")
        home.desk.sync()
        with another_school(home, tmp_path / "other", SAME_CHILD, GUARDIAN_HEAD + MARC) as other:
            assert other.account()["login"] == login, "the child changed schools: one account"
            before = everything(home)
            would = unite(home, dry_run=True)
            assert everything(home) == before
            assert (would.pupils, would.pupils_known, would.guardians, would.guardians_known) == (3, 1, 2, 1)
            assert (would.twice, would.sheets, would.devices, would.devices_behind) == (0, 2, 1, 0)
            assert unite(home) == would
            children = marc.get("/enfants").text
            assert children.count(OTHER_NAME) >= 2 and "Tilleuls" not in children
            assert all(children.count(f"<strong>{name}</strong>") == 1 for name in ("Zoé", "Noé"))
            other.desk.sync()
            ids_batch = max(row["id"] for row in rows(other, "batches"))
            with pytest.raises(SecretUnreadable):
                sheets.reprint(
                    other.desk.desk, school_id=other.desk.school_id, folder=tmp_path / "again", batch_id=ids_batch
                )
            assert sheet is not None
            ida.get(f"/a/{sheet.token}")
            assert ida.post("/activation", data=form(date=("5", "5", "2019"))).url.path == "/enfants"
            other.desk.sync()
            assert other.account("Ida")["state"] == "active" and other.account()["login"] == login
            assert other.print_sheet(tmp_path / "reset", "Ida", reset=True) is not None
            import_files(other.desk, SAME_CHILD + NOE_ANA, GUARDIAN_HEAD + MARC.replace("Lou", "Noé") + IDA)
            other.desk.sync()
            present = sorted(row["first_name"] for row in rows(other, "pupils") if row["left_on"] is None)
            assert present == ["<b>Ana</b>", "Lou", "Noé", "Zoé"]
            assert sorted(row["first_name"] for row in rows(other, "guardians")) == ["Ida", "Marc"]
            (school,) = rows(other, "schools")
            today = home.clock().date().isoformat()
            assert school["uai_history"] == [{"uai": UAI, "until": today, "name": "École primaire des Tilleuls"}]
            a_new_pc_has_the_same_rows(other, tmp_path)
    with pytest.raises(PreauError):
        home.desk.sync()
    with pytest.raises(NotFound):
        unite(home)


def a_new_pc_has_the_same_rows(other: Household, folder: Path) -> None:
    """From cursor 0 and step by step, the feed says the same."""
    (folder / "second").mkdir()
    with live_desk(folder / "second", clock=other.clock) as second:
        found = []
        with second.desk.vault.write() as connection:
            for table in SCHOOL_TABLES:
                connection.execute(table.delete())
        second.school_id = second.desk.new_id()
        submit(
            second.desk, school_id=second.school_id, kind="ecole.creer",
            fields=CreateSchoolFields(uai=OTHER_UAI, name=OTHER_NAME, details={}),
        )  # fmt: skip
        second.enrol(other.server, other.server.code(OTHER_UAI, person="Paul Petit"))
        second.sync()
        other.desk.sync()
        for desk in (second, other.desk):
            with desk.desk.vault.read() as connection:
                school = SchoolRows(connection, other.desk.school_id)
                names = ("pupils", "guardians", "accounts", "responsibilities", "enrolments", "sheets", "classrooms")
                found.append({name: sorted(map(str, school.all(name))) for name in names})
        assert found[0] == found[1]


def test_of_two_decisions_the_stricter_one_holds(home: Household, tmp_path: Path) -> None:
    with home.parent() as marc, another_school(home, tmp_path / "other", SAME_CHILD, GUARDIAN_HEAD + MARC) as other:
        activate(home, tmp_path / "sheets", marc)
        zoe = next(row for row in rows(home, "pupils") if row["first_name"] == "Zoé")
        link = next(row for row in rows(home, "responsibilities") if row["pupil_id"] == zoe["id"])
        fields = AccessFields(
            responsibility_id=link["id"], seen=Access.FULL, access=Access.NONE, reason="jugement", since="2026-09-01"
        )
        submit(home.desk.desk, school_id=home.desk.school_id, kind="acces.regler", fields=fields)
        home.desk.sync()
        with home.server.database.write() as connection:
            closed = {"scope": "birth_date", "subject": f"{home.desk.school_id}:{zoe['id']}", "count": 5}
            connection.execute(tries.insert().values(**closed, last_at="2026-09-01", closed_at="2026-09-01"))
        unite(home)
        its = next(row for row in rows(other, "pupils") if row["first_name"] == "Zoé")
        (tie,) = (row for row in rows(other, "responsibilities") if row["pupil_id"] == its["id"])
        assert (tie["access"], tie["access_reason"]) == ("none", "jugement")
        assert marc.get("/enfants").url.path == "/", "who may see less logs in again"
        assert "Zoé" not in log_in(marc, home.account()["login"]).text
        with home.server.database.read() as connection:
            subjects = connection.execute(select(tries.c.subject).where(tries.c.scope == "birth_date")).scalars().all()
            assert subjects == [f"{other.desk.school_id}:{its['id']}"]
            for table in (portal_links, child_claims, guardian_keys):
                schools = set(connection.execute(select(table.c.school_id)).scalars())
                assert schools <= {other.desk.school_id}


@pytest.mark.parametrize("used", ["closing", "receiving", "both"])
def test_of_two_accounts_the_used_one_stands(home: Household, tmp_path: Path, used: str) -> None:
    """Without INE nothing joined them before: the same name and the same child do now, where one was never used."""
    with another_school(home, tmp_path / "other", UNNUMBERED, GUARDIAN_HEAD + MARC) as other:
        logins = {"closing": home.account()["login"], "receiving": other.account()["login"]}
        assert len(set(logins.values())) == 2
        for name, house in (("closing", home), ("receiving", other)):
            if used in (name, "both"):
                with home.parent() as parent:
                    activate(house, tmp_path / name, parent)
                house.desk.sync()
        united = unite(home)
        assert united.twice == (used == "both")
        other.desk.sync()
        stand = sorted(logins.values()) if used == "both" else [logins[used]]
        marcs = [row["id"] for row in rows(other, "guardians") if row["first_name"] == "Marc"]
        found = [row for row in rows(other, "accounts") if row["guardian_id"] in marcs]
        assert sorted(row["login"] for row in found) == stand
        for login in stand:
            with home.parent() as parent:
                assert "Zoé" in log_in(parent, login, PASSWORD).text
        with home.server.database.read() as connection:
            retired = set(connection.execute(select(retired_logins.c.mark)).scalars())
        assert retired == {retired_mark(login) for login in set(logins.values()) - set(stand)}


def test_a_school_is_not_united_with_itself_nor_with_nobody(home: Household) -> None:
    with pytest.raises(Refused, match="même école"):
        unite(home, uai_into=UAI)
    with pytest.raises(NotFound):
        unite(home)

"""``preau erase``, ``preau limit``, and the operator's own: said first, confirmed, done for good."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy import insert, select

from app.models.tables import guardians
from app.server.accounts.portal_accounts import NewAccount, ensure
from app.server.database import Database
from app.server.sync import heads
from app.server.tables import portal_accounts, sessions
from app.services.records.rows import SchoolRows
from tests.cli.command import Cli
from tests.conftest import FakeClock


def test_said_confirmed_and_gone(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    preau("import", *preau.onde_files(), "--yes")
    rows = preau("guardians", "--json").json
    her = next(row for row in rows if row["email"])
    assert preau("erase", "--yes").code == 1
    would = preau("erase", "--guardian", her["account_id"], "--dry-run", "--json")
    assert would.json["people"] == [her["guardian"]] and would.json["rows"]["guardians"] == 1
    assert "prochain import" in would.err and "Rien n’a été changé" in would.err
    unsure = preau("erase", "--guardian", her["guardian_id"], "--json")
    assert (unsure.code, unsure.json["error"]["code"]) == (1, "confirmation_needed")
    assert preau("erase", "--guardian", her["guardian_id"], "--yes").code == 0
    assert her["email"] not in json.dumps(preau("guardians", "--json").json)
    again = preau("erase", "--guardian", her["guardian_id"], "--yes", "--json")
    assert again.json["error"]["code"] == "person_erased"
    assert preau("erase", "--pupil", her["pupil_id"], "--yes", "--json").json["rows"]["pupils"] == 1


def test_limited_then_not(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    preau("import", *preau.onde_files(), "--yes")
    her = preau("guardians", "--json").json[0]
    assert preau("limit", "--guardian", her["guardian_id"], "--reason", "elle conteste", "--yes").code == 0
    assert preau("limit", "--guardian", her["guardian_id"], "--yes", "--json").json["changed"] is False
    assert preau("limit", "--guardian", her["guardian_id"], "--end", "--json").json == {
        "limited": False,
        "changed": True,
    }


def a_parent(preau: Cli) -> None:
    """A school of the server, a guardian, his portal account and a session."""
    preau("admin", "create-school", "0990001N", "École des Tilleuls")
    base = Database(preau.environment["PREAU_DATABASE_URL"])
    clock = FakeClock()
    with base.write() as connection:
        school_id = connection.execute(select(heads.heads.c.school_id)).scalar_one()
        head = heads.lock(connection, school_id)
        rows = SchoolRows(connection, school_id)
        rows.add("guardians", "g", last_name="Zzyrdale", first_name="Marc", email="marc@exemple.fr")
        rows.add("accounts", "a", guardian_id="g", state="active", origin="school", login="m.zzyrdale")
        rows.flush(next_seq=head.next)
        heads.save(connection, head)
        new = NewAccount("a", "Zzyrdale", None, "Marc")
        ensure(connection, school_id=school_id, accounts=[new], printed_logins={}, clock=clock, new_id=lambda: "portal")
        connection.execute(
            insert(sessions).values(
                id_hash="s", portal_account_id="portal", created_at="2026-09-01T00:00:00.000000Z",
                seen_at="2026-09-01T00:00:00.000000Z", label="Firefox, Android",
            )
        )  # fmt: skip
    base.close()


def test_the_operator_gives_and_erases(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    a_parent(preau)
    given = preau("admin", "export-person", "--login", "M.Zzyrdale", "--zip", str(tmp_path / "lui.zip"), "--json")
    assert given.code == 0
    with ZipFile(tmp_path / "lui.zip") as archive:
        data = json.loads(archive.read("mes-donnees.json"))
        assert "Zzyrdale" in archive.read("mes-donnees.html").decode()
    assert (
        data["ecoles"][0]["mine"]["email"] == "marc@exemple.fr" and data["appareils"][0]["label"] == "Firefox, Android"
    )
    would = preau("admin", "erase", "--login", "m.zzyrdale", "--dry-run", "--json").json
    assert (would["schools"], would["sessions"]) == (["École des Tilleuls (0990001N)"], 1)
    assert preau("admin", "erase", "--login", "m.zzyrdale").code == 1
    assert preau("admin", "erase", "--login", "m.zzyrdale", "--yes").code == 0
    base = Database(preau.environment["PREAU_DATABASE_URL"])
    with base.read() as connection:
        assert connection.execute(select(portal_accounts)).all() == [] == connection.execute(select(sessions)).all()
        row = connection.execute(select(guardians)).mappings().one()
        assert (row["last_name"], row["email"]) == ("", None)
    base.close()
    gone = preau("admin", "erase", "--login", "m.zzyrdale", "--yes", "--json")
    assert (gone.code, gone.json["error"]["code"]) == (1, "login_unknown")

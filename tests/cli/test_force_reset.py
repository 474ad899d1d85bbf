"""``preau admin force-reset``: counted, confirmed, done."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert

from app.server.database import Database
from app.server.tables import portal_accounts
from tests.cli.command import Cli


def test_counted_then_confirmed_then_done(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    base = Database(preau.environment["PREAU_DATABASE_URL"])
    base.create_if_empty()
    with base.write() as connection:
        connection.execute(
            insert(portal_accounts).values(
                id="a", login="a", folded_name="a", state="active", origin="school", password_hash="$",
                password_changed_at="2020-01-01T00:00:00.000000Z", created_at="2020-01-01T00:00:00.000000Z",
            )
        )  # fmt: skip
    base.close()
    assert preau("admin", "force-reset").code == 1
    would = preau("admin", "force-reset", "--all", "--changed-before", "2024-03-26", "--dry-run")
    assert would.code == 0 and "1  à changer" in would.out and "Rien n’a été changé" in would.err
    unsure = preau("admin", "force-reset", "--all", "--json")
    assert (unsure.code, unsure.json["error"]["code"]) == (1, "confirmation_needed")
    done = preau("admin", "force-reset", "--all", "--yes", "--json").json
    assert (done["forced"], done["spared"]["already_reset"], done["dry_run"]) == (1, 0, False)
    again = preau("admin", "force-reset", "--all", "--yes", "--json").json
    assert (again["forced"], again["spared"]["already_reset"]) == (0, 1)

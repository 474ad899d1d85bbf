"""``preau admin purge``: what it would do, what it did."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert, select

from app.server.database import Database
from app.server.operating.keeping import RULES
from app.server.tables import tries
from tests.cli.command import Cli


def test_what_is_past_its_time_is_counted_then_purged(tmp_path: Path) -> None:
    preau = Cli(tmp_path)
    url = f"sqlite:///{tmp_path / 'serveur.db'}"
    base = Database(url)
    base.create_if_empty()
    with base.write() as connection:
        connection.execute(
            insert(tries).values(scope="login", subject="x", count=3, last_at="2020-01-01T00:00:00.000000Z")
        )
    would = preau("admin", "purge", "--dry-run", "--database", url)
    assert would.code == 0 and "Échecs de connexion" in would.out and "Rien n’a été effacé" in would.err
    done = preau("admin", "purge", "--database", url, "--json").json
    assert {one["code"]: one["count"] for one in done if one["count"]} == {"tries": 1}
    assert [one["code"] for one in done] == [rule.code for rule in RULES if rule.purge is not None]
    with base.read() as connection:
        assert connection.execute(select(tries)).all() == []
    base.close()
